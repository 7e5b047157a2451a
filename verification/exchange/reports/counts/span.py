"""The days of a report, and the log read in pieces that a memory holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from verification.basics.dates import VIETNAM, month_end
from verification.exchange.reports.report import Period
from verification.log.events import Event, EventKind
from verification.log.ports import Happened

_PIECE = timedelta(hours=2)
_FRIDAY = 4


@dataclass(frozen=True)
class Span:
    """Local days, both included."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """Return its first moment."""
        return datetime.combine(self.first, time(), VIETNAM)

    @property
    def end(self) -> datetime:
        """Return the first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), VIETNAM)

    def days(self) -> Iterator[date]:
        """Yield its days."""
        for n in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=n)

    def events(self, log: Happened, kinds: Sequence[EventKind]) -> Iterator[Event]:
        """Yield what was recorded in it, in the order of time, a few hours at a time.

        A row that cannot be read is among them.
        """
        begin = self.begin
        while begin < self.end:
            until = min(begin + _PIECE, self.end)
            yield from log.events(kinds, begin, until)
            begin = until

    def period(self, now: datetime) -> Period:
        """Return it as a report says it: up to when it counts where it is not over yet."""
        return Period(self.first, self.last, now if now < self.end else None)

    def so_far(self, today: date) -> "Span":
        """Return it without the days that have not come."""
        return Span(self.first, min(self.last, today))


def week_of(day: date) -> Span:
    """Return the week that is summed up on a Friday: from the Saturday before."""
    last = day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
    return Span(last - timedelta(days=6), last)


def month_of(day: date) -> Span:
    """Return the calendar month of a day."""
    return Span(day.replace(day=1), month_end(day.year, day.month))


def month_before(span: Span) -> Span:
    """Return the month before a month."""
    return month_of(span.first - timedelta(days=1))
