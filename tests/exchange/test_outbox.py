"""What is due is sent once with effect, what fails later again, the rest when a person says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.exchange_support import Told, receive, waiting_kiosk
from tests.support import DESK, MORNING, Clock, each
from verification.basics.errors import StoreError
from verification.card.portal import Cause, PortalLight
from verification.exchange.again import Again, Pace, shipped
from verification.exchange.handover.errand import HisCause
from verification.exchange.outbox import Outbox
from verification.exchange.portal_errand import PortalErrand
from verification.exchange.waiting import set_right
from verification.exchange.wording import error_words
from verification.log.outbox import Errand, Waiting
from verification.log.portal_events import PortalAskedAgain, PortalFailed
from verification.log.visit import CancelReason
from verification.log.visit_events import Cancelled
from verification.log.writing import write_alone

if TYPE_CHECKING:
    from verification.card.portal import PortalAnswer
    from verification.kiosk import Kiosk

AGAIN = shipped()


@pytest.fixture
def house(clock: Clock) -> Kiosk:
    return waiting_kiosk(clock)


@pytest.fixture
def told(house: Kiosk) -> Told:
    return Told(house)


@pytest.fixture
def outbox(house: Kiosk, told: Told) -> Outbox[PortalAnswer]:
    return outbox_of(house, told)


def outbox_of(kiosk: Kiosk, told: Told) -> Outbox[PortalAnswer]:
    errand = PortalErrand(told, told.question, told.note, kiosk.clock)
    return Outbox(kiosk, errand, AGAIN, Random(1))


def one(kiosk: Kiosk) -> Waiting:
    (item,) = kiosk.written.exchanged.waiting()
    return item


def test_what_waits_is_asked_fifteen_seconds_after_the_visit_once_and_then_no_more(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    visit = receive(house)
    clock.forward(seconds=14)
    assert not outbox.settle().some
    clock.forward(seconds=1)
    assert outbox.settle().settled == 1
    assert not outbox.settle().some
    assert told.asked == [visit.visit_id]
    after = house.written.visit(visit.visit_id)
    assert after
    assert (after.portal, after.portal_code) == ("answered", "000")


def test_a_visit_that_is_undone_is_asked_about_no_more_not_even_when_it_was_taken(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    first, second = receive(house), receive(house)
    gone = Cancelled(second.visit_id, CancelReason.KHAC)
    told.then = lambda: write_alone(house.written, DESK, gone)
    clock.forward(seconds=20)
    outbox.settle()
    assert told.asked == [first.visit_id]
    assert not house.written.exchanged.count()


def test_an_answer_that_came_meanwhile_to_the_desk_is_not_asked_for_again(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    receive(house)
    receive(house)
    clock.forward(seconds=20)
    second = house.written.exchanged.waiting()[1]
    answer = told.ask(told.question(second), urgent=False).result()  # type: ignore[arg-type]  # a question
    told.asked.clear()
    told.then = lambda: told.note(second, answer, None)
    outbox.settle()
    assert len(told.asked) == 1
    assert not house.written.exchanged.count()


def test_what_fails_is_asked_later_and_later_and_no_later_than_the_cap(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    receive(house)
    clock.forward(seconds=15)
    told.cause = Cause.TIMEOUT
    waits = []
    for tried in range(1, 12):
        assert outbox.settle().failed == 1
        item = one(house)
        assert (item.attempts, item.last_error) == (tried, "timeout")
        assert item.due
        waits.append((item.due - clock.now).total_seconds())
        clock.now = item.due
    pace, jitter = AGAIN.pace("timeout"), AGAIN.jitter
    for tried, wait in enumerate(waits, 1):
        usual = min(pace.first * pace.factor ** (tried - 1), pace.cap)
        assert usual * (1 - jitter) <= wait <= usual * (1 + jitter)
    assert len({round(wait) for wait in waits[-5:]}) > 1  # they do not come together


@each("cause", [*Cause])
def test_what_cannot_heal_by_itself_is_not_asked_every_minute(cause: Cause) -> None:
    pace = AGAIN.pace(cause.value)
    heals = cause in {
        Cause.PORTAL_ERROR,
        Cause.TIMEOUT,
        Cause.DNS,
        Cause.CONNECTION,
        Cause.TLS,
        Cause.NOT_READABLE,
        Cause.BREAKER,
        Cause.TURN,
        Cause.STOPPED,
    }
    assert (AGAIN.paces["usual"] is pace) is heals
    assert heals or pace.first >= 900 or pace.often == 0


def test_a_question_that_lacks_something_is_asked_of_nobody_until_it_is_corrected(
    house: Kiosk, told: Told, clock: Clock
) -> None:
    visit = receive(house)
    clock.forward(seconds=15)
    lacking = PortalErrand(told, lambda _: Cause.INCOMPLETE, told.note, clock)
    assert Outbox(house, lacking, AGAIN, Random(1)).settle().failed == 1
    assert (told.asked, one(house).due, one(house).last_error) == ([], None, "incomplete")
    write_alone(house.written, DESK, PortalAskedAgain(visit.visit_id, "corrected"))
    assert one(house).due == clock.now + timedelta(seconds=15)  # the birth date may follow the name
    clock.forward(seconds=15)
    assert outbox_of(house, told).settle().settled == 1


def test_while_the_portal_is_down_one_is_taken_and_what_was_not_sent_is_no_try(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    for _ in range(5):
        receive(house)
    clock.forward(seconds=20)
    before = house.written.exchanged.waiting()
    told.light, told.cause = PortalLight.DOWN, Cause.BREAKER
    done = outbox.settle()
    assert (done.some, done.held, done.pause) == (False, "breaker", AGAIN.breath)
    assert len(told.asked) == 1
    assert house.written.exchanged.waiting() == before
    assert not house.written.exchanged.sending(clock.now)
    told.cause = Cause.CONNECTION  # the probe
    assert outbox.settle().failed == 1
    assert len(told.asked) == 2
    told.light, told.cause = PortalLight.WELL, None
    assert outbox.settle().settled == 4  # the probe itself waits for its time


def test_an_account_that_is_refused_stops_all_questions_for_a_while(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    for _ in range(3):
        receive(house)
    clock.forward(seconds=20)
    told.cause = Cause.ACCOUNT
    done = outbox.settle()
    assert (done.failed, done.held, done.pause) == (1, "account", AGAIN.pace("account").brake)
    assert not house.written.exchanged.sending(clock.now)


def test_what_failed_too_often_waits_for_a_person_and_is_then_tried_some_times_again() -> None:
    since = MORNING
    item = Waiting("portal:1-2", Errand.PORTAL, "1-2", since, since, attempts=299)
    chance = Random(3)
    assert AGAIN.at(item, "dns", since, chance) is None
    fresh = replace(item, attempts=0)  # as after "send again"
    late = since + timedelta(hours=200)
    assert AGAIN.at(replace(fresh, attempts=5), "dns", late, chance) is None
    assert AGAIN.at(fresh, "dns", late, chance) is not None
    assert Pace(1, 2, 900, 10_000, 1e9, 3, 0).wait(10_000) == 900


def test_a_seed_that_is_handed_in_gives_the_same_waits() -> None:
    item = Waiting("portal:1-2", Errand.PORTAL, "1-2", MORNING, MORNING)
    again = [AGAIN.at(item, "dns", MORNING, Random(7)) for _ in range(2)]
    assert again[0] == again[1]


def test_what_breaks_keeps_nothing_else_waiting_and_is_there_again_after_its_lease(
    house: Kiosk, told: Told, clock: Clock
) -> None:
    first, second = receive(house), receive(house)
    clock.forward(seconds=20)

    def ask(item: Waiting) -> object:
        if item.visit == first.visit_id and clock.now < MORNING + timedelta(minutes=2):
            raise ValueError(item.visit)
        return told.question(item)

    outbox = Outbox(house, PortalErrand(told, ask, told.note, clock), AGAIN, Random(1))  # type: ignore[arg-type]  # asks so
    done = outbox.settle()
    assert (done.settled, done.failed) == (1, 1)
    assert told.asked == [second.visit_id]
    assert not outbox.settle().some
    clock.forward(minutes=6)
    assert outbox.settle().settled == 1


def test_a_disk_that_is_full_gives_all_back_and_nobody_is_asked_twice_with_effect(
    house: Kiosk, told: Told, clock: Clock
) -> None:
    receive(house)
    receive(house)
    clock.forward(seconds=20)
    full = [StoreError("đầy", "full")]

    def note(item: Waiting, answer: PortalAnswer, again_at: object) -> None:
        if full:
            raise full.pop()
        told.note(item, answer, None)

    outbox = Outbox(house, PortalErrand(told, told.question, note, clock), AGAIN, Random(1))
    with pytest.raises(StoreError):
        outbox.settle()
    assert outbox.settle().settled == 2
    assert len(told.asked) == 3
    assert not house.written.exchanged.count()


def test_a_stop_gives_back_what_was_not_sent(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    for _ in range(3):
        receive(house)
    clock.forward(seconds=20)
    assert outbox.settle(lambda: bool(told.asked)).settled == 1
    assert not house.written.exchanged.sending(clock.now)
    assert house.written.exchanged.count() == 2


def test_what_an_ended_process_took_is_free_for_who_alone_sends(
    house: Kiosk, told: Told, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    receive(house)
    clock.forward(seconds=20)
    until = clock.now + timedelta(days=400)  # by a clock that was set wrong
    house.written.write(lambda log: log.exchanged.lease(Errand.PORTAL, clock.now, until, 9))
    assert not outbox.settle().some
    outbox.free()
    assert outbox.settle().settled == 1


def test_what_a_wrong_clock_put_off_for_years_is_due_again(
    house: Kiosk, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    visit = receive(house)
    far = (clock.now + timedelta(days=400)).isoformat()
    failed = PortalFailed(visit.presented, "silent", 5, "outbox", (visit.visit_id,), again_at=far)
    write_alone(house.written, DESK, failed)
    assert not outbox.settle().some
    assert set_right(house, AGAIN) == 1
    assert outbox.settle().settled == 1
    assert set_right(house, AGAIN) == 0


def test_what_was_not_tried_yet_waits_for_no_clock_that_was_seven_hours_ahead(
    house: Kiosk, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    clock.forward(hours=7)  # the machine took UTC for local time
    receive(house)
    clock.forward(hours=-7)
    assert not outbox.settle().some
    assert set_right(house, AGAIN) == 1
    assert outbox.settle().settled == 1
    receive(house)
    assert set_right(house, AGAIN) == 0  # an undo has its seconds


def test_a_failure_at_the_desk_alone_does_not_end_the_outboxs_own_tries(
    house: Kiosk, outbox: Outbox[PortalAnswer], clock: Clock
) -> None:
    visit = receive(house)
    due = one(house).due
    failed = PortalFailed(visit.presented, "silent", 5, "desk", (visit.visit_id,), cause="timeout")
    write_alone(house.written, DESK, failed)
    assert one(house).due == due
    assert not one(house).is_dead
    clock.forward(seconds=15)
    assert outbox.settle().settled == 1


def test_every_cause_has_one_pace_and_every_pace_is_sound() -> None:
    assert {cause.value for cause in HisCause} <= {*AGAIN.of}
    for cause in {*AGAIN.of} - {cause.value for cause in Cause}:  # the portal's are written there
        assert cause not in error_words(cause).vi, "it has no words"
    for pace in AGAIN.paces.values():
        assert 0 < pace.first <= pace.cap
        assert pace.factor >= 1
    assert isinstance(AGAIN, Again)
