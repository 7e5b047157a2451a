"""The machine's clock, for administrators: what contradicts it, what it recorded wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log import clock as recorded
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.officer_events import ClockNoted
from verification.log.unreadable import Cause, Content, Unreadable
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_NOTHING = timedelta(milliseconds=-1)  # a stretch that ends before it begins holds nothing


@dataclass(frozen=True)
class ClockNote:
    """A stretch that was noted as recorded with a wrong clock.

    Args:
        event: The note: who and when.
        stretch: The time noted; None where the clock was confirmed as it stood.
        why: The reason given, empty where it was erased.
        unreadable: What cannot be read of it.
    """

    event: Event
    stretch: recorded.Stretch | None
    why: str
    unreadable: Sequence[Unreadable] = ()


@dataclass(frozen=True)
class ClockState:
    """What is known of the clock.

    Args:
        now: What it shows.
        doubt: Why it is wrong, None while nothing speaks against it.
        proposed: The stretch that a note without times would take.
        notes: What was noted before, newest first.
    """

    now: datetime
    doubt: recorded.Doubt | None
    proposed: recorded.Stretch | None
    notes: Sequence[ClockNote]


@needs(Right.MANAGE)
def clock_state(_actor: Actor, kiosk: Kiosk) -> ClockState:
    """Return what is known of the clock."""
    events = kiosk.written.events((EventKind.CLOCK_NOTED,), _LONG_AGO)
    notes = [_note(kiosk, event) for event in reversed(events)]
    return ClockState(kiosk.clock(), kiosk.doubt(), _proposed(kiosk), notes)


@needs(Right.CHANGE_HOUSE)
def note_clock(
    actor: Actor,
    kiosk: Kiosk,
    why: str,
    first: datetime | None = None,
    last: datetime | None = None,
) -> ClockNote:
    """Note a time as recorded with a wrong clock; what lies in it no longer counts as newest.

    Without times it is all that was recorded after now; where that is nothing, and the clock is
    taken for wrong because nothing was recorded for over a year, it is confirmed as it stands.

    Args:
        actor: An administrator.
        kiosk: The kiosk.
        why: The reason, in words.
        first: Begin of the stretch as the wrong clock recorded it.
        last: Its end, included.

    Raises:
        RequestError: There is no reason, the times make no stretch, or nothing is to be noted.
    """
    if not why.strip():
        raise RequestError("Hãy ghi lý do", "Give a reason")
    stretch = _given(first, last) or _proposed(kiosk)
    now = kiosk.clock().astimezone(UTC)
    if stretch is None and not kiosk.doubt():
        raise RequestError(
            "Không có gì trái với giờ máy; hãy ghi rõ từ lúc nào đến lúc nào",
            "Nothing contradicts the clock; say from when to when",
        )
    what = _event(stretch) if stretch else ClockNoted(now, now + _NOTHING)
    return _note(kiosk, write_alone(kiosk.written, actor, what, content=noted(why)))


def _given(first: datetime | None, last: datetime | None) -> recorded.Stretch | None:
    if first is None and last is None:
        return None
    if first is None or last is None or first > last:
        raise RequestError(
            "Cần cả hai: từ lúc nào, đến lúc nào, theo thứ tự",
            "Give both, from when and to when, in this order",
        )
    return recorded.Stretch(first, last)


def _proposed(kiosk: Kiosk) -> recorded.Stretch | None:
    as_of = kiosk.cards.status().as_of
    return recorded.contradicting(kiosk.clock(), kiosk.written, as_of)


def _event(stretch: recorded.Stretch) -> ClockNoted:
    return ClockNoted(stretch.first.astimezone(UTC), stretch.last.astimezone(UTC))


def _note(kiosk: Kiosk, event: Event) -> ClockNote:
    if not event.is_readable:
        return ClockNote(event, None, "", (Unreadable(event.event_id, Cause.BYTES),))
    what = ClockNoted.of(event.codes)
    stretch = recorded.Stretch(what.first, what.last) if what.first <= what.last else None
    content = kiosk.written.content(event.event_id) or Content()
    return ClockNote(event, stretch, content.get("ghi_chu", ""), content.unreadable)
