"""A person's data on the administrator's page in a real browser: copy, correction, erasure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import PASSWORD, SCROLLED, Server, Watched, at_rest, browser, wait_for
from tests.support import payload

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser
NUMBER, NAME = "7900000201", "Đặng Thị Thẳng Mẫu"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


def test_a_person_is_copied_corrected_and_erased_and_the_log_is_sound(
    tmp_path: Path, shots: Path
) -> None:
    server = Server(tmp_path).start()
    try:
        server.account("an.nt", "administrator")
        asked = ("check-in", "-", "--json")
        assert server.command(*asked, stdin=payload("patient-1")).returncode == 0
        with browser(viewport={"width": 1366, "height": 657}) as context:
            watched = Watched(context, server)
            page = watched.sign_in("an.nt", "/quan-tri")
            page.get_by_role("tab", name="Dữ liệu của một người").click()
            page.get_by_label("Số thẻ, mã số BHXH hoặc số CCCD").fill(NUMBER)
            page.get_by_role("button", name="Tìm", exact=True).click()
            page.get_by_text("DN479••••••0201", exact=True).wait_for()
            assert page.get_by_text(NAME).count() == 0
            page.get_by_text("Lấy bản sao cho người đó").wait_for()
            page.get_by_role("button", name="Tìm", exact=True).evaluate(SCROLLED)
            page.screenshot(path=shots / "person.png")

            panel = page.get_by_role("tabpanel", name="Dữ liệu của một người")
            panel.get_by_label("Mật khẩu của bạn").fill(PASSWORD)
            panel.get_by_role("button", name="Xuất").click()
            with page.expect_download() as waited:
                panel.get_by_role("link").click()
            taken = json.loads(waited.value.path().read_text("utf-8"))
            assert taken["person"]["ho_ten"] == NAME

            panel.get_by_text("Xóa cả các lượt mà luật buộc giữ").click()
            panel.get_by_text("Sẽ xóa nội dung của 1 việc và 1 lượt").wait_for()
            at_rest(page)  # while it is drawn anew a field may stand there twice
            panel.get_by_label("Ai yêu cầu").last.fill("đơn số 16 ngày 20/11")
            panel.get_by_label("Không lấy lại được").fill("xóa hẳn")
            for width in (390, 1366):
                page.set_viewport_size({"width": width, "height": 657})
                wait_for(lambda: len({*page.evaluate(WIDTHS)}) == 1)
            panel.get_by_role("button", name="Xóa dữ liệu của người này").click()
            panel.get_by_text("DN479••••••0201", exact=True).wait_for(state="detached")
            assert (watched.errors, watched.outside) == ([], [])
        assert server.command("verify-log").returncode == 0
        assert server.asked("SELECT count(*) FROM log WHERE kind = 'forgotten'") == [(1,)]
    finally:
        server.stop()
