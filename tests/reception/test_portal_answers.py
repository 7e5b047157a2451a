"""What the portal is asked, and what its answer does to screen, log, flags and cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.portal_desk_support import (
    NEW,
    OVER_QR,
    QR,
    RENEWED,
    PortalDesk,
    an_answer,
    expired_desk,
    of_qr,
    reasons,
    stored,
)
from tests.support import DESK, MORNING, TODAY, each, officer_account, payload
from verification.basics.dates import VIETNAM, PartialDate
from verification.card.facts import Status
from verification.card.portal import (
    Cause,
    PortalAnswer,
    PortalOfficer,
    PortalOutcome,
    Question,
    SeenVisit,
)
from verification.card.portal_codes import portal_codes
from verification.log.events import EventKind
from verification.log.observations import answer_of
from verification.log.outbox import Errand
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.visit_events import Flagged
from verification.reception import (
    checkin,
    corrections,
    no_card,
    portal_answers,
    portal_desk,
    questions,
)
from verification.reception.answer import Scan
from verification.rights import Actor, Role, desk_officer

if TYPE_CHECKING:
    from verification.log.events import Event

FACTS = of_qr(gt_the_den=date(2026, 12, 31))
NIL = PortalAnswer(PortalOutcome.SILENT, MORNING, 3000, cause=Cause.TIMEOUT)


def flags(desk: PortalDesk) -> list[tuple[str, str]]:
    """Return the rules that were kept, with their levels, of all flags so far."""
    events = desk.log.events((EventKind.FLAGGED,), MORNING - timedelta(days=1))
    return [(f.rule, f.level) for e in events for f in Flagged.of(e.codes).flags]


# ---- the question


def test_the_question_is_the_card_as_presented() -> None:
    desk = PortalDesk()
    asked = portal_answers.question_of(desk.kiosk, desk.present().event)
    own = of_qr()
    assert asked == Question(str(own.ma_the), str(own.ho_ten), PartialDate(1994, 3, 5))


def test_the_officer_of_the_visit_travels_with_it() -> None:
    desk = PortalDesk()
    officer_account(desk.kiosk, "lan", Role.RECEPTIONIST)
    lan = Actor("lan", frozenset({Role.RECEPTIONIST}), "1")
    answer = checkin.present(lan, desk.kiosk, Scan((QR,)))
    asked = portal_answers.question_of(desk.kiosk, answer.event)
    account = desk.log.accounts.account("lan")
    assert account is not None
    assert isinstance(asked, Question)
    assert asked.officer == PortalOfficer(account.ho_ten, account.so_cccd)


def test_who_was_corrected_is_asked_about_as_corrected() -> None:
    desk = PortalDesk([stored(ho_ten="Nguyễn Thị Mẫu")])
    answer = desk.present()
    assert answer.visit is not None
    for name, text in (("ho_ten", "Nguyễn Thị Mâu"), ("ngay_sinh", "1994")):
        corrections.correct_field(DESK, desk.kiosk, answer.visit.visit_id, name, text)
    visit = desk.log.visit(answer.visit.visit_id)
    asked = portal_answers.question_of(desk.kiosk, answer.event, visit)
    assert isinstance(asked, Question)
    assert (asked.ho_ten, asked.ngay_sinh) == ("Nguyễn Thị Mâu", PartialDate(1994))


def test_a_name_that_the_store_has_otherwise_is_asked_as_shown() -> None:
    desk = PortalDesk([stored(ho_ten="Trần Văn Thử")])
    asked = portal_answers.question_of(desk.kiosk, desk.present().event)
    assert isinstance(asked, Question)
    assert asked.ho_ten == of_qr().ho_ten


def test_a_bare_number_is_asked_with_what_the_store_has() -> None:
    desk = PortalDesk([stored()])
    asked = portal_answers.question_of(desk.kiosk, desk.present(b"7900000011").event)
    assert isinstance(asked, Question)
    assert (asked.so_the, asked.ho_ten) == (of_qr().ma_the, of_qr().ho_ten)


@pytest.mark.parametrize("raw", [b"7900000011", payload("number-legacy"), payload("foreign-1")])
def test_what_the_portal_needs_and_is_not_there_is_told(raw: bytes) -> None:
    desk = PortalDesk()
    assert portal_answers.question_of(desk.kiosk, desk.present(raw).event) is Cause.INCOMPLETE


def test_a_patient_without_a_card_is_asked_about_once_the_card_is_there() -> None:
    desk = PortalDesk()
    answer = no_card.present_without_card(DESK, desk.kiosk, "lost", "Nguyễn Thị Mẫu")
    answer = checkin.receive(DESK, desk.kiosk, answer)
    assert portal_answers.question_of(desk.kiosk, answer.event, answer.visit) is Cause.INCOMPLETE
    answer = no_card.complete(DESK, desk.kiosk, answer, QR.decode())
    asked = portal_answers.question_of(desk.kiosk, answer.event, answer.visit)
    assert isinstance(asked, Question)
    assert asked.so_the == of_qr().ma_the


def test_a_citizen_number_is_asked_where_nothing_else_is_known() -> None:
    desk = PortalDesk()
    asked = portal_answers.question_of(desk.kiosk, desk.present(payload("citizen-7")).event)
    assert isinstance(asked, Question)
    assert len(asked.so_the) == 12


# ---- how far the question is


def test_who_is_received_waits_for_the_portal() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    assert answer.visit is not None
    assert answer.visit.portal == "waiting"
    [waits] = desk.log.exchanged.waiting(Errand.PORTAL)
    assert waits.visit == answer.visit.visit_id


def test_nothing_waits_where_no_portal_is_asked() -> None:
    desk = PortalDesk([stored()])
    desk.kiosk = replace(desk.kiosk, asks_portal=False)
    answer = desk.present()
    assert answer.visit is not None
    assert answer.visit.portal is None
    assert desk.log.exchanged.count() == 0


def test_who_is_received_after_the_answer_has_it() -> None:
    desk = PortalDesk()
    answer = desk.ask(desk.present(), an_answer("110"))
    assert (answer.visit, answer.verdict.outcome) == (None, "not_eligible")
    for received in (checkin.receive(DESK, desk.kiosk, answer).visit,):
        assert received is not None
        assert (received.portal, received.portal_code) == ("rejected", "110")
        assert (received.verdict, received.reason) == ("not_eligible", "withdrawn")
    assert desk.log.exchanged.count() == 0
    assert ("M07", "urgent") in flags(desk)


def test_who_is_received_from_the_list_has_the_answer_too() -> None:
    desk = PortalDesk()
    answer = desk.present()
    desk.note(answer, an_answer("120"))
    visit = checkin.receive_presented(DESK, desk.kiosk, answer.event.event_id)
    assert visit is not None
    assert (visit.portal_code, visit.reason) == ("120", "reduced")


# ---- the answer


@each("code", portal_codes())
@each("known", [False, True])
def test_every_code_goes_from_the_desk_to_the_screen(code: str, *, known: bool) -> None:
    desk = PortalDesk([stored()] if known else [])
    before = desk.present()
    after = desk.ask(before, an_answer(code, card=FACTS))
    said = portal_codes()[code]
    [event] = desk.log.exchanged.about(before.event.event_id)
    told = answer_of(event, desk.log.content(event.event_id))
    assert (told.code, told.outcome) == (code, said.outcome)
    visit = after.visit
    if not said.outcome.settles:
        assert event.kind is EventKind.PORTAL_FAILED
        assert after.verdict.headline == before.verdict.headline
        assert visit is None or visit.portal == "waiting"
        return
    assert PortalAnswered.of(event.codes).verdict == after.verdict.outcome
    assert PortalAnswered.of(event.codes).reasons == tuple(reasons(after))
    assert desk.log.exchanged.count() == 0
    if visit:
        assert (visit.portal, visit.portal_code) == (said.outcome, code)
    assert (visit is not None) == (known or after.verdict.outcome == "eligible")


def test_green_is_received_by_itself_once_the_portal_says_so() -> None:
    desk = PortalDesk()
    before = desk.present()
    after = desk.ask(before, an_answer("000", card=FACTS))
    assert (before.visit, after.verdict.source) == (None, "portal")
    assert after.visit is not None
    assert after.visit.presented == before.event.event_id


def test_a_look_up_receives_nobody() -> None:
    desk = PortalDesk()
    answer = checkin.present(DESK, desk.kiosk, Scan((QR,), "look"), lookup=True)
    assert desk.ask(answer, an_answer("000", card=FACTS)).visit is None


def test_the_race_leaves_the_visit_as_it_was_received() -> None:
    desk = PortalDesk([stored()])
    before = desk.present()
    after = desk.ask(before, an_answer("110"))
    assert before.visit is not None
    assert after.visit is not None
    assert (after.verdict.outcome, after.verdict.headline.reason) == ("not_eligible", "withdrawn")
    assert after.visit.visit_id == before.visit.visit_id
    assert (after.visit.verdict, after.visit.reason) == ("eligible", "valid")
    assert (after.visit.portal, after.visit.portal_code) == ("rejected", "110")
    assert ("M07", "urgent") in [(f.rule, f.level) for f in after.flags]


def test_who_is_received_after_the_portal_spoke_is_flagged_by_what_it_said() -> None:
    over = replace(FACTS, gt_the_den=TODAY - timedelta(days=400))
    desk = PortalDesk([replace(stored(), card=over)])
    raw = QR.replace(b"|-|28/12/2025|", b"|18/10/2025|28/12/2025|").replace(
        b"01/01/2026", b"01/01/2025"
    )
    before = desk.present(raw)
    assert before.verdict.headline.reason == "expired"
    renewed = replace(FACTS, gt_the_tu=date(2026, 1, 1))
    after = desk.ask(before, an_answer("000", card=renewed))
    assert (after.visit is not None, after.verdict.outcome) == (True, "eligible")
    assert flags(desk) == []


@pytest.mark.parametrize(
    ("code", "rule"), [("110", "M07"), ("120", "M07"), ("060", "M08"), ("061", "M08")]
)
def test_a_late_refusal_reaches_the_flags_once(code: str, rule: str) -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    assert flags(desk) == []
    for by in ("desk", "outbox", "outbox"):
        desk.note(answer, an_answer(code), by)
    assert [name for name, _ in flags(desk)] == [rule]
    [event] = desk.log.events((EventKind.FLAGGED,), MORNING)
    [noted] = desk.log.exchanged.about(answer.event.event_id)
    assert Flagged.of(event.codes).answered == noted.event_id
    cases = desk.log.cases.queue()
    assert len(cases) == (0 if code == "120" else 1)  # a first time is told, no case


def test_who_is_recorded_dead_elsewhere_opens_a_case() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    died = SeenVisit("1", "79001", MORNING - timedelta(days=9), MORNING - timedelta(days=8),
                     ket_qua="5")  # fmt: skip
    told = replace(an_answer("000", card=FACTS), visits=(died,))
    desk.note(answer, told)
    desk.note(answer, told)
    assert ("M10", "urgent") in flags(desk)
    assert len(flags(desk)) == 1


def test_what_the_store_flagged_already_is_not_flagged_again() -> None:
    desk = PortalDesk([stored(Status.THU_HOI)])
    answer = checkin.receive(DESK, desk.kiosk, desk.present())
    before = flags(desk)
    assert ("M07", "urgent") in before
    desk.note(answer, an_answer("110"))
    assert flags(desk) == before


def test_of_nobody_received_nothing_is_flagged() -> None:
    desk = PortalDesk()
    desk.note(desk.present(), an_answer("110"))
    assert flags(desk) == []


def test_an_answer_that_says_the_same_adds_nothing() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    first = desk.note(answer, an_answer("000", card=FACTS))
    assert desk.note(answer, an_answer("000", card=FACTS)) == first
    assert desk.note(answer, NIL) == first  # it is settled
    other = desk.note(answer, an_answer("110"))
    assert other != first
    visit = desk.log.visit(answer.visit.visit_id) if answer.visit else None
    assert visit is not None
    assert visit.portal_code == "110"


def test_each_vain_attempt_is_kept() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    again = desk.clock.now + timedelta(seconds=30)
    for _ in range(2):
        desk.clock.forward(seconds=1)
        portal_answers.note(
            desk.kiosk, answer.event, replace(NIL, at=desk.clock.now), "desk", again
        )
    events = desk.log.exchanged.about(answer.event.event_id)
    assert [PortalFailed.of(e.codes).cause for e in events] == ["timeout", "timeout"]
    [waits] = desk.log.exchanged.waiting()
    assert (waits.attempts, waits.due) == (2, again)
    assert reasons(desk.upgraded(answer)) == ["valid", "portal_silent"]


def test_an_undone_visit_is_not_settled_nor_flagged() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    assert answer.visit is not None
    corrections.undo(DESK, desk.kiosk, answer.visit.visit_id, corrections.CancelReason.NHAM_NGUOI)
    event = desk.note(answer, an_answer("110"))
    assert PortalAnswered.of(event.codes).visits == ()
    assert flags(desk) == []


def test_nobody_stands_in_the_codes_of_an_answer() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    told = an_answer("060", card=replace(FACTS, ho_ten="Trần Văn Thử"), note="Trần Văn Thử")
    written = str(desk.note(answer, told).codes)
    for word in ("Trần", "Mẫu", "7900000011", "1994"):
        assert word not in written


# ---- the next presentation


def test_a_second_scan_settles_the_visit_that_waits() -> None:
    desk = PortalDesk([stored()])
    first = desk.present()
    desk.note(first, NIL)
    second = desk.present()
    assert second.already
    after = desk.ask(second, an_answer("110"))
    assert first.visit is not None
    assert after.visit is not None
    assert after.visit.visit_id == first.visit.visit_id
    assert (after.visit.portal, after.visit.portal_code) == ("rejected", "110")
    assert desk.log.exchanged.count() == 0
    assert flags(desk) == [("M07", "urgent")]


def test_a_second_scan_is_judged_as_it_was_shown() -> None:
    desk = PortalDesk([stored()])
    first = desk.present()
    assert first.visit is not None
    visit_id = first.visit.visit_id
    corrections.correct_field(DESK, desk.kiosk, visit_id, "ho_ten", "Trần Văn Thử")
    second = desk.present()
    after = desk.ask(second, an_answer("000", card=FACTS))
    assert after.verdict.outcome == "eligible"


def test_the_next_desk_sees_what_the_portal_said() -> None:
    desk = PortalDesk([stored()])
    desk.note(desk.present(), an_answer("110"))
    other = checkin.present(desk_officer("2"), desk.kiosk, Scan((QR,), "there"))
    assert (other.verdict.outcome, other.verdict.source) == ("not_eligible", "portal")
    assert "withdrawn" in reasons(other)


def test_the_new_card_is_known_by_its_own_number() -> None:
    desk = PortalDesk([stored()])
    new = of_qr(ma_the=NEW, ma_so_bhxh=None, gt_the_tu=TODAY)
    desk.ask(desk.present(), an_answer("003", new=new))
    later = desk.present(QR)
    assert later.verdict.card is not None
    assert later.verdict.card.ma_the == NEW


def test_a_wrong_name_is_forgotten_with_the_right_one() -> None:
    desk = PortalDesk([stored()])
    wrong = desk.present(QR.replace(b"4e67", b"4e68", 1))
    desk.note(wrong, an_answer("060"))
    assert "name_differs" not in reasons(desk.present())


def test_a_visit_of_another_day_is_judged_by_periods_alone() -> None:
    desk = PortalDesk([stored()])
    at = MORNING - timedelta(days=3)
    answer = desk.present(happened_at=at.astimezone(VIETNAM))
    assert "backdated" in reasons(answer)
    after = desk.ask(answer, an_answer("060"))
    assert reasons(after) == reasons(answer)


def test_a_wrong_clock_concludes_nothing() -> None:
    desk = PortalDesk([stored()])
    desk.present()
    desk.clock.jump(days=-400)
    answer = desk.present(payload("same-tight-facility"))
    assert answer.verdict.headline.reason == "clock_wrong"
    after = desk.ask(answer, an_answer("060"))
    assert after.verdict.headline.reason == "clock_wrong"
    assert "name_differs" not in reasons(after)
    assert flags(desk) == []


def test_an_event_of_an_answer_reads_back() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    event: Event = desk.note(answer, an_answer("000", card=FACTS, note="ghi chú"))
    told = answer_of(event, desk.log.content(event.event_id))
    assert (told.card, told.note) == (FACTS, "ghi chú")
    assert told.asked is not None
    assert told.asked.so_the == FACTS.ma_the


# ---- what the portal refutes


def test_a_flag_that_the_portal_refutes_asks_nothing_and_is_told_as_refuted() -> None:
    desk = expired_desk()
    before = checkin.receive(DESK, desk.kiosk, desk.present(OVER_QR))
    assert questions.flag_question(desk.kiosk, before) is not None
    [case] = desk.log.cases.queue()
    assert case.score > 0
    after = desk.ask(before, RENEWED)
    assert after.verdict.outcome == "eligible"
    assert questions.flag_question(desk.kiosk, after) is None
    assert [f.rule for f in after.flags if f.level in {"review", "urgent"}] == []
    assert [(f, level) for f, level in flags(desk) if f == "M07"] == [
        ("M07", "review"),
        ("M07", "none"),
    ]
    [case] = desk.log.cases.queue()
    [part] = [part for part in case.parts if part.rule == "M07"]
    assert (part.state, part.score, case.level, case.peak) == ("refuted", 0, "none", "review")


def test_a_refuted_flag_is_refuted_once_and_a_later_refusal_flags_anew() -> None:
    desk = expired_desk()
    before = checkin.receive(DESK, desk.kiosk, desk.present(OVER_QR))
    for _ in range(2):
        desk.ask(before, RENEWED)
    assert len([f for f, _ in flags(desk) if f == "M07"]) == 2
    desk.ask(before, an_answer("110"))
    assert flags(desk)[-1] == ("M07", "urgent")
    [case] = desk.log.cases.queue()
    assert case.level == "urgent"


@each(
    "told", [NIL, *(an_answer(c) for c in ("010", "050", "060", "100", "205", "777", "401", "110"))]
)
def test_only_what_says_otherwise_takes_a_flag_back(told: PortalAnswer) -> None:
    desk = expired_desk()
    before = checkin.receive(DESK, desk.kiosk, desk.present(OVER_QR))
    desk.ask(before, told)
    [case] = desk.log.cases.queue()
    assert all(part.hit for part in case.parts if part.rule == "M07")
    assert case.level in {"review", "urgent"}


def test_who_was_told_of_a_bad_card_that_is_good_does_not_know_better_next_time() -> None:
    desk = expired_desk()
    desk.ask(checkin.receive(DESK, desk.kiosk, desk.present(OVER_QR)), RENEWED)
    of = desk.log.events((EventKind.RECEIVED,), MORNING)[-1]
    person = str(of.person_ref)
    [past] = desk.log.history.visits_of(person, 0, int(MORNING.timestamp()) + 86_400)
    assert past.reason not in {"expired", "withdrawn", "reduced", "locked", "not_yet_valid"}


def test_a_card_that_ended_after_the_visit_is_nothing_against_it() -> None:
    desk = PortalDesk([stored(gt_the_den=TODAY)])
    answer = desk.present()
    desk.clock.forward(hours=18)
    desk.note(answer, an_answer("010", card=of_qr(gt_the_den=TODAY)), "outbox")
    assert answer.visit is not None
    visit = desk.log.visit(answer.visit.visit_id)
    assert visit is not None
    assert (visit.portal, visit.portal_code) == ("answered", "010")
    assert flags(desk) == []
    undated = PortalDesk([stored(gt_the_den=TODAY)])
    answer = undated.present()
    undated.clock.forward(hours=18)
    undated.note(answer, an_answer("010"), "outbox")
    assert answer.visit is not None
    visit = undated.log.visit(answer.visit.visit_id)
    assert visit is not None
    assert visit.portal == "rejected"


def test_where_list_and_portal_differ_nobody_who_typed_a_number_is_flagged() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present(b"7900000011")
    desk.note(answer, an_answer("000", card=of_qr(ho_ten="Trần Văn Khác")))
    assert "name_differs" in reasons(desk.upgraded(answer))
    assert [rule for rule, _ in flags(desk) if rule == "M08"] == []


def test_a_flag_of_another_scan_of_the_visit_is_refuted_in_its_case_too() -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    desk.clock.forward(minutes=40)
    desk.note(desk.present(), an_answer("110"))
    [case] = desk.log.cases.queue()
    assert case.level == "urgent"
    desk.note(answer, an_answer("000", card=FACTS), "outbox")
    assert flags(desk) == [("M07", "urgent"), ("M07", "none")]
    [case] = desk.log.cases.queue()
    assert (case.level, case.peak, case.score) == ("none", "urgent", 0)


def test_what_the_portal_says_of_a_card_that_came_later_is_on_the_screen() -> None:
    desk = PortalDesk([stored()])
    answer = no_card.present_without_card(DESK, desk.kiosk, "lost", "Nguyễn Thị Mẫu")
    answer = checkin.receive(DESK, desk.kiosk, answer)
    desk.note(answer, PortalAnswer(PortalOutcome.OFF, MORNING, cause=Cause.INCOMPLETE))
    assert desk.upgraded(answer) == answer
    answer = no_card.complete(DESK, desk.kiosk, answer, QR.decode())
    desk.note(answer, an_answer("110"), "outbox")
    after = desk.upgraded(answer)
    assert (after.verdict.outcome, after.verdict.headline.reason) == ("not_eligible", "withdrawn")
    assert after.visit is not None
    assert after.visit.portal == "rejected"
    assert portal_desk.is_against(after.visit)


@pytest.mark.parametrize("code", ["060", "070", "000"])
def test_what_was_asked_before_a_correction_settles_and_flags_nothing(code: str) -> None:
    desk = PortalDesk([stored()])
    answer = desk.present()
    asked = portal_answers.question_of(desk.kiosk, answer.event, answer.visit)
    assert isinstance(asked, Question)
    assert answer.visit is not None
    corrections.correct_field(DESK, desk.kiosk, answer.visit.visit_id, "ho_ten", "Nguyễn Thị Mâu")
    desk.clock.forward(seconds=2)
    told = replace(an_answer(code, card=FACTS), at=desk.clock.now, asked=asked)
    portal_answers.note(desk.kiosk, answer.event, told, "desk")
    visit = desk.log.visit(answer.visit.visit_id)
    assert visit is not None
    assert visit.portal == "waiting"
    assert flags(desk) == []
    assert len(desk.log.exchanged.waiting(Errand.PORTAL)) == 1
    asked = portal_answers.question_of(desk.kiosk, answer.event, visit)
    assert isinstance(asked, Question)
    told = replace(an_answer("000", card=FACTS), at=desk.clock.now, asked=asked)
    portal_answers.note(desk.kiosk, answer.event, told, "outbox")
    visit = desk.log.visit(answer.visit.visit_id)
    assert visit is not None
    assert visit.portal == "answered"
    assert desk.log.exchanged.waiting(Errand.PORTAL) == []
