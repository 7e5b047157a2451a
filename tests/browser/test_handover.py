"""From the desk into the hospital system: F3, the bookmark in a web form, the visit's window."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.running import (
    Server,
    Watched,
    browser,
    present,
    see,
    wait_for,
)
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Route

GREEN, RED = "DN4797900000201", "DN4797900000262"
LINE = f"{GREEN}\tĐặng Thị Thẳng Mẫu\t18/06/1987\t2\t79014\t01/01/2025\t"
NOBODY = "Kiosk chưa chép ai: bấm lại F3"
BOOKMARK = (ROOT / "docs" / "handover" / "bookmarklet.txt").read_text(encoding="utf-8").strip()
FIELDS = ("ma_the", "ho_ten", "ngay_sinh", "gioi_tinh", "ma_dkbd", "gt_the_tu", "gt_the_den")
# A form as a HIS may have it, with what it heard; the patient before still stands in it.
FORM = """<!doctype html><meta charset="utf-8"><title>HIS</title><form>
<input id="ma_the" maxlength="15" value="GD4797900000999"><input id="ho_ten" value="Người Trước">
<input id="ngay_sinh" type="date"><select id="gioi_tinh"><option value="">?</option>
<option value="M">Nam</option><option value="F">Nữ</option></select>
<input id="ma_dkbd"><input id="gt_the_tu"><input id="gt_the_den" value="31/12/2020">
<textarea id="ghi_chu">dị ứng</textarea></form>
<script>const heard = {}; for (const type of ["input", "change"])
  document.forms[0].addEventListener(type, ({target}) => {
    heard[target.id] = (heard[target.id] ?? "") + type[0] + ":" + target.value + " "; });
</script>"""
HOLDS = "() => Object.fromEntries([...document.forms[0].elements].map(e => [e.id, e.value]))"


class His:
    """A hospital system on loopback: a form, and whatever visit is opened."""

    def __init__(self) -> None:
        asked: list[tuple[str, str | None]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("referer")))
                body = FORM.encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def opened(self) -> list[tuple[str, str | None]]:
        """Return the visits that were opened: address and referrer."""
        return [one for one in self._asked if one[0].startswith("/phieu/")]

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def his() -> Iterator[His]:
    found = His()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, his: His) -> Iterator[Server]:
    link = {"KIOSK_HANDOVER_LINK": f"{his.url}/phieu/{{token}}"}
    running = Server(tmp_path_factory.mktemp("his"), KIOSK_CAMERA="none", **link).start()
    yield running
    running.stop()


@pytest.fixture
def chromium() -> Iterator[BrowserContext]:
    with browser() as opened:
        yield opened


def click_bookmark(form: Page) -> None:
    """Run the bookmark as a link of the page: the bar of bookmarks is out of a test's reach."""
    add = "line => { const a = document.createElement('a'); a.href = line; a.id = 'run';"
    form.evaluate(add + " a.textContent = 'run'; document.body.append(a); }", BOOKMARK)
    form.locator("#run").click()
    form.evaluate("document.getElementById('run').remove()")


def message(form: Page, expected: str) -> str:
    """Wait for what the bookmark says."""
    box = form.locator("#kiosk-bhyt", has_text=expected)
    box.wait_for()
    return box.inner_text()


def test_f3_and_the_bookmark_fill_a_form_of_seven_fields(
    server: Server, his: His, chromium: BrowserContext
) -> None:
    chromium.grant_permissions(["clipboard-read", "clipboard-write"])
    watched = Watched(chromium, server)
    desk = watched.open()
    present(desk, GREEN)
    see(desk, "ĐỦ ĐIỀU KIỆN")
    opened = len(his.opened)
    with chromium.expect_page() as window:
        desk.keyboard.press("F3")
    window.value.wait_for_load_state()
    assert desk.evaluate("navigator.clipboard.readText()") == LINE
    address, referrer = his.opened[opened]
    assert referrer is None  # the hospital system does not learn where the kiosk is
    assert "7900000201" not in address

    form = window.value
    assert form.evaluate("window.name") == "his"
    click_bookmark(form)
    assert message(form, "Đã điền") == "Đã điền 7/7: Đặng Thị Thẳng Mẫu"
    holds: dict[str, Any] = form.evaluate(HOLDS)
    assert [holds[name] for name in FIELDS] == [
        *(GREEN, "Đặng Thị Thẳng Mẫu", "1987-06-18", "F", "79014", "01/01/2025", "")
    ]
    assert holds["ghi_chu"] == "dị ứng"
    heard: dict[str, str] = form.evaluate("heard")
    assert heard["ho_ten"] == "i:Đặng Thị Thẳng Mẫu c:Đặng Thị Thẳng Mẫu "
    assert set(heard) == set(FIELDS)
    click_bookmark(form)  # the clipboard is still the same one: is it still this patient?
    assert "Dòng này đã điền lúc" in message(form, "so lại tên với bệnh nhân")

    desk.bring_to_front()
    with form.expect_navigation():
        desk.keyboard.press("F3")  # the next one comes into the same window
    assert len(his.opened) == opened + 2
    assert len({address for address, _ in his.opened}) == len(his.opened)
    assert len(chromium.pages) == 2

    desk.bring_to_front()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.route("**/kiosk/mo-his", hold)
    with desk.expect_request("**/kiosk/mo-his"):
        desk.keyboard.press("F3")
    desk.keyboard.type("DN")  # the next card is coming: its rest would go into the other window
    desk.keyboard.press("F3")  # of whom? nobody pastes the patient before for the one who comes
    wait_for(lambda: desk.evaluate("navigator.clipboard.readText()") == NOBODY)
    held[0].continue_()
    desk.locator(".toast", has_text="Đang quét người khác nên chưa mở HIS").wait_for()
    assert len(his.opened) == opened + 2

    desk.keyboard.press("Escape")
    box = desk.locator("input.box")
    assert box.get_attribute("placeholder") == "Quét hoặc gõ số thẻ, CCCD"
    desk.evaluate("document.hasFocus = () => false")  # a test's pages all have it
    wait_for(lambda: "Bấm vào đây rồi quét" in (box.get_attribute("placeholder") or ""))
    assert watched.errors == []


def test_what_the_browser_refuses_is_done_by_hand_and_never_said_to_be_done(
    server: Server, his: His, chromium: BrowserContext
) -> None:
    # as over plain http, in an old kiosk browser, with pop-ups blocked
    chromium.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false; window.allowed = window.open; window.open = () => null"
    )
    desk = Watched(chromium, server).open()
    present(desk, GREEN)
    see(desk, "ĐỦ ĐIỀU KIỆN")
    desk.keyboard.press("F3")
    desk.locator(".by-hand textarea").wait_for()
    wait_for(lambda: desk.locator(".toast").inner_text() == "Chưa chép được: bấm Ctrl+C")
    desk.evaluate("() => { window.open = (...words) => { window.asked = words; return null; } }")
    desk.keyboard.press("Control+KeyC")
    desk.locator(".by-hand button").wait_for()
    wait_for(lambda: desk.locator(".toast").inner_text() == "Cửa sổ HIS bị chặn: bấm Enter")
    desk.evaluate("() => { window.open = window.allowed; }")
    with chromium.expect_page() as window:
        desk.keyboard.press("Enter")
    window.value.wait_for_load_state()
    desk.bring_to_front()
    desk.keyboard.press("F3")
    desk.locator(".by-hand textarea").wait_for()
    desk.keyboard.press("Escape")
    desk.locator(".by-hand").wait_for(state="hidden")
    desk.keyboard.press("F3")
    desk.locator(".by-hand textarea").wait_for()
    present(desk, RED)  # what waits for a hand goes with its patient; the scan finds the box
    see(desk, "THU HỒI")
    desk.locator(".by-hand").wait_for(state="hidden")

    form = window.value  # here the page may not read the clipboard either: it is pasted by hand
    form.bring_to_front()
    click_bookmark(form)
    message(form, "Bấm Ctrl+V")
    form.keyboard.press("Control+KeyV")
    message(form, "Đã điền 7/7")
    assert form.evaluate(HOLDS)["ma_the"] == GREEN


PARTS = """<!doctype html><meta charset="utf-8"><form><input id="ma_the" maxlength="9" value="cũ">
<input id="ho_ten" readonly value="cũ"><input id="ngay_sinh" type="date" value="1990-01-01">
<label><input type="radio" name="gioi_tinh" value="x" checked> Nam</label>
<label><input type="radio" name="gioi_tinh" value="y"> Nữ</label>
<select id="ma_dkbd"><option value="79001" selected>A</option></select>
<input id="gt_the_tu"></form><iframe srcdoc="<form><input id=gt_the_den></form>"></iframe>"""


def test_the_bookmark_says_what_it_did_not_fill(his: His, chromium: BrowserContext) -> None:
    chromium.grant_permissions(["clipboard-read", "clipboard-write"])
    form = chromium.new_page()
    form.goto(f"{his.url}/")
    form.set_content(PARTS)
    copy = "text => navigator.clipboard.writeText(text)"
    line = f"{GREEN}\tĐặng Mẫu\t1955\t2\t79014\t01/01/2025\t31/12/2026\tChưa có trả lời của Cổng"
    form.evaluate(copy, line)
    click_bookmark(form)
    assert message(form, "Đã điền").split("\n") == [
        "Đã điền 3/7: Đặng Mẫu",
        "Số thẻ: trường ngắn quá, chưa điền",
        "Họ tên: bị khóa, chưa điền",
        "Ngày sinh: chỉ biết 1955, nhập tay",
        "Nơi ĐK KCB ban đầu: không có trong danh sách",
        "Chưa có trả lời của Cổng",
    ]
    held = (
        "() => [...document.forms[0].elements].map(e => e.type === 'radio' ? e.checked : e.value)"
    )
    assert form.evaluate(held) == ["", "cũ", "", False, True, "", "01/01/2025"]
    assert form.frames[1].evaluate("document.forms[0].elements[0].value") == "31/12/2026"
    for other in ("", "một dòng khác", "a\tb\tc\td\te\tf\tg", f"{GREEN}\t\t\t\t\t\t"):
        form.evaluate(copy, other)
        form.evaluate("document.getElementById('kiosk-bhyt').remove()")
        click_bookmark(form)
        message(form, "Không phải dòng chép từ kiosk")
    assert form.evaluate("document.forms[0].elements.gt_the_tu.value") == "01/01/2025"
