"""A province of two shards on this machine: a message through HTTP, bytes a row, WAL a message."""

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import requests

from benchmarks.figures import machine, percentile
from tests.postgres_support import Cluster
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.province.province import Province
from verification.adapters.store.postgres.province.shards import Shards
from verification.basics.dates import VIETNAM
from verification.exchange.handover.signing import signed
from verification.operations.province.answering import Answering
from verification.operations.province.server import Receiver
from verification.operations.province.settings import ProvinceSettings
from verification.rules.misuse.policy import shipped

_HOUSE, _KEY, _SECRET = "79014", bytes(32), b"a secret of this benchmark alone"
_BULK = 200_000
_TABLES = ("visit", "handed", "place")
_SENDERS = 4


def measure(messages: int = 500) -> Iterator[str]:
    """Print what a message costs, and what a row takes."""
    yield machine()
    with ExitStack() as opened:
        clusters = [opened.enter_context(Cluster(durable=True)) for _ in range(2)]
        passfile = Path(opened.enter_context(tempfile.TemporaryDirectory())) / "pgpass"
        passfile.touch(mode=0o600)
        passfile.write_text("".join(one.passfile.read_text() for one in clusters))
        os.environ["PGPASSFILE"] = str(passfile)
        shards = Shards([read_address("shards", one.database()) for one in clusters])
        opened.callback(shards.close)
        province = Province(shards)
        province.begin(_KEY)
        houses = {_HOUSE: (_SECRET,)}
        asked = Answering(ProvinceSettings(_KEY, (), houses), province, shipped(), _now)
        receiver = opened.enter_context(Receiver(asked))
        _post(receiver.url, 0)
        yield from _messages(receiver.url, shards, messages)
        yield from _rows(shards)


def _messages(url: str, shards: Shards, count: int) -> Iterator[str]:
    before, begun, spent = _written(shards), time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(_SENDERS) as senders:
        took = sorted(senders.map(lambda at: _post(url, at), range(1, count + 1)))
    wall, cpu = time.perf_counter() - begun, time.process_time() - spent
    size, syncs = (b - a for a, b in zip(before, _written(shards), strict=True))
    yield "| messages | a second | p50 ms | p95 | p99 | CPU ms, both ends | WAL bytes | fsyncs |"
    yield "|---|---|---|---|---|---|---|---|"
    at = [f"{percentile(took, share) * 1000:.0f}" for share in (50, 95, 99)]
    each = f"{cpu * 1000 / count:.1f} | {size / count:.0f} | {syncs / count:.1f}"
    yield f"| {count} | {count / wall:.0f} | {' | '.join(at)} | {each} |"
    yield ""


def _rows(shards: Shards) -> Iterator[str]:
    with shards.at(0) as db:
        db.rows(
            "INSERT INTO visit SELECT gen_random_uuid(), current_date, '79014', '12-' || n, now(),"
            f" 1, 'eligible', 'valid', '1.1', 'DN4', NULL FROM generate_series(1, {_BULK}) n"
        )
        db.rows(
            "INSERT INTO handed SELECT person, day, house, 'handover:' || visit || ':1', 1,"
            " 'received', came FROM visit ON CONFLICT DO NOTHING"
        )
        db.rows(
            "INSERT INTO place SELECT day, house, visit, nth, person, NULL, true FROM visit"
            " ON CONFLICT DO NOTHING"
        )
        for table in _TABLES:
            ((size, rows),) = db.rows(
                "SELECT sum(pg_total_relation_size(inhrelid)), (SELECT count(*) FROM "
                f"{table}) FROM pg_inherits WHERE inhparent = '{table}'::regclass"
            )
            yield f"{table}: {size / rows:.0f} bytes a row with its index, {rows} rows"


def _written(shards: Shards) -> tuple[int, int]:
    found = [0, 0]
    for number in range(len(shards)):
        with shards.at(number) as db:
            ((size, syncs),) = db.rows("SELECT wal_bytes, wal_sync FROM pg_stat_wal")
        found = [found[0] + int(size), found[1] + int(syncs)]
    return found[0], found[1]


_LINES = threading.local()


def _post(url: str, at: int) -> float:
    now, name = _now(), f"handover:1-{at}:1"
    told = {
        "version": 1,
        "id": name,
        "nth": 1,
        "event": {"id": f"1-{at}", "kind": "received", "at": now.isoformat(timespec="seconds")},
        "facility": _HOUSE,
        "visit": {
            "visit_id": f"1-{at}",
            "ngay": now.date().isoformat(),
            "thoi_diem": now.replace(tzinfo=None).isoformat(timespec="seconds"),
            "cancelled": None,
        },
        "check": {"verdict": "eligible", "reasons": ["valid"], "ma_doituong_kcb": "1.1"},
        "portal": None,
        "patient": {"ma_the": f"DN479{at:010}", "ma_so_bhxh": f"{at:010}", "so_cccd": None},
    }
    body = json.dumps(told).encode()
    headers = signed(name, int(now.timestamp()), body, [_SECRET])
    line = _LINES.__dict__.setdefault("line", requests.Session())
    begun = time.perf_counter()
    line.post(f"{url}/{_HOUSE}/messages", body, headers=headers, timeout=30).raise_for_status()
    return time.perf_counter() - begun


def _now() -> datetime:
    return datetime.now(VIETNAM)
