"""A server that is told to end does so, whatever still runs, and leaves the store whole."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import Server
from tests.support import ROOT, share
from verification.operations.settings import read_settings
from verification.operations.wiring import only_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANGING = """
import signal, sys, threading, time
from app_pages.server.ending import ending_within

signal.signal(signal.SIGTERM, lambda *_: None)
signal.signal(signal.SIGINT, lambda *_: None)
def hang():
    while True:
        time.sleep(1000)
with ending_within(0.3):
    {before}
    print("at work", flush=True)
    {work}
"""
WORKS = {
    "the main thread": ("pass", "hang()"),
    "a thread that is waited for": (
        "threading.Thread(target=hang).start()",
        "signal.pause()",
    ),
    "the main thread, in no Python": (
        "import ctypes; lock, mutex = ctypes.CDLL(None).pthread_mutex_lock, bytes(64)",
        "lock(mutex); lock(mutex)",  # twice, so for ever
    ),
    "what comes after the lifespan": (
        "import atexit; atexit.register(hang)",
        "signal.pause()",
    ),
}


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("before", "work"), WORKS.values(), ids=WORKS.keys())
def test_whatever_hangs_the_process_ends_and_says_where_it_stood(
    before: str, work: str, sign: int
) -> None:
    code = HANGING.format(before=before, work=work)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "at work\n"
        process.send_signal(sign)
        process.send_signal(sign)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Timeout" in told
    assert "in hang" in told or "in <module>" in told


def test_without_a_sign_nothing_is_ended() -> None:
    code = HANGING.format(before="pass", work="time.sleep(0.6)")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Return a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.mark.parametrize("sign", share([signal.SIGTERM, signal.SIGINT], signal.SIGTERM))  # twice
def test_a_server_ends_in_the_middle_of_everything(
    tmp_path: Path, silent: socket.socket, sign: int
) -> None:
    away = f"127.0.0.1:{silent.getsockname()[1]}"
    server = Server(
        tmp_path, KIOSK_CAMERA=f"rtsp://{away}/hang", KIOSK_HEAD_SINK=f"http://{away}/heads"
    ).start()
    caller = Caller(server).try_out()
    with ExitStack() as opened:
        page = opened.enter_context(RawSocket(caller))
        cookies = "; ".join(f"{name}={value}" for name, value in caller.cookies.items())
        head = (
            f"POST /kiosk/picture HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
            f"Origin: {server.url}\r\nCookie: {cookies}\r\n"
            f"X-Kiosk-Token: {page.page_token()}\r\nContent-Length: 9000000\r\n\r\nGIF"
        )
        for sent in (head, "", "GET / HT"):
            held = socket.create_connection(("localhost", server.port))
            opened.enter_context(held).sendall(sent.encode())
        server.signal(sign)
        server.signal(sign)
        assert server.wait(60) == (-sign if sign == signal.SIGTERM else 1)
    # the watch was not needed for what is the server's; a hanging camera keeps Python from ending
    assert "Timeout (0:00:08)" not in server.log(), server.log()
    assert not server.db.with_name("kiosk.db-wal").exists()
    with only_server(read_settings(server.environ)):  # no lock is left
        proven = server.command("verify-log")
    assert proven.returncode == 0, proven
