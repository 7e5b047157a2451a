"""The guide walked as a patient reads it on a phone, and as the desk ticks it while helping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from tests.browser.accessible import findings
from tests.browser.running import Server, Watched, at_rest, browser, wait_for
from verification.log.help_events import HelpedToInstall
from verification.reception.guide.guide import GUIDES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from verification.reception.guide.guide import Guide

PHONE = {"width": 390, "height": 844}
A5 = (148, 210)  # mm
MOST_SIDES = 2
LEAST_PX = {"do": 20, "dd": 20, "small": 16}
# What each step shows, how large, and what of it a reader cannot see.
_STEPS = """() => [...document.querySelectorAll(".steps > li")].map((step) => {
  const seen = (node) => {
    const box = node.getBoundingClientRect(), look = getComputedStyle(node);
    const shown = box.width && box.height && look.visibility === "visible" && look.opacity === "1";
    return shown && box.left >= 0 && box.right <= innerWidth + 0.5;
  };
  const nodes = [...step.querySelectorAll(".do, dt, dd, .by, small")];
  const size = (name) => Math.min(...[...step.querySelectorAll(name)]
    .map((node) => parseFloat(getComputedStyle(node).fontSize)));
  return {
    key: step.id,
    text: step.innerText.replace(/\\s+/g, " "),
    sees: step.querySelector(".sees dd").innerText.replace(/\\s+/g, " "),
    missing: step.querySelector(".missing dd").innerText.replace(/\\s+/g, " "),
    by: step.querySelector(":scope > .by").innerText,
    hidden: nodes.filter((node) => !seen(node)).map((node) => node.innerText.slice(0, 40)),
    sizes: { do: size(".do"), dd: size("dd"), small: size("dd > small") },
  };
})"""
# The buttons of the end stay in sight however long the branch; no step of the tab is cut.
_IN_SIGHT = """(key) => {
  const box = document.querySelector(`.st-key-${key} button`).getBoundingClientRect();
  return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""
_CUT = """() => [...document.querySelectorAll("[class*=st-key-guide_do_] label p")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.innerText)"""
_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path, KIOSK_CAMERA="none").start()
    yield running
    running.stop()


def read_steps(page: Page, guide: Guide) -> None:
    """Read a branch step by step: what is seen, what to do when it is not there, who says so."""
    steps: list[dict[str, Any]] = page.evaluate(_STEPS)
    assert [step["key"] for step in steps] == [step.key for step in guide.steps]
    for shown, step in zip(steps, guide.steps, strict=True):
        assert shown["hidden"] == [], (guide.key, step.key)
        assert step.do.vi in shown["text"]
        assert step.do.en in shown["text"]
        assert step.sees.vi in shown["sees"]
        assert step.missing.vi in shown["missing"]
        assert all(source.cited.vi in shown["by"] for source in step.sources)
        assert step.now is None or step.now.vi in shown["text"]
        assert all(shown["sizes"][name] >= least for name, least in LEAST_PX.items())
    assert not page.evaluate(_TOO_WIDE), guide.key


def sides(page: Page) -> int:
    """Return on how many sides of A5 a page is printed."""
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        for side in printed:
            assert tuple(round(points / 72 * 25.4) for points in side.get_size()) == A5
        return len(printed)
    finally:
        printed.close()


def test_a_patient_walks_each_branch_on_a_phone_without_signing_in(
    server: Server, shots: Path
) -> None:
    with browser(viewport=PHONE) as context:
        watched = Watched(context, server)
        page = watched.page
        page.goto(server.url)
        page.get_by_role("link", name="Hướng dẫn VssID cho người bệnh").click()
        page.wait_for_url("**/huong-dan")
        watched.errors.clear()  # the form's own 401
        assert not page.evaluate(_TOO_WIDE)
        assert sides(page) == 1
        assert findings(page, "index") == []
        for guide in GUIDES.values():
            page.get_by_role("link", name=guide.title.vi).first.click()
            page.wait_for_url(f"**/huong-dan/{guide.key}")
            read_steps(page, guide)
            assert sides(page) <= MOST_SIDES, guide.key
            if guide.offices or guide.key == "quen-mat-khau":  # a table, and what is unsure
                assert findings(page, guide.key) == []
            if guide.key == "nguoi-lon":
                page.screenshot(path=shots / "guide-phone.png")
            page.locator(".back").click()
            page.wait_for_url("**/huong-dan")
        page.goto(f"{server.url}/huong-dan/tre-em")  # a step leads on to the branch that it names
        page.locator(".missing a", has_text="Chưa có mã số BHXH").click()
        page.wait_for_url("**/huong-dan/chua-co-ma-so")
        assert page.get_by_role("link", name="1900 9068").get_attribute("href") == "tel:19009068"
        page.goto(f"{server.url}/huong-dan/nguoi-lon?nn=en")
        assert sides(page) <= MOST_SIDES
        assert (watched.errors, watched.outside) == ([], [])


@pytest.mark.long
def test_the_desk_ticks_a_branch_while_helping_and_counts_it(server: Server, shots: Path) -> None:
    guide = GUIDES["nguoi-lon"]
    with browser(viewport={"width": 1366, "height": 657}) as context:
        watched = Watched(context, server)
        page = watched.enter()
        page.goto(f"{server.url}/tro-giup")
        page.get_by_role("button", name=guide.title.vi).click()
        for step in guide.steps[:2]:
            box = page.locator(f".st-key-guide_do_{guide.key}_{step.key}")
            box.locator("label").click()
            at_rest(page)
            assert box.locator("input").is_checked()
        page.evaluate("document.querySelector('.st-key-guide_head').scrollIntoView()")
        end = page.get_by_role("button", name="Đã giúp cài")
        assert page.evaluate(_IN_SIGHT, "guide_end_done")
        assert page.evaluate(_CUT) == []
        assert findings(page, "tab") == []
        page.screenshot(path=shots / "guide-tab.png")
        with context.expect_page() as opened:
            page.get_by_role("link", name="Mở trang cho người bệnh").click()
        opened.value.wait_for_url(f"**/huong-dan/{guide.key}")
        opened.value.close()
        page.set_viewport_size(PHONE)
        assert not page.evaluate(_TOO_WIDE)
        end.click()
        page.get_by_text("Đã ghi: Đã giúp cài.").wait_for()
        assert watched.errors == []
    rows = server.asked("SELECT codes FROM log WHERE kind = 'helped_to_install'")
    wait_for(lambda: len(rows) == 1)
    assert HelpedToInstall(guide.key).guide in rows[0][0]
    assert all(step.key in rows[0][0] for step in guide.steps[:2])
