"""A patient's last visits: Shift+F7."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.log.sending_support import his_told
from tests.reception.test_desk import AMBER, GREEN, Desk
from tests.support import DESK
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import corrections
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from tests.reception.test_portal_desk import Desk as Asking
    from verification.kiosk import Kiosk
    from verification.reception.menus import Line


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


def before(desk: Desk) -> tuple[Line, ...]:
    menu = desk.key("Shift+F7").menu
    assert menu is not None
    assert menu.lines_a_page == 9
    return menu.lines


def elsewhere(desk: Desk | Asking, days: int, **more: str) -> None:
    """Tell the store of a visit of the patient on the screen at another place."""
    answer = desk.screen.answer
    assert answer is not None
    person = answer.event.person_ref
    assert person is not None
    at = int((desk.kiosk.clock() - timedelta(days=days)).timestamp())
    card = {"ma_the": "DN4797900000201"}
    visit = PastVisit(at=at, ma_cskcb="79001", card=card, beside=more, timed=False)
    desk.kiosk.written.write(lambda log: log.history.put(visit, person))


def test_nobody_was_here_before_is_said_and_the_look_is_logged(desk: Desk) -> None:
    desk.scan(GREEN)
    (line,) = before(desk)
    assert "Chưa thấy lượt nào" in line.text.vi
    looked = desk.kiosk.written.events([EventKind.VIEWED], desk.kiosk.clock() - timedelta(hours=1))
    assert [event.codes["what"] for event in looked] == ["visits"]
    assert looked[0].codes["of"] == desk.screen.answer_id


def test_visits_here_and_elsewhere_are_told_newest_first_and_undone_ones_struck(
    desk: Desk,
) -> None:
    desk.scan(AMBER)
    desk.key("F2")  # another person's visit
    first = desk.scan(GREEN).answer
    assert first is not None
    assert first.visit is not None
    desk.scan(GREEN)
    desk.key("F2")
    desk.choose(1)
    corrections.undo(DESK, desk.kiosk, first.visit.visit_id, CancelReason.NHAM_NGUOI, "")
    elsewhere(desk, 3, ma_loai_kcb="07", ma_benh="E11", so_ngay_thuoc="30")
    elsewhere(desk, 40, ma_doituong_kcb="1.3")
    lines = before(desk)
    assert [line.tone for line in lines] == ["struck", "plain", "plain"]
    assert "Nhầm người" in lines[0].text.vi
    assert f"quầy {DESK.desk}" in lines[0].text.vi
    for word in ("79001", "07 nhận thuốc theo hẹn", "E11", "thuốc 30 ngày"):
        assert word in lines[1].text.vi
    assert "1.3 có phiếu chuyển" in lines[2].text.vi
    assert ":" not in lines[1].text.vi  # of which only the day is known


def test_of_a_visit_here_is_told_what_the_hospital_system_told_of_it(desk: Desk) -> None:
    first = desk.scan(GREEN).answer
    assert first is not None
    assert first.visit is not None
    visit = first.visit.visit_id
    desk.scan(GREEN)
    desk.key("F2")
    desk.choose(1)
    told = {"ma_benh": "E11.9", "so_ngay_thuoc": 30, "ma_loai_kcb": "03", "ket_thuc": "2026-11-30"}
    his_told(desk.kiosk.written, visit, {"his": told})
    (line,) = before(desk)
    assert line.tone == "plain"
    for word in ("03 ", "E11.9", "thuốc 30 ngày", "nằm viện đến 30/11/2026", "theo HIS"):
        assert word in line.text.vi
    his_told(desk.kiosk.written, visit, {"his": {"ket_thuc": "tu_vong", "so_ngay_thuoc": 0}})
    (line,) = before(desk)
    assert line.tone == "wait"
    assert "HIS ghi TỬ VONG" in line.text.vi
    assert "nằm viện" not in line.text.vi
    assert "thuốc" not in line.text.vi


def test_of_another_person_nothing_is_told(desk: Desk) -> None:
    desk.scan(GREEN)
    elsewhere(desk, 2)
    desk.scan(AMBER)
    (line,) = before(desk)
    assert "Chưa thấy lượt nào" in line.text.vi


def test_without_a_patient_there_is_nothing_to_look_at(desk: Desk) -> None:
    screen = desk.key("Shift+F7")
    assert screen.menu is None
    assert screen.toast is not None
