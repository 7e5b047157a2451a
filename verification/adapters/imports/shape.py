"""Whether the cells of a line stand where the heading says."""

from collections.abc import Sequence

from verification.adapters.imports.headings import (
    REST_OF_NAME,
    is_heading,
    is_ours,
    is_whole,
    our_words,
)
from verification.adapters.imports.refused import Refused

_NUMBERS = ("ma_the", "ma_so_bhxh", "ma_cskcb", "ma_co_quan")  # columns whose cells end in a digit
_SHORT = 3  # longer is no column's number


class Shape:
    """Looks at one line after the other, since a second heading makes all below it doubtful.

    Args:
        names: The heading, in our words where they are known.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names, self._width = names, len(names)
        self._number = next((names.index(name) for name in _NUMBERS if name in names), None)
        self._unnamed = [
            at for at, name in enumerate(names) if not name and at and is_ours(names[at - 1])
        ]
        self._rest = names.index(REST_OF_NAME) if REST_OF_NAME in names else None
        self._other = False

    def why(self, cells: Sequence[str]) -> Refused | None:
        """Return why no cell of a line is sure to stand in its column; None where all are."""
        plain = len(cells) == self._width and not (self._other or self._unnamed)
        if plain and self._has_number(cells):  # as most are
            return None
        if not self._has_number(cells):
            if is_heading(cells, self._names):
                self._other = False
                return Refused("heading_again")
            self._other = self._other or is_whole(our_words(cells))
        if self._other:
            return Refused("heading_other")
        if len(cells) != self._width:
            return Refused("torn")
        if any(cells[at].strip() for at in self._unnamed):
            return Refused("unnamed")
        return None

    def named(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the cells of a line by column, blanks around them taken off."""
        named = dict(zip(self._names, map(str.strip, cells), strict=False))
        if self._rest is not None:
            named["ho_ten"] = f"{named['ho_ten']} {named.pop(REST_OF_NAME, '')}".strip()
        return named

    def _has_number(self, cells: Sequence[str]) -> bool:
        if self._number is None or self._number >= len(cells):
            return False
        cell = cells[self._number].rstrip()
        return len(cell) > _SHORT and cell[-1].isdigit()
