"""Deciding a case: who may, with which reason, who must agree, and how it is taken back."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.case_support import (
    AN,
    BINH,
    CHI,
    RECEPTION,
    WHY,
    a_flag,
    arrive,
    now,
    only_case,
)
from verification.basics.errors import Forbidden, KioskError, RequestError
from verification.log.case import CaseOutcome, CaseState, Proposed
from verification.log.events import EventKind
from verification.log.visit_events import ContentErased
from verification.log.writing import write
from verification.review import case_file, cases, context, figures, four_eyes, undoing
from verification.review.grounds import Grounds, listed
from verification.rights import Role

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.case import Case
    from verification.log.ports import LogTransaction

MILD, URGENT = a_flag("M02", 35), a_flag("M10", 90, level="urgent")


def taken(kiosk: Kiosk, *flags: dict[str, Any]) -> Case:
    """Return a case that an auditor holds."""
    arrive(kiosk, "patient-1", *(flags or (MILD,)))
    return cases.take(AN, kiosk, only_case(kiosk).number)


def closed(kiosk: Kiosk, outcome: CaseOutcome = CaseOutcome.FALSE) -> Case:
    """Return a case that an auditor closed alone."""
    return four_eyes.decide(AN, kiosk, taken(kiosk).number, outcome, WHY)


def decision(case: Case) -> str:
    """Return the event that closed a case."""
    assert case.closing
    return case.closing.event_id


# ---- a reason, and who must agree


@pytest.mark.parametrize("outcome", list(CaseOutcome))
@pytest.mark.parametrize(
    "why", [Grounds(""), Grounds("khac"), Grounds("khac", "  "), Grounds("vi_the", "x")]
)
def test_no_outcome_goes_without_a_reason_of_its_list(
    kiosk: Kiosk, outcome: CaseOutcome, why: Grounds
) -> None:
    case = taken(kiosk)
    with pytest.raises(RequestError, match=r"lý do|Lý do"):
        four_eyes.decide(AN, kiosk, case.number, outcome, why)
    assert now(kiosk, case.number) == case


@pytest.mark.parametrize("outcome", list(CaseOutcome))
def test_each_list_ends_with_another_reason_and_its_codes_are_plain(outcome: CaseOutcome) -> None:
    codes = list(listed(outcome))
    assert codes[-1] == "khac"
    assert 3 < len(codes) <= 9  # a digit picks each
    assert all(code.isascii() and code.islower() for code in codes)


@pytest.mark.parametrize(
    ("flags", "outcome", "two"),
    [
        ([MILD], CaseOutcome.FALSE, False),
        ([MILD], CaseOutcome.VALUABLE, False),
        ([MILD], CaseOutcome.CONFIRMED, True),
        ([URGENT], CaseOutcome.FALSE, True),
        ([URGENT], CaseOutcome.VALUABLE, False),
        ([a_flag("M10", 90, level="urgent", state="snoozed"), MILD], CaseOutcome.FALSE, False),
    ],
)
def test_confirming_and_dismissing_what_is_urgent_needs_a_second_person(
    kiosk: Kiosk, flags: list[dict[str, Any]], outcome: CaseOutcome, *, two: bool
) -> None:
    case = four_eyes.decide(AN, kiosk, taken(kiosk, *flags).number, outcome, WHY)
    assert (case.proposal is not None, case.is_open) == (two, two)
    if two:
        assert case.proposal
        with pytest.raises(Forbidden, match="không tự duyệt"):
            four_eyes.approve(AN, kiosk, case.number, case.proposal)
        case = four_eyes.approve(BINH, kiosk, case.number, case.proposal)
    assert (case.outcome, case.approved_by) == (outcome, "binh" if two else None)
    assert case.closing
    assert case.closing.reason == WHY.code


def test_a_milder_flag_that_came_later_makes_no_urgent_one_unseen(kiosk: Kiosk) -> None:
    case = taken(kiosk, a_flag("M08", 50, level="urgent"))
    arrive(kiosk, "patient-1", a_flag("M08", 3, level="info"))
    assert now(kiosk, case.number).level == "info"
    with pytest.raises(Forbidden, match="hai người"):
        cases.close(AN, kiosk, case.number, CaseOutcome.FALSE, WHY)


def test_nothing_is_decided_on_flags_that_were_not_on_the_screen(kiosk: Kiosk) -> None:
    case = taken(kiosk)
    seen = four_eyes.flagged_by(case)
    arrive(kiosk, "patient-1", a_flag("M08"))
    with pytest.raises(RequestError, match="cờ mới"):
        four_eyes.decide(AN, kiosk, case.number, CaseOutcome.FALSE, WHY, seen)
    seen = four_eyes.flagged_by(now(kiosk, case.number))
    assert not four_eyes.decide(AN, kiosk, case.number, CaseOutcome.FALSE, WHY, seen).is_open


# ---- taken back


@pytest.mark.parametrize(("seconds", "allowed"), [(0, True), (9, True), (11, False)])
def test_who_closed_a_case_takes_it_back_within_ten_seconds(
    kiosk: Kiosk, clock: Clock, seconds: int, *, allowed: bool
) -> None:
    case = closed(kiosk)
    clock.forward(seconds=seconds)
    assert (undoing.newest(AN, kiosk) is not None) == allowed
    if not allowed:
        with pytest.raises(RequestError, match="quá thời gian"):
            undoing.undo(AN, kiosk, case.number, decision(case))
        assert now(kiosk, case.number) == case
        return
    back = undoing.undo(AN, kiosk, case.number, decision(case))
    assert (back.state, back.held_by, back.outcome) == (CaseState.INVESTIGATING, "an", None)
    assert back.story[-1].kind is EventKind.CASE_UNDONE
    assert undoing.newest(AN, kiosk) is None
    with pytest.raises(RequestError, match="không còn"):
        undoing.undo(AN, kiosk, case.number, decision(case))


@pytest.mark.parametrize("who", [BINH, CHI])
def test_nobody_else_takes_a_decision_back(kiosk: Kiosk, who: Any) -> None:
    case = closed(kiosk)
    assert undoing.newest(who, kiosk) is None
    with pytest.raises(Forbidden, match="Chỉ người đã quyết định"):
        undoing.undo(who, kiosk, case.number, decision(case))


def test_an_outcome_that_was_agreed_to_is_taken_back_by_either_of_the_two(
    kiosk: Kiosk, clock: Clock
) -> None:
    number = taken(kiosk).number
    for who in (AN, BINH):
        case = four_eyes.decide(AN, kiosk, number, CaseOutcome.CONFIRMED, WHY)
        assert case.proposal
        clock.forward(seconds=4)
        agreed = four_eyes.approve(BINH, kiosk, number, case.proposal)
        clock.forward(seconds=4)
        # the maker's screen may still show the proposal alone
        seen = case.proposal.nonce if who is AN else decision(agreed)
        back = undoing.undo(who, kiosk, number, seen)
        assert (back.held_by, back.proposal, back.was_confirmed) == ("an", None, False)


def test_a_proposal_is_taken_back_too_and_what_was_seen_of_it_is_void(kiosk: Kiosk) -> None:
    case = four_eyes.decide(AN, kiosk, taken(kiosk).number, CaseOutcome.CONFIRMED, WHY)
    assert case.proposal
    found = undoing.newest(AN, kiosk)
    assert found
    assert (found.decision, found.closed) == (case.proposal.nonce, False)
    back = undoing.undo(AN, kiosk, case.number, found.decision)
    assert (back.proposal, back.held_by) == (None, "an")
    with pytest.raises(RequestError, match="đã thay đổi"):
        four_eyes.approve(BINH, kiosk, case.number, case.proposal)


def test_undoing_the_report_of_a_closed_case_leaves_it_closed(kiosk: Kiosk, clock: Clock) -> None:
    case = closed(kiosk)
    clock.forward(seconds=11)
    asked = four_eyes.propose(AN, kiosk, case.number, Proposed.REPORT)
    assert asked.proposal
    back = undoing.undo(AN, kiosk, case.number, asked.proposal.nonce)
    assert (back.outcome, back.proposal) == (CaseOutcome.FALSE, None)
    assert kiosk.written.cases.queue() == []


def test_two_cases_of_one_card_are_never_open_by_an_undoing(kiosk: Kiosk) -> None:
    case = closed(kiosk)
    arrive(kiosk, "patient-1", MILD)
    with pytest.raises(RequestError, match="đang mở"):
        undoing.undo(AN, kiosk, case.number, decision(case))


def test_a_comment_meanwhile_takes_no_undoing_away_and_a_reopening_does(kiosk: Kiosk) -> None:
    case = closed(kiosk)
    cases.comment(BINH, kiosk, case.number, "xem lại giấy chuyển")
    assert undoing.undo(AN, kiosk, case.number, decision(case)).held_by == "an"
    case = four_eyes.decide(AN, kiosk, case.number, CaseOutcome.FALSE, WHY)
    cases.reopen(BINH, kiosk, case.number, "có thêm lượt")
    with pytest.raises(RequestError, match="không còn"):
        undoing.undo(AN, kiosk, case.number, decision(case))


def test_of_an_undoing_and_a_second_person_at_once_one_wins_and_the_other_is_told(
    kiosk: Kiosk,
) -> None:
    case = four_eyes.decide(AN, kiosk, taken(kiosk).number, CaseOutcome.CONFIRMED, WHY)
    assert case.proposal
    proposal, told = case.proposal, list[str]()

    def does(act: Any) -> None:
        try:
            act()
        except KioskError as error:
            told.append(error.vi)

    acts = (
        lambda: undoing.undo(AN, kiosk, case.number, proposal.nonce),
        lambda: four_eyes.approve(BINH, kiosk, case.number, proposal),
    )
    threads = [Thread(target=does, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = now(kiosk, case.number)
    assert (after.is_open, after.held_by, after.was_confirmed) == (True, "an", False)
    assert len(told) <= 1  # agreed first and then undone, or undone and no longer to be agreed to


def test_nothing_of_a_case_leaves_while_it_can_be_taken_back(kiosk: Kiosk, clock: Clock) -> None:
    case, since = closed(kiosk), kiosk.clock().replace(year=2020)
    takes_out = (
        lambda: case_file.print_inside(AN, kiosk, case.number),
        lambda: figures.case_list(AN, kiosk, since, "csv"),
    )
    for act in takes_out:
        with pytest.raises(RequestError, match="còn hoàn tác được 10 giây"):
            act()
    clock.forward(seconds=10)
    for act in takes_out:
        assert act()


# ---- comments, earlier cases, hand-over


def test_a_comment_is_everybodys_who_may_review_and_voids_nothing(kiosk: Kiosk) -> None:
    case = four_eyes.decide(AN, kiosk, taken(kiosk).number, CaseOutcome.CONFIRMED, WHY)
    assert case.proposal
    said = cases.comment(BINH, kiosk, case.number, " đã gọi bà Mẫu ")
    assert said.proposal == case.proposal
    words = context.said(AN, kiosk, said)
    assert words[said.story[-1].event_id] == "đã gọi bà Mẫu"
    assert WHY.words in words.values()
    assert four_eyes.approve(BINH, kiosk, case.number, case.proposal).outcome
    of = said.story[-1].event_id

    def erases(log: LogTransaction) -> None:
        log.erase(of)
        write(log, AN, ContentErased("1-2", (of,)))

    kiosk.written.write(erases)
    assert context.said(AN, kiosk, said)[of] == ""


def test_a_comment_needs_words_the_right_and_no_part_in_the_evidence(kiosk: Kiosk) -> None:
    number = taken(kiosk).number
    with pytest.raises(RequestError, match="ý kiến"):
        cases.comment(BINH, kiosk, number, " \n")
    with pytest.raises(Forbidden):
        cases.comment(RECEPTION, kiosk, number, "x")
    arrive(kiosk, "patient-1", by=CHI)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.comment(CHI, kiosk, number, "x")


def test_a_passer_bys_comment_keeps_no_overdue_case_from_being_taken_over(
    kiosk: Kiosk, clock: Clock
) -> None:
    number = taken(kiosk).number
    clock.forward(days=8)
    cases.comment(CHI, kiosk, number, "sao chưa xong?")
    assert cases.take(BINH, kiosk, number).held_by == "binh"


def test_a_report_is_approved_by_the_approval_whatever_is_said_after_it(kiosk: Kiosk) -> None:
    asked = four_eyes.propose(AN, kiosk, taken(kiosk).number, Proposed.REPORT)
    assert asked.proposal
    four_eyes.approve(BINH, kiosk, asked.number, asked.proposal)
    cases.comment(CHI, kiosk, asked.number, "đã xem")
    assert case_file.report(AN, kiosk, asked.number).approved_by == "binh"


def test_earlier_cases_of_the_card_stand_newest_first_with_outcome_and_day(
    kiosk: Kiosk, clock: Clock
) -> None:
    for outcome in (CaseOutcome.FALSE, CaseOutcome.VALUABLE):
        closed(kiosk, outcome)
        clock.forward(days=1)
    case = taken(kiosk)
    found = context.earlier_cases(AN, kiosk, case)
    assert [(one.number, one.outcome) for one in found] == [
        ("2026-0002", CaseOutcome.VALUABLE),
        ("2026-0001", CaseOutcome.FALSE),
    ]
    arrive(kiosk, "patient-2")
    other = kiosk.written.cases.queue()[-1]
    assert context.earlier_cases(AN, kiosk, other) == []


def test_a_case_is_handed_to_other_people_who_review_and_had_no_part_in_it(kiosk: Kiosk) -> None:
    case = taken(kiosk)
    assert [one.account for one in context.colleagues(AN, kiosk, case)] == ["binh", "chi"]
    arrive(kiosk, "patient-1", by=CHI)
    case = now(kiosk, case.number)
    assert [one.account for one in context.colleagues(AN, kiosk, case)] == ["binh"]
    assert Role.AUDITOR not in RECEPTION.roles
