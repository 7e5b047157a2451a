"""The desk with the real client and a practice portal: its answer comes in time, late, or never."""

from __future__ import annotations

from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, see, wait_for, word
from tests.browser.scanner import Scanner
from tests.browser.test_sizes import ANSWER
from tests.browser.test_sizes import Desk as Sized
from tests.support import ROOT, as_typed
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.faults import Fault, Faults
from verification.adapters.portal.practice.server import Practice
from verification.basics.dates import VIETNAM
from verification.operations.commands.practice import settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from verification.adapters.portal.practice.asked import Entry

WITHDRAWN = "CH4797900000204"  # green by the store, withdrawn by the portal
GREEN, OTHER = "DN4797900000201", "TB4797900000209"
TWO_LINES = 56  # pixels: the strip's least height is that of one
HELD = 2.5  # seconds at most: the desk waits for three
# Each note that the page plays is counted.
_COUNT_NOTES = """
window.notes = 0;
const plays = AudioContext.prototype, play = plays.createOscillator;
plays.createOscillator = function () { window.notes += 1; return play.call(this); };
"""


class Portal:
    """A practice portal whose answers about a card are held back at will."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._open = Event()
        self._open.set()

    def hold(self) -> None:
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def tell(self, entry: Entry) -> None:
        """Be told of an answer before it is sent."""
        if entry.call is Call.LOOK_UP:
            self._open.wait(HELD)


class Desk:
    """A desk of a house that asks the portal.

    Args:
        page: Its page.
        portal: The portal.
    """

    def __init__(self, page: Page, portal: Portal) -> None:
        self.page = page
        self._portal = portal
        self._scanner = Scanner(page)

    def line(self) -> str:
        """Return what the portal's line says."""
        return " ".join(self.page.locator(".portal").all_inner_texts())

    def hear(self, expected: str) -> None:
        """Wait until the portal's line says something."""
        wait_for(lambda: expected in self.line())

    def scan(self, text: str) -> None:
        """Scan, and wait until the portal is being asked; its answer is held back."""
        self._portal.hold()
        self._scanner.scan(text)
        self.page.locator(".portal.asking").wait_for()

    def go_on(self) -> None:
        """Let the portal answer."""
        self._portal.go_on()

    def settle(self, number: str, expected: str) -> None:
        """Scan, let the portal answer or fail, and wait for what its line says then."""
        self._scanner.scan(number)
        self.hear(expected)

    def choose(self, index: int) -> None:
        """Choose in the menu that opens by an answer to the question."""
        self.page.keyboard.press(f"Alt+Digit{index}")

    def notes(self) -> int:
        """Return how many notes were played."""
        return int(self.page.evaluate("window.notes"))


@pytest.fixture
def portal() -> Portal:
    return Portal()


@pytest.fixture
def server(tmp_path: Path, portal: Portal) -> Iterator[Server]:
    """Return the demo's kiosk with a practice portal beside it."""
    clock = lambda: datetime.now(VIETNAM)  # noqa: E731
    faults, tell = portal.faults, portal.tell
    with Practice(ROOT / "fixtures", clock=clock, faults=faults, tell=tell) as practice:
        running = Server(tmp_path, KIOSK_CAMERA="none", **settings_for(practice)).start()
        yield running
        running.stop()


@pytest.fixture
def desk(server: Server, portal: Portal) -> Iterator[Desk]:
    with browser() as context:
        context.add_init_script(_COUNT_NOTES)
        watched = Watched(context, server)
        yield Desk(watched.open(), portal)
        assert watched.errors == []


def _top(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("e => e.getBoundingClientRect().top"))


def _bottom(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("e => e.getBoundingClientRect().bottom"))


def test_the_portals_answer_takes_the_local_ones_place(desk: Desk, shots: Path) -> None:
    page = desk.page
    desk.scan(as_typed("patient-3"))  # amber, not in the store: the portal knows it
    assert "CHƯA TIẾP NHẬN" in word(page)
    page.screenshot(path=shots / "portal-before.png")
    desk.go_on()
    see(page, "ĐÃ TIẾP NHẬN")
    assert "000" in desk.line()
    assert "trước đó: CHƯA XÁC ĐỊNH ĐƯỢC" in desk.line()
    assert "ĐỦ ĐIỀU KIỆN" in word(page)
    page.screenshot(path=shots / "portal-after.png")
    page.set_viewport_size({"width": 1366, "height": 657})
    wait_for(lambda: _bottom(page, ".todo li >> nth=0") < _top(page, "footer"))
    page.set_viewport_size({"width": 1366, "height": 768})

    desk.scan(GREEN)  # and the portal agrees: no sound, the band as it was
    before = desk.notes()
    desk.go_on()
    desk.hear("000")
    assert desk.notes() == before
    assert "trước đó" not in desk.line()

    desk.scan(WITHDRAWN)  # received by itself; a menu that is open is not pulled away
    page.keyboard.press("F6")
    page.locator(".menu .item").first.wait_for()
    played = desk.notes()
    desk.go_on()
    page.locator(".to-verify").wait_for()  # it has come, and stands in the list
    assert "CỔNG BÁO" not in word(page)
    assert desk.notes() == played
    page.keyboard.press("Escape")
    see(page, "ĐÃ TIẾP NHẬN · CỔNG BÁO: THẺ ĐÃ THU HỒI")
    assert desk.notes() > played
    page.locator(".toast:not(:empty)").wait_for(state="detached")
    page.screenshot(path=shots / "portal-race.png")
    Sized(page, shots).walk("portal", *ANSWER, ".asked p", ".choice", ".portal p")
    desk.choose(2)
    page.locator(".menu").wait_for()
    desk.choose(1)
    desk.hear("quầy giữ lượt này")
    page.locator(".to-verify").wait_for(state="hidden")


@pytest.mark.long
def test_an_answer_after_the_next_patient_and_an_outage_change_nobodys_colour(
    desk: Desk, portal: Portal, shots: Path
) -> None:
    page = desk.page
    desk.scan(WITHDRAWN)
    desk.scan(OTHER)
    page.locator(".name", has_text="VŨ THỊ PHỤNG MẪU").wait_for()
    desk.go_on()
    page.locator(".to-verify").wait_for()
    wait_for(lambda: "Cổng BHXH trả lời sau về" in page.locator(".toast").inner_text())
    assert "CỔNG BÁO" not in word(page)
    assert page.locator(".name").inner_text() == "VŨ THỊ PHỤNG MẪU"
    page.screenshot(path=shots / "portal-late.png")
    page.keyboard.press("F10")
    page.locator(".today tr.verify").wait_for()
    page.keyboard.press("Enter")
    see(page, "ĐÃ TIẾP NHẬN · CỔNG BÁO: THẺ ĐÃ THU HỒI")
    desk.choose(1)
    page.locator(".menu").wait_for()
    desk.choose(1)
    page.locator(".to-verify").wait_for(state="hidden")

    portal.faults.set({Fault.RESET})
    for number in ("HX4797900000203", "XK4040400000208", "TN4484800000213"):
        desk.settle(number, "Chưa có trả lời của Cổng BHXH")
    wait_for(lambda: "mất kết nối từ" in page.locator(".chips").inner_text())
    assert page.locator(".band.no").count() == 0
    strip = page.locator(".strip")
    assert strip.locator(".officer").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert strip.evaluate("e => e.getBoundingClientRect().height") < TWO_LINES
    page.screenshot(path=shots / "portal-outage.png")
