"""The year's co-payment at a real desk: asked beside it, told to its patient, taken by key."""

from __future__ import annotations

from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, wait_for
from tests.browser.scanner import Scanner
from tests.support import ROOT, as_typed
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.server import Practice
from verification.basics.dates import VIETNAM
from verification.operations.commands.practice import settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from verification.adapters.portal.practice.asked import Entry

PAID, OTHER = "patient-4", "patient-1"
HELD = 60  # seconds at most


def menu(page: Page) -> str:
    return " ".join(page.locator(".menu").all_inner_texts())


def stands(page: Page, name: str) -> None:
    """Wait until a patient's name stands on the answer."""
    page.get_by_text(name, exact=True).first.wait_for()


def ask(page: Page) -> None:
    page.keyboard.press("F9")
    page.locator(".menu").wait_for()
    page.keyboard.press("Alt+Digit0")
    wait_for(lambda: "Cùng chi trả trong năm, hỏi Cổng" in menu(page))
    page.keyboard.press("Alt+Digit4")


class Reckoning:
    """A portal whose answers about co-payment are held back until the test lets them go."""

    def __init__(self) -> None:
        self.go_on = Event()

    def tell(self, entry: Entry) -> None:
        """Be told of an answer before it is sent."""
        if entry.call is Call.CO_PAYMENT:
            self.go_on.wait(HELD)


@pytest.fixture
def reckoning() -> Reckoning:
    return Reckoning()


@pytest.fixture
def server(tmp_path: Path, reckoning: Reckoning) -> Iterator[Server]:
    clock = lambda: datetime.now(VIETNAM)  # noqa: E731
    with Practice(ROOT / "fixtures", clock=clock, tell=reckoning.tell) as practice:
        running = Server(tmp_path, KIOSK_CAMERA="none", **settings_for(practice)).start()
        yield running
        reckoning.go_on.set()
        running.stop()


@pytest.mark.long
def test_the_desk_goes_on_while_the_portal_reckons(
    server: Server, reckoning: Reckoning, shots: Path
) -> None:
    with browser() as context:
        watched = Watched(context, server)
        page = watched.open()
        scanner = Scanner(page)
        scanner.scan(as_typed(PAID))
        stands(page, "PHÙNG KHẼ MẪU")
        ask(page)
        wait_for(lambda: "Đang hỏi Cổng" in menu(page))
        page.keyboard.press("Escape")
        scanner.scan(as_typed(OTHER))
        stands(page, "ĐẶNG THỊ THẲNG MẪU")
        reckoning.go_on.set()
        ask(page)  # of another patient: it is answered after the first one's
        wait_for(lambda: "1.250.000 đ" in menu(page))
        assert "16.400.000" not in page.locator(".desk").first.inner_text()
        page.keyboard.press("Escape")
        scanner.scan(as_typed(PAID))
        stands(page, "PHÙNG KHẼ MẪU")
        ask(page)
        wait_for(lambda: "16.400.000 đ" in menu(page))
        assert "Dữ liệu tính đến" in menu(page)
        page.screenshot(path=shots / "copay.png")
        assert "100 %" not in page.locator(".rate").first.inner_text()
        page.keyboard.press("Alt+Digit1")
        wait_for(lambda: "100 %" in page.locator(".rate").first.inner_text())
        assert watched.errors == []
