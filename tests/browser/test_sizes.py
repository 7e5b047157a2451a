"""What must be read from two metres is whole and in sight at every size of the window.

One page is opened; each state is walked over the six sizes. The rest of the answer (facts, steps,
law) may lie below, where it scrolls.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.running import (
    Watched,
    browser,
    listens,
    present,
    real_house,
    see,
    wait_for,
)
from tests.support import as_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

CLERK = "an.nt"
# Width and height in CSS pixels, and how many of the screen's make one of them.
SIZES = {
    "1366x657": (1366, 657, 1),
    "1366x768": (1366, 768, 1),
    "1024x768": (1024, 768, 1),
    "1920x1080": (1920, 1080, 1),
    "390x844": (390, 844, 1),
    "200": (683, 384, 2),
}
BAND = (".word", ".sentence", ".state")
ANSWER = (*BAND, ".name", ".rate-value")
IDLE = (".idle h1", ".invite")
BOX = (".box",)
LEAST = {".rate-value": 40, ".word": 20, ".name": 20, ".state": 16}
LONG_TOAST = "Chưa thực hiện được, hãy chọn lại. " * 3
CHIPS = (
    "Đồng hồ sai: máy 14:02 26/11/2026, sự kiện mới nhất 17:03 26/11/2026. Quản trị: chỉnh giờ máy",
    "Dữ liệu thẻ: 07:40 26/11/2026",
    "Thiếu zbar (libzbar0; Windows: VC++ 2013): chỉ còn một bộ đọc",
)
# Text that is cut, lies outside the window or what scrolls, or is covered; "" where nothing is.
_WRONG = """(nodes) => nodes.flatMap((node) => {
  const box = node.getBoundingClientRect(), root = node.getRootNode(), wrong = [];
  const of = `${node.className} ${node.textContent.slice(0, 30)}`;
  const round = [box.left, box.top, box.right, box.bottom].map(Math.round);
  if (!box.width || !box.height) wrong.push("not there");
  if (node.scrollWidth > node.clientWidth + 1) wrong.push("cut");
  const dots = getComputedStyle(node).textOverflow === "ellipsis";
  if (dots && !node.matches("input")) wrong.push("ellipsis");
  let frame = [0, 0, innerWidth, innerHeight];
  for (let up = node.parentElement; up; up = up.parentElement) {
    if (getComputedStyle(up).overflow === "visible") continue;
    const edge = up.getBoundingClientRect();
    frame = [Math.max(frame[0], edge.left), Math.max(frame[1], edge.top),
      Math.min(frame[2], edge.right), Math.min(frame[3], edge.bottom)];
  }
  const [left, top, right, bottom] = [frame[0] - 1, frame[1] - 1, frame[2] + 1, frame[3] + 1];
  if (box.left < left || box.top < top || box.right > right || box.bottom > bottom) {
    wrong.push("out of sight");
  }
  for (const [x, y] of [[0.5, 0.1], [0.5, 0.5], [0.5, 0.9], [0.02, 0.5], [0.98, 0.5]]) {
    const over = root.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    if (over && !node.contains(over) && !over.contains(node)) wrong.push(`under ${over.className}`);
  }
  return [...new Set(wrong)].map((what) => `${of}: ${what} ${round}`);
})"""
_CROWDED = """(strip, texts) => {
  const chips = texts.map((text) => Object.assign(document.createElement("span"), {
    className: "chip bad", textContent: text,
  }));
  strip.querySelector(".chips").replaceChildren(...chips);
  strip.querySelector(".officer").textContent = "Nguyễn ".repeat(40);
}"""
_OVERLAPS = """(nodes) => nodes.flatMap((node) => {
  const a = node.getBoundingClientRect();
  const b = node.getRootNode().querySelector(".toast").getBoundingClientRect();
  const meet = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return meet && a.width && a.height ? [node.className] : [];
})"""


class Desk:
    """The page of a hospital where a card may leave a question open.

    Args:
        page: Its page.
        shots: Where screenshots go; look at them.
    """

    def __init__(self, page: Page, shots: Path) -> None:
        self.page = page
        self._shots = shots
        self._devtools = page.context.new_cdp_session(page)

    def resize(self, name: str) -> None:
        """Give the window one of the sizes."""
        width, height, scale = SIZES[name]
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self._devtools.send("Emulation.setDeviceMetricsOverride", metrics)
        wait_for(lambda: self.page.evaluate("[innerWidth, innerHeight]") == [width, height])
        self.page.locator(".desk").evaluate("e => { e.scrollTop = 0; }")

    def _shoot(self, name: str) -> None:
        """Take the window as it is sized: Playwright's own picture would resize it first."""
        taken = self._devtools.send("Page.captureScreenshot")["data"]
        (self._shots / name).write_bytes(b64decode(taken))

    def found(self, script: str, *selectors: str) -> list[str]:
        """Return what a script says of the elements; each selector finds at least one."""
        wrong: list[str] = []
        for selector in selectors:
            found = self.page.locator(selector)
            assert found.count(), selector
            wrong += found.evaluate_all(script)
        return wrong

    def least(self, *selectors: str) -> list[tuple[str, float]]:
        """Return what is written smaller than it may be."""
        size = "e => parseFloat(getComputedStyle(e).fontSize)"
        drawn = {s: self.page.locator(s).first.evaluate(size) for s in selectors if s in LEAST}
        return [(selector, px) for selector, px in drawn.items() if px < LEAST[selector]]

    def walk(self, state: str, *selectors: str, more: Callable[[], Any] = list) -> None:
        """Look at a state at every size."""
        wrong: dict[str, object] = {}
        for name, (width, _, _) in SIZES.items():
            self.resize(name)
            told = self.found(_WRONG, *selectors, *BOX) + self.least(*selectors) + list(more())
            if self.page.evaluate("document.documentElement.scrollWidth") > width:
                told.append("the page is wider than the window")
            self._shoot(f"size-{state}-{name}.png")
            if told:
                wrong[name] = told
        self.resize("1366x657")
        assert wrong == {}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shots: Path) -> Iterator[Desk]:
    server = real_house(tmp_path_factory.mktemp("sizes"), CLERK)
    with browser() as context:
        watched = Watched(context, server)
        page = watched.sign_in(CLERK)
        listens(page)
        yield Desk(page, shots)
        assert watched.errors == []
    server.stop()


def test_with_nobody_there_the_invitation_is_in_sight(desk: Desk) -> None:
    desk.walk("none", *IDLE)


def test_a_question_stands_with_all_its_answers_beside_name_and_rate(desk: Desk) -> None:
    present(desk.page, "DN4797900000011")
    see(desk.page, "CẦN HỎI")
    assert desk.page.locator(".state").inner_text() == "CHƯA TIẾP NHẬN"
    assert desk.page.locator(".rate-value").inner_text() == "0 % – 80 %"
    assert desk.page.locator(".choice").count() == 6
    desk.walk("question", *ANSWER, ".asked p", ".choice")


def test_a_toast_covers_neither_rows_nor_band_nor_answers(desk: Desk) -> None:
    desk.page.locator(".toast").evaluate("(e, text) => { e.textContent = text; }", LONG_TOAST)
    held = (*ANSWER, ".asked p", ".choice", ".band", ".box", ".recent")
    desk.walk("toast", *ANSWER, more=lambda: desk.found(_OVERLAPS, *held))
    desk.page.locator(".toast").evaluate("e => { e.textContent = ''; }")


def test_chips_and_a_long_officers_name_push_nothing_out_of_sight(desk: Desk) -> None:
    strip = desk.page.locator(".strip")
    before = strip.evaluate("e => e.innerHTML")
    strip.evaluate(_CROWDED, CHIPS)
    desk.walk("chips", *ANSWER, ".asked p", ".choice", ".strip .key")
    strip.evaluate("(e, html) => { e.innerHTML = html; }", before)


def test_an_open_menu_lies_in_the_window_and_leaves_the_verdict(desk: Desk) -> None:
    desk.page.keyboard.press("F9")
    desk.page.locator(".menu .item").first.wait_for()
    desk.walk("menu", ".word", ".state", ".menu", more=lambda: narrow(desk.page, ".menu .item"))
    desk.page.keyboard.press("Escape")
    desk.page.locator(".menu").wait_for(state="hidden")


def narrow(page: Page, selector: str) -> list[str]:
    """Return what is cut at its side; below it may scroll."""
    cut = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"
    return list(page.locator(selector).evaluate_all(cut))


def test_green_is_received_and_says_so(desk: Desk) -> None:
    present(desk.page, "DN4797900000201")
    wait_for(lambda: "THẲNG" in desk.page.locator(".name").inner_text())
    desk.page.keyboard.press("Alt+Digit3")  # an emergency
    desk.page.locator(".band.ok").wait_for()
    assert desk.page.locator(".state.done").inner_text().startswith("ĐÃ TIẾP NHẬN ")
    desk.walk("green", *ANSWER)


def test_red_says_that_nobody_is_received_and_ends_what_a_toast_said_before(desk: Desk) -> None:
    desk.page.keyboard.press("F3")
    desk.page.locator(".toast", has_text="hép").first.wait_for()
    present(desk.page, "DN4797900000262")
    desk.page.locator(".band.no").wait_for()
    assert desk.page.locator(".toast").inner_text() == ""
    assert desk.page.locator(".state").inner_text() == "CHƯA TIẾP NHẬN"
    desk.walk("red", *ANSWER)


def test_amber_of_a_card_that_nobody_knows(desk: Desk) -> None:
    desk.page.locator(".box").fill(as_typed("patient-3"))
    desk.page.keyboard.press("Enter")
    desk.page.locator(".band.wait").wait_for()
    assert desk.page.locator(".choice").count() == 6
    desk.walk("amber", *ANSWER, ".note p", ".choice")


@pytest.mark.parametrize("name", ["Nguyễn Hoàng Phương Thảo Công Tằng Tôn Nữ Mẫu", "Mẫu " * 300])
def test_a_long_name_pushes_nothing_away(desk: Desk, name: str) -> None:
    own = "Nguyễn Thị Mẫu".encode().hex()
    text = as_typed("same-old15").replace(own, name.strip().encode().hex())
    before = desk.page.locator(".card").inner_text()
    desk.page.locator(".box").fill(text)
    desk.page.keyboard.press("Enter")
    wait_for(lambda: desk.page.locator(".card").inner_text() != before)
    wait_for(desk.page.locator(".card:not(.pending) .pair").first.is_visible)
    desk.walk(f"name-{len(name)}", *BAND, ".rate-value", ".name", ".pair >> nth=0")
