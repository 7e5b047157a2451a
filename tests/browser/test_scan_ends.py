"""Where a scan ends, and whose answer is on the screen: key by key in Chromium, two patients."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import FOCUSED, Server, Watched, browser, see, wait_for, word
from tests.browser.scanner import Scanner
from tests.card.framed import typed_through
from tests.support import payload, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

GREEN, EXPIRED = payload("patient-1").decode(), payload("patient-2").decode()
GREEN_NUMBER, EXPIRED_NUMBER = "DN4797900000201", "DN4797900000202"
PENDING = "Đã quét, đang chờ"
GREEN_WORD, RED_WORD = "ĐỦ ĐIỀU KIỆN", "THẺ KHÔNG"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("ends"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def watched(server: Server) -> Iterator[Watched]:
    with browser() as context:
        found = Watched(context, server)
        yield found
        assert found.errors == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.open()


def presented(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = 'presented'")[0][0])


def box(page: Page) -> str:
    return page.locator("input.box").input_value()


def is_green(page: Page) -> bool:
    """Tell whether any of the card is still drawn in an answer's colour."""
    return page.locator(".card.ok, .band.ok").count() > 0


# In the page: what is drawn at each moment, and when each scan began.
RECORDER = """
() => {
  const hosts = [...document.querySelectorAll("*")];
  const root = hosts.find((node) => node.shadowRoot?.querySelector(".desk")).shadowRoot;
  const text = (name) => root.querySelector(name)?.textContent ?? "";
  window.drawn = [];
  window.begun = [];
  const look = () => {
    const card = root.querySelector(".card").className;
    const now = [card, text(".band .word"), text(".name")].join(" # ");
    if (window.drawn.at(-1)?.[1] !== now) window.drawn.push([performance.now(), now]);
  };
  const all = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(look).observe(root, all);
  const box = root.querySelector(".box");
  box.addEventListener("input", () => {
    if (box.value.length === 1) window.begun.push(performance.now());
  }, { capture: true }); // before the page's own: what that draws is drawn later
  look();
}
"""
LAST_DRAWN = "window.drawn.findLast(([, what]) => !what.startsWith('card pending'))[1]"
ROW = (
    (GREEN, "ĐẶNG THỊ THẲNG MẪU", ("Tab",)),
    (EXPIRED_NUMBER, "VÕ HOÀNG SẴN", ()),
    ("DT2040400000022", "HOÀNG GIẢ ĐỊNH", ("Enter",)),
    (payload("bad-truncated").decode(), "", ("Ctrl+J",)),
    ("*HT3898900000055*", "PHẠM VÍ DỤ", ("Enter", "Tab")),
    ("https://example.vn/the", "", ()),
    ("GD4383800000268", None, ("Tab",)),  # expired
    (payload("s7").decode(), "TRẦN VĂN THỬ", ("Enter", "Ctrl+J")),
    ("DN4797900000262", None, ()),  # withdrawn
    ("]C1TE1010100000033", "LÊ BÉ MẪU", ("Tab",)),
)

ENDS = {
    "Tab": ("Tab",),
    "Ctrl+J": ("Ctrl+J",),
    "Enter and Tab": ("Enter", "Tab"),
    "CR LF": ("Enter", "Ctrl+J"),
    "nothing": (),
}


@pytest.mark.parametrize("end", share(ENDS, "Tab", "CR LF", "nothing"))
def test_each_end_of_a_scan_brings_its_own_answer_once(
    page: Page, server: Server, end: str
) -> None:
    before = presented(server)
    scanner = Scanner(page, end=ENDS[end])
    scanner.scan(GREEN)
    see(page, GREEN_WORD if not before else "")
    wait_for(lambda: presented(server) == before + 1 and PENDING not in word(page))
    scanner.scan(EXPIRED_NUMBER)
    see(page, RED_WORD)
    page.wait_for_timeout(500)  # a second end key would have been a second, empty scan by now
    assert presented(server) == before + 2
    assert box(page) == ""
    assert page.evaluate(FOCUSED)


@pytest.mark.long
@pytest.mark.parametrize("pause_ms", share([80, 200, 600], 200))
@pytest.mark.parametrize("end", [("Enter",), ("Tab",), ()])
def test_a_scan_right_behind_what_a_hand_types_is_a_scan_of_its_own(
    page: Page, server: Server, end: tuple[str, ...], pause_ms: int
) -> None:
    hand, before = Scanner(page, 120, end=()), presented(server)
    for text in ("DN4", "0790", "dem theo con nho"):
        hand.type(text)
        page.wait_for_timeout(pause_ms)
        Scanner(page, 5, end=end).scan(EXPIRED_NUMBER)
        before += 1
        wait_for(lambda: presented(server) == before)  # noqa: B023  # of this turn
        see(page, RED_WORD)
        page.keyboard.press("Escape")


@pytest.mark.long
@pytest.mark.parametrize("gap_ms", [5, 20, 35])
def test_two_cards_half_a_second_apart_with_no_end_key_are_two_scans(
    page: Page, server: Server, gap_ms: float
) -> None:
    before = presented(server)
    scanner = Scanner(page, gap_ms, end=())
    scanner.scan(GREEN_NUMBER)
    page.wait_for_timeout(500)
    scanner.scan(EXPIRED_NUMBER)
    wait_for(lambda: presented(server) == before + 2)
    see(page, RED_WORD)


def test_a_uk_keyboard_key_by_key_with_tab_and_with_nothing(page: Page, server: Server) -> None:
    before = presented(server)
    Scanner(page, end=("Tab",)).scan(typed_through("uk", "]Q1" + GREEN))
    wait_for(lambda: presented(server) == before + 1)
    wait_for(lambda: "ĐẶNG THỊ THẲNG MẪU" in page.locator(".card").inner_text())
    Scanner(page, end=()).scan(typed_through("uk", EXPIRED))
    see(page, RED_WORD)
    assert presented(server) == before + 2


def test_from_the_first_key_the_last_answer_is_the_last_ones(
    page: Page, server: Server, shots: Path
) -> None:
    scanner = Scanner(page, end=("Enter",))
    scanner.scan(payload("patient-3").decode())  # amber: F2 would receive
    see(page, "CHƯA XÁC ĐỊNH")
    before = server.asked("SELECT count(*) FROM log WHERE kind = 'received'")
    scanner.type("7")
    see(page, PENDING)
    assert page.locator(".card.pending").count() == 1
    assert page.locator(".band.wait").count() == 0
    scanner.type("90")
    scanner.press("F2")
    page.get_by_text("phím này chưa làm gì").wait_for()
    page.screenshot(path=shots / "pending-scan.png")
    page.keyboard.press("Escape")  # the text is gone: nobody new stands there
    see(page, "CHƯA XÁC ĐỊNH")
    assert server.asked("SELECT count(*) FROM log WHERE kind = 'received'") == before


def test_typing_by_hand_is_not_ended_by_silence_and_tab_moves_on(
    page: Page, server: Server
) -> None:
    Scanner(page).scan(GREEN)
    wait_for(lambda: PENDING not in word(page) and word(page) != "")
    before = presented(server)
    page.keyboard.type("DN4797900", delay=90)
    see(page, "Đang gõ, chưa tra")
    assert not is_green(page)
    page.wait_for_timeout(700)
    assert box(page) == "DN4797900"
    for _ in range(9):
        page.keyboard.press("Backspace")
    wait_for(lambda: "Đang gõ" not in word(page))  # it came back with the last character's going
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.shadowRoot.activeElement.tagName") == "BUTTON"
    assert presented(server) == before


def test_a_scan_begun_in_a_menus_field_ends_with_tab_and_leaves_the_field_as_it_was(
    page: Page, server: Server
) -> None:
    page.keyboard.press("F9")
    page.get_by_text("Báo vướng mắc").click()
    field = page.locator(".menu input")
    field.wait_for()
    page.keyboard.type("máy ", delay=90)
    page.wait_for_timeout(400)  # from the keyboard to the scanner a hand takes longer
    before = presented(server)
    Scanner(page, end=("Tab",)).scan(EXPIRED_NUMBER)
    wait_for(lambda: presented(server) == before + 1)
    see(page, RED_WORD)


def test_a_scanners_function_key_before_its_text_does_nothing(page: Page, server: Server) -> None:
    Scanner(page).scan(payload("patient-3").decode())
    see(page, "CHƯA XÁC ĐỊNH")
    before = server.asked("SELECT count(*) FROM log WHERE kind = 'received'")
    Scanner(page, before=("F2",), end=("Tab",)).scan(EXPIRED_NUMBER)
    see(page, RED_WORD)
    assert server.asked("SELECT count(*) FROM log WHERE kind = 'received'") == before


def test_while_the_server_is_away_nobody_stands_in_front_of_anothers_green(
    watched: Watched, server: Server
) -> None:
    page = watched.open()
    Scanner(page).scan(GREEN)
    wait_for(lambda: is_green(page) or "Đã tiếp nhận" in page.locator(".card").inner_text())
    context = page.context
    context.set_offline(True)
    see(page, PENDING)
    assert not is_green(page)
    Scanner(page, end=()).scan(EXPIRED_NUMBER)
    page.wait_for_timeout(600)
    assert PENDING in word(page)
    context.set_offline(False)
    see(page, RED_WORD)
    watched.errors.clear()  # the browser tells of the requests that found no network


@pytest.mark.long
def test_in_a_row_of_ten_nobody_stands_in_front_of_anothers_colour(page: Page) -> None:
    Scanner(page).scan(GREEN)
    wait_for(lambda: PENDING not in word(page) and word(page) != "")
    page.evaluate(RECORDER)
    own = [page.evaluate(LAST_DRAWN)]
    for text, name, end in ROW:
        Scanner(page, end=end).scan(text)
        wait_for(lambda: box(page) == "" and PENDING not in word(page))
        if name is not None:
            assert page.locator(".card .name").all_inner_texts() == [name] * bool(name)
        own.append(page.evaluate(LAST_DRAWN))
    drawn = page.evaluate("window.drawn")
    begun = page.evaluate("window.begun")
    assert len(begun) == len(ROW)
    for at in begun:
        # from the first key on the card is pending, and the next answer is drawn once it is there
        after = [what for when, what in drawn if when >= at]
        assert after[0].startswith("card pending # Đã quét, đang chờ"), after[0]
    in_colour = [what for _, what in drawn if not what.startswith("card pending")]
    # the own answer may come back where the server was slow to say that it is there; no other does
    assert [what for what, _ in groupby(in_colour)] == [what for what, _ in groupby(own)]
    assert len(set(own[1:])) == len(ROW)


def test_another_window_of_the_desk_shows_its_answer_as_the_last_ones(
    watched: Watched, server: Server
) -> None:
    page = watched.open()
    Scanner(page).scan(GREEN)
    wait_for(lambda: PENDING not in word(page) and word(page) != "")
    beside = page.context.new_page()
    beside.goto(server.url)
    beside.locator(".band").wait_for()
    assert PENDING not in word(beside)
    page.bring_to_front()
    Scanner(page).scan(EXPIRED_NUMBER)
    see(page, RED_WORD)
    see(beside, PENDING)
    assert not is_green(beside)
    beside.keyboard.press("Escape")
    wait_for(lambda: PENDING not in word(beside))
    beside.close()
