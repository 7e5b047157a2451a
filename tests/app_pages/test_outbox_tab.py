"""The administrator sees what waits and why, sends it again, and asks before the day closes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.server import house as houses
from tests.browser.running import PATIENCE
from tests.exchange_support import receive
from tests.support import DESK, ROOT
from verification.basics.texts import Text
from verification.log.outbox import Errand, handover_item, portal_item
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.sending_events import NotDelivered
from verification.log.writing import write_alone
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.log.visit import Visit
    from verification.rights import Actor

MAIN = str(ROOT / "app_pages" / "main.py")


@pytest.fixture
def asking(
    house: House, enter: Callable[[House, Role], Actor], monkeypatch: pytest.MonkeyPatch
) -> House:
    """Return a house that asks a portal, with an administrator before it."""
    enter(house, Role.ADMINISTRATOR)
    asks = replace(house, kiosk=replace(house.kiosk, asks_portal=True))
    monkeypatch.setattr(houses, "_open", [asks])
    asks.exchange.lane(Errand.PORTAL)
    return asks


def run(ran: AppTest | None = None) -> AppTest:
    ran = (ran or AppTest.from_file(MAIN, default_timeout=PATIENCE)).run()
    assert not ran.exception, ran.exception
    return ran


def said(ran: AppTest) -> str:
    return " ".join(html.body for html in ran.get("html"))


def fail(house: House, visit: Visit, cause: str) -> None:
    failed = PortalFailed(visit.presented, "silent", 5, "outbox", (visit.visit_id,), cause=cause)
    write_alone(house.kiosk.written, DESK, failed)


def test_what_waits_is_shown_with_its_error_in_words_and_sent_again_by_its_key(
    asking: House,
) -> None:
    kiosk = asking.kiosk
    assert "Không có gì chờ gửi" in said(run())
    visit, other = receive(kiosk, "Trần Bí Mật"), receive(kiosk)
    fail(asking, visit, "incomplete")
    ran = run()
    told = said(ran)
    assert "2 câu hỏi chờ Cổng BHXH trả lời" in told
    assert "1 việc chỉ gửi lại khi có người bấm" in told
    assert "Thiếu họ tên hoặc ngày sinh" in told
    assert told.index(f"<span>{visit.visit_id}") < told.index(f"<span>{other.visit_id}")
    assert "Bí Mật" not in told
    item = portal_item(visit.visit_id)
    ran.button(f"outbox {item}").click()
    run(ran)
    again = kiosk.written.exchanged.one(item)
    assert again
    assert again.due
    assert "chỉ gửi lại khi có người bấm" not in said(ran)
    fail(asking, visit, "incomplete")
    ran.button("outbox_all").click()
    run(ran)
    assert not any(one.is_dead for one in kiosk.written.exchanged.waiting())


def test_before_the_day_closes_what_is_not_confirmed_is_asked_again_and_listed(
    asking: House,
) -> None:
    kiosk = asking.kiosk
    visit, good = receive(kiosk, portal=None), receive(kiosk)
    answered = PortalAnswered(good.presented, "answered", 5, "desk", (good.visit_id,), "000")
    write_alone(kiosk.written, DESK, answered)
    ran = run()
    assert "1 lượt chưa được Cổng xác nhận" in said(ran)
    assert "chưa hỏi lần nào" in said(ran)
    ran.button("closing_ask").click()
    run(ran)
    assert kiosk.written.exchanged.one(portal_item(visit.visit_id))
    assert kiosk.written.exchanged.count() == 1
    bad = PortalAnswered(visit.presented, "rejected", 5, "outbox", (visit.visit_id,), "110")
    write_alone(kiosk.written, DESK, bad)
    assert "Cổng không nhận thẻ. Mã 110: " in said(run(ran))
    assert "quầy xem lại" in said(ran)


def test_trouble_and_pauses_are_told_above_all_else(asking: House) -> None:
    receive(asking.kiosk)
    lane = asking.exchange.lane(Errand.PORTAL)
    lane.held = "account"
    assert "Việc “Hỏi Cổng BHXH” đang nghỉ, máy tự thử lại: Sai tài khoản hoặc mật khẩu" in said(
        run()
    )
    asking.exchange.lanes = ()
    assert "Chưa đặt Cổng BHXH" in said(run())
    asking.exchange.lane(Errand.HANDOVER).trouble = Text("Đĩa đầy", "The disk is full")
    assert "✕ Đĩa đầy" in said(run())


def test_what_a_hospital_system_did_not_take_stands_beside_the_portals_questions(
    asking: House,
) -> None:
    kiosk = replace(asking.kiosk, hands_over=True)
    visit = receive(kiosk, "Trần Bí Mật", portal=None, handover=True)
    item = handover_item(visit.visit_id, 1)
    failed = NotDelivered("handover", item, visit.visit_id, cause="his_refused", detail="HTTP 422")
    write_alone(kiosk.written, DESK, failed)
    asking.exchange.lane(Errand.HANDOVER).held = "his_down"
    ran = run()
    told = said(ran)
    assert "1 tin chờ hệ thống bệnh viện nhận" in told
    assert "Báo hệ thống bệnh viện, tin 1" in told
    assert "Hệ thống bệnh viện không nhận tin này" in told
    assert (
        "Việc “Báo hệ thống bệnh viện” đang nghỉ, máy tự thử lại: Hệ thống bệnh viện báo lỗi"
        in told
    )
    assert "1 việc chỉ gửi lại khi có người bấm" in told
    assert "Bí Mật" not in told
    ran.button(f"outbox {item}").click()
    assert "KIOSK_HANDOVER_TO" in " ".join(one.value for one in run(ran).error)  # nobody is set
