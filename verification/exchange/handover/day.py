"""A day's visits as a hospital system should have them, to compare both lists."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from verification.exchange.handover.message import UnreadableVisit, state_of
from verification.kiosk import Kiosk
from verification.log.outbox import Errand
from verification.log.visit import Visit
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

_WHAT = "handover_day"


@dataclass(frozen=True)
class HandedOver:
    """A visit of the day.

    Args:
        visit: The visit.
        state: As a hospital system should have it, None where it cannot be read.
        waiting: How many messages about it were not taken yet.
    """

    visit: Visit
    state: dict[str, Any] | None
    waiting: int


@needs(Right.MANAGE)
def handed_over_on(actor: Actor, kiosk: Kiosk, day: date) -> Sequence[HandedOver]:
    """Return all visits of a local day, undone ones too, in the order of reception; it is logged.

    Args:
        actor: Who compares.
        kiosk: The kiosk.
        day: The day.
    """
    waits = Counter(item.visit for item in kiosk.written.exchanged.waiting(Errand.HANDOVER))
    visits = reversed(kiosk.written.visits_on(day, None))
    found = [HandedOver(v, _state(kiosk, v), waits[v.visit_id]) for v in visits]
    write_alone(kiosk.written, actor, Exported(_WHAT, rows=len(found)))
    return found


def _state(kiosk: Kiosk, visit: Visit) -> dict[str, Any] | None:
    try:
        return state_of(kiosk, visit)
    except UnreadableVisit:
        return None
