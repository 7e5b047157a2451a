"""Finding somebody in a real browser: a look, a wrong number, a name, a number nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, present, see, wait_for, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

GREEN_NUMBER, OTHER = "DN4797900000201", "DN4797900000011"


@pytest.fixture(scope="module")
def desk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("finding"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(desk_server: Server) -> Iterator[Page]:
    """Return one page for all: what was on it stays, as at a desk."""
    with browser() as context:
        watched = Watched(context, desk_server)
        yield watched.open()
        assert watched.errors == []


def received(server: Server) -> int:
    return len(server.asked("SELECT 1 FROM log WHERE kind = 'received'"))


def look_up_only(page: Page) -> None:
    page.keyboard.press("F9")
    page.get_by_text("Báo vướng mắc").wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("Chỉ tra cứu, không tạo lượt").wait_for()


def box(page: Page) -> str:
    return str(page.locator("input.box").input_value())


@pytest.mark.long
def test_a_look_is_one_scan_and_escape_or_a_reload_ends_it_too(
    page: Page, desk_server: Server
) -> None:
    present(page, GREEN_NUMBER)
    see(page, "ĐỦ ĐIỀU KIỆN")
    look_up_only(page)
    see(page, "CHỈ TRA CỨU")  # whoever was received before is not green meanwhile
    page.keyboard.press("Escape")
    see(page, "ĐỦ ĐIỀU KIỆN")
    look_up_only(page)
    page.reload()
    page.locator("input.box").wait_for()
    see(page, "ĐỦ ĐIỀU KIỆN")
    look_up_only(page)
    before = received(desk_server)
    present(page, OTHER)
    see(page, "TRA CỨU ·")
    assert page.locator(".band.look").count() == 1
    assert page.locator(".mode").inner_text() == ""
    assert received(desk_server) == before
    page.keyboard.press("F2")
    wait_for(lambda: "TRA CỨU" not in word(page))
    assert received(desk_server) == before + 1


def test_a_wrong_character_is_selected_and_alt_1_puts_it_right(page: Page) -> None:
    present(page, "DN47979000O0201")
    see(page, "SỐ CHƯA ĐÚNG")
    wait_for(lambda: box(page) == "DN47979000O0201")
    selected = "e => e.value.slice(e.selectionStart, e.selectionEnd)"
    assert page.locator("input.box").evaluate(selected) == "O"
    page.get_by_role("button", name="sửa thành 0").wait_for()
    page.keyboard.press("Alt+1")
    page.locator("h1.name", has_text="ĐẶNG THỊ THẲNG MẪU").wait_for()
    assert box(page) == ""
    present(page, "DN8797900000201")
    see(page, "SỐ CHƯA ĐÚNG")
    wait_for(lambda: box(page) == "DN8797900000201")
    page.keyboard.type("4")  # in place of what is selected
    assert box(page) == GREEN_NUMBER
    page.keyboard.press("Enter")
    page.locator("h1.name", has_text="ĐẶNG THỊ THẲNG MẪU").wait_for()


def test_a_name_in_the_box_is_picked_and_received_by_f2(page: Page, desk_server: Server) -> None:
    before = received(desk_server)
    page.keyboard.type("Cao Thị Thắm", delay=90)
    page.get_by_text("Enter: tìm theo họ tên").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Chọn người bệnh").wait_for()
    page.keyboard.press("Alt+1")
    see(page, "TRA CỨU")
    assert received(desk_server) == before
    page.keyboard.press("F2")
    wait_for(lambda: received(desk_server) == before + 1)


def test_a_number_nobody_knows_is_received_with_a_name(page: Page, desk_server: Server) -> None:
    before = received(desk_server)
    present(page, "DN4797901234567")
    page.get_by_text("bệnh nhân là ai?").wait_for()
    page.keyboard.press("F2")
    page.get_by_text("Nhấn F2 lần nữa").wait_for()
    assert received(desk_server) == before
    page.keyboard.type("Trần Văn Thử 1960", delay=90)
    page.keyboard.press("Enter")
    page.locator("h1.name", has_text="TRẦN VĂN THỬ").wait_for()
    assert received(desk_server) == before + 1
