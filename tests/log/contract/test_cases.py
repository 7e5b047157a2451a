"""The contract of the `Cases` port."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.case_support import (
    AN,
    CHI,
    RECEPTION,
    WHY,
    a_flag,
    arrive,
    flagged_event,
    note,
    only_case,
)
from tests.support import MORNING, TODAY, payload
from verification.log.case import CaseOutcome, Proposed
from verification.log.visit import CancelReason
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.review import cases, four_eyes, undoing
from verification.review.conflict import conflicted

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog
    from tests.support import Clock
    from verification.kiosk import Kiosk

LONG_AGO = MORNING - timedelta(days=400)


def test_numbers_count_on_within_a_year_and_begin_anew_with_the_next(
    kiosk: Kiosk, clock: Clock
) -> None:
    port = kiosk.written.cases
    assert port.next_number(2026) == "2026-0001"
    arrive(kiosk, "patient-1")
    assert port.next_number(2026) == "2026-0002"
    clock.forward(days=60)
    arrive(kiosk, "patient-2")
    assert {case.number for case in port.queue()} == {"2026-0001", "2027-0001"}


def test_a_case_is_found_by_number_subject_and_state(kiosk: Kiosk) -> None:
    port = kiosk.written.cases
    arrive(kiosk, "patient-1")
    case = only_case(kiosk)
    assert port.case(case.number) == case
    assert port.case("2026-9999") is None
    assert port.about(case.subject) == [case]
    assert (port.closed(LONG_AGO), port.about("nobody")) == ([], [])
    cases.take(AN, kiosk, case.number)
    done = cases.close(AN, kiosk, case.number, CaseOutcome.FALSE, WHY)
    assert (port.queue(), port.closed(LONG_AGO)) == ([], [done])
    assert port.closed(MORNING + timedelta(days=1)) == []


def test_visits_of_a_person_are_newest_first_and_bounded(kiosk: Kiosk, clock: Clock) -> None:
    port = kiosk.written.cases
    made = []
    for _ in range(3):
        made.append(arrive(kiosk, "patient-1").visit)
        clock.forward(days=1)
    person = only_case(kiosk).subject
    assert port.visits_of(person, TODAY, 9) == made[::-1]
    assert port.visits_of(person, TODAY, 2) == made[:0:-1]
    assert port.visits_of(person, TODAY + timedelta(days=2), 9) == made[2:]


def test_an_event_is_read_by_its_name(kiosk: Kiosk) -> None:
    answer = arrive(kiosk, "patient-1")
    port = kiosk.written.cases
    assert port.event(answer.event.event_id) == answer.event
    assert port.event("1-999") is None


def test_what_received_somebody_from_a_presentation_is_found_from_it_oldest_first(
    kiosk: Kiosk, port: AnyLog
) -> None:
    held = port.cases
    shown = checkin.present(RECEPTION, kiosk, Scan((payload("patient-1"),)))
    assert shown.visit is not None
    again = checkin.receive(RECEPTION, kiosk, shown, again="khám mắt")
    assert again.visit is not None
    arrive(kiosk, "patient-2")
    made = [held.event(visit.visit_id) for visit in (shown.visit, again.visit)]
    presented = shown.event.event_id
    assert held.received_from(presented) == made
    assert kiosk.written.write(lambda log: log.cases.received_from(presented)) == made
    assert held.received_from("1-999") == held.received_from(again.visit.visit_id) == []
    port.rebuild()
    assert held.received_from(presented) == made


def test_whoever_received_from_a_flagged_presentation_at_any_time_may_not_review_it(
    kiosk: Kiosk,
) -> None:
    shown = checkin.present(RECEPTION, kiosk, Scan((payload("patient-1"),)))
    assert shown.visit is not None
    corrections.undo(RECEPTION, kiosk, shown.visit.visit_id, CancelReason.KHAC)
    checkin.receive(CHI, kiosk, shown)
    note(kiosk, flagged_event(replace(shown, visit=None), a_flag(), officer="le-tan"))
    assert conflicted(kiosk.written, CHI.officer, only_case(kiosk))
    assert not conflicted(kiosk.written, AN.officer, only_case(kiosk))


def test_a_piece_of_work_sees_what_it_has_just_written(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag())
    taken = cases.take_next(AN, kiosk)
    assert taken is not None
    assert taken.held_by == "an"


def test_rebuilding_makes_the_same_heldfrom_the_chain(kiosk: Kiosk, port: AnyLog) -> None:
    for slug in ("patient-1", "patient-2"):
        arrive(kiosk, slug)
    case = cases.take_next(AN, kiosk)
    assert case is not None
    cases.close(AN, kiosk, case.number, CaseOutcome.VALUABLE, WHY)
    before = [*port.cases.queue(), *port.cases.closed(LONG_AGO)]
    port.rebuild()
    assert [*port.cases.queue(), *port.cases.closed(LONG_AGO)] == before


def test_a_case_whose_closing_was_undone_is_open_and_made_again_so(
    kiosk: Kiosk, port: AnyLog
) -> None:
    for slug in ("patient-1", "patient-2"):
        arrive(kiosk, slug)
    number = port.cases.queue()[0].number
    cases.take(AN, kiosk, number)
    done = cases.close(AN, kiosk, number, CaseOutcome.VALUABLE, WHY)
    cases.comment(CHI, kiosk, number, "xem lại")
    assert done.closing
    undoing.undo(AN, kiosk, number, done.closing.event_id)
    undone = port.cases.case(number)
    assert undone
    assert (undone.held_by, undone.is_open, port.cases.closed(LONG_AGO)) == ("an", True, [])
    cases.close(AN, kiosk, number, CaseOutcome.VALUABLE, WHY)
    asked = four_eyes.propose(AN, kiosk, number, Proposed.REPORT).proposal
    assert asked
    undoing.undo(AN, kiosk, number, asked.nonce)
    before = [*port.cases.queue(), *port.cases.closed(LONG_AGO)]
    assert [case.is_open for case in before] == [True, False]
    port.rebuild()
    assert [*port.cases.queue(), *port.cases.closed(LONG_AGO)] == before
