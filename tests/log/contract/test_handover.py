"""The contract of what is sent to hospital systems: messages in order, check-in records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.log.portal_support import answered, cancelled, failed, presented, received, say
from tests.log.sending_support import (
    again,
    erased,
    handed,
    his_told,
    items,
    leased,
    messages,
    refused,
    sent,
)
from tests.support import MORNING
from verification.log.events import EventKind, NewEvent
from verification.log.outbox import Errand, Waiting, record_item
from verification.log.portal_events import PortalKept
from verification.log.visit import HANDED_OVER, UNNEEDED, DoiChieu, RecordWord
from verification.log.visit_events import Completed, Corrected, IdChecked, Noted, SaidOfVisit

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog
    from tests.support import Clock
    from verification.log.events import Event
    from verification.log.ports import Log
    from verification.log.visit import Visit

MINUTE = timedelta(minutes=1)
LATER = {
    EventKind.CORRECTED: lambda visit: Corrected(visit, phong="p101"),
    EventKind.ID_CHECKED: lambda visit: IdChecked(visit, DoiChieu.CCCD),
    EventKind.TOLD: lambda visit: SaidOfVisit("1-1", visit, {}, "4/5"),
    EventKind.COMPLETED: lambda visit: Completed(visit, "eligible", "valid"),
    EventKind.PORTAL_KEPT: lambda visit: PortalKept(visit, "1-1", "giay_to"),
}
"""What changes a visit that a hospital system is told of; an undo and an answer stand apart."""


def visit_of(log: Log, visit: str) -> Visit:
    found = log.visit(visit)
    assert found
    return found


def changed(log: Log, visit: str, times: int = 1) -> Event:
    """Log that a visit was changed so many times; return the last event."""
    return [say(log, Corrected(visit, phong=f"p{at}")) for at in range(times)][-1]


# ---- which messages there are


def test_a_visit_that_is_handed_over_makes_one_message_due_at_once(port: AnyLog) -> None:
    visit = handed(port)
    (item,) = port.exchanged.waiting()
    (name,) = messages(visit, 1)
    assert item == Waiting(name, Errand.HANDOVER, visit, MORNING, MORNING, event=visit, nth=1)
    assert visit_of(port, visit).handed == 1
    assert leased(port, MORNING, MINUTE) == [name]


def test_where_nothing_is_handed_over_there_is_no_message_whatever_happens(port: AnyLog) -> None:
    visit = received(port, presented(port), None)
    for what in LATER.values():
        say(port, what(visit))
    cancelled(port, visit)
    assert items(port) == []
    assert visit_of(port, visit).handed == 0


@pytest.mark.parametrize("kind", LATER)
def test_each_change_of_a_visit_is_one_more_message_that_tells_of_its_event(
    port: AnyLog, clock: Clock, kind: EventKind
) -> None:
    visit, other = handed(port), handed(port, "q")
    clock.forward(minutes=3)
    event = say(port, LATER[kind](visit))
    assert event.kind is kind
    found = [item for item in port.exchanged.waiting(Errand.HANDOVER) if item.visit == visit]
    assert [(item.nth, item.event, item.due) for item in found] == [
        (1, visit, MORNING),
        (2, event.event_id, clock.now),
    ]
    assert [visit_of(port, one).handed for one in (visit, other)] == [2, 1]


def test_all_that_changes_a_visit_is_tried_here() -> None:
    apart = {EventKind.RECEIVED, EventKind.CANCELLED, EventKind.PORTAL_ANSWERED}
    assert LATER.keys() | apart == HANDED_OVER


def test_what_changes_nothing_for_a_hospital_system_makes_no_message(port: AnyLog) -> None:
    visit = handed(port, portal="waiting")
    say(port, Noted(visit))
    failed(port, (visit,), None)
    his_told(port, visit)
    (name,) = messages(visit, 1)
    refused(port, name, MORNING)
    again(port, name)
    assert items(port, Errand.HANDOVER) == [name]
    assert visit_of(port, visit).handed == 1


def test_an_answer_about_several_visits_is_a_message_about_each_that_is_handed_over(
    port: AnyLog,
) -> None:
    of = presented(port)
    one, two = (received(port, of, handover=True, again=bool(at)) for at in range(2))
    untold = received(port, of, again=True)
    event = answered(port, of, (one, two, untold), code="110", outcome="rejected")
    found = [(item.visit, item.nth, item.event) for item in port.exchanged.waiting()]
    assert sorted(found) == sorted(
        [(one, 1, one), (two, 1, two), (one, 2, event.event_id), (two, 2, event.event_id)]
    )
    assert [visit_of(port, visit).handed for visit in (one, two, untold)] == [2, 2, 0]


def test_an_undo_is_the_last_message_and_those_before_still_go_first(port: AnyLog) -> None:
    visit = handed(port)
    changed(port, visit)
    cancelled(port, visit)
    for name in messages(visit, 1, 2, 3):
        assert leased(port, MORNING, MINUTE) == [name]
        sent(port, name)
    assert items(port) == []
    assert visit_of(port, visit).handed == 3


# ---- in order


def test_of_one_visit_only_the_first_message_is_given_and_the_next_once_it_was_taken(
    port: AnyLog,
) -> None:
    visit = handed(port)
    changed(port, visit, 11)
    for nth in range(1, 13):  # ten comes after nine, whatever their names are
        (name,) = messages(visit, nth)
        assert leased(port, MORNING, MINUTE) == [name]
        assert leased(port, MORNING, MINUTE) == []  # one that is being sent holds back too
        sent(port, name)
    assert items(port) == []


def test_of_several_visits_each_has_its_own_order(port: AnyLog) -> None:
    visits = [handed(port) for _ in range(3)]
    for visit in visits:
        changed(port, visit)
    firsts = [name for visit in visits for name in messages(visit, 1)]
    assert leased(port, MORNING, MINUTE) == firsts
    sent(port, firsts[1])
    assert leased(port, MORNING, MINUTE) == messages(visits[1], 2)


def test_one_that_is_put_off_holds_back_those_behind_it_and_no_other_visit(
    port: AnyLog, clock: Clock
) -> None:
    visit, other = handed(port), handed(port, "q")
    changed(port, visit)
    first, second = messages(visit, 1, 2)
    refused(port, first, clock.now + 9 * MINUTE)
    assert leased(port, clock.now + MINUTE, MINUTE) == messages(other, 1)
    assert leased(port, clock.now + 9 * MINUTE, MINUTE, most=1) == messages(other, 1)
    assert leased(port, clock.now + 9 * MINUTE, MINUTE) == [first]
    sent(port, first)
    assert second in leased(port, clock.now + 9 * MINUTE, MINUTE)


def test_a_dead_one_holds_back_those_behind_it_until_somebody_has_it_sent_again(
    port: AnyLog, clock: Clock
) -> None:
    visit, other = handed(port), handed(port, "q")
    changed(port, visit, 2)
    first, second = messages(visit, 1, 2)
    refused(port, first, None)
    clock.forward(hours=30)
    assert leased(port, clock.now, MINUTE) == messages(other, 1)
    dead = port.exchanged.one(first)
    assert dead
    assert (dead.is_dead, dead.attempts, dead.last_error) == (True, 1, "status")
    again(port, first)
    dead = port.exchanged.one(first)
    assert dead
    assert (dead.due, dead.attempts, dead.since) == (clock.now, 0, MORNING)
    assert leased(port, clock.now, MINUTE) == [first]
    sent(port, first)
    assert leased(port, clock.now, MINUTE) == [second]


def test_what_is_given_back_is_the_first_again(port: AnyLog) -> None:
    visit = handed(port)
    changed(port, visit)
    (first,) = leased(port, MORNING, MINUTE)
    port.write(lambda log: log.exchanged.release(first))
    assert leased(port, MORNING, MINUTE) == [first]
    assert leased(port, MORNING + MINUTE, MINUTE) == [first]  # who took it was ended


def test_a_question_and_a_record_of_the_visit_wait_for_no_message(port: AnyLog) -> None:
    visit = handed(port, portal="waiting")
    changed(port, visit)
    his_told(port, visit, record=True)
    refused(port, *messages(visit, 1), None)
    due = MORNING + MINUTE
    assert leased(port, due, MINUTE, Errand.RECORD) == [record_item(visit)]
    assert leased(port, due, MINUTE, Errand.PORTAL) == [f"portal:{visit}"]
    assert leased(port, due, MINUTE) == []


def test_a_message_is_one_of_a_piece_of_work_that_succeeds(port: AnyLog) -> None:
    def work(log: Log) -> None:
        codes = {"visit": visit, "officer": "an", "phong": "p1"}
        log.append(NewEvent("1", EventKind.CORRECTED, None, codes, "p"))  # type: ignore[attr-defined]
        raise ZeroDivisionError

    visit = handed(port)
    with pytest.raises(ZeroDivisionError):
        port.write(work)  # type: ignore[arg-type]
    assert items(port) == messages(visit, 1)
    changed(port, visit)
    assert items(port) == messages(visit, 1, 2)


# ---- check-in records


def test_a_record_waits_once_the_hospital_system_told_what_it_needs_and_is_sent_once(
    port: AnyLog, clock: Clock
) -> None:
    visit = received(port, presented(port), None)
    his_told(port, visit)
    assert (items(port), visit_of(port, visit).record) == ([], None)
    clock.forward(minutes=1)
    told = his_told(port, visit, record=True)
    (item,) = port.exchanged.waiting()
    name = record_item(visit)
    at = clock.now
    assert item == Waiting(name, Errand.RECORD, visit, at, at, event=told.event_id)
    assert visit_of(port, visit).record is RecordWord.WAITING
    sent(port, name, "GD-1")
    found = visit_of(port, visit)
    assert (found.record, found.record_code, items(port)) == (RecordWord.SENT, "GD-1", [])
    assert found.his[-1] == told.event_id
    assert len(found.his) == 2


def test_an_inpatients_second_record_waits_and_is_sent_like_the_first(port: AnyLog) -> None:
    visit, name = received(port, presented(port), None), "GD-2"
    his_told(port, visit, record=True)
    sent(port, record_item(visit), "GD-1")
    his_told(port, visit, record=True)
    found = visit_of(port, visit)
    assert (found.record, found.record_code) == (RecordWord.WAITING, "GD-1")
    assert leased(port, MORNING, MINUTE, Errand.RECORD) == [record_item(visit)]
    sent(port, record_item(visit), name)
    assert visit_of(port, visit).record_code == name
    assert items(port) == []


def test_a_record_that_is_asked_for_anew_while_it_is_sent_still_waits(port: AnyLog) -> None:
    visit = received(port, presented(port), None)
    name = record_item(visit)
    his_told(port, visit, record=True)
    leased(port, MORNING, MINUTE, Errand.RECORD)
    newer = his_told(port, visit, record=True)
    sent(port, name, "GD-1", replaced=True)
    found = visit_of(port, visit)
    assert (found.record, found.record_code) == (RecordWord.WAITING, "GD-1")
    (item,) = port.exchanged.waiting()
    assert (item.event, item.attempts) == (newer.event_id, 0)
    refused(port, name, None, replaced=True)  # of the older one: no word of the newer
    assert list(port.exchanged.waiting()) == [item]
    port.rebuild()
    assert list(port.exchanged.waiting()) == [item]
    assert leased(port, MORNING, MINUTE, Errand.RECORD) == [name]


def test_a_record_that_a_visit_needs_no_more_waits_no_longer(port: AnyLog) -> None:
    never, once = (received(port, presented(port), None) for _ in range(2))
    for visit in (never, once):
        his_told(port, visit, record=True)
    sent(port, record_item(once), "GD-1")
    his_told(port, once, record=True)
    for visit in (never, once):
        refused(port, record_item(visit), None, cause=UNNEEDED)
    assert items(port) == []
    assert [visit_of(port, visit).record for visit in (never, once)] == [None, RecordWord.SENT]
    his_told(port, never, record=True)
    refused(port, record_item(never), None, cause=UNNEEDED, replaced=True)
    assert items(port) == [record_item(never)]
    assert visit_of(port, never).record is RecordWord.WAITING


def test_a_record_that_was_refused_is_dead_until_somebody_has_it_sent_again(
    port: AnyLog,
) -> None:
    visit = received(port, presented(port), None)
    his_told(port, visit, record=True)
    refused(port, record_item(visit), None)
    assert leased(port, MORNING + 99 * MINUTE, MINUTE, Errand.RECORD) == []
    assert visit_of(port, visit).record is RecordWord.WAITING
    again(port, record_item(visit))
    assert leased(port, MORNING + 99 * MINUTE, MINUTE, Errand.RECORD) == [record_item(visit)]


# ---- undone, erased


def test_of_an_undone_visit_no_record_is_sent_any_more(port: AnyLog) -> None:
    visit, sent_before = (received(port, presented(port), None) for _ in range(2))
    his_told(port, visit, record=True)
    his_told(port, sent_before, record=True)
    sent(port, record_item(sent_before), "GD-1")
    for one in (visit, sent_before):
        cancelled(port, one)
        his_told(port, one, record=True)
    twice = received(port, presented(port), None)
    his_told(port, twice, record=True)
    sent(port, record_item(twice), "GD-2")
    his_told(port, twice, record=True)
    cancelled(port, twice)
    assert items(port) == []
    assert visit_of(port, visit).record is None
    assert visit_of(port, twice).record is RecordWord.SENT
    assert visit_of(port, sent_before).record is RecordWord.SENT  # it was, and cannot be unsent


def test_a_record_that_was_under_way_when_its_visit_was_undone_is_told_as_sent(
    port: AnyLog,
) -> None:
    visit = received(port, presented(port), None)
    his_told(port, visit, record=True)
    leased(port, MORNING, MINUTE, Errand.RECORD)
    cancelled(port, visit)
    sent(port, record_item(visit), "GD-1")
    found = visit_of(port, visit)
    assert (found.record, found.record_code, items(port)) == (RecordWord.SENT, "GD-1", [])


def test_of_an_erased_visit_nothing_is_sent_what_is_under_way_included(port: AnyLog) -> None:
    visit, other = handed(port, portal="waiting"), handed(port, "q")
    changed(port, visit, 11)
    his_told(port, visit, record=True)
    under_way = leased(port, MORNING, MINUTE)
    assert under_way == [*messages(visit, 1), *messages(other, 1)]
    erased(port, visit)
    assert items(port) == messages(other, 1)
    assert visit_of(port, visit).record is None
    refused(port, under_way[0], MORNING)  # how it ended brings nothing back
    again(port, under_way[0])
    assert items(port) == messages(other, 1)
    assert leased(port, MORNING + 9 * MINUTE, MINUTE) == messages(other, 1)


def test_that_an_erased_visit_is_undone_is_told_behind_all_that_was_told_before(
    port: AnyLog,
) -> None:
    visit = handed(port)
    changed(port, visit)
    sent(port, *messages(visit, 1))
    erased(port, visit)
    cancelled(port, visit)
    assert items(port) == messages(visit, 3)
    assert leased(port, MORNING, MINUTE) == messages(visit, 3)


# ---- what did not arrive, and what is not there


def test_each_try_in_vain_counts_and_is_told(port: AnyLog, clock: Clock) -> None:
    visit = handed(port)
    (name,) = messages(visit, 1)
    for tries in (1, 2, 3):
        leased(port, clock.now, MINUTE)
        clock.forward(minutes=2)
        refused(port, name, clock.now + MINUTE)
        item = port.exchanged.one(name)
        assert item
        assert (item.attempts, item.last_at, item.last_error) == (tries, clock.now, "status")
        assert (item.due, item.since, item.nth) == (clock.now + MINUTE, MORNING, 1)
        clock.forward(minutes=1)


def test_what_was_taken_comes_back_by_no_late_word_of_it(port: AnyLog) -> None:
    (name,) = messages(handed(port), 1)
    for what in (sent, sent):
        what(port, name)
    refused(port, name, MORNING)
    again(port, name)
    assert items(port) == []


# ---- made again


def test_a_rebuild_makes_the_same_messages_and_records(port: AnyLog, clock: Clock) -> None:
    visits = [handed(port, f"p{at}") for at in range(4)]
    one, two, three, four = visits
    changed(port, one, 2)
    sent(port, *messages(one, 1))
    refused(port, *messages(one, 2), clock.forward(minutes=1) + MINUTE)
    his_told(port, two, record=True)
    refused(port, record_item(two), None)
    his_told(port, three, record=True)
    sent(port, record_item(three), "GD-3")
    cancelled(port, three)
    his_told(port, four, record=True)
    erased(port, four)
    before = list(port.exchanged.waiting()), [port.visit(visit) for visit in visits]
    assert len(before[0]) == 6
    port.rebuild()
    assert (list(port.exchanged.waiting()), [port.visit(visit) for visit in visits]) == before
    assert leased(port, clock.now, MINUTE) == [*messages(two, 1), *messages(three, 1)]
