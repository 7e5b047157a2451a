"""How the sending of each errand stands, as lines of what is looked after."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts, read
from verification.exchange.waiting import is_open
from verification.exchange.wording import error_words, heap_words, off_words
from verification.kiosk import Kiosk
from verification.log.events import EventKind
from verification.log.outbox import Errand, Heap
from verification.log.sending_events import Delivered
from verification.operations.exchange_worker import Exchange
from verification.operations.health.line import Line, Tone

_TEXTS = Texts("verification.operations.health")
_LIMITS: dict[str, int] = read("verification.operations.health", "limits.toml")["outbox"]
_A_DAY = timedelta(days=1)


def sending_lines(kiosk: Kiosk, exchange: Exchange) -> Iterable[Line]:
    """Return a line for each errand that is set up or of which something waits."""
    if exchange.trouble:
        yield Line("outbox", Tone.BAD, exchange.trouble, _limit())
        return
    found = {heap.errand: heap for heap in kiosk.written.exchanged.heaps()}
    lines = 0
    for errand in Errand:
        heap = found.get(errand)
        if heap:
            yield _waits(kiosk, exchange, heap)
        elif is_open(kiosk, errand) and errand is not Errand.PORTAL:  # it has a line of its own
            yield Line(f"sent_{errand.value}", Tone.OK, _nothing(kiosk, exchange, errand), _limit())
        else:
            continue
        lines += 1
    if not lines:
        yield Line("outbox", Tone.OK, _TEXTS("outbox_none"), _limit())


def _waits(kiosk: Kiosk, exchange: Exchange, heap: Heap) -> Line:
    errand, hours = heap.errand, (kiosk.clock() - heap.oldest) / timedelta(hours=1)
    told = heap_words(heap)
    if heap.dead:
        told = _joined(told, " ", _TEXTS("outbox_dead", dead=heap.dead))
    tone = Tone.BAD if hours > _LIMITS["red"] else Tone.OK
    if tone is Tone.OK and (hours > _LIMITS["amber"] or heap.dead):
        tone = Tone.WAIT
    if not exchange.sends(errand):  # nothing of it goes by itself
        told = _joined(told, " ", off_words(errand))
        tone = max(tone, Tone.WAIT, key=[*Tone].index)
    elif why := exchange.pauses.get(errand):
        told = _joined(told, "", _TEXTS("outbox_held", why=error_words(why)))
        tone = max(tone, Tone.WAIT, key=[*Tone].index)
    if errand is not Errand.PORTAL:
        told = _joined(told, " – ", _taken(kiosk, exchange, errand))
    return Line(f"sent_{errand.value}", tone, told, _limit())


def _nothing(kiosk: Kiosk, exchange: Exchange, errand: Errand) -> Text:
    return _joined(_TEXTS("outbox_none"), "; ", _taken(kiosk, exchange, errand))


def _taken(kiosk: Kiosk, exchange: Exchange, errand: Errand) -> Text:
    """Return when something of an errand was taken last."""
    at = next((lane.settled for lane in exchange.lanes if lane.errand is errand), None)
    at = at or _newest(kiosk, errand)
    if at is None:
        return _TEXTS("outbox_untaken")
    return _TEXTS("outbox_taken", at=f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}")


def _newest(kiosk: Kiosk, errand: Errand) -> datetime | None:
    events = kiosk.written.events((EventKind.DELIVERED,), kiosk.clock() - _A_DAY)
    sound = (event for event in reversed(events) if event.is_readable)
    mine = (event for event in sound if Delivered.of(event.codes).errand == errand)
    return next((event.recorded_at for event in mine), None)


def _joined(one: Text, between: str, other: Text) -> Text:
    return Text(one.vi + between + other.vi, one.en + between + other.en)


def _limit() -> Text:
    return _TEXTS("outbox_limit", **_LIMITS)
