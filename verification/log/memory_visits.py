"""The `Visits` port on what the log in memory holds."""

from collections.abc import Callable, Sequence
from datetime import datetime

from verification.log.chained import event_in, utc
from verification.log.events import Event, EventKind
from verification.log.finding import LOT, Wanted, place_of
from verification.log.memory_state import State
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.visit import Visit


class MemoryVisits:
    """Visits as they stand.

    Args:
        state: Returns what the log holds now.
        sealer: Returns what makes keyed hashes.
    """

    def __init__(self, state: Callable[[], State], sealer: Callable[[], Sealer]) -> None:
        self._state = state
        self._sealer = sealer

    def newest(self, wanted: Wanted, most: int) -> Sequence[Visit]:
        """Return the newest of the wanted visits, newest first."""
        found = filter(wanted.holds, self._state().visits.values())
        return sorted(found, key=lambda visit: place_of(visit).key, reverse=True)[:most]

    def count(self, wanted: Wanted) -> int:
        """Count the wanted visits."""
        return sum(map(wanted.holds, self._state().visits.values()))

    def persons_of(self, numbers: Sequence[str]) -> Sequence[str]:
        """Return the references that are known of numbers."""
        if INDEX_KEY not in self._state().keys:
            return ()
        keys = [self._sealer().index(number) for number in numbers]
        return tuple(dict.fromkeys(self._state().known(keys).values()))

    def happened(
        self, person_ref: str, kinds: Sequence[EventKind], since: datetime, until: datetime
    ) -> Sequence[Event]:
        """Return what was recorded of a person in a time, both ends included, oldest first."""
        first, last = utc(since), utc(until)
        rows = (r for r in self._state().rows.values() if r["person_ref"] == person_ref)
        inside = (r for r in rows if r["kind"] in kinds and first <= r["recorded_at"] <= last)
        return [event_in(row) for row in inside]

    def received(self, officer: str) -> bool:
        """Tell whether an account ever received anybody."""
        return any(visit.officer == officer for visit in self._state().visits.values())

    def lot(self, *fields: str) -> str:
        """Return what these fields draw, hex."""
        return self._sealer().binder.bind(LOT, *fields)
