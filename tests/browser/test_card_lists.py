"""A list is chosen, sent and previewed in a real browser, with keys alone; nothing overflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, wait_for
from tests.list_support import FIRST, HEADING, LIFTS

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


def previewed(page: Page, list_: Path) -> None:
    page.locator("input[type=file]").set_input_files(list_)
    page.get_by_role("button", name="Xem trước").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Nhập", exact=True).wait_for()


@pytest.mark.long
def test_a_lifted_status_is_seen_in_red_before_it_is_imported(tmp_path: Path, shots: Path) -> None:
    first, second = tmp_path / "mot.csv", tmp_path / "hai.csv"
    first.write_text(HEADING + FIRST, encoding="utf-8")
    second.write_text(HEADING + LIFTS, encoding="utf-8")
    server = Server(tmp_path).start()
    try:
        server.account("an.nt", "administrator")
        with browser(viewport={"width": 1366, "height": 657}) as context:
            watched = Watched(context, server)
            page = watched.sign_in("an.nt", "/quan-tri")
            page.get_by_role("tab", name="Danh sách thẻ").click()
            previewed(page, first)
            page.get_by_role("button", name="Nhập", exact=True).click()
            page.get_by_text("Đã nhập xong").wait_for()
            previewed(page, second)
            page.get_by_text("Sẽ gỡ 1 trạng thái xấu").wait_for()
            red = page.get_by_role("cell", name="DN479••••••0501").first
            assert red.evaluate("e => getComputedStyle(e).color") == "rgb(179, 38, 30)"
            page.screenshot(path=shots / "xem-truoc.png")
            for width in (1366, 390):
                page.set_viewport_size({"width": width, "height": 657})
                wait_for(lambda: len({*page.evaluate(WIDTHS)}) == 1)
            assert (watched.errors, watched.outside) == ([], [])
    finally:
        server.stop()
