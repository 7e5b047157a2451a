"""Cells of a workbook that are merged over several rows of cards.

The file holds the text in the first of the rows alone. Whoever looks at the sheet reads "withdrawn"
beside each of them, and the rows below would say nothing.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from verification.adapters.imports.refused import file_refused

_DECIDING = frozenset({"trang_thai", "gt_the_tu", "gt_the_den", "ma_dkbd"})
_KEY = "ma_the"
_OVER = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})", re.ASCII)


class MergedCells:
    """Looks for them in one sheet.

    Args:
        names: Its columns, in our words where they are known.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._key = names.index(_KEY) if _KEY in names else None
        self._rows: tuple[int, int] | None = None

    def see(self, at: int, cells: Sequence[str]) -> None:
        """See a row below the heading; what stands below the last card is no list."""
        if self._key is not None and cells[self._key].rstrip()[-1:].isdigit():
            self._rows = (self._rows[0] if self._rows else at, at)

    def check(self, path: Path, refs: Iterable[str]) -> None:
        """Compare what is merged with where the cards stand.

        Args:
            path: The workbook, for the error.
            refs: What is merged, such as `M2:M4`.

        Raises:
            ImportFileError: A cell that decides whether a card counts is merged over several.
        """
        for found in filter(None, map(_OVER.fullmatch, refs)):
            left, right = _place(found[1]), _place(found[3])
            columns = [name for name in self._names[left : right + 1] if name in _DECIDING]
            if columns and self._is_over(int(found[2]), int(found[4])):
                raise file_refused(path, "merged", cells=found[0], column=columns[0])

    def _is_over(self, top: int, bottom: int) -> bool:
        if self._rows is None:
            return False
        first, last = self._rows
        return min(bottom, last) > max(top, first)


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
