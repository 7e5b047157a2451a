"""The auditor's page in a real browser: one holder, two people, and what a stranger sees."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from playwright.sync_api import TimeoutError as NotInTime

from tests.browser.running import DESKTOP, PASSWORD, ROOT, Server, Watched, browser_again, wait_for
from tests.support import citizen_number, share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

MAKER, SECOND, BOTH, MANAGER = "an.gd", "binh.gd", "chi.hai", "dung.qt"
ALIAS, CHANGED = "an.hai", "duc.gd"
SEEN = """node => {
  node.scrollIntoViewIfNeeded();
  const box = node.getBoundingClientRect();
  const top = node.getRootNode().elementFromPoint(box.x + 5, box.y + box.height / 2);
  return node.contains(top) || top?.contains(node);
}"""  # nothing lies over its middle, and no part that scrolls hides it
FULL = "DN 4 79 790 000 0044"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("review"), KIOSK_CAMERA="none")
    words = [sys.executable, "-m", "fixtures.cases"]
    subprocess.run(words, cwd=ROOT, env=running.environ, check=True, capture_output=True)
    running.start()
    running.account(MAKER, "auditor")
    running.account(SECOND, "auditor")
    running.account(BOTH, "auditor", "administrator")
    running.account(MANAGER, "administrator")
    running.account(ALIAS, "auditor", number=citizen_number(MAKER))
    running.account(CHANGED, "auditor")
    yield running
    running.stop()


@contextmanager
def people(server: Server, *names: str) -> Iterator[list[Page]]:
    """Open the auditor's page for each officer, each in a browser of their own."""
    with ExitStack() as opened:
        pages = []
        for name in names:
            context = opened.enter_context(browser_again(server))
            pages.append(Watched(context, server).sign_in(name, "/giam-dinh"))
            pages[-1].locator(".review .strip").wait_for()
        yield pages


def decide(page: Page, key: str, words: str) -> None:
    """Decide the open case by keys alone, for another reason than the list has."""
    page.keyboard.press(key)
    page.get_by_label("Khác (ghi rõ)").wait_for()
    last = page.locator(".choice").count()
    page.keyboard.press(str(last))
    page.get_by_label("Ghi thêm").fill(words)
    page.keyboard.press("Enter")


def title(page: Page) -> str:
    return page.locator(".case h1").inner_text()


def says(page: Page, text: str) -> None:
    page.get_by_text(text).first.wait_for()


def select(page: Page, last4: str) -> None:
    page.locator(".row", has_text=last4).click()
    page.locator(".case h1", has_text=last4).wait_for()


def gets_the_list(page: Page) -> bool:
    """Say the password; tell whether the list came, for it waits while a case can be undone."""
    page.locator(".toast").wait_for(state="hidden")
    if page.locator("input[type=password]").count() == 0:
        return True  # a notice that came just before had been taken for the answer
    try:
        page.get_by_label("Mật khẩu của bạn").fill(PASSWORD, timeout=2_000)
    except NotInTime:
        return False  # the list had been asked for already, and came while this was being typed
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => !document.querySelector('input[type=password]')"
        " || document.querySelector('.toast:not([hidden])')"
    )
    return page.locator("input[type=password]").count() == 0


def test_a_stranger_sees_why_the_case_is_there_and_the_number_only_when_asked(
    server: Server, shots: Path
) -> None:
    with people(server, SECOND) as (page,):
        select(page, "0044")
        page.keyboard.press("Alt+l")
        says(page, "Xác nhận sai phạm… (2 người)")
        for words in (
            "Phạm Quốc Tín",
            "nội trú 79002",
            "Vì sao",
            "Họ tên trên mã QR khác dữ liệu thẻ",
        ):
            says(page, words)
        assert page.locator("td.differs mark").count() >= 2  # both names, side by side
        assert FULL not in page.content() + page.locator(".review").inner_text()
        page.locator(".toast").wait_for(state="hidden")
        page.screenshot(path=shots / "case.png")
        page.keyboard.press("Alt+h")
        says(page, FULL)
        with page.expect_download() as given:
            page.keyboard.press("Alt+p")
        paper = pypdfium2.PdfDocument(io.BytesIO(given.value.path().read_bytes()))
        text = paper[0].get_textpage().get_text_bounded()
        assert "NỘI BỘ" in text
        assert "Họ tên trên mã QR khác dữ liệu thẻ" in text
        assert "790000044" not in text
        page.keyboard.press("Alt+j")
        wait_for(lambda: "0044" not in title(page))
        page.get_by_role("button", name="Thống kê").click()
        says(page, "Cờ theo ngày và luật")
        page.screenshot(path=shots / "case-figures.png")
        page.keyboard.press("Alt+q")
        says(page, "Màn hình đang khóa")


@pytest.mark.parametrize("maker", share([MAKER, BOTH], MAKER))
def test_the_maker_cannot_approve_and_a_second_person_can(server: Server, maker: str) -> None:
    last4 = "0264" if maker == MAKER else "0202"
    with people(server, maker, SECOND) as (mine, theirs):
        select(mine, last4)
        mine.keyboard.press("Alt+l")
        mine.get_by_role("button", name="Xác nhận").wait_for()
        decide(mine, "Alt+x", "đã xem giấy tờ")
        says(mine, "bạn không tự duyệt được")
        mine.keyboard.press("Alt+d")
        mine.wait_for_function("() => document.readyState === 'complete'")
        assert mine.get_by_role("button", name="Alt D").count() == 0
        theirs.get_by_role("button", name="Cần người thứ hai", exact=True).click()
        select(theirs, last4)
        says(theirs, f"{maker} đề nghị xác nhận sai phạm (Khác (ghi rõ): “đã xem giấy tờ”)")
        theirs.keyboard.press("Alt+d")
        says(theirs, "Duyệt đề nghị này?")
        theirs.keyboard.press("Enter")
        says(theirs, f"Đã đóng: Xác nhận sai phạm, {maker} · người thứ hai: {SECOND}")


@pytest.mark.long
def test_another_account_of_the_maker_cannot_approve_and_a_list_asks_for_the_password(
    server: Server,
) -> None:
    with people(server, MAKER, ALIAS) as (mine, same):
        select(mine, "0201")
        mine.keyboard.press("Alt+l")
        mine.get_by_role("button", name="Xác nhận").wait_for()
        decide(mine, "Alt+x", "đã xem giấy tờ")
        says(mine, f"Duyệt được: {SECOND}")
        select(same, "0201")
        says(same, "bạn không tự duyệt được")
        assert same.get_by_role("button", name="Alt D").count() == 0
        same.keyboard.press("Alt+t")
        says(same, "Rút đề nghị này?")
        same.keyboard.press("Enter")
        same.get_by_text("Rút đề nghị này?").wait_for(state="detached")
        same.get_by_role("button", name="CSV").click()
        same.get_by_label("Mật khẩu của bạn").fill("khong-phai")
        same.keyboard.press("Enter")
        says(same, "mật khẩu không đúng")
        with same.expect_download():
            wait_for(lambda: gets_the_list(same))
        assert same.locator("input[type=password]").count() == 0
        select(mine, "0201")  # free again for whoever comes next
        mine.get_by_role("button", name="Chuyển, hẹn ngày").click()
        to = mine.get_by_label("Chuyển cho giám định viên")
        to.select_option(SECOND)
        assert ALIAS not in to.inner_text()
        mine.get_by_label("Hẹn xem lại").fill("01/01/2099")
        mine.keyboard.press("Enter")
        says(mine, "Hẹn xem lại muộn nhất")
        assert to.input_value() == SECOND  # what was filled in is still there to be mended
        mine.get_by_role("button", name="Trả lại hàng chờ").click()
        says(mine, "Đã lưu")


@pytest.mark.long
def test_what_is_done_before_the_server_answers_is_done_in_its_order(server: Server) -> None:
    with people(server, SECOND) as (page,):
        page.get_by_role("button", name="Cần người thứ hai", exact=True).click()
        page.locator(".filter.on", has_text="Cần người thứ hai").wait_for()
        server.signal(signal.SIGSTOP)
        try:
            page.keyboard.press("Alt+n")  # takes a case
            page.get_by_role("button", name="Thống kê").click()
        finally:
            server.signal(signal.SIGCONT)
        says(page, "Cờ theo ngày và luật")
        page.get_by_role("button", name="Hồ sơ", exact=True).click()
        page.locator(".case .about", has_text="đang giữ").wait_for()
        page.keyboard.press("Alt+m")
        page.get_by_role("button", name="Trả lại hàng chờ").click()
        says(page, "Đã lưu")


@pytest.mark.long
def test_a_page_goes_with_the_role_and_comes_with_it(server: Server) -> None:
    with people(server, CHANGED) as (page,):
        server.change_roles(CHANGED, "receptionist")
        page.locator(".review").wait_for(state="detached")
        page.locator("input[type=text]").first.wait_for()
        server.change_roles(CHANGED, "administrator")
        page.get_by_role("tab", name="Tài khoản").wait_for()


def test_an_administrator_alone_has_no_such_page(server: Server) -> None:
    with browser_again(server) as context:
        page = Watched(context, server).sign_in(MANAGER, "/giam-dinh")
        page.get_by_role("tab", name="Truy cập").wait_for()
        assert page.locator(".review").count() == 0


def test_a_decision_is_taken_back_after_a_reload_and_nothing_of_a_case_is_cut(
    server: Server,
) -> None:
    with people(server, MAKER) as (page,):
        select(page, "Quầy 5")
        page.keyboard.press("Alt+l")
        page.get_by_role("button", name="Cảnh báo không đúng").wait_for()
        decide(page, "Alt+s", "nhập hàng loạt khi máy quét hỏng")
        page.locator(".undo", has_text="Cảnh báo không đúng").wait_for()
        page.reload()
        page.locator(".undo", has_text="Hoàn tác").wait_for()
        page.keyboard.press("Alt+u")
        page.locator(".undo").wait_for(state="detached")
        page.locator(".case .about", has_text="đang giữ").wait_for()
        says(page, "hoàn tác Cảnh báo không đúng")
        for size in ({"width": 1366, "height": 657}, {"width": 683, "height": 329}):
            page.set_viewport_size(size)
            for words in ("Số (che)", "Thang điểm một luật", "Ngoại lệ đã xét", "mở hồ sơ"):
                wait_for(partial(page.get_by_text(words).last.evaluate, SEEN))  # drawn anew or not
        page.set_viewport_size(DESKTOP)
        page.keyboard.press("Alt+m")
        page.get_by_role("button", name="Trả lại hàng chờ").click()
        says(page, "Đã lưu")


@pytest.mark.long
def test_two_auditors_who_ask_at_once_never_hold_one_case(server: Server) -> None:
    with people(server, MAKER, SECOND) as (one, other):
        for page in (one, other):
            page.keyboard.press("Alt+n")
        for page in (one, other):
            page.locator(".case .about", has_text="đang giữ").wait_for()
        assert title(one) != title(other)
        number = title(other).split(" · ")[0]
        one.reload()  # the list may have been drawn before the other took hers
        one.locator(".row:not(.on)", has_text=f"{SECOND} giữ").last.wait_for()
        for row in one.locator(".row", has_text=f"{SECOND} giữ").all():
            row.click()
            one.locator(".case .about", has_text=f"{SECOND} giữ").wait_for()
            one.keyboard.press("Alt+l")
            assert one.locator(".buttons .do").all_inner_texts() == ["Alt P\nPDF", "Alt I\nÝ kiến…"]
        assert title(other).startswith(number)


def test_any_visit_is_found_by_keys_and_the_sample_is_judged(server: Server, shots: Path) -> None:
    with people(server, SECOND) as (page,):
        page.keyboard.press("Alt+f")
        box = page.locator(".box [name=text]")
        box.fill("pham tin")
        box.press("Enter")
        says(page, "Đã xem hết")
        box.fill("gõ dở")
        page.keyboard.press("Alt+j")
        says(page, "Diễn biến của lượt")
        assert box.input_value() == "gõ dở"  # what is not searched for yet stays, however drawn
        assert page.locator("td.differs mark").count() >= 2  # both names, side by side
        page.screenshot(path=shots / "search.png")
        box.fill("DN479…0044 12/11")
        box.press("Enter")
        says(page, "Số DN479…0044 · 12/11/")
        assert FULL not in page.content() + page.locator(".review").inner_text()
        page.get_by_role("button", name="Mẫu xanh").click()
        says(page, "lượt xanh không mở hồ sơ nào")
        page.keyboard.press("Alt+j")
        page.locator(".case .buttons").wait_for()
        page.keyboard.press("Alt+w")
        page.locator(".menu").wait_for()
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+y")  # at once: no key waits for the server to close a form
        says(page, "trong mẫu: 0 của 1 không đúng")
        page.screenshot(path=shots / "sample.png")
