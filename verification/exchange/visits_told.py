"""What a hospital system fetches of the visits: one as it is now, and a day's to reconcile by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from verification.exchange.handover.message import UnreadableVisit, state_of
from verification.exchange.his import NotTold, Untold, existing, his_of
from verification.exchange.his_fields import ToldByHis
from verification.kiosk import Kiosk
from verification.log.visit import Visit
from verification.rights import Actor, Right, needs


@dataclass(frozen=True)
class Fetched:
    """A visit as it is now.

    Args:
        visit: The visit.
        state: It as a message to a hospital system tells it.
        told: What hospital systems told of it.
    """

    visit: Visit
    state: Mapping[str, Any]
    told: ToldByHis


@dataclass(frozen=True)
class Page:
    """Some visits of a day; of nobody by name.

    Args:
        count: How many the day has.
        visits: In the order of reception, undone ones too.
        following: After which visit the next page begins, None where this is the last.
    """

    count: int
    visits: Sequence[Visit]
    following: str | None


@needs(Right.READ_VISITS)
def fetch(_actor: Actor, kiosk: Kiosk, visit_id: str) -> Fetched:
    """Return a visit as it is now; that it was looked at is written down by who shows it.

    Raises:
        NotTold: There is none, it was erased, or it cannot be read.
    """
    visit = existing(kiosk.written, kiosk.written.visit(visit_id))
    try:
        return Fetched(visit, state_of(kiosk, visit), his_of(kiosk, visit))
    except UnreadableVisit:
        raise NotTold(Untold.VISIT_UNREADABLE) from None


@needs(Right.READ_VISITS)
def of_day(_actor: Actor, kiosk: Kiosk, day: date, after: str | None, most: int) -> Page:
    """Return some visits of a local day.

    Args:
        kiosk: The kiosk.
        day: Which.
        after: The visit that the page before ended with; None, or one that the day does not have,
            for the first.
        most: So many at most.
    """
    found = [v for v in reversed(kiosk.written.visits_on(day, None)) if not v.unreadable]
    at = next((n for n, visit in enumerate(found, 1) if visit.visit_id == after), 0)
    some = found[at : at + most]
    more = at + len(some) < len(found)
    return Page(len(found), some, some[-1].visit_id if some and more else None)
