"""Rows of a list that meet nothing: of a number that is new, or that say again what is stored.

Nearly all are such, and a list has millions: they go into the card file as they came. Any other is
weighed against what it meets (`card_draft.py`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from verification.adapters.store.noticing import Values
from verification.adapters.store.sqlite.keeping import OF_PERIOD, STATUS
from verification.card.facts import Origin
from verification.card.periods import OF_THE_NUMBER

OF_NUMBER = frozenset(status.value for status in OF_THE_NUMBER)
ADDED = ("as_of", "origin", "copy", "period", "trusted")
"""What the card file holds of a row beside the columns of its list, in this order."""


@dataclass(frozen=True)
class Copy:
    """The list that an import takes in.

    Args:
        number: Counts the imports.
        as_of: Its day; a row may have one of its own.
        origin: Who made it.
        today: The real day: nothing was heard of after it.
        delta: It is a list of changes: a row that says nothing new is not written again.
    """

    number: int
    as_of: date
    origin: Origin
    today: date
    delta: bool = False

    @property
    def trusted(self) -> int:
        """Return 1 where its rows are believed against any other, else 0."""
        return int(self.origin.trusted)


class PlainRows:
    """Tells them from others.

    Args:
        columns: What a row gives, the card number first, its status and its new card last.
        copy: What is taken in.
    """

    def __init__(self, columns: tuple[str, ...], copy: Copy) -> None:
        if columns[-len(STATUS) :] != STATUS:
            raise ValueError(f"{STATUS} stand last, not {columns[-len(STATUS) :]}")
        self._given = itemgetter(*columns)
        self._person = len(columns) - len(STATUS)
        self._begin = columns.index("gt_the_tu")
        self._as_of = copy.as_of.isoformat()
        self._origin, self._copy, self._trusted = copy.origin.value, copy.number, copy.trusted

    def written(self, row: Values, stored: Sequence[tuple[Any, ...]]) -> tuple[Any, ...] | None:
        """Return what the card file will hold of a row; None where it must be weighed.

        Args:
            row: No other of the same batch is of its number.
            stored: What the draft holds of the number: columns, then `ADDED`.
        """
        given = self._given(row)
        if given[-2] in OF_NUMBER:
            return None
        day = row.get("as_of") or self._as_of
        if stored:
            return self._again(row, given, day, stored[0]) if len(stored) == 1 else None
        begin = given[self._begin] or ""
        return (*given, day, self._origin, self._copy, begin, self._trusted)

    def _again(
        self, row: Values, given: tuple[Any, ...], day: object, stored: tuple[Any, ...]
    ) -> tuple[Any, ...] | None:
        """Return a row that differs from the one stored in nothing but its day and who says it."""
        status, new, as_of, _, copy, period, trusted = stored[self._person :]
        begin = given[self._begin]
        same_key = begin and begin == period and trusted == self._trusted
        if not same_key or copy == self._copy or as_of > day or row.get("none"):
            return None
        if new or given[-1] or status in OF_PERIOD or given[-2] in OF_PERIOD:
            return None
        person = stored[: self._person]
        if given[:-2] != person and not _says_the_same(given, person):
            return None
        return (*person, *given[-2:], day, self._origin, self._copy, period, trusted)


def _says_the_same(given: Iterable[object], stored: Iterable[object]) -> bool:
    """Tell whether a row says nothing else; of what it is silent about, it stays as it is."""
    pairs = zip(given, stored, strict=False)
    return all(says is None or says == is_now for says, is_now in pairs)
