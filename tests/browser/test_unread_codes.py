"""A code that the camera sees and cannot read: the answer before it is the last one's."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, see, word
from tests.support import payload

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

GREEN, EXPIRED = payload("patient-1").decode(), payload("patient-2").decode()
PENDING = "Đã quét, đang chờ"
GREEN_WORD, RED_WORD = "ĐỦ ĐIỀU KIỆN", "THẺ KHÔNG"


def is_green(page: Page) -> bool:
    return page.locator(".card.ok, .band.ok").count() > 0


@pytest.mark.long
def test_an_unread_code_after_a_bare_view_takes_the_colour_from_the_last_answer(
    server: Server, shots: Path
) -> None:
    view: dict[str, object] = {"payloads": [], "unread": False}

    def show(text: str = "", *, unread: bool = False, ms: int = 0) -> None:
        view["payloads"] = [base64.b64encode(text.encode()).decode()] if text else []
        view["unread"] = unread
        page.wait_for_timeout(ms)

    with browser(permissions=["camera"]) as context:
        page = Watched(context, server).open()
        page.route("**/kiosk/frame", lambda route: route.fulfill(json=view))
        show(GREEN)
        see(page, GREEN_WORD)
        show(GREEN, ms=300)
        show(unread=True, ms=1400)  # it moves, but was there all the time
        assert is_green(page)
        aim = page.locator(".aim-text")
        assert "Thấy mã" not in aim.inner_text()  # it was read: nothing is to be done about it
        picture, said = page.locator(".seen-by-camera").bounding_box(), aim.bounding_box()
        assert picture
        assert said
        assert said["y"] >= picture["y"] + picture["height"] - 1  # beside the picture, not over it
        show(ms=800)
        show(unread=True)
        see(page, PENDING)
        aim.filter(has_text="Thấy mã nhưng chưa đọc được").wait_for()
        assert not is_green(page)
        page.keyboard.press("F8")
        page.get_by_text("phím này chưa làm gì").wait_for()
        page.screenshot(path=shots / "pending-unread.png")
        show(ms=500)
        assert PENDING in word(page)  # who could not be read may stand there still
        page.keyboard.press("Escape")
        see(page, GREEN_WORD)
        show(unread=True, ms=300)
        show(EXPIRED)
        see(page, RED_WORD)
