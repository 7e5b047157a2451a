"""Lists as text: CSV with comma, semicolon or tab, in the encodings of `encodings.py`.

`csv` reads what is well formed, a block of lines at once. Where quotation marks are not, or go on
over lines, the rows of a block are looked at one by one (`quotes.py`).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain, count, islice
from pathlib import Path

from verification.adapters.imports.encodings import encoding_of, words_beyond_ascii
from verification.adapters.imports.headings import (
    LOOKED_AT,
    Find,
    find_heading,
    heading_of,
    is_ours,
)
from verification.adapters.imports.lines import Line, Sheet
from verification.adapters.imports.quotes import Careful
from verification.adapters.imports.refused import Refused, file_refused
from verification.adapters.imports.text_lines import TextLines

_DELIMITERS = ",;\t"
_SEP = re.compile(r'"?sep=([^\w"\s]|\t)"?\s*', re.IGNORECASE)  # Excel's first line
_MOST_TORN = 1_000  # rows of which none is whole: it is no table
_FEW_FORMS = 5  # of the last cells of rows: what has none of them was cut
_FORMS_OF = 200  # rows
_ENDS = ("\n", "\r")
_LETTERS, _DIGIT = re.compile(r"[^\W\d_]+"), re.compile(r"\d")


@contextmanager
def opened(path: Path, find: Find = find_heading) -> Iterator[Sheet]:
    """Open a CSV file.

    Raises:
        ImportFileError: It is empty, or it is not certain how it is to be read.
        OSError: It cannot be opened.
    """
    lines = TextLines(path, encoding_of(path))
    with closing(lines.blocks()) as blocks:
        first = next(blocks, [])
        said = _SEP.fullmatch(first[0]) if first else None
        at = 1 if said else 0
        delimiter = said[1] if said else _delimiter(first, find)
        begin = _begin(first[at:], delimiter)
        heading = heading_of(path, [cells for cells, _ in begin], find)
        at += begin[heading.at][1] if begin else 0
        rows = _Rows(path, lines, delimiter, len(heading.names))
        below = rows.below(chain([first[at:]], blocks), at + 1)
        yield Sheet(heading.names, below, share=lines.share)


def _begin(lines: Sequence[str], delimiter: str) -> list[tuple[list[str], int]]:
    """Return the first rows, and how many lines were read with each."""
    reader = csv.reader(lines, delimiter=delimiter)
    found: list[tuple[list[str], int]] = []
    with suppress(csv.Error):  # a mark that nothing closes: what is behind it is no heading
        found.extend((cells, reader.line_num) for cells in islice(reader, LOOKED_AT))
    return found


def _delimiter(first: Sequence[str], find: Find) -> str:
    """Return the delimiter under which most of the heading is in our words; else the commonest."""

    def known(delimiter: str) -> tuple[int, int]:
        rows = [cells for cells, _ in _begin(first, delimiter)]
        names = find(rows).names
        return sum(map(is_ours, names)), max(map(len, rows), default=0)

    return max(_DELIMITERS, key=known)


class _Rows:
    """The rows below a heading.

    Args:
        path: The file, for its errors.
        source: What reads its lines.
        delimiter: Between the cells.
        width: How many cells the heading has.
    """

    def __init__(self, path: Path, source: TextLines, delimiter: str, width: int) -> None:
        self._path, self._source = path, source
        self._delimiter, self._width = delimiter, width
        self._torn, self._none_whole = 0, True  # so far
        self._last_cells: list[str] = []

    def below(self, blocks: Iterator[list[str]], at: int) -> Iterator[Line]:
        """Yield the rows of blocks of lines, the first of which has a number."""
        for block in filter(None, blocks):
            rows = self._well_formed(block)
            if rows is None:
                careful = Careful(self._path, block, blocks, self._delimiter, self._width)
                yield from self._checked(careful.rows(at))
                at += careful.taken
                continue
            if self._none_whole:
                self._see_whether_it_is_a_table(rows)
            lines = map(Line, count(at), rows)
            if self._source.doubtful or not block[-1].endswith(_ENDS):
                yield from self._checked(zip(lines, block, strict=True))
            else:
                self._last_cells = self._last_cells or [row[-1] for row in rows[:_FORMS_OF] if row]
                yield from lines
            at += len(block)

    def _well_formed(self, block: list[str]) -> list[list[str]] | None:
        """Return a row for each line; None where quotation marks make that uncertain."""
        try:
            rows = list(csv.reader(block, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        if len(rows) != len(block) or '"' in "".join(map("".join, rows)):
            return None
        return rows

    def _see_whether_it_is_a_table(self, rows: Iterable[Sequence[str]]) -> None:
        """Count the rows of which none is whole.

        Raises:
            ImportFileError: There are too many.
        """
        for row in rows:
            if len(row) == self._width:
                self._none_whole = False
                return
            self._torn += bool(row)
        if self._torn > _MOST_TORN:
            raise file_refused(self._path, "no_rows")

    def _checked(self, rows: Iterable[tuple[Line, str]]) -> Iterator[Line]:
        """Look at rows one by one.

        Args:
            rows: Each with its last line in the file.
        """
        for row, line in rows:
            if self._none_whole:
                self._see_whether_it_is_a_table([row.cells])
            why = row.why or self._wrong(row.cells, line)
            if row.cells and not why:
                self._last_cells = [*self._last_cells[1 - _FORMS_OF :], row.cells[-1]]
            yield row._replace(why=why) if why else row

    def _wrong(self, cells: Sequence[str], line: str) -> Refused | None:
        """Tell of a row that was cut, or holds what is no Vietnamese in an old encoding."""
        if cells and not line.endswith(_ENDS) and self._is_cut(cells, line):
            return Refused("cut")
        doubtful = self._source.doubtful
        if doubtful and doubtful & words_beyond_ascii(self._delimiter.join(cells)):
            return Refused("letters")
        return None

    def _is_cut(self, cells: Sequence[str], line: str) -> bool:
        """Tell whether the last row, whose line does not end, was cut.

        It is where it has too few cells, or where its last cell has none of the few forms that
        those of the rows before have: `2026-12-3`. A cut text can be told from no whole one.
        """
        if len(cells) < self._width:
            return True
        if line.endswith('"'):
            return False
        forms = set(map(_form, self._last_cells))
        return 0 < len(forms) <= _FEW_FORMS and _form(cells[-1]) not in forms


def _form(cell: str) -> str:
    return _LETTERS.sub("a", _DIGIT.sub("9", cell.strip()))
