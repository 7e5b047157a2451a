"""Four desks at one server, two of them with a patient's window: nobody sees another's patient."""

from __future__ import annotations

import base64
import json
import re
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import cv2
import pytest

from tests.browser.running import (
    PASSWORD,
    Server,
    Watched,
    browser,
    code_of,
    listens,
    present,
    see,
    wait_for,
)
from tests.support import FIXTURES, payload
from verification.adapters.scanning.live import LiveDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import APIResponse, BrowserContext, Page

OFFICER = "an.mau"
# Who stands at which desk; at the first two they are before a camera, too.
TYPED = {
    "1": "DN4797900000201",
    "2": "DN4797900000011",
    "3": "HT3898900000055",
    "4": "DT2040400000022",
}
SHOWN = {"1": "patient-1", "2": "same-old15"}
NAMES = {
    "1": "ĐẶNG THỊ THẲNG MẪU",
    "2": "NGUYỄN THỊ MẪU",
    "3": "PHẠM VÍ DỤ",
    "4": "HOÀNG GIẢ ĐỊNH",
}
POST = """async ([token, jpeg]) => {
  const body = Uint8Array.from(atob(jpeg), (c) => c.charCodeAt(0));
  const headers = { "X-Kiosk-Token": token };
  return (await fetch("/kiosk/frame", { method: "POST", headers, body })).status;
}"""
# Frames of nothing from six pages keep a machine busy; what a camera sees is posted by the test.
NO_CAMERA = """navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("", "NotFoundError"));"""
SHARED = "Quầy này đang mở ở máy khác"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a kiosk with four desks."""
    running = Server(tmp_path, KIOSK_DESKS="1,2,3,4").start()
    running.account(OFFICER, "receptionist")
    yield running
    running.stop()


@contextmanager
def place_at_a_desk() -> Iterator[BrowserContext]:
    """Open a browser without a camera."""
    with browser() as context:
        context.add_init_script(NO_CAMERA)
        yield context


def sign_in(page: Page, server: Server, desk: str | None = None) -> Page:
    """Sign in at a desk, or at the one that the browser has chosen."""
    page.goto(server.url)
    form = page.locator("form[action='/dang-nhap/vao']")
    if desk:
        assert form.get_by_label("Quầy").input_value() == ""  # nobody is anywhere by oversight
        form.get_by_label("Quầy").select_option(desk)
    form.get_by_label("Tài khoản").fill(OFFICER)
    form.get_by_label("Mật khẩu").fill(PASSWORD)
    form.get_by_role("button").click()
    listens(page)
    return page


class Window:
    """A patient's window beside a desk, and what the desk's camera sends.

    Args:
        beside: The desk, signed in.
        server: The kiosk.
    """

    def __init__(self, beside: Page, server: Server) -> None:
        self.beside = beside
        self.page = beside.context.new_page()
        self._url = f"{server.url}/khach"
        with beside.expect_request("**/kiosk/hint") as asked:
            beside.keyboard.type("D")
        self._token = asked.value.headers["x-kiosk-token"]
        beside.keyboard.press("Backspace")
        wait_for(self._paired)

    def _paired(self) -> bool:
        """Try the code that the desk shows; a slow menu may have shown the one before."""
        code = code_of(self.beside)
        self.beside.keyboard.press("Escape")  # an open menu would answer the next F9
        self.beside.get_by_text("nhập mã:").wait_for(state="hidden")
        self.page.goto(self._url)
        self.page.get_by_label("Gõ mã 6 số").fill(code)
        self.page.get_by_role("button").click()
        self.page.locator("#vi, [role=alert]").first.wait_for()
        return self.page.locator("#vi").count() > 0

    def shown(self, slug: str) -> set[bytes]:
        """Send what the desk's camera sees; return what can be read in the window's pictures."""
        picture = cv2.imread(str(FIXTURES / "qr" / f"{slug}.png"))
        jpeg = base64.b64encode(cv2.imencode(".jpg", picture)[1].tobytes()).decode()  # type: ignore[arg-type]  # it is there
        read: set[bytes] = set()

        def looked() -> bool:
            assert self.beside.evaluate(POST, [self._token, jpeg]) == HTTPStatus.OK
            reading = LiveDecoder().read_picture(self.asked("picture").body())
            read.update(reading.payloads if reading else ())
            return bool(read)

        wait_for(looked)
        return read

    def asked(self, what: str) -> APIResponse:
        """Ask for a part of the page with its cookie."""
        return self.page.context.request.get(f"{self._url}/{what}")


def named(page: Page) -> list[str]:
    """Return at which desks the people stand who are named anywhere in a page."""
    drawn = page.locator(".desk").all_inner_texts()  # what the component hides from `content`
    text = " ".join([page.content(), *drawn]).upper()
    return [desk for desk, name in NAMES.items() if name in text]


def rows(page: Page) -> int:
    return page.locator(".recent li").count()


def place(page: Page) -> str:
    return page.locator(".place").inner_text()


def waits_for(page: Page, desk: str) -> None:
    """Wait until a desk shows its own patient; nobody else is on it."""
    page.locator(".name", has_text=re.compile(NAMES[desk], re.IGNORECASE)).wait_for()
    assert place(page).startswith(f"Quầy {desk} · ")
    assert (named(page), rows(page)) == ([desk], 1)


@pytest.mark.long
def test_four_desks_and_two_windows_share_one_server_and_no_patient(
    server: Server, shots: Path
) -> None:
    with ExitStack() as stack:
        watched = {desk: Watched(stack.enter_context(place_at_a_desk()), server) for desk in NAMES}
        desks = {desk: sign_in(one.page, server, desk) for desk, one in watched.items()}
        windows = {desk: Window(desks[desk], server) for desk in SHOWN}
        _each_window_shows_its_own_desk(windows)
        for desk, number in TYPED.items():
            present(desks[desk], number)
        for desk, page in desks.items():
            waits_for(page, desk)
            page.screenshot(path=shots / f"quay-{desk}.png")
        assert named(windows["2"].page) == []
        _reload_and_lock(desks)
        _copied_cookie(stack, server, desks, shots)
        for one in watched.values():
            assert one.outside == []
            assert [said for said in one.errors if "401" not in said] == []  # locked for a while
    lines = server.db.with_name("kiosk.db.head").read_text().split()
    heads = {line.split(":")[0]: line for line in lines}  # the last of each desk
    given = [word for head in heads.values() for word in ("--head", head)]
    checked = server.command("verify-log", "--json", *given)
    told = [json.loads(line) for line in checked.stdout.splitlines()]
    assert set(NAMES) <= set(heads)
    assert {line["desk"] for line in told if line["ok"]} >= set(NAMES)
    assert [line for line in told if line["problems"]] == []


def _each_window_shows_its_own_desk(windows: dict[str, Window]) -> None:
    """The end of one desk's windows is not the other's."""
    for desk, window in windows.items():
        assert window.shown(SHOWN[desk]) == {payload(SHOWN[desk])}
        window.page.locator('body[data-sign="read"]').wait_for()
        assert named(window.page) == []
    code_of(windows["1"].beside)
    windows["1"].beside.get_by_text("Ngắt tất cả màn hình bệnh nhân").click()
    windows["1"].page.get_by_label("Gõ mã 6 số").wait_for()
    ended = [windows["1"].asked(what).status for what in ("state", "picture")]
    assert ended == [HTTPStatus.FORBIDDEN] * 2
    assert windows["2"].shown(SHOWN["2"]) == {payload(SHOWN["2"])}


def _reload_and_lock(desks: dict[str, Page]) -> None:
    """Each desk comes back to its own patient."""
    desks["3"].reload()
    desks["4"].keyboard.press("Alt+k")
    desks["4"].get_by_label("PIN hoặc mật khẩu").first.fill(PASSWORD)
    desks["4"].get_by_role("button", name="Mở khóa").click()
    for desk in ("3", "4"):
        waits_for(desks[desk], desk)


def _copied_cookie(stack: ExitStack, server: Server, desks: dict[str, Page], shots: Path) -> None:
    """The cookie of a desk opens nothing: it says what stands chosen, and both are told."""
    kept = [c for c in desks["3"].context.cookies() if c["name"] == "kiosk_desk"]
    context = stack.enter_context(place_at_a_desk())
    context.add_cookies(kept)  # type: ignore[arg-type]  # as the browser has them
    page = context.new_page()
    page.goto(server.url)
    form = page.locator("form[action='/dang-nhap/vao']")
    assert form.get_by_label("Quầy").input_value() == "3"
    page.screenshot(path=shots / "quay-chon.png")
    assert named(page) == []
    sign_in(page, server)
    page.locator(".chip", has_text=SHARED).wait_for()
    assert place(page).startswith("Quầy 3 · ")
    assert page.locator(".name").count() == 0  # the screen is the session's, not the desk's
    present(desks["3"], TYPED["3"])
    desks["3"].locator(".chip", has_text=SHARED).wait_for()
    page.screenshot(path=shots / "quay-hai-may.png")
    assert desks["4"].locator(".chip", has_text=SHARED).count() == 0


def test_a_desk_that_was_taken_out_of_the_list_receives_nobody_until_another_is_chosen(
    server: Server, shots: Path
) -> None:
    with place_at_a_desk() as context:
        page = sign_in(context.new_page(), server, "4")
        server.kill()
        server.environ["KIOSK_DESKS"] = "1,2,3"
        server.start()
        see(page, "CHƯA TIẾP NHẬN ĐƯỢC AI")
        page.locator(".sentence", has_text="Quầy 4 không còn trong danh sách").wait_for()
        page.screenshot(path=shots / "quay-mat.png")
        present(page, TYPED["3"])
        page.keyboard.press("Alt+k")
        page.get_by_role("button", name="Đăng xuất").click()
        sign_in(page, server, "3")
        assert place(page).startswith("Quầy 3 · ")
        assert rows(page) == 0
    assert server.asked("SELECT count(*) FROM visit") == [(0,)]
