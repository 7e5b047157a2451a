"""What is older than its term, as the log in memory has it."""

from collections.abc import Sequence
from datetime import datetime

from verification.log.aged import until_later
from verification.log.chained import event_in
from verification.log.events import Event, EventKind
from verification.log.memory_state import State


class MemoryAged:
    """The `Aged` port.

    Args:
        state: As it stands.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def older(self, kinds: Sequence[EventKind], before: datetime, now: datetime) -> Sequence[Event]:
        """Return the events whose content is older than a moment and still there, by desk."""
        chains: dict[str, list[Event]] = {}
        for row in self._state.rows.values():
            chains.setdefault(row["desk"], []).append(event_in(row))
        old = [one for _, all_ in sorted(chains.items()) for one in until_later(all_, before, now)]
        kept = self._state.content
        early = (event for event in old if event.recorded_at < before and event.event_id in kept)
        return [event for event in early if event.kind in kinds]

    def count(self, kinds: Sequence[EventKind]) -> int:
        """Count the events whose content is still there."""
        kept = self._state.content
        rows = self._state.rows.items()
        return sum(row["kind"] in kinds and event_id in kept for event_id, row in rows)
