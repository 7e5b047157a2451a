"""One box in a real browser: answers as one types, a person on Enter, gone after a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.accessible import findings
from tests.browser.running import Watched, browser, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

    from tests.browser.running import Server

NAME = "Nguyễn Thị Mẫu 05/03/1994"
BHXH, MASKED = "7900000011", "••• ••• 0011"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
SIZES = ((1366, 657), (390, 760), (683, 328))  # the last is the first at 200 %


def looks(server: Server) -> int:
    ((count,),) = server.asked("SELECT count(*) FROM log WHERE kind = 'viewed'")
    return int(count)


def codes(page: Page) -> list[str]:
    return page.locator(".finder li b").all_inner_texts()


def told(page: Page) -> str:
    return page.locator(".finder .said").inner_text()


def in_box(page: Page, text: str) -> None:
    page.locator(".finder input").fill("")
    page.locator(".finder input").press_sequentially(text, delay=40)


def test_one_box_finds_places_as_one_types_and_a_person_once_enter_is_pressed(
    without_camera: Server, shots: Path
) -> None:
    server = without_camera
    with browser(viewport={"width": 1366, "height": 657}) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        watched = Watched(context, server)
        page = watched.enter()
        page.goto(f"{server.url}/tro-giup")
        page.get_by_role("tab", name="Tra cứu").click()
        page.locator(".finder input").click()
        _types(page, shots)
        _copies(page)
        _only_the_newest_answer_counts(page)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        _finds_a_person(page, server)
        assert not any(BHXH in url for url in asked)
        watched.errors[:] = []  # what Chromium says of requests that the next part cuts off
        _says_that_it_is_offline(page)
        assert watched.outside == []


def _types(page: Page, shots: Path) -> None:
    in_box(page, "h")
    wait_for(lambda: len(codes(page)) == 20)
    assert "dòng nữa" in told(page)
    in_box(page, "hà giang")
    wait_for(lambda: codes(page)[:1] == ["02"])
    assert "nay là: Tuyên Quang (08)" in page.locator(".finder li").first.inner_text()
    in_box(page, "zzzq")
    wait_for(lambda: "Không có nơi hay mã" in told(page))
    in_box(page, "07921")
    wait_for(lambda: codes(page) == ["07921", "07921"])
    page.screenshot(path=shots / "finder.png")
    assert findings(page, "finder") == []
    for width, height in SIZES[::-1]:
        page.set_viewport_size({"width": width, "height": height})
        wait_for(lambda: len({*page.evaluate(WIDTHS)}) == 1)


def _copies(page: Page) -> None:
    page.locator(".finder input").press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for(lambda: "Đã sao chép 07921" in told(page))
    assert page.evaluate("navigator.clipboard.readText()") == "07921"
    page.keyboard.press("Escape")
    wait_for(lambda: page.locator(".finder input:focus").count() == 1)


def _only_the_newest_answer_counts(page: Page) -> None:
    """Hold the answer to a first text back until a second one was typed."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/kiosk/tra-cuu", hold)
    with page.expect_request("**/kiosk/tra-cuu"):
        page.locator(".finder input").fill("120")
    page.locator(".finder input").fill("K2")
    assert page.locator(".finder .stale").count() == 1
    held[0].continue_()
    wait_for(lambda: codes(page) == ["K2"])
    page.unroute("**/kiosk/tra-cuu")


def _finds_a_person(page: Page, server: Server) -> None:
    before = looks(server)
    in_box(page, NAME)
    wait_for(lambda: "Nhấn Enter" in told(page))
    assert looks(server) == before
    page.keyboard.press("Enter")
    person = page.locator(".finder .person", has_text=MASKED)
    person.wait_for()
    assert looks(server) == before + 1
    assert BHXH not in page.locator(".finder").inner_text().replace(" ", "")
    person.get_by_role("button", name="Hiện đủ số").click()
    page.locator(".finder dd", has_text="790 000 0011").first.wait_for()
    assert looks(server) == before + 2
    assert findings(page, "finder, a person") == []
    page.evaluate("Date.now = ((now) => () => now() + 61000)(Date.now)")
    wait_for(lambda: page.locator(".finder .person").count() == 0)
    assert page.locator(".finder input").input_value() == ""
    assert "0011" not in page.locator(".finder").inner_text()
    _what_was_written_of_a_person_goes_too(page, server)


def _what_was_written_of_a_person_goes_too(page: Page, server: Server) -> None:
    """Leave a number that nobody looked up in the box, and one that nobody has."""
    before = looks(server)
    for number, entered in (("7900000998", False), ("7900000999", True)):
        in_box(page, number)
        if entered:
            page.keyboard.press("Enter")
            wait_for(lambda: "không có ai như vậy" in told(page))
        page.evaluate("Date.now = ((now) => () => now() + 61000)(Date.now)")
        wait_for(lambda: page.locator(".finder input").input_value() == "")
    assert looks(server) == before + 1


def _says_that_it_is_offline(page: Page) -> None:
    page.route("**/kiosk/tra-cuu", lambda route: route.abort())
    page.locator(".finder input").fill("079")
    wait_for(lambda: "Mất kết nối" in told(page))
    assert codes(page) == []
    page.unroute("**/kiosk/tra-cuu")
    wait_for(lambda: codes(page)[:1] == ["079"])
