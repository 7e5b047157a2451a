"""What is still to be sent, to look at and to have sent again now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TypeVar

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.exchange.again import Again
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind, Happening
from verification.log.outbox import Errand, Heap, Waiting, heaps_of
from verification.log.portal_events import PortalAskedAgain
from verification.log.ports import Log, LogTransaction
from verification.log.sending_events import SentAgain
from verification.log.visit import Visit
from verification.log.writing import Stranger, Who, write
from verification.rights import Actor, Right, needs

T = TypeVar("T")
ALL = "all"
_TOGETHER = 50  # in one piece of work: the desks' own come between
_BY_PERSON, _BY_CLOCK = "person", "clock"
SETTINGS: Mapping[Errand, str] = {
    Errand.PORTAL: "KIOSK_PORTAL_URL",
    Errand.HANDOVER: "KIOSK_HANDOVER_TO",
    Errand.RECORD: "KIOSK_SIGNER",
}
"""Which setting says where an errand goes."""
_SAYS = (EventKind.PORTAL_ASKED_AGAIN, EventKind.SENT_AGAIN)


class State(StrEnum):
    """How something that waits stands, first what needs a person."""

    DEAD = "dead"
    SENDING = "sending"
    WAITING = "waiting"


@dataclass(frozen=True)
class Listed:
    """Something that waits, and the visit that it is about.

    Args:
        item: What waits.
        state: How it stands.
        visit: Its visit, None where there is none that can be read.
    """

    item: Waiting
    state: State
    visit: Visit | None

    @property
    def desk(self) -> str:
        """Return the desk that received the visit."""
        return self.visit.desk if self.visit else self.item.visit.rpartition("-")[0]


@dataclass(frozen=True)
class Queue:
    """What waits.

    Args:
        listed: What needs a person first, then what waits longest.
        heaps: How much waits of each errand of which something does.
    """

    listed: Sequence[Listed]
    heaps: Sequence[Heap]

    @property
    def count(self) -> int:
        """Return how much there is in all."""
        return sum(heap.count for heap in self.heaps)

    @property
    def dead(self) -> int:
        """Return how much of it only a person has sent again."""
        return sum(heap.dead for heap in self.heaps)

    @property
    def oldest(self) -> datetime | None:
        """Return since when what waits longest does."""
        return min((heap.oldest for heap in self.heaps), default=None)

    def heap(self, errand: Errand) -> Heap | None:
        """Return how much waits of an errand, None for nothing."""
        return next((heap for heap in self.heaps if heap.errand is errand), None)


@needs(Right.MANAGE)
def waiting(_actor: Actor, kiosk: Kiosk, on: date | None = None, most: int | None = None) -> Queue:
    """Return what waits.

    Args:
        kiosk: The kiosk.
        on: Only what began to wait on this local day; None for all.
        most: List so many at most; None for all.
    """
    return queue(kiosk, on, most)


def queue(kiosk: Kiosk, on: date | None = None, most: int | None = None) -> Queue:
    """Return what waits, for who looks after the kiosk itself."""
    exchanged = kiosk.written.exchanged
    if on is None:
        dead = exchanged.waiting(most=most, dead=True) if most != 0 else ()
        left = None if most is None else most - len(dead)
        alive = exchanged.waiting(most=left, dead=False) if left != 0 else ()
        return Queue(_listed(kiosk, [*dead, *alive]), exchanged.heaps())
    found = [item for item in exchanged.waiting() if on == _day(item)]
    in_order = sorted(found, key=lambda item: not item.is_dead)
    return Queue(_listed(kiosk, in_order[:most]), heaps_of(found))


def _listed(kiosk: Kiosk, items: Sequence[Waiting]) -> Sequence[Listed]:
    sending = kiosk.written.exchanged.sending(kiosk.clock()) if items else ()
    return [
        Listed(item, _state(item, item.item_id in sending), kiosk.written.visit(item.visit))
        for item in items
    ]


@needs(Right.MANAGE)
def send_again(
    actor: Actor, kiosk: Kiosk, name: str = ALL, on: date | None = None
) -> Sequence[Waiting]:
    """Have something sent again now, however often it failed; return what.

    Args:
        actor: Who asks for it.
        kiosk: The kiosk.
        name: Of what waits, its visit, or `all`.
        on: Of all only what began to wait on this local day.

    Raises:
        RequestError: Nothing of that name waits, or its receiver is not set.
    """
    found = [item for item in kiosk.written.exchanged.waiting() if on in {None, _day(item)}]
    wanted = [item for item in found if name in {ALL, item.item_id, item.visit}]
    if not wanted and name != ALL:
        raise RequestError(f"Không có {name} trong hàng chờ", f"{name} does not wait")
    sent, now = _refuse_closed(kiosk, wanted), kiosk.clock()
    late = [item for item in sent if not is_fresh(item, now)]
    send_now(kiosk.written, lambda _: actor, late, _BY_PERSON)
    return sent


def is_fresh(item: Waiting, now: datetime) -> bool:
    """Tell whether it is to be sent now anyway and was not tried since somebody said so."""
    return item.due is not None and item.due <= now and not item.attempts


def refuse_without_portal(kiosk: Kiosk) -> None:
    """Refuse to have something asked where nobody is asked.

    Raises:
        RequestError: No portal is set.
    """
    if not kiosk.asks_portal:
        raise RequestError(
            "Chưa đặt Cổng BHXH (KIOSK_PORTAL_URL), không hỏi lại được",
            "No portal is set (KIOSK_PORTAL_URL), nothing can be asked again",
        )


def is_open(kiosk: Kiosk, errand: Errand) -> bool:
    """Tell whether the way of an errand is set up."""
    match errand:
        case Errand.PORTAL:
            return kiosk.asks_portal
        case Errand.HANDOVER:
            return kiosk.hands_over
        case Errand.RECORD:
            return kiosk.sends_records


def _refuse_closed(kiosk: Kiosk, wanted: Sequence[Waiting]) -> Sequence[Waiting]:
    """Return what of it can be sent.

    Raises:
        RequestError: Nothing of it, or nothing is sent anywhere.
    """
    found = [item for item in wanted if is_open(kiosk, item.errand)]
    if found or (not wanted and any(is_open(kiosk, errand) for errand in Errand)):
        return found
    errand = wanted[0].errand if wanted else Errand.PORTAL
    if errand is Errand.PORTAL:
        refuse_without_portal(kiosk)
    setting = SETTINGS[errand]
    raise RequestError(
        f"Chưa đặt nơi nhận ({setting}), không gửi lại được",
        f"No receiver is set ({setting}), nothing can be sent again",
    )


def still_due(kiosk: Kiosk, items: Sequence[Waiting]) -> int:
    """Return how much of what was to be sent again now was not tried yet."""
    found = (kiosk.written.exchanged.one(item.item_id) for item in items)
    return sum(item is not None and not item.is_dead and not item.attempts for item in found)


def was_said(kiosk: Kiosk, since: datetime, errand: Errand = Errand.PORTAL) -> bool:
    """Tell whether somebody had an errand sent again since a moment, in whatever process."""
    events = kiosk.written.events(_SAYS, since)
    said = (_said(event) for event in events if event.is_readable)
    return any(of == errand and why != _BY_CLOCK for of, why in said)


def _said(event: Event) -> tuple[str, str]:
    if event.kind is EventKind.PORTAL_ASKED_AGAIN:
        return Errand.PORTAL, PortalAskedAgain.of(event.codes).why
    again = SentAgain.of(event.codes)
    return again.errand, again.why


def set_right(kiosk: Kiosk, again: Again, errand: Errand | None = None) -> int:
    """Have sent now what a clock that stood wrong made due later than any wait lasts."""
    now, found = kiosk.clock(), kiosk.written.exchanged.waiting(errand)
    far = [item for item in found if item.due and item.due - now > again.longest_of(item)]
    return send_now(kiosk.written, _by_itself, far, _BY_CLOCK)


def send_now(
    written: Log, who: Callable[[Waiting], Who], items: Sequence[Waiting], why: str
) -> int:
    """Make what waits due now, some at a time; what is gone meanwhile stays gone."""

    def work(log: LogTransaction, some: Sequence[Waiting]) -> int:
        still = [item for item in some if log.exchanged.one(item.item_id)]
        for item in still:
            visit = log.visit(item.visit)
            ref = visit.person_ref if visit else None
            write(log, who(item), _asked_again(item, why), person_ref=ref)
        return len(still)

    return sum(written.write(partial(work, some=some)) for some in parts(items))


def _asked_again(item: Waiting, why: str) -> Happening:
    match item.errand:
        case Errand.PORTAL:
            return PortalAskedAgain(item.visit, why)
        case _:
            return SentAgain(item.errand, item.item_id, item.visit, why)


def _by_itself(item: Waiting) -> Who:
    return Stranger(item.visit.rpartition("-")[0])


def parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Return some at a time, as many as one piece of work takes."""
    rest = iter(items)
    while some := list(islice(rest, _TOGETHER)):
        yield some


def _state(item: Waiting, sending: bool) -> State:  # noqa: FBT001  # tells of one value
    if item.is_dead:
        return State.DEAD
    return State.SENDING if sending else State.WAITING


def _day(item: Waiting) -> date:
    return item.since.astimezone(VIETNAM).date()
