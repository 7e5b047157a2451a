"""The year's co-payment at a real desk: asked beside it, told to its patient alone, taken by key."""

from __future__ import annotations

from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

from tests.browser.running import Server, Watched, browser, see, wait_for
from tests.browser.scanner import Scanner
from tests.support import ROOT, as_typed
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.server import Practice
from verification.basics.dates import VIETNAM
from verification.operations.commands.practice import settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from verification.adapters.portal.practice.asked import Entry

PAID, OTHER = "patient-4", "patient-1"
HELD = 60  # seconds at most


def menu(page: Page) -> str:
    return " ".join(page.locator(".menu").all_inner_texts())


def ask(page: Page) -> None:
    page.keyboard.press("F9")
    page.locator(".menu").wait_for()
    page.keyboard.press("Alt+Digit0")
    wait_for(lambda: "Cùng chi trả trong năm, hỏi Cổng" in menu(page))
    page.keyboard.press("Alt+Digit4")


def test_the_desk_goes_on_while_the_portal_reckons(tmp_path: Path, shots: Path) -> None:
    go_on = Event()

    def tell(entry: Entry) -> None:
        if entry.call is Call.CO_PAYMENT:
            go_on.wait(HELD)

    clock = lambda: datetime.now(VIETNAM)  # noqa: E731
    with Practice(ROOT / "fixtures", clock=clock, tell=tell) as practice, browser() as context:
        server = Server(tmp_path, KIOSK_CAMERA="none", **settings_for(practice)).start()
        watched = Watched(context, server)
        page = watched.open()
        scanner = Scanner(page)
        scanner.scan(as_typed(PAID))
        see(page, "PHÙNG KHẼ MẪU")
        ask(page)
        wait_for(lambda: "Đang hỏi Cổng" in menu(page))
        page.keyboard.press("Escape")
        scanner.scan(as_typed(OTHER))
        see(page, "ĐẶNG THỊ THẲNG MẪU")
        go_on.set()
        page.keyboard.press("F10")
        see(page, "PHÙNG K. M.")
        assert "cùng chi trả" not in page.locator(".desk").inner_text()
        page.keyboard.press("Escape")
        scanner.scan(as_typed(PAID))  # asked anew under this presentation
        see(page, "PHÙNG KHẼ MẪU")
        ask(page)
        wait_for(lambda: "16.400.000 đ" in menu(page))
        assert "Dữ liệu tính đến" in menu(page)
        page.screenshot(path=shots / "copay.png")
        before = page.locator(".rate").first.inner_text()
        page.keyboard.press("Alt+Digit1")
        wait_for(lambda: "100 %" in page.locator(".rate").first.inner_text())
        assert "100 %" not in before
        server.stop()
        assert watched.errors == []
