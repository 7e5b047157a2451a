"""The date of a slip at the desk: typed where the patient comes with one, or left unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reception.test_desk import Desk
from tests.support import DESK, TODAY, each
from verification.basics.errors import RequestError
from verification.basics.rates import percent_text
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import corrections
from verification.reception.fund import Fund, fund_of
from verification.reception.papers import read_day
from verification.reception.questions import desk_question

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.answer import Answer

EMPLOYEE = "patient-1"
REFERRAL, REAPPOINTMENT = 4, 5  # of the question how the patient came


@pytest.fixture
def central(kiosk: Kiosk) -> Desk:
    """Return the desk of a once central hospital: who comes by himself pays for himself."""
    codes = [f"{at:02d}{serial:03d}" for at in (1, 31, 48, 79, 92) for serial in range(200)]
    found = next(
        f
        for code in codes
        if (f := kiosk.cards.facility(code)) and (f.cap, f.hang_cu) == ("chuyen_sau", "tw")
    )
    return Desk(replace(kiosk, facility=found.ma_cskcb))


def shown(desk: Desk) -> Answer:
    assert desk.screen.answer is not None
    return desk.screen.answer


def answer(desk: Desk, index: int) -> None:
    """Answer the question on the screen."""
    desk.give("choice", menu_id=desk.screen.answer_id or "", index=index)


def dated(desk: Desk, text: str, way: int = REFERRAL) -> Answer:
    desk.scan(EMPLOYEE)
    answer(desk, way)
    menu = desk.screen.menu
    assert menu is not None
    assert menu.field is not None
    assert menu.enter == 1
    desk.choose(1, text)
    return shown(desk)


def written(days: int) -> str:
    return f"{TODAY - timedelta(days=days):%d/%m}"


def test_a_slip_that_still_counts_turns_green_and_receives(central: Desk) -> None:
    found = dated(central, written(3))
    assert found.visit is not None
    assert found.visit.ma_doituong_kcb == "1.3"
    assert found.entitlement is not None
    assert any("còn giá trị" in note.vi for note in found.entitlement.notes)


def test_nothing_is_said_before_the_date_is_typed_or_left_unknown(central: Desk) -> None:
    central.scan(EMPLOYEE)
    answer(central, REFERRAL)
    assert shown(central).said.referral is None
    central.key("Escape")
    assert shown(central).visit is None
    question = desk_question(shown(central))
    assert question is not None
    assert len(question.choices) == 6


def test_of_a_slip_of_unknown_date_nobody_is_received_by_itself(central: Desk) -> None:
    central.scan(EMPLOYEE)
    answer(central, REFERRAL)
    central.choose(2)
    assert shown(central).visit is None
    assert fund_of(shown(central)) is Fund.OPEN
    question = desk_question(shown(central))
    assert question is not None
    assert "chưa biết ngày ký" in question.text.vi
    answer(central, 1)  # now it is known
    assert central.screen.menu is not None
    central.choose(1, written(2))
    assert shown(central).visit is not None


def test_a_slip_of_unknown_date_may_count_as_none(central: Desk) -> None:
    central.scan(EMPLOYEE)
    answer(central, REFERRAL)
    central.choose(2)
    answer(central, 2)
    question = desk_question(shown(central))
    assert question is not None
    assert "đến khám thế nào" in question.text.vi  # and how did they come then


def test_past_ten_working_days_the_appendix_is_asked(central: Desk) -> None:
    found = dated(central, written(40))
    assert found.visit is None
    question = desk_question(found)
    assert question is not None
    assert "Phụ lục III" in question.text.vi
    answer(central, 1)
    assert shown(central).visit is not None


def test_an_expired_slip_is_as_none_and_why_is_said(central: Desk) -> None:
    dated(central, written(40))
    answer(central, 2)
    found = shown(central)
    assert found.visit is None
    assert found.entitlement is not None
    assert any("đã hết giá trị" in note.vi for note in found.entitlement.notes)
    answer(central, 1)  # by himself
    answer(central, 1)
    assert fund_of(shown(central)) is Fund.NOTHING
    assert shown(central).entitlement is not None


@pytest.mark.parametrize("text", ["", "hôm qua", "31/02", "32/11/2026", "24/13", "24/11/1"])
def test_what_is_no_date_is_refused_and_the_question_stays(central: Desk, text: str) -> None:
    central.scan(EMPLOYEE)
    answer(central, REFERRAL)
    menu = central.screen.menu
    screen = central.choose(1, text)
    assert screen.menu == menu
    assert screen.toast is not None
    assert shown(central).said.referral_signed is None


def test_a_slip_is_not_signed_after_the_visit(central: Desk) -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert dated(central, f"{tomorrow:%d/%m/%Y}").said.referral_signed is None
    assert central.screen.toast is not None


def test_a_re_appointment_used_again_is_told_and_receives_nobody_by_itself(central: Desk) -> None:
    first = dated(central, written(1), REAPPOINTMENT)
    assert first.visit is not None
    assert first.visit.reappointment == TODAY - timedelta(days=1)
    assert first.visit.ma_doituong_kcb == "1.5"
    central.scan(EMPLOYEE)
    central.key("F2")
    central.choose(2)  # another visit of the day
    answer(central, REAPPOINTMENT)
    central.choose(1, written(1))
    again = shown(central)
    assert again.entitlement is not None
    assert any("đã dùng ngày" in note.vi for note in again.entitlement.notes)
    assert fund_of(again) is Fund.OPEN


def test_a_re_appointment_of_an_undone_visit_is_unused(central: Desk, kiosk: Kiosk) -> None:
    first = dated(central, written(1), REAPPOINTMENT)
    assert first.visit is not None
    corrections.undo(DESK, kiosk, first.visit.visit_id, CancelReason.NHAM_NGUOI, "")
    again = dated(central, written(1), REAPPOINTMENT)
    assert again.visit is not None
    assert again.entitlement is not None
    assert again.entitlement.rate is not None
    assert percent_text(again.entitlement.rate) == "80"


def test_the_date_is_in_the_log_with_what_follows(central: Desk) -> None:
    found = dated(central, written(3))
    since = central.kiosk.clock() - timedelta(hours=1)
    (told,) = central.kiosk.written.events([EventKind.TOLD], since)
    assert told.codes["told"]["referral_signed"] == f"{TODAY - timedelta(days=3):%d/%m/%Y}"
    assert found.said.referral_signed == TODAY - timedelta(days=3)


def test_the_rates_menu_takes_the_dates_too(central: Desk) -> None:
    central.scan(EMPLOYEE)
    central.key("F9")
    central.choose(9)
    central.choose(10)
    central.choose(1, written(3))
    assert shown(central).visit is not None


@each(
    ("text", "ahead", "day"),
    [
        ("24/11", False, date(2025, 11, 24)),  # of the year before, where this year's is ahead
        ("20/11", False, date(2026, 11, 20)),
        ("2011", False, date(2026, 11, 20)),
        ("1/2", False, date(2026, 2, 1)),
        ("20.11.26", False, date(2026, 11, 20)),
        ("20112026", False, date(2026, 11, 20)),
        ("2026-11-20", False, date(2026, 11, 20)),
        ("24/11", True, date(2026, 11, 24)),
        ("5/1", True, date(2027, 1, 5)),
    ],
)
def test_a_day_is_read_as_a_hand_writes_it(text: str, *, ahead: bool, day: date) -> None:
    assert read_day(text, date(2026, 11, 22), ahead=ahead) == day


def test_a_day_that_never_was_is_refused() -> None:
    with pytest.raises(RequestError):
        read_day("29/2", date(2026, 11, 22), ahead=False)
