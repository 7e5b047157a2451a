"""Rows whose quotation marks `csv` cannot be left alone with.

A mark that nothing closes, or that closes in the middle of a cell, costs its own line: those that
it would swallow are read anew, each as the row that it is. Where the marks are well formed but what
stands between them are rows, all of it is one row that is refused.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from verification.adapters.imports.bounds import MOST_CHARS, too_heavy
from verification.adapters.imports.lines import Line
from verification.adapters.imports.refused import Refused

_FORMULA = re.compile(r'="([^"]*)"')  # how programs keep Excel from taking zeros off
_GONE = 4_096  # lines that were read, before they are let go
_Found = tuple[Sequence[str], Refused | None]


class _TooLong(Exception):
    """A row that does not end."""


class Careful:
    """Reads a block of lines row by row.

    Args:
        path: The file, for its errors.
        block: The lines.
        blocks: Those that follow, for a row that goes on.
        delimiter: Between cells.
        width: How many cells the heading has.
    """

    def __init__(  # what a row may go on into
        self,
        path: Path,
        block: Sequence[str],
        blocks: Iterator[list[str]],
        delimiter: str,
        width: int,
    ) -> None:
        self._path, self._blocks = path, blocks
        self._lines, self._here = list(block), 0
        self._delimiter, self._width = delimiter, width
        sign = re.escape(delimiter)
        self._cell = re.compile(rf'(?:^|{sign})("(?:[^"]|"")*"(?=[\r\n]*\Z|{sign})|[^{sign}\r\n]*)')
        self.taken = 0  # lines

    def rows(self, at: int) -> Iterator[tuple[Line, str]]:
        """Yield each row with its last line in the file, until the lines that were taken end."""
        while self._here < len(self._lines):
            taken, (cells, why) = self._row()
            yield Line(at + self.taken, cells, why), self._lines[self._here + taken - 1]
            self._here += taken
            self.taken += taken
            if self._here >= _GONE:
                del self._lines[: self._here]
                self._here = 0

    def _row(self) -> tuple[int, _Found]:
        reader = csv.reader(self._ahead(), delimiter=self._delimiter, strict=True)
        try:
            cells = next(reader)
        except (csv.Error, _TooLong):
            return 1, self._alone(reader.line_num)
        taken = reader.line_num
        lines = self._lines[self._here : self._here + taken]
        if taken > 1 and self._are_rows(lines):
            every = [cell for line in lines for cell in self._split(line)]
            return taken, (every, Refused("quote_took", lines=taken))
        return taken, self._with_marks("".join(lines), cells)

    def _ahead(self) -> Iterator[str]:
        """Yield the lines from here on.

        Raises:
            ImportFileError: A row of well-formed cells does not end.
        """
        at = self._here
        chars = 0
        while at < len(self._lines) or self._more():
            chars += len(self._lines[at])
            if chars > MOST_CHARS:
                if '"' in "".join(self._lines[self._here + 1 : at]):
                    raise too_heavy(self._path)
                raise _TooLong
            yield self._lines[at]
            at += 1

    def _more(self) -> bool:
        more = next(self._blocks, None)
        self._lines += more or ()
        return bool(more)

    def _alone(self, lines: int) -> _Found:
        """Return the row of a line whose marks are not well formed.

        Args:
            lines: Over how many it was gone until that was seen.
        """
        line = self._lines[self._here]
        if spaced := self._spaced(line):
            return spaced, None
        cells = self._split(line)
        if '"' not in line:
            return cells, Refused("long_cell")
        return cells, Refused("quote_open") if lines > 1 else Refused("quote_inside")

    def _split(self, line: str) -> list[str]:
        """Return the cells of a line as if quotation marks were nothing."""
        return [cell.strip(' "') for cell in line.rstrip("\r\n").split(self._delimiter)]

    def _are_rows(self, lines: Sequence[str]) -> bool:
        """Tell whether lines of one row are rows by themselves, so that a mark swallowed them."""
        least = self._width - 1
        return sum(line.count(self._delimiter) >= least for line in lines) > 1

    def _with_marks(self, text: str, cells: list[str]) -> _Found:
        """Return cells in some of which a quotation mark stands, or why not."""
        if '"' not in "".join(cells):
            return cells, None
        if spaced := self._spaced(text):
            return spaced, None
        if any(cell.count('"') % 2 for cell in self._cell.findall(text) if cell[:1] != '"'):
            return cells, Refused("quote_inside")
        plain = [found[1] if (found := _FORMULA.fullmatch(cell)) else cell for cell in cells]
        return plain, None

    def _spaced(self, text: str) -> list[str] | None:
        """Return the cells of a program that writes a blank before each; None where it is none."""
        lines, sign = io.StringIO(text, newline=""), self._delimiter
        try:
            cells = next(csv.reader(lines, delimiter=sign, strict=True, skipinitialspace=True))
        except (csv.Error, StopIteration):
            return None
        return cells if len(cells) == self._width and '"' not in "".join(cells) else None
