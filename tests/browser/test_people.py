"""People at the kiosk: who sees what, the lock that keeps the patient, and the forms themselves."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest

from tests.app_pages.knocking import Caller
from tests.browser.running import (
    PASSWORD,
    PATIENCE,
    Server,
    Watched,
    browser,
    browser_again,
    listens,
    wait_for,
)
from tests.browser.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

GREEN_NUMBER = "DN4797900000201"
NAME = "ĐẶNG THỊ THẲNG MẪU"
CLERK, OTHER, MANAGER = "an.nt", "binh.tt", "chi.qt"
PIN = "2957"
SECRETS = (MANAGER, "Phiên đang mở", "127.0.0.1", "signed_in", "đăng nhập sai")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("people"), KIOSK_CAMERA="none").start()
    running.account(CLERK, "receptionist")
    running.account(OTHER, "receptionist")
    running.account(MANAGER, "administrator")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def soon_idle(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that locks soon, but not before a patient was seen on a busy machine."""
    with browser_again(server) as context:
        began = time.monotonic()
        page = Watched(context, server).sign_in(OTHER)
        listens(page)
        present(page, "DN4797900000277", "NGUYỄN THỊ MẪU")
        taken = time.monotonic() - began
        page.close()
    seconds = str(max(6, math.ceil(2 * taken)))
    folder = tmp_path_factory.mktemp("idle")
    running = Server(folder, KIOSK_CAMERA="none", KIOSK_IDLE_SECONDS=seconds).start()
    running.account(CLERK, "receptionist")
    yield running
    running.stop()


def present(page: Page, number: str = GREEN_NUMBER, name: str = NAME) -> None:
    page.keyboard.type(number, delay=90)
    page.keyboard.press("Enter")
    page.get_by_text(name).first.wait_for()


def lock(page: Page) -> None:
    """Press the key; again where Streamlit had just drawn the page and did not listen yet."""
    form = page.get_by_text("Màn hình đang khóa")

    def locked() -> bool:
        page.keyboard.press("Alt+k")
        page.wait_for_timeout(1_500)
        return form.is_visible()

    wait_for(locked)


def heard(page: Page) -> list[str]:
    """Keep every frame that comes over the page's WebSockets."""
    frames: list[str] = []

    def note(payload: bytes | str) -> None:
        text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
        frames.append(text)

    page.on("websocket", lambda ws: ws.on("framereceived", note))
    return frames


def set_pin(server: Server, context: BrowserContext, name: str) -> None:
    page = Watched(context, server).sign_in(name, "/tai-khoan")
    page.get_by_label("Mật khẩu hiện nay").first.fill(PASSWORD)
    page.get_by_label("PIN mới").fill(PIN)
    page.get_by_role("button", name="Lưu").first.click()
    page.get_by_text("Đã ghi").wait_for()
    page.close()


def test_a_receptionist_gets_nothing_of_the_administrators_page_by_address_socket_or_export(
    server: Server,
) -> None:
    with browser() as mine, browser_beside(mine) as theirs:
        manager = Watched(mine, server)
        page = manager.sign_in(MANAGER, "/quan-tri")
        page.get_by_role("tab", name="Truy cập").click()
        panel = page.get_by_role("tabpanel", name="Truy cập")
        panel.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
        panel.get_by_role("button", name="Xuất", exact=True).click()
        export = panel.get_by_role("link", name="Tải CSV").get_attribute("href")
        assert export
        clerk = Watched(theirs, server)
        frames = heard(clerk.page)
        for path in ("/quan-tri", "/giam-dinh"):
            own = clerk.sign_in(CLERK, path)
            listens(own)
            assert "Tạo tài khoản" not in own.locator("body").inner_text()
        refused = theirs.request.get(f"{server.url}{export}")
        assert (refused.status, "officer" in refused.text()) == (403, False)
        assert mine.request.get(f"{server.url}{export}").status == 200
        assert mine.request.get(f"{server.url}{export}").status == 403  # once
        for who in (theirs, mine):  # no page needs such a file, whoever asks
            assert who.request.get(f"{server.url}/media/x.csv").status == 404
    assert len(frames) > 5
    assert not [secret for secret in SECRETS for frame in frames if secret in frame]
    assert manager.errors == []


def browser_beside(context: BrowserContext) -> BrowserContext:
    """Return a second browser with cookies of its own."""
    assert context.browser
    opened = context.browser.new_context(locale="vi-VN")
    opened.set_default_timeout(PATIENCE * 1000)
    return opened


def test_the_forms_are_calm_and_readable_and_break_no_policy(server: Server, shots: Path) -> None:
    with browser_again(server) as context:
        watched = Watched(context, server)
        page = watched.page
        page.goto(server.url)
        page.get_by_role("heading", name="Đăng nhập").wait_for()
        page.screenshot(path=shots / "login.png")
        watched.sign_in(CLERK)
        listens(page)
        lock(page)
        page.screenshot(path=shots / "locked.png")
        assert page.evaluate("document.documentElement.scrollHeight") <= 768
        assert not [error for error in watched.errors if "Content Security Policy" in error]
        assert watched.outside == []


def test_unlocking_brings_the_patient_back_and_changing_the_officer_does_not(
    server: Server,
) -> None:
    with browser_again(server) as context:
        set_pin(server, context, OTHER)
        watched = Watched(context, server)
        page = watched.sign_in(CLERK)
        listens(page)
        present(page)
        page.reload()
        page.get_by_text(NAME).first.wait_for()
        lock(page)
        assert NAME not in page.content()
        page.get_by_label("PIN hoặc mật khẩu").fill("không phải")
        page.get_by_role("button", name="Mở khóa").click()
        page.get_by_role("alert").wait_for()
        page.get_by_label("PIN hoặc mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Mở khóa").click()
        page.get_by_text(NAME).first.wait_for()
        lock(page)
        page.get_by_text("Đổi người").first.click()
        page.get_by_label("Tài khoản").fill(OTHER)
        page.get_by_label("PIN", exact=False).last.fill(PIN)
        page.get_by_role("button", name="Đổi người").click()
        page.get_by_text(f"{OTHER} · tiếp đón").wait_for()
        page.get_by_text("Sẵn sàng").wait_for()
        assert page.locator(".card").get_by_text(NAME).count() == 0


@pytest.mark.long
def test_the_menu_of_the_desk_leads_out_and_back(server: Server) -> None:
    with browser_again(server) as context:
        page = Watched(context, server).sign_in(CLERK)
        listens(page)
        page.keyboard.press("F9")
        page.get_by_text("Khóa màn hình / Đổi người").click()
        page.get_by_text("Tài khoản của tôi").click()
        page.get_by_text("PIN để mở khóa").wait_for()
        lock(page)
        page.get_by_label("PIN hoặc mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Mở khóa").click()
        page.get_by_text("PIN để mở khóa").wait_for()
        assert page.url.endswith("/tai-khoan")
        page.get_by_role("button", name="Tiếp đón", exact=True).click()
        listens(page)
        page.keyboard.press("F9")
        page.get_by_text("Khóa màn hình / Đổi người").click()
        page.get_by_text("Đăng xuất").click()
        page.get_by_role("heading", name="Đăng nhập").wait_for()


@pytest.mark.long
def test_the_strip_is_one_line_on_a_small_screen_for_an_officer_with_all_roles(
    server: Server,
) -> None:
    server.account("thanh.huong.nguyen.thi", "receptionist", "auditor", "administrator")
    with browser(viewport={"width": 1366, "height": 657}) as context:
        page = Watched(context, server).sign_in("thanh.huong.nguyen.thi", "/tro-giup")
        page.get_by_role("button", name="Đăng xuất").wait_for()
        places = [one.bounding_box() for one in page.locator(".st-key-strip button").all()]
        assert len(places) == 9
        assert len({round(place["y"]) for place in places if place}) == 1
        page.get_by_role("button", name="Đăng xuất").focus()
        Scanner(page).scan("7900000901|79 - 014|01/01/2025|$")
        page.get_by_text("Trang này không nhận quét thẻ").wait_for()
        assert page.get_by_role("button", name="Đăng xuất").is_visible()
        page.get_by_role("button", name="Đã giúp cài").focus()
        Scanner(page).scan("DN4797900000201")
        page.get_by_role("tab", name="Tra cứu").click()
        page.locator(".finder input").click()
        Scanner(page, end=()).scan("hà giang 02")  # a field takes what is typed into it
        wait_for(lambda: page.locator(".finder input").input_value() == "hà giang 02")
        assert not server.asked("SELECT 1 FROM log WHERE kind = 'helped_to_install'")
        page.goto(f"{server.url}/giam-dinh")
        ends = page.get_by_role("button", name="Đăng xuất")
        ends.wait_for()
        place = ends.bounding_box()
        assert place
        assert place["x"] + place["width"] <= 1366


@pytest.mark.long
def test_an_idle_desk_locks_by_itself_and_comes_back_to_the_same_patient(soon_idle: Server) -> None:
    before, name = visits(soon_idle), "PHẠM VÍ DỤ"
    with browser_again(soon_idle) as context:
        page = Watched(context, soon_idle).sign_in(CLERK)
        listens(page)
        present(page, "HT3898900000055", name)
        page.get_by_text("Màn hình đang khóa").wait_for()
        assert name not in page.content()
        page.get_by_label("PIN hoặc mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Mở khóa").click()
        page.get_by_text(name).first.wait_for()
    assert visits(soon_idle) == before + 1


@pytest.mark.long
def test_what_one_officer_left_unsent_or_half_typed_is_not_the_next_ones(server: Server) -> None:
    before = presented(server)
    with browser_again(server) as context:
        page = Watched(context, server).sign_in(CLERK)
        listens(page)
        context.set_offline(True)
        page.get_by_text("Mất kết nối máy chủ").wait_for()
        page.keyboard.type(GREEN_NUMBER, delay=90)
        page.keyboard.press("Enter")
        page.keyboard.type("HALF-TYPED", delay=90)
        assert '"kind":"scan"' in unsent(page)
        context.clear_cookies()  # her session is over before the network is back
        context.set_offline(False)
        page.get_by_role("heading", name="Đăng nhập").wait_for()
        assert '"kind":"scan"' in unsent(page)
        assert "HALF-TYPED" in unsent(page)
        page.get_by_label("Tài khoản").fill(OTHER)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        listens(page)
        assert page.locator("input[type=text]").first.input_value() == ""
        assert '"kind":"scan"' not in unsent(page)
        present(page)
    assert presented(server) == before + 1


def unsent(page: Page) -> str:
    return str(page.evaluate("JSON.stringify({...sessionStorage}).replaceAll('\\\\', '')"))


def presented(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM log WHERE kind = 'presented'")[0][0])


def visits(server: Server) -> int:
    return int(server.asked("SELECT count(*) FROM visit")[0][0])


@pytest.mark.long
def test_a_desk_without_its_server_blanks_itself_and_keeps_what_was_not_sent(
    soon_idle: Server,
) -> None:
    running = soon_idle
    before = (visits(running), presented(running))
    with browser_again(soon_idle) as context:
        page = Watched(context, running).sign_in(CLERK)
        listens(page)
        present(page)
        context.set_offline(True)
        page.keyboard.type("DN4797900000277", delay=90)
        page.keyboard.press("Enter")
        page.get_by_text("màn hình đã khóa").wait_for()
        assert NAME not in page.content()
        assert page.get_by_text(NAME).count() == 0
        context.set_offline(False)
        page.get_by_label("PIN hoặc mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Mở khóa").click()
        wait_for(lambda: visits(running) == before[0] + 2)
        page.close()  # its own form would take the place of the next page's
        account = Watched(context, running).sign_in(CLERK, "/tai-khoan")
        account.get_by_text("PIN để mở khóa").wait_for()
        context.set_offline(True)
        account.get_by_text("màn hình đã khóa").wait_for()
        assert account.get_by_text("PIN để mở khóa").count() == 0
        context.set_offline(False)
        account.get_by_text("Màn hình đang khóa").wait_for()
    assert (visits(running), presented(running)) == (before[0] + 2, before[1] + 2)


def test_a_disabled_officers_desk_is_taken_from_the_screen(server: Server) -> None:
    server.account("duc.nv", "receptionist")
    with browser_again(server) as context:
        page = Watched(context, server).sign_in("duc.nv")
        listens(page)
        assert server.command("accounts", "disable", "duc.nv").returncode == 0
        page.get_by_role("heading", name="Đăng nhập").wait_for()


def test_the_first_administrator_is_made_by_the_link_of_the_terminal_once(tmp_path: Path) -> None:
    running = Server(tmp_path, KIOSK_CAMERA="none").start()
    try:
        wait_for(lambda: running.first_link() is not None)
        link = running.first_link()
        with browser() as context:
            page = context.new_page()
            page.goto(str(link))
            page.get_by_label("Tên tài khoản").fill(MANAGER)
            page.get_by_label("Họ tên").fill("Quản Trị Mẫu")
            for again in ("khác nhau", PASSWORD):  # what was typed but the passwords stays
                page.get_by_label("Mật khẩu").first.fill(PASSWORD)
                page.get_by_label("Mật khẩu, lần nữa").fill(again)
                page.get_by_role("button", name="Tạo tài khoản").click()
            page.get_by_role("tab", name="Phiên đang mở").wait_for()
        again = Caller(running)
        fields = again.form(str(link).removeprefix(running.url))
        sent = {"ten": "ke.khac", "mat_khau": PASSWORD, "lai": PASSWORD}
        assert again.post("moi", **fields, **sent).status == 401
    finally:
        running.stop()
