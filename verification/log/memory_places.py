"""The desks' chains by their places, of the log in memory."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from verification.log import chain
from verification.log.chained import event_in, utc
from verification.log.events import Event, EventKind
from verification.log.memory_state import State


class MemoryChains:
    """The `Chains` port.

    Args:
        state: Returns what the log holds.
    """

    def __init__(self, state: Callable[[], State]) -> None:
        self._state = state

    def heads(self) -> Sequence[chain.Head]:
        """Return the end of each desk's chain, by desk."""
        return [chain.Head(desk, *last) for desk, last in sorted(self._state().heads.items())]

    def part(self, desk: str, kinds: Sequence[EventKind], first: int, last: int) -> Sequence[Event]:
        """Return the events of some kinds between two places of a chain, in its order."""
        events = (event_in(row) for row in self._rows(desk, first, last))
        return [event for event in events if event.kind in kinds or not event.is_readable]

    def naming(
        self, names: Collection[str], kinds: Sequence[EventKind], after: str
    ) -> Sequence[Event]:
        """Return the events that name one of some events in their codes, in the order written."""
        wanted = frozenset(names)
        rows = list(self._state().rows.items())
        begin = next((at for at, (name, _) in enumerate(rows, 1) if name == after), 0)
        found = (row for _, row in rows[begin:] if row["kind"] in kinds)
        return [event_in(row) for row in found if wanted.intersection(chain.named_in(row["codes"]))]

    def newest_of(self, desk: str, kind: EventKind, below: int) -> Event | None:
        """Return the newest event of a kind below a place of a chain."""
        found = [row for row in self._rows(desk, 1, below - 1) if row["kind"] == kind]
        return event_in(found[-1]) if found else None

    def place_before(self, desk: str, moment: datetime, above: int) -> int:
        """Return the last place of a chain that was recorded before a moment."""
        last = self._state().heads.get(desk, (0, ""))[0]
        rows = self._rows(desk, above + 1, last)
        return max((r["seq"] for r in rows if r["recorded_at"] < utc(moment)), default=above)

    def visits_between(self, desk: str, first: int, last: int) -> int:
        """Return how many visits begin between two places of a chain."""
        visits = self._state().visits
        return sum(f"{desk}-{seq}" in visits for seq in range(first, last + 1))

    def is_linked(self, desk: str, first: int, last: int) -> bool:
        """Tell whether the rows between two places are there, whole, and each joins the next."""
        return chain.is_joined(list(self._rows(desk, first, last)), first, last)

    def _rows(self, desk: str, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        rows = self._state().rows
        names = (f"{desk}-{seq}" for seq in range(first, last + 1))
        return (rows[name] for name in names if name in rows)
