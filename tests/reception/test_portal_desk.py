"""What the portal's answer does to the screen of a desk, and what comes too late for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.stepped_support import SteppedDesk
from tests.support import DESK
from verification.basics.errors import RequestError
from verification.card.facts import Card
from verification.card.portal import Cause, PortalAnswer, PortalOutcome, SeenVisit
from verification.exchange.observed import Observed, answers_in
from verification.log.events import EventKind
from verification.log.portal_events import PortalKept
from verification.log.visit import CancelReason, PortalWord
from verification.reception import portal_answers, portal_desk, questions, today_list
from verification.reception.slips.slip import slip_of
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.answer import Answer
    from verification.reception.screen import Screen

GREEN, RED, AMBER = "patient-1", "patient-2", "patient-3"
ANSWERED, REJECTED = PortalOutcome.ANSWERED, PortalOutcome.REJECTED
SILENT, UNKNOWN = PortalOutcome.SILENT, PortalOutcome.UNKNOWN_CODE


class Desk(SteppedDesk):
    """A browser session at a desk whose house asks the portal."""

    def __init__(self, kiosk: Kiosk) -> None:
        cards = Observed(kiosk.cards, answers_in(kiosk.written))
        super().__init__(replace(kiosk, cards=cards, asks_portal=True))

    def key(self, key: str, answer_id: str | None = None) -> Screen:
        return self.give("key", key=key, answer_id=answer_id or self.screen.answer_id)

    def ends(self, answer: Answer, code: str | None, outcome: PortalOutcome) -> None:
        """Write down how the question about an answer ended, as the portal's worker does."""
        now, cause = self.kiosk.clock(), None if code else Cause.TIMEOUT
        card = replace(answer.verdict.card, gt_the_tu=None) if answer.verdict.card else None
        facts = answer.verdict.card if outcome is ANSWERED else card
        told = PortalAnswer(outcome, now, 800, code, "ghi chú của Cổng", cause, card=facts)
        portal_answers.note(self.kiosk, answer.event, told, "desk", None if code else now)

    def told(self, answer: Answer, text: str = "") -> Screen:
        """The page heard that the question ended, and says what it showed then."""
        shown = self.screen.answer_id
        return self.give("portal", menu_id=answer.presented, answer_id=shown, text=text)

    def answered(self, answer: Answer, code: str | None, outcome: PortalOutcome) -> Answer:
        self.ends(answer, code, outcome)
        after = self.told(answer).answer
        assert after is not None
        return after

    def word(self, answer: Answer) -> PortalWord | None:
        visit = self.kiosk.written.visit(answer.visit.visit_id) if answer.visit else None
        return visit.portal if visit else None


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


def test_green_stays_green_and_its_name_on_the_screen_stays_too(desk: Desk) -> None:
    shown = desk.scan(GREEN)
    after = desk.answered(shown, "000", ANSWERED)
    assert after.verdict.outcome is Outcome.ELIGIBLE
    assert after.shown_as == shown.shown_as  # a key pressed meanwhile counts
    assert after.heard
    assert desk.word(after) is PortalWord.ANSWERED


def test_amber_that_the_portal_settles_turns_green_and_is_received_by_itself(desk: Desk) -> None:
    shown = desk.scan(AMBER)
    assert shown.visit is None
    after = desk.answered(shown, "000", ANSWERED)
    assert after.verdict.outcome is Outcome.ELIGIBLE
    assert after.visit is not None
    assert desk.word(after) is PortalWord.ANSWERED
    assert after.before is not None
    assert after.before.verdict.outcome is Outcome.UNDETERMINED  # what it was is told beside it
    assert after.shown_as != shown.shown_as


def test_what_the_portal_refutes_is_asked_no_more_and_its_key_answers_nothing_else(
    desk: Desk,
) -> None:
    desk.scan(RED)
    shown = desk.key("F2").answer
    assert shown is not None
    asked = questions.flag_question(desk.kiosk, shown)
    assert asked is not None
    assert "514" in asked.text.vi or "hết hạn" in asked.text.vi
    now = desk.kiosk.clock()
    renewed = replace(shown.verdict.card or Card(), gt_the_tu=now.date(), gt_the_den=None)
    told = PortalAnswer(ANSWERED, now, 800, "000", card=renewed)
    portal_answers.note(desk.kiosk, shown.event, told, "desk")
    after = desk.told(shown).answer
    assert after is not None
    assert after.verdict.outcome is Outcome.ELIGIBLE
    assert questions.flag_question(desk.kiosk, after) is None
    desk.give("choice", menu_id=shown.shown_as, index=1)
    assert desk.kiosk.written.events([EventKind.FLAG_ANSWERED], now - timedelta(days=1)) == []


def test_a_question_that_the_portals_past_brings_is_not_answered_by_a_key_for_another(
    desk: Desk,
) -> None:
    shown = desk.scan(GREEN)
    now = desk.kiosk.clock()
    died = SeenVisit("1", "79001", now - timedelta(days=9), now - timedelta(days=8), ket_qua="5")
    told = PortalAnswer(ANSWERED, now, 800, "000", card=shown.verdict.card, visits=(died,))
    portal_answers.note(desk.kiosk, shown.event, told, "desk")
    after = desk.told(shown).answer
    assert after is not None
    assert questions.flag_question(desk.kiosk, after) is not None
    assert after.shown_as != shown.shown_as
    desk.give("choice", menu_id=shown.shown_as, index=1)
    assert desk.kiosk.written.events([EventKind.FLAG_ANSWERED], now - timedelta(days=1)) == []


def test_a_look_and_a_row_of_the_list_are_received_by_nobodys_answer(desk: Desk) -> None:
    shown = desk.scan(AMBER)
    desk.give("today", menu_id="open", text=shown.presented)
    after = desk.answered(shown, "000", ANSWERED)
    assert after.reopened
    assert after.verdict.outcome is Outcome.ELIGIBLE
    assert after.visit is None
    looked = desk.scan(AMBER, look=True)
    assert desk.answered(looked, "000", ANSWERED).visit is None


def test_green_received_and_then_withdrawn_stays_received_and_asks_to_undo_or_keep(
    desk: Desk,
) -> None:
    after = desk.answered(desk.scan(GREEN), "110", REJECTED)
    assert after.verdict.outcome is Outcome.NOT_ELIGIBLE
    assert after.visit is not None
    assert after.visit.cancelled is None
    question = portal_desk.question(after)
    assert question is not None
    undo, keep = (portal_desk.menu_of(after, at) for at in (1, 2))
    assert undo is not None
    assert keep is not None
    menu = desk.give("choice", menu_id=after.shown_as, index=1, text=portal_desk.ASKED).menu
    assert menu == undo
    desk.give("choice", menu_id=undo.id, index=1)
    visit = desk.kiosk.written.visit(after.visit.visit_id)
    assert visit is not None
    assert visit.cancelled is CancelReason.NHAM_NGUOI


def test_a_kept_visit_is_asked_about_no_more_and_its_reason_is_logged(desk: Desk) -> None:
    shown = desk.scan(AMBER)
    desk.key("F2")  # the same for amber that was received by key
    after = desk.answered(shown, "110", REJECTED)
    menu = desk.give("choice", menu_id=after.shown_as, index=2, text=portal_desk.ASKED).menu
    assert menu is not None
    kept = desk.give("choice", menu_id=menu.id, index=1).answer
    assert kept is not None
    assert portal_desk.question(kept) is None
    assert desk.word(kept) is PortalWord.KEPT
    (event,) = desk.kiosk.written.events((EventKind.PORTAL_KEPT,), shown.event.recorded_at)
    assert PortalKept.of(event.codes).why == "giay_to"
    assert PortalKept.of(event.codes).answered == kept.heard
    assert today_list.at_a_glance(DESK, desk.kiosk).verify == 0
    visit_id = kept.visit.visit_id if kept.visit else ""
    with pytest.raises(RequestError):  # once
        portal_desk.keep(DESK, desk.kiosk, visit_id, "giay_to")


def test_another_reason_needs_words_and_a_code_that_is_none_is_refused(desk: Desk) -> None:
    after = desk.answered(desk.scan(GREEN), "777", UNKNOWN)
    assert after.verdict.outcome is Outcome.UNDETERMINED  # never green by a code in no table
    visit_id = after.visit.visit_id if after.visit else ""
    for why, words in (("khac", " "), ("khong_co", "x")):
        with pytest.raises(RequestError):
            portal_desk.keep(DESK, desk.kiosk, visit_id, why, words)
    assert portal_desk.keep(DESK, desk.kiosk, visit_id, "khac", "đã gọi cơ quan BHXH")


def test_an_answer_after_the_next_patient_changes_nobody_and_is_one_to_verify(desk: Desk) -> None:
    first, second = desk.scan(GREEN), desk.scan(RED)
    desk.ends(first, "110", REJECTED)
    screen = desk.told(first)
    assert screen.answer == second
    assert screen.toast is not None
    assert "110" in screen.toast.text.vi
    assert "ĐẶNG T. T. M." in screen.toast.text.vi  # masked
    assert today_list.at_a_glance(DESK, desk.kiosk).verify == 1
    row = today_list.listed(DESK, desk.kiosk, today_list.TodayList(desk.kiosk.today())).rows[1]
    assert row.state is today_list.State.CONTRADICTED  # behind who waits, before all others
    reopened = desk.give("today", menu_id="open", text=row.id).answer
    assert reopened is not None
    assert portal_desk.question(reopened) is not None
    assert reopened.heard


def test_a_good_answer_that_comes_late_is_no_message(desk: Desk) -> None:
    first = desk.scan(GREEN)
    desk.scan(RED)
    desk.ends(first, "000", ANSWERED)
    assert desk.told(first).toast is None


def test_nothing_changes_under_an_open_menu_list_or_half_a_text(desk: Desk) -> None:
    shown = desk.scan(GREEN)
    desk.ends(shown, "110", REJECTED)
    desk.key("F6")
    assert desk.told(shown).answer == shown
    desk.key("Escape")
    desk.key("F10")
    assert desk.told(shown).answer == shown
    desk.key("Escape")
    assert desk.told(shown, portal_desk.BUSY).answer == shown
    after = desk.told(shown).answer
    assert after is not None
    assert after.verdict.outcome is Outcome.NOT_ELIGIBLE


@pytest.mark.parametrize("key", ["F2", "F3", "Shift+F3", "F6", "F7", "Shift+F7", "F8"])
def test_a_key_pressed_for_the_answer_before_acts_not_on_the_changed_one(
    desk: Desk, key: str
) -> None:
    shown = desk.scan(AMBER)
    desk.answered(shown, "110", REJECTED)
    after = desk.key(key, shown.shown_as)
    assert after.answer is not None
    assert after.answer.visit is None
    assert after.menu is None
    assert (after.slip, after.copied, after.number_shown) == (False, None, False)
    assert after.toast is not None
    assert after.toast.text.vi.startswith("Cổng BHXH vừa trả lời")
    seen = desk.key("F2").answer  # looked at, and pressed again
    assert seen is not None
    assert seen.visit is not None


def test_a_choice_made_for_the_question_before_is_no_answer_to_the_new_one(desk: Desk) -> None:
    shown = desk.scan(GREEN)
    after = desk.answered(shown, "110", REJECTED)
    screen = desk.give("choice", menu_id=shown.shown_as, index=1)
    assert screen.menu is None
    assert screen.answer == after
    assert screen.toast is not None
    assert screen.toast.tone == "wait"


def test_f2_for_the_answer_before_is_told_that_the_portal_had_the_patient_received(
    desk: Desk,
) -> None:
    shown = desk.scan(AMBER)
    desk.answered(shown, "000", ANSWERED)
    toast = desk.key("F2", shown.shown_as).toast
    assert toast is not None
    assert "đã được tiếp nhận" in toast.text.vi


def test_f2_of_a_patient_before_whose_answer_was_changed_still_means_that_patient(
    desk: Desk,
) -> None:
    first = desk.answered(desk.scan(AMBER), "110", REJECTED)
    desk.scan(RED)
    desk.key("F2", first.shown_as)
    (made,) = desk.kiosk.written.cases.received_from(first.presented)
    assert made.kind is EventKind.RECEIVED


def test_an_outage_leaves_answer_and_colour_and_what_is_copied_says_so(desk: Desk) -> None:
    shown = desk.scan(GREEN)
    copied = desk.key("F3").copied
    assert copied is not None
    assert copied.endswith("\tChưa có trả lời của Cổng")
    after = desk.answered(shown, None, SILENT)
    assert after.verdict.outcome is Outcome.ELIGIBLE
    assert after.shown_as == shown.shown_as
    assert desk.word(after) is PortalWord.WAITING  # it stays in the queue
    desk.ends(shown, "000", ANSWERED)  # the outbox asked again
    desk.told(shown)
    copied = desk.key("F3").copied
    assert copied is not None
    assert "Cổng" not in copied


@pytest.mark.parametrize("slug", [GREEN, RED, AMBER, "case-child-past-72", "case-other-name"])
def test_silence_changes_nothing_of_any_answer(desk: Desk, slug: str) -> None:
    shown = desk.scan(slug)
    after = desk.answered(shown, None, SILENT)
    assert after.heard
    assert after.before is None  # nothing "changed by the portal": it has said nothing
    assert replace(after, heard=None, visit=shown.visit) == replace(shown, heard=None)


def test_a_slip_printed_before_the_answer_says_that_the_portal_has_not_answered(desk: Desk) -> None:
    def printed() -> str:
        answer = desk.key("Shift+F3").answer
        assert answer is not None
        parts = slip_of(desk.kiosk, answer).parts
        return " ".join(line.vi for part in parts for line in part.lines)

    shown = desk.scan(GREEN)
    assert "Chưa có trả lời của Cổng BHXH" in printed()
    desk.answered(shown, "000", ANSWERED)
    assert "Cổng" not in printed()


def test_forty_patients_and_a_late_portal_nobody_stands_in_anothers_colour(desk: Desk) -> None:
    slugs = [f"patient-{n}" for n in (1, 2, 3, 4)] * 10
    waiting: list[Answer] = []
    for at, slug in enumerate(slugs):
        shown = desk.scan(slug)
        waiting.append(shown)
        if at % 3 == 2:  # the portal is late: it answers of those before, newest last
            for late in waiting[:-1]:
                desk.ends(
                    late, "110" if late.visit else "000", REJECTED if late.visit else ANSWERED
                )
                now = desk.told(late).answer
                assert now == shown
            waiting = waiting[-1:]
        assert desk.screen.answer == shown


def test_the_sheet_of_a_failed_portal_is_made_for_who_was_received_alone(kiosk: Kiosk) -> None:
    desk = Desk(kiosk)
    answer = desk.scan(AMBER)
    assert desk.key("Shift+F9").toast
    assert desk.screen.sheet is None  # nobody was received
    desk.key("F2")
    assert desk.key("Shift+F9").sheet is None  # nothing failed
    desk.ends(answer, None, SILENT)
    shown = desk.key("Shift+F9")
    assert shown.answer
    assert shown.answer.visit
    assert shown.sheet == shown.answer.visit.visit_id
    assert desk.key("F7").sheet is None  # once
