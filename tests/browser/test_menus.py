"""Menus by key while the server has not answered: what is pressed meanwhile is for them."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, present, wait_for, word
from tests.browser.scanner import Scanner
from tests.support import payload, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

FIELD = ".menu .field input"
EXPIRED_NUMBER = "DN4797900000202"
# How many of its keys are pressed before the menu is gone, and what ends the scan.
BEGUN = [(2, ("Enter",)), (2, ()), (6, ("Enter",)), (6, ())]


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


@pytest.mark.parametrize("begun", share(BEGUN, BEGUN[0], BEGUN[-1]))
def test_a_scan_begun_before_its_predecessors_menu_is_gone_is_whole(
    page: Page, kiosk: Server, begun: tuple[int, tuple[str, ...]]
) -> None:
    first, end = begun
    present(page, f"DN479790{first}{len(end)}01234")  # of nobody in the store: F2 asks for a name
    page.locator(FIELD).wait_for()
    page.keyboard.press("F2")
    wait_for(lambda: "Chưa ghi họ tên" in page.locator(".menu").inner_text())
    received, shown = counted(kiosk, "received"), counted(kiosk, "presented")
    with no_answer(kiosk):
        page.keyboard.press("F2")
        page.wait_for_timeout(200)  # it is sent once no scanner's text follows it
        Scanner(page, 30).type(EXPIRED_NUMBER[:first])
    Scanner(page, 30, end=end).scan(EXPIRED_NUMBER[first:])  # meanwhile the answer takes the menu
    wait_for(lambda: counted(kiosk, "presented") == shown + 1)
    wait_for(lambda: "THẺ KHÔNG" in word(page))
    assert counted(kiosk, "received") == received + 1
    assert counted(kiosk, "presented") == shown + 1
    assert EXPIRED_NUMBER[-4:] in page.locator(".card .number").inner_text()


def box(page: Page) -> str:
    return str(page.locator("input.box").input_value())


def test_keys_pressed_before_the_server_answers_are_the_menus_and_not_the_questions(
    page: Page, kiosk: Server, shots: Path
) -> None:
    present(page, payload("case-withdrawn").decode().split("|")[0])
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
    wait_for(lambda: word(page) and "THU HỒI" not in word(page))  # somebody else is shown
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
