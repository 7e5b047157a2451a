"""Forty patients in a row: all are in the list of the day, none is lost, with how many keys."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from csv import DictReader
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Watched, browser, see, wait_for, word
from tests.browser.scanner import Scanner
from tests.support import FIXTURES, as_typed
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception import checkin
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.running import Server

A_WHILE = 10.0  # seconds until a key is pressed again
SMALL = {"width": 1366, "height": 657}
GREEN, RED, AMBER = "eligible", "not_eligible", "undetermined"
AMBER_NUMBERS = tuple(f"DN479790{count:07d}" for count in range(1, 6))  # of nobody in the store


@pytest.fixture
def page(without_camera: Server) -> Iterator[Page]:
    with browser(viewport=SMALL) as context:
        found = Watched(context, without_camera)
        yield found.open()
        # one test kills the server; the browser and Streamlit say so in several ways
        away = (
            "ERR_CONNECTION_REFUSED",
            "ERR_CONNECTION_RESET",  # of a request that was on its way when it was killed
            "ERR_EMPTY_RESPONSE",
            "WebSocket connection",
            "reaching server endpoint",
            "Is Streamlit still running",
        )
        assert [e for e in found.errors if not any(one in e for one in away)] == []
        assert found.outside == []


def numbers(server: Server) -> dict[str, list[str]]:
    """Return the numbers of the demo cards by the answer that they get today; nothing is logged."""
    found: dict[str, list[str]] = {GREEN: [], RED: [], AMBER: list(AMBER_NUMBERS)}
    with (FIXTURES / "cards.csv").open(encoding="utf-8") as rows:
        persons = {row["so_cccd"] or row["ma_so_bhxh"]: row["ma_the"] for row in DictReader(rows)}
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        for number in dict.fromkeys(persons.values()):
            verdict = checkin.check(command_line("1"), kiosk, number.encode())
            found[verdict.outcome].append(number)
    return found


class Keys:
    """Whoever sits at the desk: a scan takes no key, a number typed one, F2 one more."""

    def __init__(self, page: Page, server: Server) -> None:
        self._page = page
        self._server = server
        self._scanner = Scanner(page)
        self.torn = 0  # scans that a busy machine cut in two, and that were made again

    def shown(self) -> int:
        return int(self._server.asked("SELECT count(*) FROM log WHERE kind = 'presented'")[0][0])

    def received(self) -> int:
        return int(self._server.asked("SELECT count(*) FROM visit WHERE cancelled IS NULL")[0][0])

    def scan(self, number: str) -> None:
        """Present by the scanner; its keys are nobody's. A torn scan is made again, and counted."""
        before = self.shown()
        self._scanner.scan(number)
        self._answered(before)
        if number[-4:] in " ".join(self._page.locator(".card .number").all_inner_texts()):
            return
        self._page.keyboard.press("Escape")  # what was left of it in the box
        self.torn += self.shown() - before
        self.scan(number)

    def type(self, number: str) -> None:
        """Write by hand and end it with one key."""
        before = self.shown()
        self._page.keyboard.type(number, delay=60)  # a hand: its Enter is no second one of a scan
        self._page.keyboard.press("Enter")
        self._answered(before)

    def _answered(self, before: int) -> None:
        wait_for(lambda: self.shown() > before)
        self._current()

    def _current(self) -> None:
        wait_for(lambda: "Đã quét, đang chờ" not in word(self._page))

    def press(self, key: str) -> None:
        """Press a key that receives; a page that was away from its server says so, then again."""
        before = self.received()

        def pressed() -> bool:
            self._current()
            self._page.keyboard.press(key)
            with suppress(TimeoutError):
                wait_for(lambda: self.received() > before, A_WHILE)
            return self.received() > before

        wait_for(pressed)


def waits(page: Page) -> int:
    found = re.search(r"\((\d+)\)", page.locator(".waiting h2").inner_text())
    return int(found[1]) if found else -1


@pytest.mark.long
def test_forty_patients_are_all_in_the_list_and_none_is_lost(
    page: Page, without_camera: Server, shots: Path
) -> None:
    held = numbers(without_camera)
    desk = Keys(page, without_camera)
    begun = time.monotonic()
    for turn in range(20):  # green by the scan alone, red and amber between them
        desk.scan(held[GREEN][turn])
        if turn % 2 == 0:
            desk.scan(held[RED][turn // 2 % len(held[RED])])
        if turn % 4 == 1:
            desk.scan(held[AMBER][turn // 4])
            desk.press("F2")
        if turn % 4 == 3:
            desk.type(held[GREEN][20 + turn // 4])
    seconds = time.monotonic() - begun
    left = len(set(held[RED][:10]))
    print(f"{seconds / 40:.2f} s a patient")  # noqa: T201  # what the test is asked for
    codes = without_camera.asked("SELECT seq, codes FROM log WHERE kind = 'presented'")
    assert len(codes) == 40 + desk.torn, codes
    assert desk.received() == 30
    wait_for(lambda: waits(page) == left)

    page.keyboard.press("F10")
    page.locator(".today tr.at").wait_for()
    page.screenshot(path=shots / "today-list.png")
    rows: list[str] = []
    while True:
        rows += page.locator(".today tbody tr").all_inner_texts()
        shown = page.locator(".list-foot .pages").inner_text()
        if page.locator(".list-foot kbd", has_text="PageDown").count() == 0:
            break
        page.keyboard.press("PageDown")
        wait_for(lambda old=shown: page.locator(".list-foot .pages").inner_text() != old)
    assert len(rows) == 30 + left
    assert sum("chưa tiếp nhận" in row for row in rows) == left

    # a scan takes the list's place at once
    desk.scan(held[GREEN][0])
    assert page.locator(".today").is_hidden()
    # those who were passed over are received one by one, the newest first: three keys each
    for remaining in range(left, 0, -1):
        wait_for(lambda n=remaining: waits(page) == n)
        page.keyboard.press("F10")
        page.keyboard.press("Enter")
        see(page, "MỞ LẠI TỪ DANH SÁCH")
        desk.press("F2")
    wait_for(lambda: waits(page) == 0)
    assert desk.received() == 30 + left


def test_who_was_not_received_is_warned_of_called_back_and_put_aside(
    page: Page, without_camera: Server, shots: Path
) -> None:
    scanner = Scanner(page)
    scanner.scan(as_typed("patient-2"))
    see(page, "THẺ KHÔNG CÒN GIÁ TRỊ")
    wait_for(lambda: waits(page) == 1)
    # scans made while the server is away wait in the browser, and nobody is lost when it is back
    without_camera.kill()
    page.locator(".banner", has_text="máy chủ").wait_for()
    for slug in ("case-expired", "case-withdrawn"):
        scanner.scan(as_typed(slug))
    page.locator(".queued", has_text="2 lượt quét").wait_for()
    without_camera.start()
    wait_for(lambda: waits(page) == 3)
    page.locator(".toast", has_text="F10, Enter").wait_for()
    page.screenshot(path=shots / "not-received.png")

    # a reload changes nothing; search, put aside by one key
    page.reload()
    wait_for(lambda: waits(page) == 3)
    page.keyboard.press("F10")
    page.locator(".today tr.at").wait_for()
    page.keyboard.type("0202", delay=90)
    wait_for(lambda: page.locator(".today tbody tr").count() == 1)
    page.keyboard.press("Alt+2")
    wait_for(lambda: waits(page) == 2)
    assert "quét nhầm" in page.locator(".today tbody").inner_text()
    page.keyboard.press("Escape")
    page.locator(".today").wait_for(state="hidden")
    # by the mouse too
    page.locator(".waiting li button").last.click()
    see(page, "MỞ LẠI TỪ DANH SÁCH")
    page.keyboard.press("F2")
    wait_for(lambda: waits(page) == 1)
    assert without_camera.asked("SELECT count(*) FROM visit")[0][0] == 1
    # F4 on a row of the list
    page.keyboard.press("F10")
    page.locator(".today tr.at").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("F4")
    page.locator(".menu", has_text="Vì sao hủy?").wait_for()
    page.keyboard.press("Alt+3")
    page.locator(".today tr.struck", has_text="đã hủy").wait_for()
