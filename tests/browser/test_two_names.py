"""Two names side by side at the desk: in sight at every size, and nothing in them is markup."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error

from tests.browser.running import SCROLLED, Server, Watched, browser, wait_for
from tests.browser.test_desk import Scanner
from tests.support import as_typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

SIZES = {"1366x657": (1366, 657), "200": (683, 328), "390": (390, 844)}
OTHERS = {
    "letter": ("Nguyễn Thị Mậu", "05/03/1994|2"),
    "person": ("Trần Văn Khác", "05/03/1949|1"),
    "markup": ("<img src=x onerror=alert(1)>", "05/03/1994|2"),
    "damaged": ("Nguy?n Th? M?u", "05/03/1994|2"),
}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Return a browser at one server; each test has a page of its own."""
    server = Server(tmp_path_factory.mktemp("names"), KIOSK_CAMERA="none").start()
    with browser() as context:
        found = Watched(context, server)
        yield found
        assert found.errors == []
        assert found.outside == []
    server.stop()


@pytest.fixture(scope="module")
def page(watched: Watched) -> Page:
    return watched.open()


def text_of(kind: str) -> str:
    """Return what a scanner types of one card that names somebody else."""
    name, person = OTHERS[kind]
    own = "Nguyễn Thị Mẫu".encode().hex()
    return as_typed("same-old15").replace(own, name.encode().hex()).replace("05/03/1994|2", person)


@pytest.mark.parametrize("kind", OTHERS)
def test_both_values_are_in_sight_and_the_difference_is_marked(
    page: Page, kind: str, shots: Path
) -> None:
    pair = page.locator(".pair").first

    def shown() -> bool:
        """Scan, once more where the page was still being drawn and did not listen."""
        Scanner(page).scan(text_of(kind))
        with suppress(Error):
            pair.filter(has_text=OTHERS[kind][0]).wait_for(timeout=20_000)
            return True
        return False

    wait_for(shown)
    assert "Nguyễn Thị Mẫu" in pair.inner_text()
    assert pair.locator("mark").count() >= 2
    assert page.locator(".card img").count() == 0
    decoration = "e => getComputedStyle(e).textDecorationLine"
    assert "underline" in pair.locator("mark").first.evaluate(decoration)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        pair.evaluate(SCROLLED)
        inside = pair.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        assert inside, size
        if size == "1366x657":
            page.locator(".body").evaluate("e => { e.scrollTop = 0; }")
            box = pair.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height
        page.screenshot(path=shots / f"two-names-{kind}-{size}.png")
    page.set_viewport_size({"width": 1366, "height": 657})


@pytest.mark.long
def test_a_number_of_somebody_else_is_asked_about_with_both_names(page: Page, shots: Path) -> None:
    def choose(text: str) -> None:
        page.locator(".menu .item", has_text=text).click()

    field = page.locator(".menu .field input")
    page.keyboard.press("F9")
    choose("Bệnh nhân không có thẻ")
    choose("Trẻ sơ sinh")
    field.fill("Nguyễn Thị Mẫu")
    page.keyboard.press("Enter")
    page.get_by_text("Giờ sinh").wait_for()
    field.fill("08:15")
    page.keyboard.press("Enter")
    page.locator(".band", has_text="Trẻ sơ sinh").wait_for()
    page.keyboard.press("F2")
    page.locator(".state.done").wait_for()
    page.keyboard.press("F9")
    choose("Sửa thông tin của lượt này")
    choose("Bổ sung số thẻ")
    field.fill("DT2040400000022")
    page.keyboard.press("Enter")
    page.locator(".menu .pair", has_text="Hoàng Giả Định").wait_for()
    assert page.locator(".menu .pair", has_text="Nguyễn Thị Mẫu, 08:15").count() == 1
    page.screenshot(path=shots / "two-names-asked.png")
    choose("Không phải, bỏ số này")
    page.locator(".menu").wait_for(state="hidden")
    assert "Trẻ sơ sinh" in page.locator(".band").inner_text()
