"""Before the day's files close: what the portal has not confirmed is asked about again.

TT 12/2026/TT-BTC Đ4 k1 c: a card is looked up at reception, when it is needed, and before the file
is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.exchange.waiting import is_fresh, parts, refuse_without_portal
from verification.kiosk import Kiosk
from verification.log.events import EventKind
from verification.log.outbox import Waiting, portal_item
from verification.log.portal_events import PortalAskedAgain
from verification.log.ports import LogTransaction
from verification.log.visit import Visit
from verification.log.visit_events import SaidOfVisit
from verification.log.writing import write
from verification.rights import Actor, Right, needs

_CLOSING = "closing"
_IN_A_BED = ("inpatient", "admitted", "in_stay")  # what is said of a stay


@dataclass(frozen=True)
class Unverified:
    """A visit that the portal has not confirmed.

    Args:
        visit: The visit.
        waiting: What is still to be asked about it, None where the portal spoke against the card.
    """

    visit: Visit
    waiting: Waiting | None

    @property
    def word(self) -> str:
        """Return how far its question is: a `PortalWord`, or `not_asked`."""
        return self.visit.portal.value if self.visit.portal else "not_asked"


@needs(Right.MANAGE)
def ask_day_again(actor: Actor, kiosk: Kiosk, day: date | None = None) -> Sequence[str]:
    """Have the portal asked again now about a day's unverified visits and open stays.

    Args:
        actor: Who closes the day.
        kiosk: The kiosk.
        day: The local day; None for today.

    Returns:
        The visits that are asked about.

    Raises:
        RequestError: No portal is set, or the day is not over yet.
    """
    day = day or kiosk.today()
    refuse_without_portal(kiosk)
    if day > kiosk.today():
        raise RequestError(f"Ngày {day:%d/%m/%Y} chưa đến", f"{day} has not come yet")
    stays = _stays(kiosk, day)
    received = _received(kiosk, day)
    asked = [v for v in received if _is_open(kiosk, v) or v.presented in stays]

    def work(log: LogTransaction, some: Sequence[Visit]) -> None:
        now = kiosk.clock()
        for visit in some:
            item = log.exchanged.one(portal_item(visit.visit_id))
            if item and is_fresh(item, now):
                continue
            again = PortalAskedAgain(visit.visit_id, _CLOSING)
            write(log, actor, again, person_ref=visit.person_ref)

    for some in parts(asked):
        kiosk.written.write(partial(work, some=some))
    return [visit.visit_id for visit in asked]


@needs(Right.MANAGE)
def unverified(_actor: Actor, kiosk: Kiosk, day: date | None = None) -> Sequence[Unverified]:
    """Return the visits of a day that the portal has not confirmed, oldest first."""
    one = kiosk.written.exchanged.one
    open_ones = [v for v in _received(kiosk, day or kiosk.today()) if _is_open(kiosk, v)]
    return [Unverified(v, one(portal_item(v.visit_id))) for v in reversed(open_ones)]


@needs(Right.MANAGE)
def still_asked(_actor: Actor, kiosk: Kiosk, visits: Sequence[str]) -> int:
    """Return about how many of these visits an answer is still to come by itself."""
    found = (kiosk.written.exchanged.one(portal_item(visit)) for visit in visits)
    return sum(item is not None and not item.is_dead and not item.attempts for item in found)


def _received(kiosk: Kiosk, day: date) -> Sequence[Visit]:
    found = kiosk.written.visits_on(day, None)
    return [visit for visit in found if visit.cancelled is None and not visit.unreadable]


def _is_open(kiosk: Kiosk, visit: Visit) -> bool:
    confirmed = visit.portal is not None and not visit.portal.is_open
    return not confirmed and kiosk.written.content(visit.presented) is not None  # else erased


def _stays(kiosk: Kiosk, day: date) -> frozenset[str]:
    """Return the presentations of whom was said last that they lie in a bed."""
    lies: dict[str, bool] = {}
    since = datetime.combine(day, time(), VIETNAM)
    for event in kiosk.written.events((EventKind.TOLD,), since):
        told = SaidOfVisit.of(event.codes) if event.is_readable else None
        if told is None or told.answers is None:  # another code was chosen
            continue
        said = [bool(told.answers[name]) for name in _IN_A_BED if name in told.answers]
        if said or not told.answers:  # all was forgotten
            lies[told.presented] = any(said)
    return frozenset(presented for presented, in_bed in lies.items() if in_bed)
