"""What log and cards say of the machine's clock: does it contradict what was recorded by it?

What was recorded while the clock was wrong stays as it is; an administrator notes the stretch, and
what lies in it no longer counts as newest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.log.events import EventKind
from verification.log.officer_events import ClockNoted
from verification.log.ports import Times

SLACK = timedelta(minutes=5)
_BEGIN = datetime(1, 1, 2, tzinfo=UTC)  # a day's room for the offset of any zone
_END = datetime(9999, 12, 30, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)  # what the log keeps of a moment


@dataclass(frozen=True)
class Stretch:
    """A time, both ends included, whose recording times are known to be wrong."""

    first: datetime
    last: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.first <= moment <= self.last


@dataclass(frozen=True)
class Doubt:
    """A clock that contradicts what was recorded.

    Args:
        now: What it shows.
        newest: The newest moment that counts.
        of: Whose moment that is, `event` or `cards`.
        ahead: True where now lies more than a year after it, False where before.
        day: The day that is most likely today; only what holds on any near day may be said by it.
    """

    now: datetime
    newest: datetime
    of: str
    ahead: bool
    day: date

    @property
    def params(self) -> dict[str, str]:
        """Return what a sentence about it names."""
        case = f"{'ahead' if self.ahead else 'behind'}_{self.of}"
        return {"case": case, "clock": written(self.now), "newest": written(self.newest)}


def written(moment: datetime) -> str:
    """Write a moment as people read it, local time."""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M %d/%m/}{local.year:04d}"


def noted_stretches(times: Times) -> tuple[Stretch, ...]:
    """Return the stretches that administrators noted as recorded with a wrong clock."""
    events = times.events((EventKind.CLOCK_NOTED,), _BEGIN)
    notes = (ClockNoted.of(e.codes) for e in events if e.is_readable)
    return tuple(Stretch(note.first, note.last) for note in notes)


def doubt(now: datetime, times: Times | None, cards_as_of: datetime | None) -> Doubt | None:
    """Tell whether a clock is wrong by what was recorded; None where nothing speaks against it.

    Args:
        now: What it shows.
        times: When events were recorded; None where there is no log.
        cards_as_of: The card data's date.
    """
    stretches = noted_stretches(times) if times else ()
    event = _last(times, _BEGIN, _END, stretches) if times else None
    cards = None if cards_as_of and _noted(cards_as_of, stretches) else cards_as_of
    if found := _newest(event, cards):
        of, newest = found
        if newest - now > SLACK:
            return Doubt(now, newest, of, ahead=False, day=_likely(now, event, cards))
    if cards and now <= _year_after(cards):
        return None
    event = _before_leap(times, event, stretches) if times and event else event
    if found := _newest(event, cards):
        of, newest = found
        if now > _year_after(newest):
            return Doubt(now, newest, of, ahead=True, day=_likely(now, event, cards))
    return None


def contradicting(now: datetime, times: Times, cards_as_of: datetime | None) -> Stretch | None:
    """Return the stretch of all that was recorded after now and not noted yet."""
    stretches, after = noted_stretches(times), now + _TICK
    ends = [_first(times, after, _END, stretches), _last(times, after, _END, stretches)]
    if cards_as_of and cards_as_of > now and not _noted(cards_as_of, stretches):
        ends.append(cards_as_of)
    found = [moment for moment in ends if moment]
    return Stretch(min(found), max(found)) if found else None


def _newest(event: datetime | None, cards: datetime | None) -> tuple[str, datetime] | None:
    known = [(of, at) for of, at in (("event", event), ("cards", cards)) if at]
    return max(known, key=lambda one: one[1], default=None)


def _likely(now: datetime, *recorded: datetime | None) -> date:
    """Return the day of the middle one of all moments known: one alone may be far off."""
    known = sorted((now, *(at for at in recorded if at)))
    return known[len(known) // 2].astimezone(VIETNAM).date()


def _before_leap(times: Times, newest: datetime, stretches: Sequence[Stretch]) -> datetime | None:
    """Return the newest event; where recording leapt by over a year of late, the last before that.

    A clock that leapt ahead confirms itself with the first event that it records, were it not so.
    A later note of an administrator confirms the leap.
    """
    begin = _year_before(newest)
    first, before = _first(times, begin, newest, stretches), _last(times, _BEGIN, begin, stretches)
    if first is None or before is None or first <= _year_after(before):
        return newest
    notes = times.events((EventKind.CLOCK_NOTED,), first)
    return newest if any(not _noted(note.recorded_at, stretches) for note in notes) else before


def _noted(moment: datetime, stretches: Sequence[Stretch]) -> bool:
    return any(stretch.holds(moment) for stretch in stretches)


def _last(
    times: Times, begin: datetime, end: datetime, stretches: Sequence[Stretch]
) -> datetime | None:
    """Return when the newest event of a time was recorded, noted stretches left out."""
    while found := times.last_recorded(begin, end):
        over = [stretch.first for stretch in stretches if stretch.holds(found)]
        if not over:
            return found
        end = min(over) - _TICK
    return None


def _first(
    times: Times, begin: datetime, end: datetime, stretches: Sequence[Stretch]
) -> datetime | None:
    """Return when the oldest event of a time was recorded, noted stretches left out."""
    while found := times.first_recorded(begin, end):
        over = [stretch.last for stretch in stretches if stretch.holds(found)]
        if not over:
            return found
        begin = max(over) + _TICK
    return None


def _year_after(moment: datetime) -> datetime:
    return _in_year(moment, 1, _END)


def _year_before(moment: datetime) -> datetime:
    return _in_year(moment, -1, _BEGIN)


def _in_year(moment: datetime, years: int, otherwise: datetime) -> datetime:
    """Return the same day of another year; 29 February is 1 March where there is none."""
    local = moment.astimezone(VIETNAM)
    if not _BEGIN.year < local.year + years < _END.year:
        return otherwise
    try:
        return local.replace(year=local.year + years)
    except ValueError:
        return local.replace(year=local.year + years, month=3, day=1)
