"""The guide in the patient's window, shown by a desk: each step in sight, a scan ends it."""

from __future__ import annotations

import time
import urllib.request
from typing import TYPE_CHECKING

import pytest

from app_pages.guest.guided_view import guided_view
from app_pages.server.window import Guest, Guided
from tests.app_pages.guest.test_routes import serving
from tests.browser.accessible import findings
from tests.browser.running import Server, Watched, at_rest, browser, code_of, listens, present
from tests.browser.test_guest import pair, wait_for_sign
from tests.support import ROOT, TODAY
from verification.operations.guide_folder import MOST_LINES
from verification.reception.guide.guide import GUIDES
from verification.reception.guide.languages import Languages, ShortGuide

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from verification.kiosk import Kiosk

BRANCH = GUIDES["nguoi-lon"]
GREEN = "DN4797900000201"
# A tablet, a small monitor, a phone; with the least height of letters that was found good.
SIZES = {(1280, 800): 28, (1024, 600): 20, (390, 844): 17}
_WHOLE = """([width, least]) => {
  const guide = document.querySelector("#guide");
  const texts = [...guide.querySelectorAll("h1, h2, h3, p, li, small")];
  const letters = parseFloat(getComputedStyle(guide).getPropertyValue("--letters"));
  return innerWidth === width && letters >= least && texts.length > 3 && texts.every((text) => {
    const box = text.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.left >= 0
      && box.bottom <= innerHeight && box.right <= innerWidth;
  });
}"""


# Draws each step as the window does and tells of those that are not whole in sight, English too.
_EACH = """([views, least]) => views.map((view) => {
  drawGuide(view);
  const guide = document.querySelector("#guide");
  const letters = parseFloat(guide.style.getPropertyValue("--letters"));
  const whole = [...guide.querySelectorAll("h1, h2, h3, p, li, small")].every((text) => {
    const box = text.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.left >= 0
      && box.bottom <= innerHeight && box.right <= innerWidth;
  });
  const told = `${view.title.vi} ${view.count.vi}: ${letters}`;
  return whole && letters >= least ? "" : told;
}).filter((told) => told)"""


def test_every_step_of_every_branch_and_a_long_guide_in_another_language_is_whole_in_sight(
    kiosk: Kiosk,
) -> None:
    steps = [
        Guided(guide.key, number)
        for guide in GUIDES.values()
        for number in range(1, len(guide.steps) + 1)
    ]
    longest = ShortGuide(
        "km",
        "k" * 20,
        "rtl",
        "tiêu đề " * 12,
        ("một dòng dài " * 13,) * MOST_LINES,
        "tổng đài {number} " * 8,
        "ai đã kiểm tra " * 6,
        TODAY,
    )
    house = Languages({"km": longest})
    views = [guided_view(one, house, "1900 9068") for one in steps]
    short = guided_view(Guided("km", short=True), house, "1900 9068")
    window = Guest(time.monotonic, lambda: TODAY)
    with serving(window, kiosk) as site, browser() as context:
        page = context.new_page()
        pair(page, f"http://127.0.0.1:{site.port}", site.new_code())
        for (width, height), least in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function("(width) => innerWidth === width", arg=width)
            assert page.evaluate(_EACH, [views, least]) == []
            assert page.evaluate(_EACH, [[short], 1]) == []


def shown_whole(page: Page) -> None:
    """Wait until all of a step, English too, is in sight at each size of the window."""
    for (width, height), least in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(_WHOLE, arg=[width, least])


def helping(desk: Page, server: Server) -> None:
    """Open the tab of the guide at the branch, from the desk as an officer does."""
    desk.goto(f"{server.url}/tro-giup")
    desk.get_by_text(BRANCH.title.vi).first.click()
    desk.get_by_role("button", name="Hiện cho người bệnh").wait_for()
    at_rest(desk)


@pytest.mark.long
def test_a_desk_walks_a_patient_through_a_branch_and_a_scan_ends_it(
    tmp_path: Path, shots: Path
) -> None:
    server = Server(tmp_path, KIOSK_CAMERA="none").start()
    try:
        with browser(viewport={"width": 1366, "height": 657}) as context:
            desk, window = Watched(context, server), Watched(context, server)
            pair(window.page, server.url, code_of(desk.open()))
            helping(desk.page, server)
            desk.page.get_by_role("button", name="Hiện cho người bệnh").click()
            walk(desk.page, window.page, shots)
            desk.page.screenshot(path=shots / "guide-window-desk.png")
            another_language(desk.page, window.page, server)
            scan_ends(desk.page, window.page, server)
            assert (desk.errors, window.errors) == ([], [])
            assert (desk.outside, window.outside) == ([], [])
    finally:
        server.stop()


def walk(desk: Page, window: Page, shots: Path) -> None:
    for number, step in enumerate(BRANCH.steps, 1):
        window.locator("#guide .count", has_text=f"Bước {number}/{len(BRANCH.steps)}").wait_for()
        told = window.locator("#guide").inner_text()
        for text in (step.do, step.sees, step.missing, step.now):
            assert text is None or (text.vi in told and text.en in told), step.key
        shown_whole(window)
        if step.key == "dien":
            window.set_viewport_size({"width": 1280, "height": 800})
            window.wait_for_function(_WHOLE, arg=[1280, 28])
            window.screenshot(path=shots / "guide-window.png")
            assert findings(window, "guide") == []
        if number < len(BRANCH.steps):
            desk.get_by_role("button", name="Bước sau").click()
    assert desk.get_by_role("button", name="Bước sau").is_disabled()


def another_language(desk: Page, window: Page, server: Server) -> None:
    """Put a file into the house's folder: it is there at the next look."""
    folder = server.db.parent / "huong-dan"
    folder.mkdir()
    example = ROOT / "docs" / "examples" / "huong-dan" / "zh.toml"
    (folder / "zh.toml").write_bytes(example.read_bytes())
    desk.get_by_role("button", name="中文 (zh)").click()
    window.locator("#guide .lines[lang=zh]").wait_for()
    shown_whole(window)
    with urllib.request.urlopen(f"{server.url}/huong-dan/ngon-ngu/zh") as page:  # nobody signed in
        assert '<html lang="zh"' in page.read().decode()


def scan_ends(desk: Page, window: Page, server: Server) -> None:
    desk.goto(server.url)
    listens(desk)
    assert window.locator("body").get_attribute("data-sign") == "guide"
    present(desk, GREEN)
    wait_for_sign(window, "read")
    assert window.locator("#guide").is_hidden()
    assert window.locator("#guide").inner_text() == ""
