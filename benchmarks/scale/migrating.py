"""A hospital of many visits brought from its file into PostgreSQL, killed twice on the way."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg

from benchmarks.scale import told
from benchmarks.scale.house import House, house
from benchmarks.scale.plan import Plan
from tests.postgres_support import Cluster
from verification.adapters.store.postgres.half_copied import TABLE

_SERVER = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
_PROGRAM = (sys.executable, "-m", "verification")


def migrations(
    open_: ExitStack, plans: list[tuple[Plan, int]], folder: Path, say: Callable[[str], None]
) -> Iterator[str]:
    """Yield for each store how long each step took, and what `verify-log` said of both sides."""
    cluster = open_.enter_context(Cluster(durable=True, settings=_SERVER))
    os.environ["PGPASSFILE"] = str(cluster.passfile)
    for plan, cards in plans:
        one = open_.enter_context(house("sqlite", plan, cards, folder, say))
        yield f"{told.where()}; {one.name}"
        yield from _moved(one, folder, cluster.database())
        yield told.where()


def _moved(one: House, folder: Path, url: str) -> Iterator[str]:
    (file,) = folder.glob("*/kiosk.db")
    move = ("migrate-store", str(file), url, "--json")
    events = 2 * one.plan.visits
    yield _run("killed in the log", move, lambda: _copied(url, "log") > events // 2)
    yield _run("killed in the history", move, lambda: _copied(url, "history") > events // 4)
    yield _run("to its end", move)
    key = ("--key", f"{file}.key")
    yield _run("verify-log of the file", ("verify-log", "--copy", str(file), *key))
    yield _run("verify-log of the PostgreSQL", ("verify-log", "--copy", url, *key))


def _run(name: str, words: tuple[str, ...], until: Callable[[], bool] | None = None) -> str:
    begun, before = time.monotonic(), _processor()
    running = subprocess.Popen([*_PROGRAM, *words], stdout=subprocess.DEVNULL)
    while until and running.poll() is None:
        if until():
            running.kill()
        time.sleep(0.2)
    status = running.wait()
    spent, wall = _processor() - before, time.monotonic() - begun
    return f"{name}: exit {status}, {wall:.0f} s, {spent:.0f} s of processor time"


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _copied(url: str, table: str) -> int:
    """Return how many rows of a table are noted as copied."""
    try:
        with psycopg.connect(url) as connection:
            query = f"SELECT split_part(value, ' ', 2)::bigint FROM {TABLE} WHERE name = %s"
            found = connection.execute(query.encode(), (table,)).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(found[0]) if found else 0
