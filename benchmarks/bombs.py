"""What frames cost while bombs are posted, and what the server's memory is after a hundred.

It starts a server of its own with a demo store, posts a frame of a card ten times a second, and
every bomb of `tests/adapters/scanning/bombs.py` meanwhile, from another session.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.adapters.scanning import bombs
from tests.app_pages.desk.test_bombs import CODE, Desk
from tests.browser.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOMBS = 100
_PHOTOS = 50


def _memory(pid: int) -> int:
    """Return the megabytes that a process holds."""
    said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(said.partition("VmRSS:")[2].split()[0]) // 1024


def _row(name: str, seconds: list[float]) -> str:
    middle, longest = statistics.median(seconds), max(seconds)
    return f"{name}: {len(seconds)} frames, median {middle:.3f} s, longest {longest:.3f} s"


def _looked(desk: Desk, until: threading.Thread | float) -> list[float]:
    """Post frames as the page does; return what each took."""
    taken = []
    end = time.monotonic() + until if isinstance(until, float) else None
    while time.monotonic() < end if end else until.is_alive():  # type: ignore[union-attr]
        begun = time.perf_counter()
        assert desk.post("/kiosk/frame", CODE).status == 200  # noqa: S101  # a figure of nothing else
        taken.append(time.perf_counter() - begun)
        time.sleep(max(0.0, 0.1 - taken[-1]))
    return taken


def measure() -> Iterator[str]:
    """Yield the figures."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), KIOSK_IDLE_SECONDS="3600").start()  # nobody touches a key
        try:
            yield from _figures(server)
        finally:
            server.stop()


def _figures(server: Server) -> Iterator[str]:
    desk, stranger = Desk(server), Desk(server)
    built = [bombs.upload(name) for name in bombs.UPLOADS]
    yield f"{_row('alone', _looked(desk, 10.0))}; server {_memory(server.pid)} MB"
    photos: list[float] = []
    while len(photos) < _PHOTOS:
        begun = time.perf_counter()
        assert stranger.post("/kiosk/picture", CODE).status == 200  # noqa: S101  # as above
        photos.append(time.perf_counter() - begun)
        time.sleep(0.1)
    first, middle = photos[0], statistics.median(photos)
    yield f"a photo: the first {first:.3f} s, then {middle:.3f} s in the middle"
    slow: list[float] = []

    def send() -> None:
        for number in range(_BOMBS):
            before = time.perf_counter()
            stranger.post("/kiosk/picture", built[number % len(built)])
            slow.append(time.perf_counter() - before)

    sending = threading.Thread(target=send)
    sending.start()
    yield _row("while bombs are posted", _looked(desk, sending))
    yield f"{_BOMBS} bombs, longest {max(slow):.1f} s; server {_memory(server.pid)} MB"
