"""Files that are away at the start, or go while the kiosk runs: what the desk sees, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.running import SERVERS, Server, Watched, browser, listens, wait_for
from tests.browser.warm import launched
from tests.support import as_typed

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

LAPTOP = {"width": 1366, "height": 657}
VISITS = "SELECT visit_id FROM visit ORDER BY visit_id"


def wait_started(server: Server) -> None:
    """Start it so that it waits for what is away."""
    SERVERS.append(server)
    words = ["serve", "--wait", "--port", str(server.port)]
    server._process = launched(words, server.environ, server._log)


def scanned(page: Page, slug: str) -> None:
    page.keyboard.type(as_typed(slug))
    page.keyboard.press("Enter")


def says(page: Page, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def test_without_its_key_the_desk_is_told_and_goes_on_once_it_is_back(
    tmp_path: Path, shots: Path
) -> None:
    server = Server(tmp_path, KIOSK_CAMERA="none")
    key = server.db.with_name("kiosk.db.key")
    right = key.read_text()
    key.unlink()
    before = sorted(path.name for path in tmp_path.iterdir())
    wait_started(server)
    with browser(viewport=LAPTOP) as context:
        page = context.new_page()

        def reached() -> bool:
            try:
                return page.goto(server.url) is not None
            except Exception:  # noqa: BLE001  # nothing listens yet
                return False

        wait_for(reached)
        says(page, "Không thấy khóa kiosk.db.key")
        says(page, "Chưa tiếp đón được ai")
        says(page, "Nobody can be received here yet")
        # loaded anew while the kiosk starts it would be an error of the browser, for good
        assert page.locator("meta[http-equiv=refresh]").count() == 0
        assert str(tmp_path) not in page.content()
        page.screenshot(path=shots / "key-missing.png")
        assert page.evaluate("document.documentElement.scrollHeight") <= LAPTOP["height"]
        made = {path.name for path in tmp_path.iterdir()} - {*before, "kiosk.db.server"}
        assert not {name for name in made if "key" in name}  # no new key
        for wrong, told in {
            "": "không phải một khóa",
            right[:31]: "không phải một khóa",
            right[::-1]: "Khóa không đi với",
        }.items():
            key.write_text(wrong)
            key.chmod(0o600)
            says(page, told)
        key.write_text(f"{right}\r\n")  # as an editor of Windows leaves it
        page.get_by_role("button", name="Vào thử: tiếp đón").wait_for()
        assert server.asked(VISITS) == []
        server.stop()


def test_files_that_go_at_a_working_desk_lose_no_visit(tmp_path: Path, shots: Path) -> None:
    server = Server(tmp_path, KIOSK_CAMERA="none").start()
    with browser(viewport=LAPTOP) as context:
        page = Watched(context, server).open()
        scanned(page, "patient-1")
        page.locator(".band.ok").wait_for()
        wait_for(lambda: len(server.asked(VISITS)) == 1)
        server.db.with_name("kiosk.db-wal").unlink()
        scanned(page, "s2")
        wait_for(lambda: page.locator(".recent .dot").count() == 2)
        server.kill()
        assert len(server.asked(VISITS)) == 2
        server.start()
        page.reload()  # by itself it may do so later: what is typed while it loads is lost
        listens(page)
        wait_for(lambda: page.locator(".recent .dot").count() == 2)
        server.db.unlink()
        scanned(page, "patient-2")
        says(page, "Các lượt đã nhận nằm trong kiosk.db.rescued-1")
        page.screenshot(path=shots / "database-gone.png")
        says(page, "1 thao tác đang chờ gửi, không mất")
        server.stop()
        assert "Traceback" not in server.log()
        server.db.with_name("kiosk.db.rescued-1").rename(server.db)
        server.start()
        page.locator(".band.no").wait_for()  # sent again by the page
        assert len(server.asked(VISITS)) == 2
        server.stop()
