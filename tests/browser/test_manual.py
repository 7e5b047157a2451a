"""The manual beside the page: F1 opens it, the patient stays, it prints on its two sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.browser.running import Server, Watched, browser, listens, present, see, wait_for, word

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

LISTENS = "part => document.documentElement.dataset.manual?.includes(part)"
NO_WINDOWS = "window.open = () => null"
A4, A5 = (210, 297), (148, 210)
SMALL = {"width": 1366, "height": 657}


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    running = Server(tmp_path, KIOSK_CAMERA="none").start()
    running.account("an.nt", "administrator")
    with browser(viewport=SMALL) as context:
        found = Watched(context, running)
        yield found
        assert found.errors == []
        assert found.outside == []
    running.stop()


def printed(page: Page) -> list[tuple[int, int]]:
    """Return the size of each sheet that a page prints on, in millimetres."""
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as paper:
        sizes = [sheet.get_size() for sheet in paper]
    return [(round(width / 72 * 25.4), round(height / 72 * 25.4)) for width, height in sizes]


def test_f1_opens_the_part_beside_the_page_and_it_prints_on_two_sheets(
    watched: Watched, shots: Path
) -> None:
    desk = watched.open()
    present(desk, "DN4797900000202")
    see(desk, "THẺ KHÔNG")
    desk.keyboard.press("F1")
    desk.get_by_text("Sách hướng dẫn cho quầy").wait_for()
    with desk.expect_popup() as opened:
        desk.keyboard.press("Alt+Digit1")
    manual = opened.value
    manual.get_by_role("heading", name="Màu nói gì").wait_for()
    wait_for(lambda: desk.locator(".menu").is_hidden())
    assert "THẺ KHÔNG" in word(desk)
    manual.screenshot(path=shots / "manual.png")
    for picture in manual.locator("img").all():
        wait_for(lambda one=picture: one.evaluate("e => e.complete && e.naturalWidth > 0"))
    assert 1 <= len(printed(manual)) <= 2
    assert {*printed(manual)} == {A4}
    manual.get_by_role("link", name="Thẻ phím để in").click()
    manual.get_by_role("heading", name="Phím của quầy tiếp đón").wait_for()
    assert printed(manual) == [A5, A5]  # one side for the desk, one for the auditor
    for name in ("desk", "auditor", "administrator", "help", "rates", "account"):
        manual.goto(manual.url.split("/kiosk/")[0] + f"/kiosk/sach/en-{name}")
        assert printed(manual) == [A4], name
    manual.close()
    desk.evaluate(NO_WINDOWS)
    desk.keyboard.press("F1")
    desk.keyboard.press("Alt+Digit1")
    desk.locator(".toast", has_text="Trình duyệt chặn cửa sổ mới").wait_for()
    with desk.expect_popup() as clicked:  # what a click opens no browser blocks
        desk.locator("a.item").click()
    assert "/kiosk/sach/le-tan" in clicked.value.url
    clicked.value.close()
    listens(desk)
    _elsewhere(watched)


def _elsewhere(watched: Watched) -> None:
    page = watched.sign_in("an.nt", "/quan-tri")
    page.get_by_role("tab", name="Danh sách thẻ").wait_for()
    page.wait_for_function(LISTENS, arg="quan-tri")
    with page.expect_popup() as opened:
        page.keyboard.press("F1")
    assert "/kiosk/sach/quan-tri" in opened.value.url
    opened.value.get_by_role("heading", name="Một trang đầu").wait_for()
    opened.value.close()
    page.evaluate(NO_WINDOWS)
    page.keyboard.press("F1")
    with page.expect_popup() as clicked:
        page.get_by_role("link", name="Trình duyệt chặn cửa sổ mới").click()
    assert "/kiosk/sach/quan-tri" in clicked.value.url
    clicked.value.close()
    page = watched.enter("Vào thử: giám định")  # its page is a component of its own
    page.locator(".review .strip").wait_for()
    page.wait_for_function(LISTENS, arg="giam-dinh")
    with page.expect_popup() as opened:
        page.keyboard.press("F1")
    assert "/kiosk/sach/giam-dinh" in opened.value.url
