"""A scrape of `/metrics` with 100,000 events and rows of the outbox, beside an empty house's.

Two real servers on loopback are asked in turn, so that what else the machine does hits both. The
events are ended pairings of a patient's window, the rows questions to a portal that is not set.
"""

import os
import sqlite3
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import machine, row
from tests.browser.running import Server
from verification.log.house_events import PairingEnded
from verification.log.ports import LogTransaction
from verification.log.writing import Stranger, write
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk

ROWS = 100_000
_TOGETHER = 1_000  # events a commit
_SCRAPES = 60
_WAITING = (
    "INSERT INTO outbox (item_id, errand, visit, since, due, attempts)"
    " VALUES (?, 'portal', ?, '2026-11-01T01:02:03.456+00:00', NULL, 9)"
)


def measure(rows: int = ROWS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{machine()}; load {os.getloadavg()[0]:.1f}; {rows} events and rows of the outbox"
    yield ""
    yield "| | scrapes | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as name:
        empty, full = (_house(Path(name) / part) for part in ("empty", "full"))
        _fill(full, rows)
        try:
            times = _scraped([empty.start(), full.start()])
            told = full.metrics()
        finally:
            empty.stop()
            full.stop()
        yield row("`/healthz`, the full one (baseline)", times[f"{full.url}/healthz"])
        yield row("`/metrics`, an empty house", times[f"{empty.url}/metrics"])
        yield row("`/metrics`, the full one", times[f"{full.url}/metrics"])
        yield row("`/readyz`, the full one", times[f"{full.url}/readyz"])
        counted = ("kiosk_log_events", 'kiosk_outbox_items{errand="portal"}', "kiosk_scrape")
        lines = [line for line in told.splitlines() if line.startswith(counted)]
        yield f"{len(told)} bytes, {len(told.splitlines())} lines; {'; '.join(lines)}"


def _house(folder: Path) -> Server:
    folder.mkdir()
    return Server(folder, KIOSK_CAMERA="none")


def _fill(server: Server, rows: int) -> None:
    def some(log: LogTransaction) -> None:
        for _ in range(_TOGETHER):
            write(log, Stranger("1"), PairingEnded(0, "desk"))

    with logging_kiosk(read_settings(server.environ)) as kiosk:
        for _ in range(0, rows, _TOGETHER):
            kiosk.written.write(some)
    with closing(sqlite3.connect(server.db)) as db, db:
        db.executemany(_WAITING, [(f"item-{at}", f"1-{at}") for at in range(rows)])


def _scraped(servers: list[Server]) -> dict[str, list[float]]:
    paths = ("/healthz", "/metrics", "/readyz")
    times: dict[str, list[float]] = {f"{one.url}{path}": [] for one in servers for path in paths}
    for _ in range(_SCRAPES):
        for url, taken in times.items():
            begun = time.perf_counter()
            with urllib.request.urlopen(url) as reply:
                reply.read()
            taken.append((time.perf_counter() - begun) * 1000)
    return times
