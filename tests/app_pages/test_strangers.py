"""A real kiosk while strangers hold all the connections they can get; the desk works on."""

from __future__ import annotations

import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from app_pages.server.connections import files_allowed
from app_pages.server.limits import LIMITS
from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import Server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = b"Host: localhost\r\n"
HELD = {
    b"": 1000,
    b"GET / HTTP/1.1\r\n" + HOST + b"X-A: ": 200,
    b"POST /dang-nhap/vao HTTP/1.1\r\n" + HOST + b"Content-Length: 900\r\n\r\nten=": 200,
    b"GET /_stcore/stream HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\n": 50,
}
SAID_AT_MOST = 20_000  # bytes
OTHER_FILES = 100  # that the server has open anyhow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("strangers"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


def test_the_desk_is_served_while_strangers_hold_a_thousand_connections(server: Server) -> None:
    officer, process = Caller(server).try_out(), psutil.Process(server.pid)
    room = files_allowed() // 2000 if files_allowed() < 4000 else 1
    assert room, "too few files for this test"
    with ExitStack() as opened, RawSocket(officer) as page:
        assert page.page_token()
        for sent, times in HELD.items():
            for _ in range(times):
                held = socket.create_connection(("localhost", server.port))
                opened.enter_context(held)
                with suppress(OSError):  # it may have given way at once
                    held.sendall(sent)
            assert officer.ask("/kiosk/alive").status == 200
            assert Caller(server).ask("/").status == 401
            assert page.page_token()  # a run of the page, through the socket that is open
            assert process.num_fds() < LIMITS.connections.in_all + OTHER_FILES
        assert Caller(server).try_out().ask("/").status == 200
    wait_for(lambda: process.num_fds() < OTHER_FILES)
    assert len(server.log()) < SAID_AT_MOST
    assert server.db.with_name("kiosk.server.log").stat().st_mode & 0o777 == 0o600


def test_rubbish_by_the_thousand_is_a_few_lines(server: Server) -> None:
    before = len(server.log())
    for _ in range(300):
        with socket.create_connection(("localhost", server.port)) as held:
            held.sendall(b"\x16\x03\x01 this is no request\r\n\r\n")
            with suppress(OSError):
                held.recv(100)
    assert len(server.log()) - before < 2_000
    assert Caller(server).ask("/").status == 401


def test_a_session_that_opens_pages_without_end_keeps_no_other_session_from_its_own(
    server: Server,
) -> None:
    greedy, other = Caller(server).try_out(), Caller(server).try_out()
    with ExitStack() as opened:
        many = [opened.enter_context(RawSocket(greedy)) for _ in range(20)]
        most = LIMITS.sockets.by_session
        assert [one.status for one in many] == [101] * most + [403] * (20 - most)
        assert opened.enter_context(RawSocket(other)).page_token()
