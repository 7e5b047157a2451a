"""The day's number of each received visit: one row for the whole house, whatever desks it has.

It is given where the event is written, inside its piece of work and by the same look at the clock,
so two desks or processes never give one twice, and what was rolled back leaves no gap. The day is
that of recording in Vietnam: a visit that is written down later, or with `--at`, joins the row of
the day on which somebody wrote it. Where a clock went back over midnight each day goes on in its
own row.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from verification.basics.dates import VIETNAM
from verification.log.events import EventKind, NewEvent

MOST = 1_000_000
"""No house receives so many a day: what stands higher was put there to stop the counting."""
_KEY = "so_thu_tu"


def day_of(recorded_at: datetime) -> date:
    """Return the day in whose row an event of a moment gets its number."""
    return recorded_at.astimezone(VIETNAM).date()


def numbered(event: NewEvent, now: datetime, newest: Callable[[date], int]) -> NewEvent:
    """Return an event as it is written: `received` with the next number of the day.

    Args:
        event: What is to be written.
        now: When it is recorded.
        newest: Returns the highest number that was given on a day, undone visits included; 0 for
            none.
    """
    if event.kind is not EventKind.RECEIVED:
        return event
    return replace(event, codes={**event.codes, _KEY: newest(day_of(now)) + 1})


def is_number(value: object) -> bool:
    """Tell whether a value is one that is given."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < MOST
