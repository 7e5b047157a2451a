"""Menus by key while the server has not answered: what is pressed meanwhile is for them."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, present, wait_for, word
from tests.browser.scanner import Scanner
from tests.support import payload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

FIELD = ".menu .field input"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("menus"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def watched(kiosk: Server) -> Iterator[Watched]:
    with browser() as context:
        found = Watched(context, kiosk)
        yield found
        assert found.errors == []
        assert found.outside == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.open()


@contextmanager
def no_answer(kiosk: Server) -> Iterator[None]:
    """Let the server answer nothing for a while."""
    kiosk.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        kiosk.signal(signal.SIGCONT)


def counted(kiosk: Server, kind: str) -> int:
    return int(kiosk.asked("SELECT count(*) FROM log WHERE kind = ?", kind)[0][0])


def box(page: Page) -> str:
    return str(page.locator("input.box").input_value())


def test_keys_pressed_before_the_server_answers_are_the_menus_and_not_the_questions(
    page: Page, kiosk: Server, shots: Path
) -> None:
    Scanner(page).scan(payload("case-withdrawn").decode())
    wait_for(lambda: "THU HỒI" in word(page))
    page.keyboard.press("F2")
    wait_for(lambda: page.locator(".note button").count() > 1)  # a question that Alt+1 answers
    with no_answer(kiosk):
        page.keyboard.press("F9")
        page.keyboard.press("Alt+Digit2")
        page.keyboard.type("mau", delay=90)
        assert page.locator(FIELD).input_value() == "mau"  # at once, from what the page holds
        page.keyboard.press("Enter")
        page.keyboard.press("Alt+Digit9")  # of whom it finds, when it has; there are nine
    wait_for(lambda: "TRA CỨU" in word(page) or "MẪU" in page.locator(".name").inner_text())
    assert counted(kiosk, "flag_answered") == 0
    assert box(page) == ""
    page.screenshot(path=shots / "menu-found.png")


def test_text_and_enter_for_a_menu_that_only_the_server_knows_wait_for_it(
    page: Page, kiosk: Server
) -> None:
    before = counted(kiosk, "presented")
    with no_answer(kiosk):
        page.keyboard.press("F9")
        page.keyboard.press("Alt+Digit8")  # no card
        page.keyboard.press("Alt+Digit1")  # a newborn: the mother's name, then the hour
        page.keyboard.type("Mau Thi A", delay=60)
        page.keyboard.press("Enter")
        page.keyboard.type("08:15", delay=60)
        page.keyboard.press("Enter")
        assert box(page) == ""
    wait_for(lambda: "MAU THI A, 08:15" in page.locator(".card").inner_text())
    assert counted(kiosk, "presented") == before + 1


def test_a_menu_turns_its_page_and_keeps_what_cannot_be_used_in_its_place(
    page: Page, shots: Path
) -> None:
    page.keyboard.press("F9")
    entry = page.locator(".menu .item").nth(5)
    assert "Ghi chú" in entry.inner_text()
    assert "Chưa có bệnh nhân" in entry.inner_text()
    assert entry.get_attribute("aria-disabled") == "true"
    page.screenshot(path=shots / "menu-more.png")
    page.keyboard.press("Alt+Digit6")
    page.locator(".toast", has_text="Chưa có bệnh nhân").wait_for()
    page.keyboard.press("Alt+Digit0")
    assert "Màn hình cho bệnh nhân" in page.locator(".menu .item").first.inner_text()
    page.keyboard.press("Escape")
    page.locator(".menu").wait_for(state="hidden")
    page.keyboard.press("F1")
    page.get_by_text("Chép thông tin thẻ sang HIS").wait_for()
    page.set_viewport_size({"width": 1366, "height": 657})
    menu = page.locator(".menu")
    assert menu.evaluate("e => e.scrollHeight <= e.clientHeight")  # all keys on one screen
    page.screenshot(path=shots / "menu-keys.png")
    page.keyboard.press("Escape")
    present(page, "DN4797900000201")  # a hand's text is the box's again
    wait_for(lambda: "ĐỦ ĐIỀU KIỆN" in word(page))
