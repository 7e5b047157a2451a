"""The co-payment of the year on demand: asked by a key, shown where its patient stands, taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reception.test_portal_desk import Desk
from verification.card.portal import Cause, CoPaid, CoPayment, PortalOutcome
from verification.log.events import EventKind
from verification.reception import copay_desk

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.menus import Menu
    from verification.reception.screen import Screen

GREEN, RED = "patient-1", "patient-2"
AT = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
NOTE = "Dữ liệu tính đến 23:59 ngày 23/11/2026."


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


def paid(*rows: CoPaid, **more: object) -> CoPayment:
    told = CoPayment(PortalOutcome.ANSWERED, AT, code="200", note=NOTE, rows=rows)
    return replace(told, **more)  # type: ignore[arg-type]  # fields of it


def a_stay(desk: Desk, total: int) -> CoPaid:
    year = desk.kiosk.today().year
    return CoPaid("79001", None, date(year, 9, 2), total)


def ask(desk: Desk) -> Menu:
    desk.key("F9")
    menu = desk.screen.menu
    assert menu is not None
    at = [item.act for item in menu.items].index("copay") + 1
    return choose(desk, at)


def choose(desk: Desk, index: int) -> Menu:
    menu = desk.screen.menu
    assert menu is not None
    after = desk.give("choice", menu_id=menu.id, index=index).menu
    assert after is not None
    return after


def told(desk: Desk, found: CoPayment | None, of: str | None = None) -> Screen:
    return desk.give("copay", menu_id=of or desk.screen.presented, paid=found)


def words(menu: Menu | None) -> str:
    assert menu is not None
    return "\n".join(line.text.vi for line in menu.lines)


def shown(desk: Desk, found: CoPayment | None) -> str:
    desk.scan(GREEN)
    ask(desk)
    return words(told(desk, found).menu)


def test_asking_waits_in_a_menu_of_its_own_and_the_look_is_logged(desk: Desk) -> None:
    answer = desk.scan(GREEN)
    menu = ask(desk)
    assert not menu.items  # no digit means anything until the answer is there
    assert desk.screen.copay is not None
    assert desk.screen.copay.presented == answer.presented
    looked = desk.kiosk.written.events([EventKind.VIEWED], desk.kiosk.clock() - timedelta(hours=1))
    assert [event.codes["what"] for event in looked] == ["copay"]


def test_the_sum_is_told_with_the_portals_note_and_what_it_lacks(desk: Desk) -> None:
    found = paid(a_stay(desk, 1_250_000))
    said = shown(desk, found)
    assert "1.250.000 đ" in said
    assert NOTE in said
    assert "08:12 24/11/2026" in said
    assert "chưa gửi lên Cổng" in said
    assert "Chưa vượt mức của năm" in said
    assert desk.screen.copay is None


def test_no_data_is_not_zero_and_cannot_be_taken(desk: Desk) -> None:
    said = shown(desk, paid(code="204"))
    assert "không có dữ liệu" in said
    assert NOTE in said
    assert "0 đ\n" not in said
    menu = desk.screen.menu
    assert menu is not None
    assert menu.items[0].blocked is not None
    assert choose(desk, 1) == menu
    assert desk.screen.answer is not None
    assert desk.screen.answer.said.copay_since is None


def test_a_portal_that_failed_says_why_and_can_be_asked_again(desk: Desk) -> None:
    silent = CoPayment(PortalOutcome.SILENT, AT, cause=Cause.TIMEOUT)
    assert "không trả lời kịp" in shown(desk, silent)
    choose(desk, 2)
    assert desk.screen.copay is not None
    assert desk.screen.copay.again
    assert "hãy hỏi lại" in words(told(desk, None).menu)
    incomplete = CoPayment(PortalOutcome.OFF, AT, cause=Cause.INCOMPLETE)
    assert "Thiếu số thẻ" in shown(desk, incomplete)


@pytest.mark.parametrize(
    ("five", "says", "exempt"),
    [
        (date(2020, 1, 1), "Được miễn cùng chi trả từ 02/09/", True),
        (None, "Chưa rõ ngày đủ 5 năm", None),
        (date(2099, 1, 1), "đến 01/01/2099 mới đủ 5 năm", False),
    ],
)
def test_above_the_limit_the_five_years_decide_and_one_key_takes_the_sums(
    desk: Desk, five: date | None, says: str, exempt: bool | None
) -> None:
    answer = desk.scan(GREEN)
    assert answer.verdict.card is not None
    card = replace(answer.verdict.card, ngay_du_5_nam=five)
    here = replace(answer, verdict=replace(answer.verdict, card=card))
    desk.screen = replace(desk.screen, answer=here)
    ask(desk)
    said = words(told(desk, paid(a_stay(desk, 40_000_000))).menu)
    assert says in said
    assert "Đã vượt mức của năm" in said
    assert "đợt ra viện 02/09/" in said
    before = desk.screen.answer
    assert before is not None
    assert before.said.copay_since is None  # never by itself
    menu = desk.screen.menu
    assert menu is not None
    after = desk.give("choice", menu_id=menu.id, index=1)
    assert after.menu is None
    assert after.answer is not None
    assert after.answer.said.copay_before_july == 0
    assert after.answer.said.copay_since == 40_000_000
    assert after.answer.entitlement is not None
    assert (after.answer.entitlement.rate == 1) is (exempt is True)


def test_another_patients_screen_stays_as_it_is(desk: Desk) -> None:
    first = desk.scan(GREEN)
    ask(desk)
    desk.scan(RED)
    before = desk.screen
    after = told(desk, paid(a_stay(desk, 1_250_000)), first.presented)
    assert (after.menu, after.toast, after.answer) == (None, None, before.answer)
    desk.give("today", menu_id="open", text=first.presented)  # called back: it is told then
    toast = told(desk, paid(a_stay(desk, 1_250_000))).toast
    assert toast is not None
    assert "cùng chi trả" in toast.text.vi
    assert desk.screen.menu is None


def test_what_is_open_meanwhile_stays_open(desk: Desk) -> None:
    desk.scan(GREEN)
    ask(desk)
    other = desk.key("F8").menu
    after = told(desk, paid(a_stay(desk, 1_250_000)))
    assert after.menu == other
    assert after.toast is not None


def test_the_sums_of_one_patient_are_never_anothers(desk: Desk) -> None:
    desk.scan(GREEN)
    ask(desk)
    menu = told(desk, paid(a_stay(desk, 40_000_000))).menu
    desk.scan(RED)
    desk.screen = replace(desk.screen, menu=menu)
    assert menu is not None
    after = desk.give("choice", menu_id=menu.id, index=1)
    assert after.toast is not None
    assert after.toast.tone == "wait"
    assert after.answer is not None
    assert after.answer.said.copay_since is None


def test_without_a_patient_or_a_portal_nothing_is_asked(desk: Desk) -> None:
    desk.key("F9")
    blocked = [item.blocked for item in desk.screen.menu.items] if desk.screen.menu else []
    assert blocked[12] is not None
    desk.kiosk = replace(desk.kiosk, asks_portal=False)
    desk.scan(GREEN)
    desk.key("F9")
    menu = desk.screen.menu
    assert menu is not None
    after = desk.give("choice", menu_id=menu.id, index=13)
    assert after.copay is None
    assert after.toast is not None
    assert "chưa kết nối Cổng" in after.toast.text.vi


def test_the_question_is_that_of_the_presentation(desk: Desk) -> None:
    answer = desk.scan(GREEN)
    question = copay_desk.question_of(desk.kiosk, answer)
    assert not isinstance(question, Cause)
    assert answer.verdict.card is not None
    assert question.ho_ten == answer.verdict.card.ho_ten
