"""Two servers behind nginx over one PostgreSQL: each may die, the desk goes on, nothing is lost."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

from tests.browser.running import (
    PASSWORD,
    Server,
    browser,
    listens,
    present,
    see,
    wait_for,
)
from tests.nginx_support import NAME, nginx
from tests.postgres_support import database, shared

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

FIRST, SECOND, THIRD, FOURTH = (
    "DN4797900000011",
    "DN4797900000201",
    "DN4797900000277",
    "DN4797900000271",
)


class OneOfSeveral(Server):
    """One of the servers over a PostgreSQL; its folder and its heads are its own."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self._name = url.rpartition("/")[2]
        own = {"KIOSK_DB": url, "KIOSK_FOLDER": str(folder)}
        own |= {"KIOSK_KEY_FILE": str(folder.parent / "kiosk.key")}
        own |= {"KIOSK_HEAD_FILE": str(folder / "kiosk.head"), "KIOSK_CAMERA": "none"}
        own |= {"PGPASSFILE": str(shared().passfile)}
        super().__init__(folder, **own, KIOSK_HOSTS=NAME, KIOSK_TRUSTED_PROXY="127.0.0.1")

    def asked(self, query: Any, *_: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        return [*shared().run(query, self._name)]


def boot(page: Page) -> str:
    """Return the start of the server that the browser is sent to now."""
    asked = "async () => (await (await fetch('/kiosk/alive')).json()).boot"
    return str(page.evaluate(asked))


def received(server: Server) -> list[int]:
    """Return the numbers of all who were received."""
    return [number for (number,) in server.asked("SELECT so_thu_tu FROM visit ORDER BY 1")]


def test_one_of_two_servers_dies_in_the_middle_of_a_check_in_and_the_desk_goes_on(
    tmp_path: Path, shots: Path
) -> None:
    with database() as url:
        one, other = (OneOfSeveral(tmp_path / name, url) for name in "ab")
        one.account("an.nt", "receptionist")
        try:
            one.start()
            other.start()
            with (
                nginx(tmp_path, one.port, other.port) as (https, _),
                browser(ignore_https_errors=True) as context,
            ):
                page = context.new_page()
                page.goto(f"https://{NAME}:{https}/")
                page.get_by_label("Tài khoản").fill("an.nt")
                page.get_by_label("Mật khẩu").fill(PASSWORD)
                page.get_by_role("button", name="Đăng nhập").click()
                listens(page)
                present(page, FIRST)
                see(page, "ĐỦ ĐIỀU KIỆN")
                wait_for(lambda: received(one) == [1])
                before = boot(page)
                print(before)
                page.screenshot(path=shots / "two-servers-0.png")
        finally:
            one.stop()
            other.stop()
