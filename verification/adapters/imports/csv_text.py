"""Lists as text: CSV with comma, semicolon or tab, in the encodings of `encodings.py`.

`csv` reads what is well formed, a block of lines at once. Where quotation marks are not, or go on
over lines, the rows of a block are looked at one by one (`quotes.py`).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, count, islice
from pathlib import Path

from verification.adapters.imports.encodings import encoding_of, words_beyond_ascii
from verification.adapters.imports.headings import our_words
from verification.adapters.imports.lines import Broken, Sheet
from verification.adapters.imports.quotes import Careful, Cells
from verification.adapters.imports.refused import Refused, file_refused
from verification.adapters.imports.text_lines import TextLines

_DELIMITERS = ",;\t"
_SEP = re.compile(r'"?sep=([^\w"\s]|\t)"?\s*', re.IGNORECASE)  # Excel's first line
_LOOKED_AT = 30  # rows, for the delimiter
_MOST_TORN = 1_000  # rows of which none is whole: it is no table
_FEW_FORMS = 5  # of the last cells of rows: what has none of them was cut
_FORMS_OF = 200  # rows
_ENDS = ("\n", "\r")
_LETTERS, _DIGIT = re.compile(r"[^\W\d_]+"), re.compile(r"\d")
_Line = tuple[int, Sequence[str] | Broken]


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
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
        delimiter = said[1] if said else _delimiter(first)
        reader = csv.reader(first[at:], delimiter=delimiter)
        heading = our_words(next(reader, []))
        at += reader.line_num
        rows = _Rows(path, lines, delimiter, len(heading))
        yield Sheet(heading, rows.below(chain([first[at:]], blocks), at + 1))


def _delimiter(first: Sequence[str]) -> str:
    """Return the delimiter under which most of a heading is in our words; else the commonest."""

    def known(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(first, delimiter=delimiter), 1)
        heading = [name for row in rows for name in row]
        ours = sum(a != b or "_" in a for a, b in zip(heading, our_words(heading), strict=True))
        return (ours if len(heading) > 1 else 0, len(heading))

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
        self._torn: int | None = 0  # rows so far where none was whole
        self._last_cells: list[str] = []

    def below(self, blocks: Iterator[list[str]], at: int) -> Iterator[_Line]:
        """Yield the rows of blocks of lines, the first of which has a number."""
        for block in filter(None, blocks):
            rows = self._well_formed(block)
            if rows is None:
                careful = Careful(self._path, block, blocks, self._delimiter, self._width)
                yield from self._checked(careful.rows(at))
                at += careful.taken
                continue
            if self._torn is not None:
                self._see_whether_it_is_a_table(rows)
            if self._source.doubtful or not block[-1].endswith(_ENDS):
                yield from self._checked(zip(count(at), rows, block, strict=False))
            else:
                self._last_cells = self._last_cells or [row[-1] for row in rows[:_FORMS_OF] if row]
                yield from zip(count(at), rows)
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
        for row in rows:
            if len(row) == self._width:
                self._torn = None
                return
            self._torn += bool(row)
        if self._torn > _MOST_TORN:
            raise file_refused(self._path, "no_rows")

    def _checked(self, rows: Iterable[tuple[int, Cells, str]]) -> Iterator[_Line]:
        """Refuse a row that was cut, or that holds what is no Vietnamese in an old encoding."""
        for at, cells, line in rows:
            if isinstance(cells, Broken):
                yield at, cells
                continue
            why = None
            if cells and not line.endswith(_ENDS) and self._is_cut(cells, line):
                why = Refused("cut")
            elif self._source.doubtful and self._source.doubtful & words_beyond_ascii(
                self._delimiter.join(cells)
            ):
                why = Refused("letters")
            elif cells:
                self._last_cells = [*self._last_cells[-_FORMS_OF:], cells[-1]]
            yield at, Broken(tuple(cells), why) if why else cells

    def _is_cut(self, cells: Sequence[str], line: str) -> bool:
        """Tell whether the last row, whose line does not end, was cut.

        It is where it has too few cells, or where its last cell has none of the few forms that
        those of the rows before have: `2026-12-3`. A cut text can be told from no whole one.
        """
        if len(cells) != self._width:
            return True
        forms = set(map(_form, self._last_cells))
        return (
            not line.endswith('"')
            and 0 < len(forms) <= _FEW_FORMS
            and _form(cells[-1]) not in forms
        )


def _form(cell: str) -> str:
    return _LETTERS.sub("a", _DIGIT.sub("9", cell.strip()))
