"""What patients are told about their data, and who saw whom, in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from app_pages.guest.notice_page import ADDRESS
from tests.browser.accessible import findings
from tests.browser.running import PASSWORD, SCROLLED, Server, Watched, browser
from tests.browser.test_guide import sides

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANAGER, NUMBER, SMALL = "chi.qt", "DN4797900000201", {"width": 1366, "height": 657}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        tmp_path_factory.mktemp("privacy"), KIOSK_CAMERA="none", KIOSK_DATA_CONTACT="máy lẻ 115"
    ).start()
    running.account(MANAGER, "administrator")
    running.command("check-in", NUMBER)
    yield running
    running.stop()


def test_the_notice_is_read_by_everybody_and_prints_on_a5(server: Server, shots: Path) -> None:
    with browser(viewport={"width": 390, "height": 844}) as context:
        watched = Watched(context, server)
        page = watched.page
        page.goto(f"{server.url}{ADDRESS}")
        page.get_by_text("máy lẻ 115").first.wait_for()
        assert not page.evaluate(TOO_WIDE)
        assert findings(page, "notice") == []
        page.screenshot(path=shots / "notice-phone.png")
        for lang in ("", "?nn=en"):
            page.goto(f"{server.url}{ADDRESS}{lang}")
            assert sides(page) <= 2
        printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
        printed[0].render(scale=2).to_pil().save(shots / "notice-a5.png")
        printed.close()
        assert watched.errors == []


def test_an_administrator_asks_who_saw_a_person_and_sees_no_number(
    server: Server, shots: Path
) -> None:
    with browser(viewport=SMALL) as context:
        page = Watched(context, server).sign_in(MANAGER, "/quan-tri")
        page.get_by_text("Thời hạn lưu").first.wait_for()
        page.get_by_role("tab", name="Truy cập").click()
        panel = page.get_by_role("tabpanel", name="Truy cập")
        panel.get_by_label("Số của một người").fill(NUMBER)
        panel.get_by_role("button", name="Xem ai đã xem").click()
        told = panel.get_by_text("người có số DN479")
        told.wait_for()
        assert NUMBER not in panel.inner_text()
        assert NUMBER not in page.url
        told.evaluate(SCROLLED)
        page.mouse.wheel(0, 250)
        page.wait_for_timeout(300)
        page.screenshot(path=shots / "who-saw.png")
        assert not page.evaluate(TOO_WIDE)
        panel.get_by_label("Mật khẩu của bạn").last.fill(PASSWORD)
        panel.get_by_role("button", name="Xuất", exact=True).last.click()
        link = panel.get_by_role("link", name="Tải CSV").get_attribute("href") or ""
        assert NUMBER not in link
        taken = context.request.get(f"{server.url}{link}")
        assert taken.status == 200
        assert "received" in taken.text()
        assert NUMBER not in taken.text()
        assert context.request.get(f"{server.url}{link}").status == 403  # once
