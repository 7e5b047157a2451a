"""A visit of an outage, with all that is shipped but the page: nothing is lost, nothing twice."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MORNING, ROOT, payload
from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace, Practice
from verification.adapters.portal.worker import PortalWorker
from verification.card.portal import PortalOfficer
from verification.log.events import EventKind
from verification.log.visit import PortalWord
from verification.operations.outboxes import questions
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support import Clock
    from verification.card.portal import PortalAnswer
    from verification.exchange.outbox import Outbox
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

WITHDRAWN = "dash-fields"  # green by the card store, withdrawn says the portal
NUMBER = "CH4797900000204"
HARMLESS = {
    Fault.SLOW,
    Fault.ONCE_401,
    Fault.TOKEN_EXPIRED,
    Fault.NULL_HISTORY,
    Fault.UPPER_KEYS,
    Fault.CLOCK_SKEW,
    Fault.UNSIGNED,
}


@pytest.fixture(scope="module")
def portal() -> Iterator[Practice]:
    with Practice(ROOT / "fixtures", clock=lambda: MORNING, pace=Pace(slow=0.05)) as made:
        yield made


@contextmanager
def sending(kiosk: Kiosk, portal: Practice, budget: float) -> Iterator[Outbox[PortalAnswer]]:
    data = people()
    number, name = next(iter(data["officers"].items()))
    officer = PortalOfficer(name, number)
    account = PortalAccount(portal.url, **data["account"], officer=officer, rate=6_000)
    seconds = replace(LIMITS.seconds, answer=budget, login=budget, refused=0.0)
    limits = replace(LIMITS, seconds=seconds)
    worker = PortalWorker(account, kiosk.clock, time.monotonic, limits)
    try:
        outbox = questions(kiosk, worker)
        yield outbox
    finally:
        worker.stop()


def received(kiosk: Kiosk) -> Visit:
    scan = scan_of((payload(WITHDRAWN),), kiosk.today(), quet=True)
    visit = check_in(DESK, kiosk, scan).visit
    assert visit
    return visit


def answered(kiosk: Kiosk, clock: Clock) -> int:
    long_ago = clock.now.replace(year=2000)
    return len(kiosk.written.events((EventKind.PORTAL_ANSWERED,), long_ago))


@pytest.mark.parametrize("fault", Fault)
def test_what_an_outage_leaves_unanswered_is_answered_once_when_it_is_over(
    kiosk: Kiosk, clock: Clock, portal: Practice, fault: Fault
) -> None:
    house = replace(kiosk, asks_portal=True)
    visit = received(house)
    asked = portal.asked.times(Call.LOOK_UP, NUMBER)
    portal.set({fault}, {Call.LOOK_UP} if fault is Fault.UNKNOWN_CODE else None)
    clock.forward(seconds=16)
    with sending(house, portal, 0.2 if fault is Fault.HANG else 30.0) as outbox:
        first = outbox.settle()
        assert first.settled == (fault in HARMLESS or fault is Fault.UNKNOWN_CODE), first
    portal.set(())
    with sending(house, portal, 30.0) as outbox:  # the server was started anew meanwhile
        while items := house.written.exchanged.waiting():
            assert items[0].due
            clock.now = max(clock.now, items[0].due)
            assert outbox.settle().settled == 1
        clock.forward(hours=1)
        assert not outbox.settle().some
    assert answered(house, clock) == 1
    after = house.written.visit(visit.visit_id)
    assert after
    unknown = fault is Fault.UNKNOWN_CODE
    assert (after.portal, after.portal_code) == (
        (PortalWord.UNKNOWN_CODE, "977") if unknown else (PortalWord.REJECTED, "110")
    )
    assert (after.verdict, after.reason) == ("eligible", "valid")  # the past record stays
    assert portal.asked.times(Call.LOOK_UP, NUMBER) - asked <= 3
