"""Every page is free of what axe finds, of any weight; what Streamlit draws itself is listed.

The list is exact: a new finding fails, and an entry that is no longer found fails too.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.running import ROOT, Server, Watched, browser, code_of, present, see

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

ALL = "chi.ba"


class Known(NamedTuple):
    """A finding in what Streamlit draws, which no page of ours can mend.

    Args:
        page: Where.
        rule: Of axe.
        selector: What it is found at, class names that change with each build left out.
        reason: Why it stays.
    """

    page: str
    rule: str
    selector: str
    reason: str


KNOWN: tuple[Known, ...] = ()
# The controls that are on the page, and which one has the focus with a ring that can be seen.
_NAME = (
    """const name = (e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`;"""
)
_CONTROLS = f"""(desk) => {{ {_NAME}
  const all = [...desk.querySelectorAll("button, input, select, textarea, a[href], [tabindex]")];
  const there = (e) => e.tabIndex >= 0 && e.checkVisibility() && !e.closest("[inert]");
  return all.filter(there).map(name);
}}"""
_FOCUSED = f"""(desk) => {{ {_NAME}
  const e = desk.getRootNode().activeElement;
  if (!e) return ["", ""];
  const look = getComputedStyle(e);
  const ring = parseFloat(look.outlineWidth) >= 2 && look.outlineStyle !== "none";
  return [name(e), ring ? "seen" : "no ring"];
}}"""
Found = set[tuple[str, str, str]]


def look(page: Page, name: str, found: Found, told: list[str]) -> None:
    """Note what axe finds on a page as it stands."""
    page.wait_for_function(
        "() => { const app = document.querySelector('[data-testid=stApp]');"
        "return !app || app.dataset.testScriptState === 'notRunning'; }"
    )
    for violation in Axe().run(page).response["violations"]:
        for node in violation["nodes"]:
            selector = re.sub(r"\.st-(emotion-cache-)?\w+", "", str(node["target"]))
            found.add((name, violation["id"], selector))
            told.append(f"{name}: {violation['id']} ({violation['impact']}) {selector}")
            told.append(f"    {node['html'][:300]}")
            told += [
                f"    {m['message'][:200]}" for m in [*node["any"], *node["all"], *node["none"]]
            ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("axe"), KIOSK_CAMERA="none")
    words = [sys.executable, "-m", "fixtures.cases"]
    subprocess.run(words, cwd=ROOT, env=running.environ, check=True, capture_output=True)
    running.start()
    running.account(ALL, "receptionist", "auditor", "administrator")
    yield running
    running.stop()


def desk_states(page: Page) -> Iterator[str]:
    """Bring the desk into each of its states."""
    page.locator(".box").wait_for()
    yield "desk, nobody"
    present(page, "DN4797900000201")
    page.locator(".band.ok").wait_for()
    yield "desk, green"
    page.keyboard.press("F9")
    page.locator(".menu .item").first.wait_for()
    yield "desk, menu"
    page.keyboard.press("Escape")
    page.keyboard.type("DN4", delay=90)
    page.locator(".band.pending").wait_for()
    yield "desk, pending"
    page.keyboard.press("Escape")
    present(page, "DN4797900000262")
    page.locator(".band.no").wait_for()
    yield "desk, red"
    present(page, "DN4797900009999")
    page.locator(".band.wait").wait_for()
    yield "desk, amber"
    present(page, "123")
    page.locator(".band.info").wait_for()
    yield "desk, nothing to check"


def test_no_page_has_anything_that_axe_finds(server: Server) -> None:
    found: Found = set()
    told: list[str] = []
    with browser() as context:
        watched = Watched(context, server)
        page = watched.page
        page.goto(server.url)
        look(page, "sign-in", found, told)
        watched.sign_in(ALL)
        for state in desk_states(page):
            look(page, state, found, told)
        code = code_of(page)
        guest = context.new_page()
        guest.goto(f"{server.url}/khach")
        look(guest, "khach, code", found, told)
        guest.locator("#code").fill(code)
        guest.get_by_role("button").click()
        guest.locator(".words").wait_for()
        look(guest, "khach", found, told)
        guest.close()
        page.goto(f"{server.url}/giam-dinh")
        page.locator(".review .strip").wait_for()
        look(page, "giam-dinh", found, told)
        page.locator(".row").first.click()
        page.locator(".case h1").wait_for()
        look(page, "giam-dinh, case", found, told)
        page.get_by_text("Thống kê").first.click()
        page.locator(".chart").first.wait_for()
        look(page, "giam-dinh, figures", found, told)
        for path in ("muc-huong", "tai-khoan", "quan-tri"):
            page.goto(f"{server.url}/{path}")
            page.locator(".st-key-strip").wait_for()
            look(page, path, found, told)
        for tab in page.get_by_role("tab").all():
            tab.click()
            look(page, f"quan-tri, {tab.inner_text()}", found, told)
        page.keyboard.press("Alt+k")
        page.get_by_role("button", name="Mở khóa").wait_for()
        look(page, "locked", found, told)
    assert found == {(k.page, k.rule, k.selector) for k in KNOWN}, "\n".join(told)


def test_the_answer_is_read_aloud_once_a_scan_with_word_name_and_next_step(server: Server) -> None:
    with browser() as context:
        page = Watched(context, server).sign_in(ALL)
        page.locator(".box").wait_for()
        live = page.locator("[aria-live=assertive]")
        assert live.count() == 1  # it is there before the first answer
        assert live.inner_text() == ""
        live.evaluate(
            "e => { e.told = []; new MutationObserver(() => e.textContent && e.told.push("
            "e.textContent)).observe(e, { childList: true, characterData: true, subtree: true }); }"
        )
        for number, words in (
            (
                "DN4797900000201",
                ("ĐỦ ĐIỀU KIỆN", "ĐẶNG THỊ THẲNG MẪU", "ĐÃ TIẾP NHẬN", "Đối chiếu ảnh"),
            ),
            ("DN4797900000262", ("THẺ ĐÃ THU HỒI", "CHƯA TIẾP NHẬN", "không dùng thẻ này")),
        ):
            present(page, number)
            see(page, words[0])
            heard = live.evaluate("e => e.told.splice(0)")
            assert len(heard) == 1
            assert all(word in heard[0] for word in words)
            tree = live.aria_snapshot()
            assert all(word in tree for word in words)


def test_every_control_of_the_desk_is_reached_by_tab_and_shows_its_focus(server: Server) -> None:
    with browser() as context:
        page = Watched(context, server).sign_in(ALL)
        page.locator(".box").wait_for()
        present(page, "DN4797900000262")
        page.locator(".band.no").wait_for()
        page.locator(".box").focus()
        names = page.locator(".desk").evaluate(_CONTROLS)
        reached: dict[str, str] = {}
        for _ in range(2 * len(names)):
            page.keyboard.press("Tab")
            name, ring = page.locator(".desk").evaluate(_FOCUSED)
            reached[name] = ring
        assert set(names) <= set(reached)
        assert {reached[name] for name in names} == {"seen"}
