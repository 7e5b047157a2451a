"""All rules at check-in over a long history: facts gathered and rules run, by visits stored.

`python -m benchmarks misuse`, with `KIOSK_BENCH_VISITS` rows (1,000,000 if not set).
"""

import itertools
import os
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import machine, milliseconds, row
from verification.adapters.store.rows import OCCASION_COLUMNS
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.opening import open_store
from verification.adapters.store.sqlite.schema import make_log_tables
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.operations.settings import read_settings
from verification.review import flagging
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules
from verification.rules.misuse import engine

VISITS = 1_000_000
CHECKS = 3_000
_SEED = 20_260_601
_DAYS = 730
_END = int(datetime(2026, 11, 22, 8, tzinfo=UTC).timestamp())
_DISEASES = ("I10", "E11", "J02", "K29", "N18.5", "Z50.1")
# People with a visit nearly every day, such as dialysis: 400 rows in a year, of which 160 are read.
_HEAVY = 20
# An officer whose scanner is broken: typed at night without a document, 150 in 8 weeks.
_EVENINGS = 450
_LATE = int(datetime(2026, 11, 21, 14, tzinfo=UTC).timestamp())


def measure() -> Iterator[str]:
    """Yield the lines of the report."""
    count = int(os.environ.get("KIOSK_BENCH_VISITS", VISITS))
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"KIOSK_DB": f"{folder}/kiosk.db", "KIOSK_FACILITY": "79014"})
        begun = time.perf_counter()
        _fill(settings.db, count)
        size = settings.db.stat().st_size / 1e9
        yield f"{machine()}; {count} visits, {size:.2f} GB, in {time.perf_counter() - begun:.0f} s"
        yield "| | count | p50 ms | p95 ms | p99 ms |"
        yield "|---|---|---|---|---|"
        with open_store(settings.db, bytes(32), _at_the_end) as (cards, log):
            kiosk = Kiosk(cards, log, Rules(law.shipped()), "79014", _at_the_end)
            rnd = random.Random(_SEED)
            usual = [f"1-{rnd.randrange(count)}" for _ in range(CHECKS)]
            heavy = [f"9-{rnd.randrange(_HEAVY)}" for _ in range(CHECKS)]
            late = [f"7-{6 * (n % 5)}" for n in range(CHECKS)]  # 21:00 of the last evenings
            patients = (
                ("of a usual patient", usual),
                ("of the busiest", heavy),
                ("typed in the evening without a document", late),
            )
            for name, ids in patients:
                wall, processor = _timed(kiosk, log, ids)
                yield row(f"{name}, wall clock", wall)
                yield row(f"{name}, processor time", processor)


def _at_the_end() -> datetime:
    return datetime.fromtimestamp(_END, UTC)


def _timed(kiosk: Kiosk, log: SqliteLog, ids: list[str]) -> tuple[list[float], list[float]]:
    """Return wall clock and processor time; the two part where the machine is shared."""
    processor: list[float] = []

    def once(inside: object, event: Event) -> None:
        begun = time.thread_time()
        _run(kiosk, inside, event)
        processor.append((time.thread_time() - begun) * 1000)

    events = [_event(event_id) for event_id in ids]
    wall = log.write(lambda inside: milliseconds(lambda at: once(inside, events[at]), len(events)))
    return wall, processor


def _run(kiosk: Kiosk, inside: object, event: Event) -> None:
    for subject, rules in (("card", engine.CARD_RULES), ("desk", engine.DESK_RULES)):
        facts = flagging.gather(inside, kiosk, event, subject)  # type: ignore[arg-type]
        if facts is None:
            raise RuntimeError(event.event_id)
        engine.run(facts, kiosk.misuse, rules)


def _event(event_id: str) -> Event:
    desk, _, seq = event_id.rpartition("-")
    now = datetime.fromtimestamp(_END, UTC)
    return Event(desk, int(seq), now, EventKind.PRESENTED, now, {"reasons": ["valid"]}, None)


def _fill(path: Path, count: int) -> None:
    db = connect(path)
    db.execute("PRAGMA synchronous = OFF")
    make_log_tables(db)
    indexes = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'history' "
        "AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:  # filled in bulk, indexed afterwards
        db.execute(f'DROP INDEX "{name}"')
    marks = ",".join("?" * (len(OCCASION_COLUMNS.split(", ")) + 3))
    insert = (
        f"INSERT INTO history ({OCCASION_COLUMNS}, event_id, cancelled, origin) VALUES ({marks})"
    )
    db.execute("BEGIN")
    rows = itertools.chain(_rows(count), _heavy_rows(), _evening_rows())
    while batch := list(itertools.islice(rows, 50_000)):
        db.executemany(insert, batch)
    for _, sql in indexes:
        db.execute(sql)
    db.execute("COMMIT")
    db.close()


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    rnd = random.Random(_SEED)
    people, spread = max(count // 8, 1), _DAYS * 86_400
    for at in range(count):
        person = rnd.randrange(people)
        when = _END - spread + at * spread // count
        yield _one(f"1-{at}", when, person, str(1 + at % 6), rnd.choice(_DISEASES), rnd)


def _heavy_rows() -> Iterator[tuple[object, ...]]:
    rnd = random.Random(_SEED)
    for person in range(_HEAVY):
        for visit in range(440):
            event_id = f"9-{person}" if visit == 0 else f"9-{person}-{visit}"
            yield _one(event_id, _END - visit * 78_000, -1 - person, "9", "N18.5", rnd)


def _evening_rows() -> Iterator[tuple[object, ...]]:
    rnd = random.Random(_SEED)
    for visit in range(_EVENINGS):
        event_id, person = f"7-{visit}", -100 - visit % 150
        row = list(_one(event_id, _LATE - visit * 14_400, person, "7", "J02", rnd))
        row[5], row[10], row[17] = "toi", None, None  # the officer, no document, nothing compared
        yield tuple(row)


def _one(
    event_id: str, at: int, person: int, desk: str, disease: str, rnd: random.Random
) -> tuple[object, ...]:
    who = f"{person & 0xFFFFFFFFFF:032x}"
    place = "79014" if rnd.random() < 0.7 else "79024"
    dates = ("DN4", "2026-01-01", "2026-12-31", "1", 1960, "cccd", "1.1", "01")
    own = (event_id, at, who, place, desk, "an", 1, 1, "valid", who[:24], who[8:32], who[:24])
    return (*own, *dates, disease, 7, None, "", 1, event_id, 0, "log")
