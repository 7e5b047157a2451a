"""A desk closes its shift: what it did is counted and kept with the end of every chain."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.errors import Forbidden, RequestError
from verification.exchange.difficulties import written
from verification.exchange.shifts.figures import Figures, figures
from verification.exchange.shifts.fold import Shift, fold
from verification.exchange.shifts.span import LIMITS, Span, open_span
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.help_events import ShiftClosed
from verification.log.ports import LogTransaction, Written
from verification.log.writing import write
from verification.rights import Actor, Right, needs

_AGAIN = timedelta(seconds=LIMITS["again_seconds"])


@dataclass(frozen=True)
class Counted:
    """A shift and what is counted of it."""

    shift: Shift
    figures: Figures


@dataclass(frozen=True)
class Closed:
    """A shift that was closed.

    Args:
        event: Its closing.
        again: True where it had been closed just before and nothing was done since.
    """

    event: Event
    again: bool


@needs(Right.RECEIVE)
def shift_so_far(actor: Actor, kiosk: Kiosk) -> Counted:
    """Return what the open shift of the own desk adds up to now."""
    return counted_now(kiosk, actor.desk)


@needs(Right.RECEIVE)
def close_shift(actor: Actor, kiosk: Kiosk, note: str = "") -> Closed:
    """Close the shift of the own desk: all of it in one piece of work, or nothing.

    Args:
        actor: Who closes it.
        kiosk: The kiosk.
        note: What is handed over in words; kept as content, the numbers in it masked. Where the
            shift was closed just before, words that are not on its sheet get one of their own.
    """
    words = written(note)

    def work(log: LogTransaction) -> Closed:
        now = kiosk.clock()
        found = _counted(log, kiosk, open_span(log, actor.desk, now))
        before = _closed_just_now(log, found.shift, now)
        if before and words in {"", _handed(log, before)}:
            return Closed(before, again=True)
        closed = _closing(found, now)
        return Closed(write(log, actor, closed, content=noted(words)), again=False)

    return kiosk.written.write(work)


def counted_now(kiosk: Kiosk, desk: str) -> Counted:
    """Return what the open shift of a desk adds up to now."""
    log = kiosk.written
    return _counted(log, kiosk, open_span(log, desk, kiosk.clock()))


def counted(kiosk: Kiosk, span: Span) -> Counted:
    """Return what a shift adds up to, counted anew."""
    return _counted(kiosk.written, kiosk, span)


def _counted(log: Written, kiosk: Kiosk, span: Span) -> Counted:
    shift = fold(log, span)
    return Counted(shift, figures(log, kiosk.misuse, shift))


def _closed_just_now(log: LogTransaction, shift: Shift, now: datetime) -> Event | None:
    span = shift.span
    before = log.places.newest_of(span.desk, EventKind.SHIFT_CLOSED, span.last + 1)
    if before is None or not before.is_readable or not shift.is_empty:
        return None
    return before if timedelta(0) <= now - before.recorded_at < _AGAIN else None


def _handed(log: LogTransaction, closing: Event) -> str:
    """Return what a closing handed over in words, empty for nothing."""
    content = log.content(closing.event_id)
    return str(content.get("ghi_chu", "")) if content else ""


def _closing(found: Counted, now: datetime) -> ShiftClosed:
    span = found.shift.span
    since = span.since or found.shift.began or now
    counts = found.figures.counts | {"first": span.first, "earlier": span.earlier}
    heads = tuple(str(head) for head in span.heads)
    return ShiftClosed(since.astimezone(VIETNAM).isoformat(), heads, counts)


@needs(Right.RECEIVE)
def own_closing(actor: Actor, kiosk: Kiosk, event_id: str) -> Event:
    """Return a closing of the own desk.

    Raises:
        Forbidden: It is another desk's.
        RequestError: There is none of that name.
    """
    event = _closing_of(kiosk, event_id)
    if event.desk != actor.desk:
        kiosk.note_refused(actor, "exchange.shifts.closing.own_closing", Right.REPORT)
        raise Forbidden("Phiếu ca này của quầy khác", "This shift's sheet is that of another desk")
    return event


@needs(Right.REPORT)
def any_closing(_actor: Actor, kiosk: Kiosk, event_id: str) -> Event:
    """Return a closing of whatever desk.

    Raises:
        RequestError: There is none of that name.
    """
    return _closing_of(kiosk, event_id)


def _closing_of(kiosk: Kiosk, event_id: str) -> Event:
    event = kiosk.written.event(event_id)
    if event is None or event.kind is not EventKind.SHIFT_CLOSED:
        raise RequestError(f"Không có phiếu ca {event_id}", f"There is no shift's sheet {event_id}")
    return event
