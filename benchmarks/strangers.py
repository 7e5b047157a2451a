"""What strangers who hold connections open cost the desk, and how long a server takes to end."""

import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil

from benchmarks.figures import percentile
from tests.app_pages.knocking import Caller, RawSocket
from tests.app_pages.test_strangers import HELD
from tests.browser.running import Server

_ASKS = 50
_HEADING = "| | p50 ms | p95 ms | most ms | files open | memory MB |"


def measure() -> Iterator[str]:
    """Yield the lines of the tables."""
    yield _HEADING
    yield "|---|---|---|---|---|---|"
    with _serving(KIOSK_CAMERA="none") as server, ExitStack() as opened:
        officer = Caller(server).try_out()
        yield _line("nobody else", server, officer)
        for sent, times in HELD.items():
            for _ in range(times):
                held = opened.enter_context(socket.create_connection(("localhost", server.port)))
                with suppress(OSError):
                    held.sendall(sent)
            what = sent.split(b"\r\n")[0].decode() or "nothing"
            yield _line(f"{times} more that send {what}", server, officer)
    yield ""
    yield "| the server ends | s | status |"
    yield "|---|---|---|"
    yield from _endings()


def _line(name: str, server: Server, officer: Caller) -> str:
    took = []
    for _ in range(_ASKS):
        began = time.monotonic()
        officer.ask("/kiosk/alive")
        took.append(1000 * (time.monotonic() - began))
    process = psutil.Process(server.pid)
    memory = process.memory_info().rss / 1e6
    figures = f"{percentile(took, 50):.0f} | {percentile(took, 95):.0f} | {max(took):.0f}"
    return f"| {name} | {figures} | {process.num_fds()} | {memory:.0f} |"


def _endings() -> Iterator[str]:
    for sign in (signal.SIGTERM, signal.SIGINT):
        with _serving(KIOSK_CAMERA="none") as server:
            yield _ended(f"{sign.name}, idle", server, sign)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            away = f"127.0.0.1:{silent.getsockname()[1]}"
            hanging = {"KIOSK_CAMERA": f"rtsp://{away}/", "KIOSK_HEAD_SINK": f"http://{away}/"}
            with (
                _serving(**hanging) as server,
                RawSocket(Caller(server).try_out()),
                socket.create_connection(("localhost", server.port)) as slow,
            ):
                slow.sendall(b"GET / HT")
                yield _ended(f"{sign.name}, camera and head sink hang", server, sign)


def _ended(name: str, server: Server, sign: signal.Signals) -> str:
    began = time.monotonic()
    server.signal(sign)
    status = server.wait(60)
    return f"| {name} | {time.monotonic() - began:.1f} | {status} |"


@contextmanager
def _serving(**environ: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), **environ).start()
        try:
            yield server
        finally:
            server.stop()
