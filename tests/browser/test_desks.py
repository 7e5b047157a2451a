"""Four desks at one server, two of them with a patient's window: nobody sees another's patient."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from fixtures.clip import write_clip
from tests.browser.running import (
    PASSWORD,
    Server,
    Watched,
    browser,
    code_of,
    present,
    see,
    wait_for,
)
from tests.support import payload
from verification.adapters.scanning.live import LiveDecoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

OFFICER = "an.mau"
# Who stands at which desk: shown to the camera at the first two, typed at the others.
SHOWN = {"1": "patient-1", "2": "same-old15"}
TYPED = {"3": "HT3898900000055", "4": "DT2040400000022"}
NAMES = {
    "1": "ĐẶNG THỊ THẲNG MẪU",
    "2": "NGUYỄN THỊ MẪU",
    "3": "PHẠM VÍ DỤ",
    "4": "HOÀNG GIẢ ĐỊNH",
}
FRAMES = "**/kiosk/frame"
SHARED = "Quầy này đang mở ở máy khác"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Return a kiosk with four desks."""
    running = Server(tmp_path, KIOSK_DESKS="1,2,3,4").start()
    running.account(OFFICER, "receptionist")
    yield running
    running.stop()


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
    page.locator("input[type=text]").first.wait_for()
    return page


def pair(beside: Page, server: Server) -> Page:
    """Pair a window by the code of a desk."""
    code = code_of(beside)
    window = beside.context.new_page()
    window.goto(f"{server.url}/khach")
    window.get_by_label("Gõ mã 6 số").fill(code)
    window.get_by_role("button").click()
    window.locator("#vi").wait_for()
    return window


def _nothing(route: Route) -> None:
    route.fulfill(json={"payloads": [], "unread": False})


def pictured(window: Page) -> set[bytes]:
    """Return what can be read in the first picture of a window in which anything can."""
    read: set[bytes] = set()

    def looked() -> bool:
        reply = window.context.request.get(window.url + "/picture")
        reading = LiveDecoder().read_picture(reply.body()) if reply.ok else None
        read.update(reading.payloads if reading else ())
        return bool(read)

    wait_for(looked)
    return read


def named(page: Page) -> list[str]:
    """Return at which desks the people stand who are named anywhere in a page."""
    drawn = page.locator(".desk").all_inner_texts()  # what the component hides from `content`
    text = " ".join([page.content(), *drawn]).upper()
    return [desk for desk, name in NAMES.items() if name in text]


def rows(page: Page) -> int:
    return page.locator(".recent li").count()


def place(page: Page) -> str:
    return page.locator(".place").inner_text()


def opened(stack: ExitStack, server: Server, tmp_path: Path) -> dict[str, Watched]:
    """Open each desk in a browser of its own, two of them with a camera that sees nothing yet."""
    desks = {}
    for desk in NAMES:
        clip = tmp_path / f"{desk}.mjpeg" if desk in SHOWN else None
        if clip:
            write_clip(clip, (SHOWN[desk],), seconds=4)
        desks[desk] = Watched(stack.enter_context(browser(clip)), server)
        desks[desk].page.route(FRAMES, _nothing)
        sign_in(desks[desk].page, server, desk)
        desks[desk].errors.clear()  # the form's own 401
    return desks


def test_four_desks_and_two_windows_share_one_server_and_no_patient(
    server: Server, tmp_path: Path, shots: Path
) -> None:
    with ExitStack() as stack:
        watched = opened(stack, server, tmp_path)
        desks = {desk: one.page for desk, one in watched.items()}
        windows = {desk: pair(desks[desk], server) for desk in SHOWN}
        for page in desks.values():
            page.bring_to_front()
            page.unroute(FRAMES)
        for desk, number in TYPED.items():
            present(desks[desk], number)
        for desk, page in desks.items():
            page.locator(".name", has_text=re.compile(NAMES[desk], re.IGNORECASE)).wait_for()
            assert place(page).endswith(f"Quầy {desk}")
            assert (named(page), rows(page)) == ([desk], 1)
            page.screenshot(path=shots / f"quay-{desk}.png")
        for desk, window in windows.items():
            assert pictured(window) == {payload(SHOWN[desk])}
            window.locator('body[data-sign="read"]').wait_for()
            assert named(window) == []
        _reload_lock_and_end(desks, windows)
        _copied_cookie(stack, server, desks, shots)
        for one in watched.values():
            assert (one.errors, one.outside) == ([], [])
    lines = server.db.with_name("kiosk.db.head").read_text().split()
    heads = {line.split(":")[0]: line for line in lines}  # the last of each desk
    given = [word for head in heads.values() for word in ("--head", head)]
    checked = server.command("verify-log", "--json", *given)
    told = [json.loads(line) for line in checked.stdout.splitlines()]
    assert set(NAMES) <= set(heads)
    assert {line["desk"] for line in told if line["ok"]} >= set(NAMES)
    assert [line for line in told if line["problems"]] == []


def _reload_lock_and_end(desks: dict[str, Page], windows: dict[str, Page]) -> None:
    """Each desk comes back to its own patient; the end of one's windows is not the other's."""
    desks["3"].reload()
    desks["4"].keyboard.press("Alt+k")
    desks["4"].get_by_label("PIN hoặc mật khẩu").first.fill(PASSWORD)
    desks["4"].get_by_role("button", name="Mở khóa").click()
    for desk in TYPED:
        desks[desk].locator(".name", has_text=re.compile(NAMES[desk], re.IGNORECASE)).wait_for()
        assert (named(desks[desk]), rows(desks[desk])) == ([desk], 1)
    desks["1"].route(FRAMES, _nothing)
    code_of(desks["1"])
    desks["1"].get_by_text("Ngắt tất cả màn hình bệnh nhân").click()
    windows["1"].get_by_label("Gõ mã 6 số").wait_for()
    for what in ("state", "picture"):
        asked = windows["1"].context.request.get(f"{windows['1'].url}/{what}")
        assert asked.status == 403
    assert pictured(windows["2"]) == {payload(SHOWN["2"])}


def _copied_cookie(stack: ExitStack, server: Server, desks: dict[str, Page], shots: Path) -> None:
    """The cookie of a desk opens nothing: it says what stands chosen, and both are told."""
    kept = [c for c in desks["3"].context.cookies() if c["name"] == "kiosk_desk"]
    context = stack.enter_context(browser())
    context.add_cookies(kept)  # type: ignore[arg-type]  # as the browser has them
    page = context.new_page()
    page.goto(server.url)
    form = page.locator("form[action='/dang-nhap/vao']")
    assert form.get_by_label("Quầy").input_value() == "3"
    page.screenshot(path=shots / "quay-chon.png")
    assert named(page) == []
    sign_in(page, server)
    page.locator(".chip", has_text=SHARED).wait_for()
    assert place(page).endswith("Quầy 3")
    assert page.locator(".name").count() == 0  # the screen is the session's, not the desk's
    present(desks["3"], TYPED["3"])
    desks["3"].locator(".chip", has_text=SHARED).wait_for()
    page.screenshot(path=shots / "quay-hai-may.png")
    assert desks["4"].locator(".chip", has_text=SHARED).count() == 0


def test_a_desk_that_was_taken_out_of_the_list_receives_nobody_until_another_is_chosen(
    server: Server, shots: Path
) -> None:
    with browser() as context:
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
        assert place(page).endswith("Quầy 3")
        assert rows(page) == 0
    assert server.asked("SELECT count(*) FROM visit") == [(0,)]
