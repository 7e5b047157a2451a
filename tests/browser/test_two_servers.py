"""Two servers behind nginx over one PostgreSQL: each may die, the desk goes on, nothing is lost."""

from __future__ import annotations

import re
import signal
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from tests.browser.running import (
    PASSWORD,
    ROOT,
    Server,
    browser,
    free_port,
    listens,
    present,
    wait_for,
)
from tests.nginx_support import run_nginx
from tests.postgres_support import Cluster
from verification.__main__ import main
from verification.operations.settings import read_settings
from verification.operations.wiring import prepare_store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.sync_api import Page

AWAY = re.compile("Không nối được|Mất kết nối")
NAME = "kiosk.localhost"  # a browser looks for it on this machine
CARDS = ("DN4797900000011", "DN4797900000201", "DN4797900000277", "DN4797900000271")


class OneOfSeveral(Server):
    """One of the servers over a PostgreSQL; its folder and its heads are its own."""

    def __init__(self, folder: Path, cluster: Cluster, url: str) -> None:
        folder.mkdir()
        self._cluster, self._name = cluster, url.rpartition("/")[2]
        own = {"KIOSK_DB": url, "KIOSK_FOLDER": str(folder)}
        own |= {"KIOSK_KEY_FILE": str(folder.parent / "kiosk.key")}
        own |= {"KIOSK_HEAD_FILE": str(folder / "kiosk.head"), "KIOSK_CAMERA": "none"}
        super().__init__(folder, **own, KIOSK_HOSTS=NAME, KIOSK_TRUSTED_PROXY="127.0.0.1")

    def asked(self, query: Any, *_: str) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        return [*self._cluster.run(query, self._name)]

    @property
    def has_desk(self) -> bool:
        """Tell whether a desk's page was opened here since the start."""
        return "/_stcore/stream" in self.log().rpartition("began:")[2]


def shipped(folder: Path, https: int, kiosks: list[OneOfSeveral]) -> str:
    """Return the shipped configuration with a test's name, ports and certificate."""
    assert main(["certificate", "--name", NAME, "--out", str(folder / "tls")]) == 0
    text = (ROOT / "deploy" / "nginx-servers.conf").read_text(encoding="utf-8")
    for at, kiosk in zip(("10.0.0.11:8501", "10.0.0.12:8501"), kiosks, strict=True):
        text = text.replace(at, f"127.0.0.1:{kiosk.port}")
    text = text.replace("kiosk.benhvien.lan", NAME).replace("/etc/kiosk/tls", str(folder / "tls"))
    text = text.replace("https://kiosk;", "http://kiosk;")  # all on one machine
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{https} ", text)
    return text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")


def is_open(port: int) -> bool:
    """Tell whether somebody listens."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


def sign_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Tài khoản").fill("an.nt")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    listens(page)


def received(server: Server) -> list[int]:
    """Return the numbers of all who were received."""
    return [number for (number,) in server.asked("SELECT so_thu_tu FROM visit ORDER BY 1")]


def waiting(page: Page) -> int:
    """Return how many events of the desk have no answer yet."""
    kept = "Object.entries(sessionStorage).find(([key]) => key.endsWith('queue'))?.[1] ?? '[]'"
    return int(page.evaluate(f"JSON.parse({kept}).length"))


def goes_on(page: Page, server: Server, numbers: list[int]) -> None:
    """Wait until the desk has its answer from a server, and listens."""
    wait_for(lambda: server.has_desk and received(server) == numbers)
    wait_for(lambda: waiting(page) == 0)
    wait_for(lambda: page.get_by_text(f"Số {numbers[-1]}").count())
    listens(page)


def test_a_server_dies_in_a_check_in_then_the_other_then_the_database_and_the_desk_goes_on(
    tmp_path: Path, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(durable=True))
        monkeypatch.setenv("PGPASSFILE", str(cluster.passfile))
        url = cluster.database()
        both = [OneOfSeveral(tmp_path / name, cluster, url) for name in "ab"]
        prepare_store(read_settings(both[0].environ), ROOT / "fixtures")
        both[0].account("an.nt", "receptionist")
        for server in both:
            stack.callback(server.stop)
            server.launch()
        for server in both:
            wait_for(server.answers)
        https = free_port()
        front = run_nginx(tmp_path, shipped(tmp_path, https, both), lambda: is_open(https))
        stack.enter_context(front)
        page = stack.enter_context(browser(ignore_https_errors=True)).new_page()
        sign_in(page, f"https://{NAME}:{https}/")
        here, there = sorted(both, key=lambda server: not server.has_desk)
        present(page, CARDS[0])
        goes_on(page, here, [1])

        here.signal(signal.SIGSTOP)  # it has taken the scan and answers no more
        present(page, CARDS[1])
        wait_for(lambda: waiting(page))
        here.kill()
        goes_on(page, there, [1, 2])
        page.screenshot(path=shots / "two-servers.png")

        here.launch()
        wait_for(lambda: here.has_desk)  # who was away is gone back to by itself
        listens(page)
        present(page, CARDS[2])
        wait_for(lambda: received(here) == [1, 2, 3])  # written down, perhaps not yet answered
        here.kill()
        goes_on(page, there, [1, 2, 3])

        cluster.stop(signal.SIGQUIT)
        present(page, CARDS[3])
        wait_for(page.get_by_text(AWAY).count)
        page.screenshot(path=shots / "database-away.png")
        asked = (
            "async path => { const it = await fetch(path); return [it.status, await it.text()]; }"
        )
        (page_status, told), (status, _) = [
            page.evaluate(asked, at) for at in ("/", "/kiosk/alive")
        ]
        assert (page_status, status) == (503, 503)  # who is signed in stays so
        assert "Chờ một chút" in told
        cluster.start()
        wait_for(lambda: received(there) == [1, 2, 3, 4] or waiting(page) == 0)
        if len(received(there)) < len(CARDS):
            present(page, CARDS[3])
        goes_on(page, there, [1, 2, 3, 4])
        [[scans]] = there.asked("SELECT count(*) FROM log WHERE kind = 'presented'")
        assert scans == len(CARDS)
        [[sessions]] = there.asked("SELECT count(*) FROM log WHERE kind = 'signed_in'")
        assert sessions == 1
