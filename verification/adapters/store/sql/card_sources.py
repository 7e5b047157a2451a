"""What the store of cards holds by who made the lists, counted once for each set of cards."""

from collections.abc import Callable, Sequence
from datetime import date
from threading import Lock
from typing import Any

from verification.card.facts import Origin
from verification.card.ports import Source

_HELD = "SELECT origin, count(DISTINCT ma_the), count(*), max(as_of) FROM {at}card GROUP BY origin"
_REFUSED = "SELECT origin, count(DISTINCT number) FROM {at}refusal GROUP BY origin"
Rows = Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


class CountedSources:
    """Counts the rows of the cards, and again only where they are others.

    A million rows take a second; the engine counts them beside the desks, without Python's lock.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._mark: tuple[int, ...] | None = None
        self._found: tuple[Source, ...] = ()

    def of(self, mark: tuple[int, ...], rows: Rows) -> Sequence[Source]:
        """Return what the store holds.

        Args:
            mark: What changes with the cards.
            rows: Asks it.

        Raises:
            ValueError: It holds what no import has written.
        """
        with self._turn:
            if mark != self._mark or not self._found:  # nothing was readable, or there is nothing
                self._found, self._mark = _counted(rows), mark
            return self._found


def _counted(rows: Rows) -> tuple[Source, ...]:
    held = {origin: counts for origin, *counts in rows(_HELD, ())}
    refused: dict[str, int] = dict(rows(_REFUSED, ()))
    return tuple(
        Source(origin, cards, periods, date.fromisoformat(newest) if newest else None, bad)
        for origin in Origin
        for cards, periods, newest in (held.get(origin.value, (0, 0, None)),)
        for bad in (refused.get(origin.value, 0),)
        if periods or bad
    )
