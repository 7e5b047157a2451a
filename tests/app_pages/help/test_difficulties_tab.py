"""Difficulties on the pages: told from the strip, listed, moved on and marked as sent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from streamlit.navigation.page import calc_hash
from streamlit.testing.v1 import AppTest

from app_pages.help.difficulties_tab import months
from tests.browser.running import PATIENCE
from tests.support import ROOT
from verification.exchange.difficulties import (
    EVER,
    Seen,
    State,
    report_difficulty,
    told_between,
)
from verification.exchange.moving import TAKEN_AS, move
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1.element_tree import Element

    from app_pages.server.house import House
    from verification.exchange.difficulties import Trouble

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")
TWO = Actor("minh.tv", frozenset({Role.RECEPTIONIST}), "2")
AN = Actor("an.nt", frozenset({Role.AUDITOR}), "9")
SEEN = Seen("1-1", "undetermined", "not_in_store", None, "••••••0011")


def run(given: AppTest | Element | None = None) -> AppTest:
    """Run the page, with a widget that was set or pressed."""
    if given is None:
        given = AppTest.from_file(MAIN, default_timeout=PATIENCE)
        given._page_hash = calc_hash("tro-giup")
    ran: AppTest = given.run()
    assert not ran.exception, ran.exception
    return ran


def cards(ran: AppTest) -> list[str]:
    return [html.body for html in ran.get("html") if "overflow-wrap" in html.body]


def press(ran: AppTest, key: str) -> AppTest:
    return run(ran.button(key=key).click())


def troubles(house: House) -> list[Trouble]:
    return told_between(house.kiosk.written, EVER)


def states(house: House) -> list[str]:
    return [one.state.value for one in troubles(house)]


def test_months_go_back_over_the_new_year() -> None:
    found = months(date(2026, 2, 28))
    assert found[:3] == [date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)]
    assert len(found) == 13


def test_the_list_tells_what_was_seen_what_was_written_and_what_became_of_it(
    house: House, enter: Enter
) -> None:
    enter(house, Role.AUDITOR)
    report_difficulty(TWO, house.kiosk, "vssid", "quên <b>mật khẩu</b>", SEEN)
    move(AN, house.kiosk, troubles(house)[0], State.ANSWERED, "đến BHXH quận")
    report_difficulty(TWO, house.kiosk, "cong", "", page="muc_huong")
    ran = run()
    first, second = cards(ran)
    assert "Cổng BHXH không trả lời" in first
    assert "Mức hưởng" in first
    for said in (
        "VssID không mở được, quên mật khẩu",
        "✓ Đã trả lời",
        "quầy 2 · minh.tv · Tiếp đón BHYT",
        "Số ••••••0011: chưa xác định được: không có trong dữ liệu thẻ",
        "quên &lt;b&gt;mật khẩu&lt;/b&gt;",
        "an.nt</span>: đến BHXH quận",
    ):
        assert said in second
    only = run(ran.radio(key="difficulties_state").set_value("answered"))
    assert cards(only) == [second]
    assert "1 trong 2 vướng mắc của tháng" in [caption.value for caption in only.caption]
    none = run(only.radio(key="difficulties_state").set_value("closed"))
    assert not cards(none)
    assert "Không có vướng mắc nào" in [info.value for info in none.info]


def test_a_receptionist_sees_the_own_desk_and_neither_moves_nor_takes_out(
    house: House, enter: Enter
) -> None:
    actor = enter(house, Role.RECEPTIONIST)
    report_difficulty(TWO, house.kiosk, "vssid", "của quầy 2")
    report_difficulty(actor, house.kiosk, "otp", "của quầy này")
    ran = run()
    [card] = cards(ran)
    assert "của quầy này" in card
    assert not [button for button in ran.button if "difficult" in (button.key or "")]
    assert not [link for link in ran.get("link_button") if "bao-cao" in link.proto.url]


def test_new_ones_are_marked_as_sent_in_one_step_after_the_file_was_taken_and_asked(
    house: House, enter: Enter
) -> None:
    actor = enter(house, Role.ADMINISTRATOR)
    for category in ("vssid", "otp", "kiosk"):
        report_difficulty(TWO, house.kiosk, category, "")
    ran = run()
    links = [link.proto.url for link in ran.get("link_button") if "bao-cao" in link.proto.url]
    first = house.kiosk.today().replace(day=1)
    assert links == [
        f"/kiosk/bao-cao/difficulties.{form}?ngay={first}" for form in ("pdf", "xlsx", "csv")
    ]
    ran = press(ran, "difficulties_sent")
    assert "Chưa lấy tệp nào" in ran.warning[-1].value
    assert "difficulties_yes" not in {button.key for button in ran.button}
    write_alone(house.kiosk.written, actor, Exported(TAKEN_AS, "pdf", 3))
    ran = run(ran)
    assert "2 vướng mắc mới của tháng" in ran.warning[-1].value
    assert states(house) == ["new"] * 3  # never by itself
    ran = press(ran, "difficulties_no")
    ran = press(press(ran, "difficulties_sent"), "difficulties_yes")
    assert states(house) == ["sent", "sent", "new"]
    assert ran.toast[0].value == "Đã đánh dấu 2 vướng mắc là đã gửi"
    assert "difficulties_sent" not in {button.key for button in ran.button}


def _strip_dialog() -> None:
    from app_pages.server.house import current  # noqa: PLC0415  # runs as a script of its own
    from app_pages.shell import trouble  # noqa: PLC0415
    from app_pages.shell.who import entered  # noqa: PLC0415

    if entered(current()):
        trouble._ask(current(), "quan_tri")


def _moving_dialog() -> None:
    import streamlit as st  # noqa: PLC0415  # runs as a script of its own

    from app_pages.help import difficulties_tab  # noqa: PLC0415
    from app_pages.server.house import current  # noqa: PLC0415
    from app_pages.shell.who import entered  # noqa: PLC0415
    from verification.exchange.moving import listed  # noqa: PLC0415

    house = current()
    if actor := entered(house):
        if "opened" not in st.session_state:
            st.session_state["opened"] = listed(actor, house.kiosk, house.kiosk.today())[0]
        difficulties_tab._ask(house, st.session_state["opened"])


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR, Role.RECEPTIONIST])
def test_every_officer_tells_a_difficulty_from_the_strip(
    house: House, enter: Enter, role: Role
) -> None:
    actor = enter(house, role)
    ran = run(AppTest.from_function(_strip_dialog, default_timeout=PATIENCE))
    ran = press(ran, "trouble_save")
    assert ran.error[0].value == "Hãy chọn loại vướng mắc"
    assert troubles(house) == []
    ran.radio(key="trouble_kind").set_value("khac")
    ran.text_area(key="trouble_note").set_value("thẻ DN4797900000011")
    press(ran, "trouble_save")
    [told] = troubles(house)
    assert (told.category, told.page, told.officer) == ("khac", "quan_tri", actor.officer)
    assert house.kiosk.written.content(told.event_id) == {"ghi_chu": "thẻ DN479••••••0011"}


def test_a_difficulty_is_moved_as_it_was_seen_or_not_at_all(house: House, enter: Enter) -> None:
    enter(house, Role.AUDITOR)
    of = report_difficulty(TWO, house.kiosk, "vssid", "").event_id
    ran = run(AppTest.from_function(_moving_dialog, default_timeout=PATIENCE))
    assert ran.button(key=f"difficulties_save {of}").disabled
    ran = run(ran.radio(key=f"difficulties_to {of}").set_value(State.ANSWERED))
    ran = press(ran, f"difficulties_save {of}")
    assert ran.error[0].value == "Hãy ghi nội dung trả lời"
    move(AN, house.kiosk, troubles(house)[0], State.SENT)
    ran.text_area(key=f"difficulties_words {of}").set_value("xong")
    ran = press(ran, f"difficulties_save {of}")
    assert "an.nt đã chuyển vướng mắc này sang “Đã gửi”" in ran.error[0].value
    assert states(house) == ["sent"]
