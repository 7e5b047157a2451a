"""A difficulty from the desk, one from the strip, and what becomes of both on their tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Watched, at_rest, browser, listens, see, wait_for
from tests.browser.scanner import Scanner
from tests.support import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.running import Server

SMALL, PHONE = {"width": 1366, "height": 657}, {"width": 390, "height": 844}


@pytest.fixture
def told(without_camera: Server) -> Iterator[tuple[Server, Watched]]:
    """Return a server with its officers and a small window at it."""
    without_camera.account("lan.nt", "receptionist")
    without_camera.account("quan.ly", "administrator", number="079194000077")
    with browser(viewport=SMALL) as context:
        yield without_camera, Watched(context, without_camera)


def in_view(page: Page, what: Locator) -> bool:
    """Tell whether the whole of something is seen without scrolling."""
    box, size = what.bounding_box(), page.viewport_size
    assert box
    assert size
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def dialog(page: Page) -> Locator:
    found = page.get_by_role("dialog")
    found.wait_for()
    at_rest(page)
    return found


@pytest.mark.long
def test_difficulties_go_from_desk_and_strip_to_their_tab_and_on(
    told: tuple[Server, Watched], shots: Path
) -> None:
    server, watched = told
    desk = watched.sign_in("lan.nt")
    listens(desk)
    Scanner(desk).scan(as_typed("patient-3"))
    see(desk, "CHƯA XÁC ĐỊNH ĐƯỢC")
    desk.keyboard.press("F9")
    desk.keyboard.press("Alt+Digit3")
    menu = desk.locator(".menu")
    menu.get_by_text("Ghi kèm người trên màn hình: TRƯƠNG N. L. M.").wait_for()
    desk.screenshot(path=shots / "difficulty-desk.png")
    assert in_view(desk, menu.get_by_text("Sai họ tên, ngày sinh"))
    assert in_view(desk, menu.get_by_text("Trang 1/2"))
    menu.locator(".field input").fill("quên mật khẩu, số 0900 000 123")
    desk.keyboard.press("Alt+Digit0")
    menu.get_by_text("Bỏ lượt giúp cài vừa ghi").wait_for()
    assert menu.locator(".field input").input_value().startswith("quên mật khẩu")  # not lost
    desk.keyboard.press("Alt+Digit0")
    menu.get_by_text("VssID không mở được").wait_for()
    desk.keyboard.press("Alt+Digit2")
    desk.get_by_text("Số trong ghi chú đã được che").wait_for()
    assert "CHƯA XÁC ĐỊNH ĐƯỢC" in desk.locator(".band").inner_text()  # the patient still waits
    wait_for(lambda: server.asked("SELECT count(*) FROM log WHERE kind = 'difficulty'") == [(1,)])

    page = watched.sign_in("quan.ly", "/quan-tri")
    page.get_by_role("button", name="Báo vướng mắc").click()
    asks = dialog(page)
    page.screenshot(path=shots / "difficulty-strip.png")
    assert in_view(page, asks.get_by_role("button", name="Lưu"))
    asks.get_by_role("button", name="Lưu").click()
    asks.get_by_text("Hãy chọn loại vướng mắc").wait_for()
    asks.get_by_text("Cổng BHXH không trả lời").click()
    asks.get_by_role("textbox").fill("từ 8 giờ sáng")
    asks.get_by_role("button", name="Lưu").click()
    asks.wait_for(state="detached")

    page.get_by_role("button", name="Trợ giúp", exact=True).click()
    page.get_by_role("tab", name="Vướng mắc").click()
    page.get_by_text("quên mật khẩu, số ••••••0123").wait_for()
    page.get_by_text("chưa xác định được: không có trong dữ liệu thẻ").wait_for()
    page.get_by_role("button", name="Chuyển…").first.click()
    moves = dialog(page)
    moves.get_by_text("Đã trả lời").click()
    moves.get_by_role("textbox").fill("Cổng bảo trì đến 10 giờ")
    moves.get_by_role("button", name="Lưu").click()
    moves.wait_for(state="detached")
    page.get_by_text("Cổng bảo trì đến 10 giờ").wait_for()
    for toast in reversed(page.get_by_test_id("stToast").all()):  # two, on a quick machine
        toast.wait_for(state="detached")
    page.screenshot(path=shots / "difficulties.png")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shots / "difficulties-phone.png", full_page=True)
    assert (watched.errors, watched.outside) == ([], [])
