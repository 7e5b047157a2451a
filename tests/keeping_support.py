"""What the tests of terms share: years that pass, and visits that the rules say nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.case_support import silent
from tests.support import DESK, payload
from verification.log.officer_events import SignedOut
from verification.log.writing import write_alone
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk


def years_pass(kiosk: Kiosk, clock: Clock, years: int) -> None:
    """Let years pass in which the house is at work: no leap of the clock is in them."""
    for _ in range(years * 2):
        clock.forward(days=183)
        write_alone(kiosk.written, DESK, SignedOut())


def receive(kiosk: Kiosk, *slugs: str) -> list[str]:
    quiet = silent(kiosk)
    made = [checkin.check_in(DESK, quiet, Scan((payload(slug),))).visit for slug in slugs]
    return [visit.visit_id for visit in made if visit]


def presented(kiosk: Kiosk, visit_id: str) -> str:
    visit = kiosk.written.visit(visit_id)
    assert visit
    return visit.presented


def is_there(kiosk: Kiosk, visit_id: str) -> bool:
    return bool(kiosk.written.content(presented(kiosk, visit_id)))
