"""From where to where in the log a shift counts, by places of the chains and not by the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from verification.basics.texts import read
from verification.log.chain import Head, parse_head
from verification.log.events import Event, EventKind
from verification.log.help_events import ShiftClosed
from verification.log.ports import Written

LIMITS = read("verification.exchange.shifts", "shift.toml")
_LONGEST = timedelta(hours=LIMITS["longest_hours"])


@dataclass(frozen=True)
class Span:
    """A shift of a desk.

    Args:
        desk: Whose.
        first: The first place of its chain that counts.
        last: The last one.
        since: The moment from which on it counts; None where nothing says so.
        heads: The end of every chain when it was closed, or as it is now.
        earlier: How many visits before it are in no shift.
        closing: The event that closed it, None while it is open.
    """

    desk: str
    first: int
    last: int
    since: datetime | None
    heads: tuple[Head, ...]
    earlier: int = 0
    closing: Event | None = None

    @cached_property
    def ends(self) -> Mapping[str, int]:
        """Return the last place of each chain that counts."""
        return {head.desk: head.count for head in self.heads}

    def holds(self, event: Event) -> bool:
        """Tell whether an event had been written when the shift was closed."""
        return event.seq <= self.ends.get(event.desk, 0)

    @property
    def head(self) -> Head | None:
        """Return the end of the desk's own chain, None where that was empty."""
        return next((head for head in self.heads if head.desk == self.desk), None)


def open_span(log: Written, desk: str, now: datetime) -> Span:
    """Return the shift of a desk that is not closed yet.

    Args:
        log: The log, or a piece of work on it.
        desk: Whose.
        now: The present moment.
    """
    heads = tuple(log.places.heads())
    last = next((head.count for head in heads if head.desk == desk), 0)
    before = log.places.newest_of(desk, EventKind.SHIFT_CLOSED, last + 1)
    above = before.seq if before else 0
    place = log.places.place_before(desk, now - _LONGEST, above)
    since = before.recorded_at if before and place == above else None
    earlier = log.places.visits_between(desk, above + 1, place) if place > above else 0
    return Span(desk, place + 1, last, since, heads, earlier)


def span_of(log: Written, closing: Event) -> Span:
    """Return the shift that an event closed.

    Args:
        log: The log.
        closing: A `shift_closed` event.
    """
    closed = ShiftClosed.of(closing.codes)
    first = closed.counts.get("first")
    if not isinstance(first, int):  # written by another version
        before = log.places.newest_of(closing.desk, EventKind.SHIFT_CLOSED, closing.seq)
        first = before.seq + 1 if before else 1
    earlier = closed.counts.get("earlier", 0)
    since = datetime.fromisoformat(closed.since)
    return Span(closing.desk, first, closing.seq - 1, since, _heads(closed.heads), earlier, closing)


def _heads(written: Sequence[str]) -> tuple[Head, ...]:
    return tuple(parse_head(line) for line in written)
