"""What is older than its term: events of a time long ago whose content is still there.

When an event was recorded the clock said, and a clock may have been wrong: what stands in a chain
behind an event of later was recorded later, whatever its own time says.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from verification.log.events import Event, EventKind


class Aged(Protocol):
    """Events by the age of their content."""

    def older(self, kinds: Sequence[EventKind], before: datetime, now: datetime) -> Sequence[Event]:
        """Return the events whose content is older than a moment and still there, by desk.

        Args:
            kinds: Which.
            before: Recorded before it, as were all events that their chain has before them.
            now: What was recorded after it is of a clock that ran ahead, and proves nothing.
        """

    def count(self, kinds: Sequence[EventKind]) -> int:
        """Count the events whose content is still there."""


def until_later(events: Iterable[Event], before: datetime, now: datetime) -> Iterator[Event]:
    """Yield the events of one chain up to the first that was recorded later than `before`."""
    for event in events:
        if before <= event.recorded_at <= now:
            return
        yield event
