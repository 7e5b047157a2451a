"""What auditors do with cases, and what none of them can do alone."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.case_support import (
    AN,
    AUDITOR,
    BINH,
    CHI,
    EVERYTHING,
    RECEPTION,
    WHY,
    a_flag,
    arrive,
    flagged_event,
    note,
    now,
    only_case,
    silent,
)
from tests.support import TODAY, Clock, open_kiosk, payload
from verification.basics.errors import Forbidden, KioskError, RequestError
from verification.log.case import CaseOutcome, CaseState, Proposal, Proposed
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import checkin
from verification.reception import corrections as visits
from verification.reception.answer import Scan
from verification.review import cases, flagging, four_eyes
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk
    from verification.log.case import Case

PROPOSED = {Proposed.CONFIRMED, Proposed.REPORT}


def proposed(kiosk: Kiosk, by: Actor = AN) -> Case:
    """Return the one case, held by an auditor who proposes to confirm it."""
    number = only_case(kiosk).number
    cases.take(by, kiosk, number)
    return four_eyes.propose(by, kiosk, number, Proposed.CONFIRMED, WHY)


def seen(case: Case) -> Proposal:
    """Return what a second person sees."""
    assert case.proposal is not None
    return case.proposal


# ---- opening and joining


def test_a_review_flag_opens_a_case_numbered_by_year(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    arrive(kiosk, "patient-2", a_flag("M10", 74, level="urgent"))
    first, second = kiosk.written.cases.queue()
    assert [first.number, second.number] == ["2026-0002", "2026-0001"]
    assert (first.score, first.level, first.due) == (74, "urgent", TODAY + timedelta(days=2))
    assert second.state is CaseState.PENDING


def test_info_alone_opens_nothing_but_joins_an_open_case(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M16", 2, level="info"))
    assert kiosk.written.cases.queue() == []
    arrive(kiosk, "patient-1")
    arrive(kiosk, "patient-1", a_flag("M16", 2, level="info"))
    assert {part.rule for part in only_case(kiosk).parts} == {"M02", "M16"}


def test_new_hits_join_the_open_case_and_each_rule_counts_once(kiosk: Kiosk) -> None:
    first = arrive(kiosk, "patient-1", a_flag("M02", 35), a_flag("M08", 25))
    arrive(kiosk, "patient-1", a_flag("M02", 40, visits=[first.visit.visit_id]))  # type: ignore[union-attr]
    case = only_case(kiosk)
    assert case.score == 40 + 25
    assert len(case.presented) == 2
    assert first.visit is not None
    assert first.visit.visit_id in case.visits


def test_a_snoozed_or_failed_rule_is_seen_but_counts_nothing(kiosk: Kiosk) -> None:
    flags = [a_flag("M02", 35), a_flag("M04", 20, state="snoozed"), a_flag("M05", 9, state="error")]
    arrive(kiosk, "patient-1", *flags)
    case = only_case(kiosk)
    assert case.score == 35
    assert {part.rule: part.state for part in case.parts}["M05"] == "error"


def test_a_desk_has_a_case_of_its_own(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M13", 30), desk=True)
    arrive(kiosk, "patient-2", a_flag("M13", 32), desk=True)
    case = only_case(kiosk)
    assert (case.desk, case.person_ref, case.score) == ("1", None, 32)


def test_after_closing_the_next_hit_opens_a_new_case(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    first = only_case(kiosk).number
    cases.take(AN, kiosk, first)
    cases.close(AN, kiosk, first, CaseOutcome.FALSE, WHY)
    arrive(kiosk, "patient-1")
    assert only_case(kiosk).number == "2026-0002"
    assert now(kiosk, first).outcome is CaseOutcome.FALSE


# ---- one holder


def test_the_next_case_is_the_highest_score_that_nobody_holds(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M02", 20))
    arrive(kiosk, "patient-2", a_flag("M10", 70))
    taken = [cases.take_next(actor, kiosk) for actor in (AN, BINH, AN)]
    assert [case.score if case else None for case in taken] == [70, 20, None]
    assert [case.held_by for case in taken if case] == ["an", "binh"]


def test_many_auditors_at_once_never_get_the_same_case(kiosk: Kiosk) -> None:
    for slug in ("patient-1", "patient-2", "s2"):
        arrive(kiosk, slug)
    taken: list[Case | None] = []
    people = [Actor(f"gd-{n}", AUDITOR, "giam-dinh") for n in range(6)]
    threads = [Thread(target=lambda a=a: taken.append(cases.take_next(a, kiosk))) for a in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [case.number for case in taken if case]
    assert len(numbers) == len(set(numbers)) == 3


def test_a_held_case_cannot_be_taken_and_only_its_holder_changes_it(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    with pytest.raises(RequestError, match="an đang giữ"):
        cases.take(BINH, kiosk, number)
    for change in (
        lambda: cases.close(BINH, kiosk, number, CaseOutcome.VALUABLE, WHY),
        lambda: cases.release(BINH, kiosk, number),
        lambda: cases.set_dates(BINH, kiosk, number, due=TODAY, diary=None),
        lambda: cases.snooze(BINH, kiosk, number, "M02", TODAY + timedelta(days=9), "hen"),
        lambda: four_eyes.propose(BINH, kiosk, number, Proposed.CONFIRMED, WHY),
    ):
        with pytest.raises(RequestError, match="nhận hồ sơ"):
            change()


def test_a_released_case_is_free_again(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    assert cases.release(AN, kiosk, number).state is CaseState.PENDING
    assert cases.take(BINH, kiosk, number).held_by == "binh"


def test_a_case_with_a_diary_date_comes_back_on_that_day(kiosk: Kiosk, clock: Clock) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    day = TODAY + timedelta(days=3)
    case = cases.set_dates(AN, kiosk, number, due=day, diary=day)
    assert (case.due, case.diary) == (day, day)
    cases.release(AN, kiosk, number)
    assert cases.take_next(BINH, kiosk) is None
    clock.forward(days=3)
    assert cases.take_next(BINH, kiosk) is not None


def test_no_diary_date_parks_a_case_for_more_than_a_month(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    for days, allowed in ((31, False), (30, True)):
        with (
            nullcontext() if allowed else pytest.raises(RequestError, match="muộn nhất 22/12/2026")
        ):
            cases.set_dates(AN, kiosk, number, due=TODAY, diary=TODAY + timedelta(days=days))


def test_dates_are_not_saved_where_the_handing_over_is_refused(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = cases.take_next(AN, kiosk)
    assert case is not None
    with pytest.raises(RequestError, match="Không có giám định viên"):
        cases.set_dates(AN, kiosk, case.number, due=TODAY, diary=None, to="khong-co")
    assert now(kiosk, case.number) == case


def test_an_overdue_case_is_taken_over_from_its_holder(kiosk: Kiosk, clock: Clock) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    clock.forward(days=7)
    with pytest.raises(RequestError, match="an đang giữ"):
        cases.take(BINH, kiosk, number)
    clock.forward(days=1)
    with pytest.raises(RequestError, match="an đang giữ"):
        cases.take(AN, kiosk, number)
    assert cases.take(BINH, kiosk, number).held_by == "binh"
    clock.forward(days=1)
    with pytest.raises(RequestError, match="binh đang giữ"):  # overdue, but somebody is at it
        cases.take(AN, kiosk, number)


@pytest.mark.parametrize("disabled", [True, False])
def test_a_case_whose_holder_has_no_way_in_any_more_is_taken_over(
    kiosk: Kiosk, *, disabled: bool
) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    cases.take(AN, kiosk, number)
    known = kiosk.written.accounts.account("an")
    assert known
    account = replace(known, disabled=disabled)
    kiosk.written.write(lambda log: log.accounts.put_account(account))
    with nullcontext() if disabled else pytest.raises(RequestError, match="an đang giữ"):
        cases.take(BINH, kiosk, number)


# ---- four eyes


def test_nobody_confirms_alone(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk, CHI)
    with pytest.raises(Forbidden, match="hai người"):
        cases.close(CHI, kiosk, case.number, CaseOutcome.CONFIRMED, WHY)
    with pytest.raises(Forbidden, match="không tự duyệt"):
        four_eyes.approve(CHI, kiosk, case.number, seen(case))
    assert now(kiosk, case.number).is_open


def test_a_second_auditor_confirms_and_both_names_stand(kiosk: Kiosk, log: SqliteLog) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    closed = four_eyes.approve(BINH, kiosk, case.number, seen(case))
    assert (closed.outcome, closed.closed_by, closed.approved_by) == (
        CaseOutcome.CONFIRMED,
        "an",
        "binh",
    )
    assert [entry.kind for entry in closed.story][-2:] == [
        EventKind.CASE_APPROVED,
        EventKind.CASE_CLOSED,
    ]


@pytest.mark.parametrize("receiver", [None, AN, BINH, CHI], ids=lambda a: a.officer if a else "-")
@pytest.mark.parametrize("maker", [AN, BINH, CHI], ids=lambda a: a.officer)
@pytest.mark.parametrize("second", [AN, BINH, CHI], ids=lambda a: a.officer)
def test_a_case_is_confirmed_by_exactly_two_people_who_received_none_of_its_visits(
    kiosk: Kiosk, receiver: Actor | None, maker: Actor, second: Actor
) -> None:
    answer = checkin.present(RECEPTION, silent(kiosk), Scan((payload("patient-2"),)))
    note(kiosk, flagged_event(answer, a_flag("M07"), officer=RECEPTION.officer))
    case = proposed(kiosk, maker)
    if receiver:  # only after the proposal: neither taking nor proposing could know
        checkin.receive(Actor(receiver.officer, EVERYTHING, "1"), silent(kiosk), answer)
    with suppress(KioskError):
        four_eyes.approve(second, kiosk, case.number, seen(case))
    allowed = len({maker, second, receiver}) == 3
    assert (now(kiosk, case.number).outcome is CaseOutcome.CONFIRMED) == allowed


def test_an_administrator_without_the_right_cannot_approve(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    administrator = Actor("quan-tri", frozenset({Role.ADMINISTRATOR}), "giam-dinh")
    for use_case in (four_eyes.approve, four_eyes.reject):
        with pytest.raises(Forbidden, match="không có quyền"):
            use_case(administrator, kiosk, case.number, seen(case))


def test_who_received_a_visit_neither_takes_nor_approves_nor_is_handed_next(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", by=replace(CHI, desk="1"))
    number = only_case(kiosk).number
    assert cases.take_next(CHI, kiosk) is None
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.take(CHI, kiosk, number)
    case = proposed(kiosk)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        four_eyes.approve(CHI, kiosk, number, seen(case))


def test_who_received_only_after_the_flag_is_found_too(kiosk: Kiosk) -> None:
    answer = checkin.present(RECEPTION, silent(kiosk), Scan((payload("patient-2"),)))
    assert answer.visit is None
    note(kiosk, flagged_event(answer, a_flag("M07"), officer=RECEPTION.officer))
    case = proposed(kiosk, CHI)
    checkin.receive(replace(CHI, desk="1"), silent(kiosk), answer)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        four_eyes.approve(AN, kiosk, case.number, seen(case))


def test_who_tried_a_number_that_a_desk_flag_counts_does_not_judge_the_flag(kiosk: Kiosk) -> None:
    mine = checkin.present(replace(CHI, desk="1"), silent(kiosk), Scan((payload("patient-2"),)))
    flag = a_flag("M13", 30, visits=[mine.event.event_id])
    arrive(kiosk, "patient-1", flag, desk=True)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.take(CHI, kiosk, only_case(kiosk).number)
    assert cases.take_next(CHI, kiosk) is None


def test_who_received_any_visit_shown_as_evidence_neither_takes_nor_approves(kiosk: Kiosk) -> None:
    checkin.check_in(replace(CHI, desk="1"), silent(kiosk), Scan((payload("patient-1"),)))
    arrive(kiosk, "patient-1")
    case = only_case(kiosk)
    assert "chi" not in case.received_by
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.take(CHI, kiosk, case.number)
    case = proposed(kiosk)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        four_eyes.approve(CHI, kiosk, case.number, seen(case))


def test_an_undone_visit_was_received_all_the_same(kiosk: Kiosk) -> None:
    answer = arrive(kiosk, "patient-1", by=replace(CHI, desk="1"))
    assert answer.visit is not None
    visits.undo(RECEPTION, kiosk, answer.visit.visit_id, CancelReason.KHAC)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.take(CHI, kiosk, only_case(kiosk).number)


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "giam-dinh-1"},
        {"what": Proposed.REPORT},
        {"maker": "chi"},
    ],
    ids=["another proposal", "another outcome", "another maker"],
)
def test_an_approval_is_bound_to_what_was_seen(kiosk: Kiosk, change: dict[str, Any]) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    with pytest.raises(RequestError, match="đã thay đổi"):
        four_eyes.approve(BINH, kiosk, case.number, replace(seen(case), **change))


def test_an_approval_is_bound_to_its_case(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    first = proposed(kiosk)
    arrive(kiosk, "patient-2")
    other = next(c for c in kiosk.written.cases.queue() if c.number != first.number)
    with pytest.raises(RequestError, match="đã thay đổi"):
        four_eyes.approve(BINH, kiosk, other.number, seen(first))


def test_new_flags_void_what_was_proposed_before(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    arrive(kiosk, "patient-1", a_flag("M08"))
    with pytest.raises(RequestError, match="đã thay đổi"):
        four_eyes.approve(BINH, kiosk, case.number, seen(case))


def test_an_approval_is_used_once(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    four_eyes.approve(BINH, kiosk, case.number, seen(case))
    cases.reopen(AN, kiosk, case.number, "có thêm chứng cứ")
    with pytest.raises(RequestError, match="đã thay đổi"):
        four_eyes.approve(BINH, kiosk, case.number, seen(case))


def test_nobody_alone_undoes_what_two_people_confirmed(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = proposed(kiosk)
    four_eyes.approve(BINH, kiosk, case.number, seen(case))
    cases.reopen(AN, kiosk, case.number, "xem lại")
    cases.take(AN, kiosk, case.number)
    for outcome in (CaseOutcome.FALSE, CaseOutcome.VALUABLE):
        with pytest.raises(Forbidden, match="cũng cần hai người"):
            cases.close(AN, kiosk, case.number, outcome, WHY)
    case = four_eyes.propose(AN, kiosk, case.number, Proposed.FALSE, WHY)
    with pytest.raises(Forbidden, match="không tự duyệt"):
        four_eyes.approve(AN, kiosk, case.number, seen(case))
    closed = four_eyes.approve(BINH, kiosk, case.number, seen(case))
    assert (closed.outcome, closed.approved_by) == (CaseOutcome.FALSE, "binh")


def test_a_rejected_or_withdrawn_proposal_is_gone_and_the_holder_keeps_the_case(
    kiosk: Kiosk,
) -> None:
    arrive(kiosk, "patient-1")
    for who in (BINH, AN):
        case = now(kiosk, only_case(kiosk).number)
        if case.held_by is None:
            case = cases.take(AN, kiosk, case.number)
        case = four_eyes.propose(AN, kiosk, case.number, Proposed.CONFIRMED, WHY)
        left = four_eyes.reject(who, kiosk, case.number, seen(case), "chưa đủ")
        assert (left.proposal, left.held_by) == (None, "an")
        with pytest.raises(RequestError):
            four_eyes.approve(BINH, kiosk, case.number, seen(case))


# ---- reopening and snoozing


def test_a_closed_case_is_reopened_with_a_reason_unless_another_is_open(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    with pytest.raises(RequestError, match="đang mở"):
        cases.reopen(AN, kiosk, number, "xem lại")
    cases.take(AN, kiosk, number)
    cases.close(AN, kiosk, number, CaseOutcome.VALUABLE, WHY)
    with pytest.raises(RequestError, match="lý do"):
        cases.reopen(AN, kiosk, number, " ")
    again = cases.reopen(AN, kiosk, number, "xem lại")
    assert (again.state, again.outcome, again.held_by) == (CaseState.REOPENED, None, None)


def test_a_rule_is_quiet_for_one_card_until_its_last_day(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M04"))
    case = cases.take_next(AN, kiosk)
    assert case is not None
    until = TODAY + timedelta(days=30)
    cases.snooze(AN, kiosk, case.number, "M04", until, "chạy thận, có hồ sơ")

    def quiet(rule: str, on: date, person: str | None = case.person_ref) -> bool:
        return rule in kiosk.written.write(
            lambda log: flagging.snoozed_rules(log, person or "", on)
        )

    assert quiet("M04", until)
    assert not quiet("M04", until + timedelta(days=1))
    assert not quiet("M02", until)
    assert not quiet("M04", until, "somebody else")


@pytest.mark.parametrize(
    ("rule", "days", "why"),
    [("M04", 0, "x"), ("M04", 400, "x"), ("M04", 9, " "), ("M05", 9, "x")],
    ids=["today", "too far", "no reason", "no rule of the case"],
)
def test_a_snooze_needs_a_day_a_reason_and_a_rule(
    kiosk: Kiosk, rule: str, days: int, why: str
) -> None:
    arrive(kiosk, "patient-1", a_flag("M04"))
    case = cases.take_next(AN, kiosk)
    assert case is not None
    with pytest.raises(RequestError):
        cases.snooze(AN, kiosk, case.number, rule, TODAY + timedelta(days=days), why)


def test_words_of_a_reason_are_sealed_and_the_codes_name_nobody(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = cases.take_next(AN, kiosk)
    assert case is not None
    cases.snooze(AN, kiosk, case.number, "M02", TODAY + timedelta(days=9), "bà Mẫu có hẹn")
    last = now(kiosk, case.number).story[-1]
    assert last.what == "M02"
    assert kiosk.written.content(last.event_id) == {"ghi_chu": "bà Mẫu có hẹn"}


# ---- any sequence of actions

PEOPLE = [AN, BINH, CHI]
MOVES = ("propose", "approve", "take", "stale", "take_next", "reopen", "elsewhere", "arrive")
MOVES += ("release", "reject", "close")
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(MOVES),
        st.integers(0, 2),
    ),
    min_size=12,
    max_size=32,
)


class House:
    """What the property plays on; remembers the stale proposals."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.kiosk = kiosk
        self.proposals: list[tuple[str, Proposal]] = []

    def play(self, who: Actor, action: str, at: int) -> None:
        """Do one thing; what is refused changes nothing."""
        if action in {"arrive", "elsewhere"}:
            itself = Actor(who.officer, EVERYTHING, "1")
            receptionist = itself if action == "arrive" else RECEPTION
            arrive(self.kiosk, ("patient-1", "patient-2", "s2")[at], by=receptionist)
            return
        if not (known := self.fitting(who, action)):
            return
        with suppress(KioskError):
            self.act(who, action, known[at % len(known)])

    def fitting(self, who: Actor, action: str) -> list[Case]:
        """Return the cases on which an action may succeed, all where none is."""
        known = [*self.kiosk.written.cases.queue(), *self.closed()]
        fits = {
            "take": lambda case: case.is_open and case.held_by is None,
            "propose": lambda case: case.held_by == who.officer,
            "approve": lambda case: case.proposal is not None,
            "reopen": lambda case: not case.is_open,
        }
        return [case for case in known if fits.get(action, bool)(case)] or known

    def act(self, who: Actor, action: str, case: Case) -> None:
        """Try one action on a case."""
        number, kiosk = case.number, self.kiosk
        match action:
            case "take":
                taken = cases.take(who, kiosk, number)
                assert case.held_by is None
                assert taken.held_by == who.officer
            case "take_next":
                cases.take_next(who, kiosk)
            case "release":
                cases.release(who, kiosk, number)
            case "propose":
                made = four_eyes.propose(who, kiosk, number, Proposed.CONFIRMED, WHY)
                self.proposals.append((number, seen(made)))
            case "approve" if case.proposal:
                four_eyes.approve(who, kiosk, number, case.proposal)
            case "stale" if self.proposals:
                stale = self.proposals[0]
                before = now(kiosk, stale[0])
                four_eyes.approve(who, kiosk, *stale)
                assert before.proposal == stale[1]
            case "reject" if case.proposal:
                four_eyes.reject(who, kiosk, number, case.proposal)
            case "close":
                cases.close(who, kiosk, number, CaseOutcome.CONFIRMED, WHY)
            case "reopen":
                cases.reopen(who, kiosk, number, "xem lại")

    def closed(self) -> list[Case]:
        """Return what is closed."""
        return list(self.kiosk.written.cases.closed(self.kiosk.clock() - timedelta(days=9)))

    def check(self) -> None:
        """Assert what must hold whatever was done."""
        everything = [*self.kiosk.written.cases.queue(), *self.closed()]
        subjects = [case.subject for case in everything if case.is_open]
        assert len(subjects) == len(set(subjects))
        for case in everything:
            if case.outcome is CaseOutcome.CONFIRMED:
                two = {case.closed_by, case.approved_by}
                assert len(two) == 2
                assert None not in two
                assert not two & case.received_by
            elif case.held_by:
                takers = [e for e in case.story if e.kind is EventKind.CASE_TAKEN]
                assert case.held_by == takers[-1].officer


@settings(max_examples=25)
@given(ACTIONS)
def test_whatever_three_officers_do_no_rule_of_two_is_broken(
    store_folder: Path, steps: list[tuple[Actor, str, int]]
) -> None:
    (store_folder / "kiosk.db").unlink(missing_ok=True)
    for leftover in store_folder.glob("kiosk.db*"):
        leftover.unlink()
    with open_kiosk(store_folder, Clock()) as (kiosk, log):
        house = House(kiosk)
        arrive(kiosk, "patient-1", by=RECEPTION)
        for step in steps:
            house.play(*step)
            house.check()
        before = [*kiosk.written.cases.queue(), *house.closed()]
        log.rebuild()
        assert [*kiosk.written.cases.queue(), *house.closed()] == before
