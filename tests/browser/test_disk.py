"""What a desk shows of a disk that is full or refuses to be written, and of a log held by another.

Nobody is green without a visit in the log, and what was scanned comes back by itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import Server, Watched, browser, present, see, wait_for, word
from tests.disk_support import ageing_disk, fill, make_room, small_disk, turn_read_only
from verification.adapters.store.sqlite.reserve import Reserved, keep, reserved

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

FIRST, IN_RESERVE, TOO_LATE, BEHIND, HELD = (
    *("DN4797900000201", "DN4797900000277", "DN4797900000011", "HT3898900000055"),
    "DT2040400000022",
)
TROUBLE, RECEIVED = "CHƯA TIẾP NHẬN ĐƯỢC AI", "ĐÃ TIẾP NHẬN"
IN_USE = "Ổ đĩa đầy: đã dùng phần dự trữ, gọi quản trị"


def visits(server: Server) -> int:
    """Return how many visits the log has."""
    return int(server.asked("SELECT count(*) FROM visit")[0][0])


def said(page: Page) -> str:
    """Return what the desk says, without the box."""
    return "\n".join(page.locator(".strip, main, .band, ol.todo").all_inner_texts())


def desk_of(server: Server, page: Page) -> Page:
    """Return a small desk that has received one."""
    page.set_viewport_size({"width": 1366, "height": 657})
    present(page, FIRST)
    wait_for(lambda: visits(server) == 1)
    see(page, RECEIVED)
    return page


def nobody(page: Page, why: str) -> None:
    """See that nobody is received, why, what to do, and that no patient is left on the screen."""
    see(page, TROUBLE)
    assert why in word(page)
    page.locator(".todo").get_by_text("danh sách giấy (họ tên, số thẻ, giờ)").wait_for()
    english = page.locator(".other[lang=en]").inner_text()  # "EN" waits behind what was scanned
    assert english.startswith("NOBODY CAN BE RECEIVED: ")
    assert "paper list" in english
    shown = said(page)
    assert RECEIVED not in shown
    assert "DN 4 79" not in shown


def test_a_full_disk_takes_the_reserve_then_nobody_and_goes_on_by_itself(
    tmp_path: Path, shots: Path
) -> None:
    with small_disk(tmp_path / "disk", 48) as disk, browser() as context:
        server = Server(disk, KIOSK_CAMERA="none").start()
        page = desk_of(server, Watched(context, server).open())
        fill(disk)
        present(page, IN_RESERVE)
        wait_for(lambda: visits(server) == 2)
        page.get_by_text(IN_USE).wait_for()
        assert reserved(server.db) is Reserved.USED
        page.screenshot(path=shots / "disk-reserve.png")
        fill(disk)
        present(page, TOO_LATE)
        nobody(page, "Ổ đĩa đầy, không ghi được kiosk.db")
        present(page, BEHIND)
        page.get_by_text("2 thao tác đang chờ gửi, không mất.").wait_for()
        page.screenshot(path=shots / "disk-full.png")
        assert visits(server) == 2
        make_room(disk)
        wait_for(lambda: visits(server) == 4)
        see(page, RECEIVED)
        keep(server.db, 8 << 20)  # as the server does once a minute
        _held(server, page)
        page.get_by_text(IN_USE).wait_for(state="detached")
        page.close()
        server.stop()
        assert "Traceback" not in server.log()
        assert server.command("verify-log").returncode == 0


def _held(server: Server, page: Page) -> None:
    """Hold the log as another program would; the scan waits, says so, and comes by itself."""
    with closing(sqlite3.connect(server.db, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        present(page, HELD)
        nobody(page, "đang bận")
        assert visits(server) == 4
        other.execute("ROLLBACK")
    wait_for(lambda: visits(server) == 5)
    see(page, RECEIVED)


@pytest.mark.long
def test_a_disk_that_its_system_turns_read_only_stops_the_desk_in_words(
    tmp_path: Path, shots: Path
) -> None:
    with ageing_disk(tmp_path / "disk", tmp_path / "image") as disk, browser() as context:
        server = Server(disk, KIOSK_CAMERA="none").start()
        page = desk_of(server, Watched(context, server).open())
        turn_read_only(disk)
        present(page, IN_RESERVE)
        nobody(page, "được kiosk.db")  # "Ổ đĩa chỉ cho đọc", where the system says so of the disk
        page.screenshot(path=shots / "disk-read-only.png")
        assert visits(server) == 1
        page.close()
        server.stop()
        assert "Traceback" not in server.log()
        again = server.command("serve", "--port", str(server.port))
        told = again.stderr.decode()
        assert again.returncode == 1
        assert "Traceback" not in told
