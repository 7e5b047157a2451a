"""What waits is listed, sent again by a person, and asked about again before the day closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.exchange_support import Told, receive, waiting_kiosk
from tests.support import DESK, TODAY, Clock
from verification.basics.errors import RequestError
from verification.card.portal import Cause
from verification.exchange.again import shipped
from verification.exchange.closing import ask_day_again, still_asked, unverified
from verification.exchange.outbox import Outbox
from verification.exchange.portal_errand import PortalErrand
from verification.exchange.waiting import ALL, State, send_again, still_due, waiting
from verification.log.events import EventKind
from verification.log.outbox import Errand, handover_item, portal_item
from verification.log.portal_events import PortalAnswered, PortalKept
from verification.log.visit import CancelReason
from verification.log.visit_events import Cancelled, SaidOfVisit
from verification.log.writing import write_alone
from verification.reception.corrections import erase
from verification.rights import command_line

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.outbox import Waiting
    from verification.log.visit import Visit

ROOM = command_line("1")
AGAIN = shipped()


@pytest.fixture
def house(clock: Clock) -> Kiosk:
    return waiting_kiosk(clock)


def settle(house: Kiosk, cause: Cause | None = None) -> Told:
    told = Told(house, cause)
    errand = PortalErrand(told, told.question, told.note, house.clock)
    Outbox(house, errand, AGAIN, Random(1)).settle()
    return told


def answer(house: Kiosk, visit: Visit, outcome: str, code: str) -> None:
    said = PortalAnswered(visit.presented, outcome, 5, "desk", (visit.visit_id,), code)
    write_alone(house.written, DESK, said)


def test_what_needs_a_person_stands_first_and_each_says_its_desk_and_why(
    house: Kiosk, clock: Clock
) -> None:
    receive(house)
    clock.forward(seconds=20)
    settle(house, Cause.TIMEOUT)
    dead, sent = receive(house), receive(house)
    clock.forward(seconds=15)
    told = Told(house)

    def lacking(item: Waiting) -> Cause | None:
        return Cause.INCOMPLETE if item.visit == dead.visit_id else None

    Outbox(house, PortalErrand(told, lacking, told.note, clock), AGAIN, Random(1)).settle()
    until = clock.now + timedelta(minutes=5)
    house.written.write(lambda log: log.exchanged.lease(Errand.PORTAL, clock.now, until, 9))
    found = waiting(ROOM, house)
    assert (found.count, found.dead) == (3, 1)
    assert found.listed[0].item.visit == dead.visit_id
    assert [one.state for one in found.listed] == [State.DEAD, State.WAITING, State.SENDING]
    assert [one.item.last_error for one in found.listed] == ["incomplete", "timeout", None]
    assert found.listed[2].item.visit == sent.visit_id
    assert {one.desk for one in found.listed} == {"1"}
    assert found.oldest == min(one.item.since for one in found.listed)
    assert len(waiting(ROOM, house, most=1).listed) == 1
    assert waiting(ROOM, house, on=TODAY).count == 3
    assert waiting(ROOM, house, on=TODAY - timedelta(days=1)).count == 0


def test_a_person_has_one_or_all_sent_again_now(house: Kiosk, clock: Clock) -> None:
    visits = [receive(house) for _ in range(60)]
    clock.forward(seconds=20)
    while settle(house, Cause.PARAMETERS).asked:
        pass
    assert settle(house).asked == []
    assert len(send_again(ROOM, house, visits[3].visit_id)) == 1
    assert settle(house).asked == [visits[3].visit_id]
    (again,) = send_again(ROOM, house, portal_item(visits[4].visit_id))
    assert again.visit == visits[4].visit_id
    assert still_due(house, [again]) == 1
    assert len(send_again(ROOM, house, ALL)) == 59
    assert send_again(ROOM, house, ALL, TODAY - timedelta(days=1)) == []
    assert len(settle(house).asked) == AGAIN.batch
    with pytest.raises(RequestError, match="1-999"):
        send_again(ROOM, house, "1-999")


def test_closing_asks_again_about_what_is_not_verified_and_about_who_lies_in_a_bed(
    house: Kiosk, clock: Clock
) -> None:
    good, lying, bad, kept, gone, waits, unasked = (receive(house) for _ in range(7))
    unasked = receive(house, portal=None)
    for visit in (good, lying):
        answer(house, visit, "answered", "000")
    for visit in (bad, kept):
        answer(house, visit, "rejected", "110")
    write_alone(house.written, DESK, PortalKept(kept.visit_id, "1-1", "giay_to"))
    write_alone(house.written, DESK, Cancelled(gone.visit_id, CancelReason.KHAC))
    write_alone(house.written, DESK, SaidOfVisit(lying.presented, lying.visit_id, {"inpatient": 1}))
    asked = ask_day_again(ROOM, house)
    assert gone.visit_id not in asked
    assert {lying.visit_id, bad.visit_id, waits.visit_id, unasked.visit_id} <= set(asked)
    assert not {good.visit_id, kept.visit_id} & set(asked)
    assert still_asked(ROOM, house, asked) == len(asked)
    assert set(settle(house).asked) == set(asked)  # at once
    assert still_asked(ROOM, house, asked) == 0
    assert [one.visit.visit_id for one in unverified(ROOM, house)] == []


def test_what_is_still_not_verified_is_listed_oldest_first_with_what_it_waits_for(
    house: Kiosk, clock: Clock
) -> None:
    first, bad, never = receive(house), receive(house), receive(house, portal=None)
    answer(house, bad, "rejected", "110")
    asked = ask_day_again(ROOM, house)
    settle(house, Cause.CONNECTION)
    assert still_asked(ROOM, house, asked) == 0  # each was tried; the outbox goes on
    found = unverified(ROOM, house, TODAY)
    assert [one.visit.visit_id for one in found] == [v.visit_id for v in (first, bad, never)]
    assert [one.word for one in found] == ["waiting", "rejected", "waiting"]
    assert [one.waiting.last_error for one in found if one.waiting] == ["connection"] * 3
    clock.forward(days=1)
    assert unverified(ROOM, house) == []
    assert len(unverified(ROOM, house, TODAY)) == 3


def test_asking_twice_for_the_same_is_written_down_once(house: Kiosk) -> None:
    for visit in (receive(house, portal=None), receive(house)):
        assert visit.visit_id in ask_day_again(ROOM, house)
    assert len(ask_day_again(ROOM, house)) == 2
    assert len(send_again(ROOM, house)) == 2
    since = house.clock() - timedelta(days=1)
    assert len(house.written.events([EventKind.PORTAL_ASKED_AGAIN], since)) == 2


def test_who_got_up_again_is_in_no_bed(house: Kiosk) -> None:
    for said in ({"inpatient": 0}, {}):
        visit = receive(house)
        answer(house, visit, "answered", "000")
        for told in ({"inpatient": 1}, None, said):
            write_alone(house.written, DESK, SaidOfVisit(visit.presented, visit.visit_id, told))
    assert ask_day_again(ROOM, house) == []


def test_a_visit_whose_content_was_erased_is_asked_about_no_more(house: Kiosk) -> None:
    for portal in ("waiting", None):
        erase(ROOM, house, receive(house, portal=portal).visit_id)
    assert ask_day_again(ROOM, house) == []
    assert unverified(ROOM, house) == []
    assert waiting(ROOM, house).count == 0


def test_no_day_of_the_future_and_no_house_without_a_portal_is_closed(house: Kiosk) -> None:
    with pytest.raises(RequestError, match="23/11/2026"):
        ask_day_again(ROOM, house, TODAY + timedelta(days=1))
    with pytest.raises(RequestError, match="KIOSK_PORTAL_URL"):
        ask_day_again(ROOM, replace(house, asks_portal=False))
    receive(house)
    with pytest.raises(RequestError, match="KIOSK_PORTAL_URL"):
        send_again(ROOM, replace(house, asks_portal=False))


def test_what_has_no_receiver_is_refused_and_the_rest_is_sent_again(house: Kiosk) -> None:
    closed = replace(house, asks_portal=True)
    visit = receive(replace(house, hands_over=True), handover=True)
    told = handover_item(visit.visit_id, 1)
    with pytest.raises(RequestError, match="KIOSK_HANDOVER_TO") as refused:
        send_again(ROOM, closed, told)
    assert "KIOSK_HANDOVER_TO" in refused.value.en
    assert [item.errand for item in send_again(ROOM, closed)] == [Errand.PORTAL]
    both = send_again(ROOM, replace(house, hands_over=True), visit.visit_id)
    assert {item.errand for item in both} == {Errand.PORTAL, Errand.HANDOVER}
    heaps = waiting(ROOM, house).heaps
    assert [(heap.errand, heap.count, heap.dead) for heap in heaps] == [
        (Errand.PORTAL, 1, 0),
        (Errand.HANDOVER, 1, 0),
    ]
