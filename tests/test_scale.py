"""A large store built in bulk is one that desks could have written, and what measures it counts."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from benchmarks.scale import writers
from benchmarks.scale.building import build
from benchmarks.scale.comers import comers
from benchmarks.scale.costs import FIRST, checked_in, costs
from benchmarks.scale.pattern import pattern
from benchmarks.scale.plan import Plan
from benchmarks.scale.postgres_engine import PostgresEngine
from benchmarks.scale.rows import COLUMNS, Maker
from benchmarks.scale.sqlite_engine import SqliteEngine
from benchmarks.scale.told import bytes_a_visit, costs_row, writers_row
from tests.postgres_support import database
from tests.support import ROOT
from verification.adapters.store.postgres.database import Connection, Working, conninfo, run
from verification.adapters.store.postgres.register import unproved
from verification.adapters.store.rows import OCCASION_COLUMNS, VISIT_COLUMNS
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.card.reasons import Reason
from verification.log.chain import row_hash
from verification.log.findings import Kind
from verification.log.sealing import Binder, Sealer
from verification.operations.keys import existing_master_key

if TYPE_CHECKING:
    from pathlib import Path

PLAN = Plan(300, desks=3, daily=100)
CARDS = 400


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SqliteEngine:
    """Return the engine of a store with three days of three desks."""
    made = SqliteEngine(tmp_path_factory.mktemp("large"))
    build(made, PLAN)
    made.take_cards(CARDS)
    return made


def verified(engine: SqliteEngine) -> str:
    """Run `verify-log` as people do; return what it says where it does not end with 0."""
    house = {"KIOSK_DB": str(engine.settings.db), "KIOSK_KEY_BESIDE": "yes"}
    command = [sys.executable, "-m", "verification", "verify-log", "--json"]
    ran = subprocess.run(
        command, cwd=ROOT, env=os.environ | house, capture_output=True, text=True, check=False
    )
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def counted(db: Path) -> dict[str, int]:
    with closing(connect(db, read_only=True)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in COLUMNS
        }


def test_what_is_built_is_sound_and_the_log_goes_on_from_it_in_the_ordinary_way(
    engine: SqliteEngine,
) -> None:
    before, scans = counted(engine.settings.db), comers(PLAN, CARDS, 100)
    assert (before["visit"], before["person_index"]) == (300, 4 * PLAN.people)
    with engine.kiosk() as kiosk:
        answers = [checked_in(kiosk, f"{1 + at % 3}", one) for at, one in enumerate(scans[:20])]
        assert [one.visit and one.visit.so_thu_tu for one in answers] == [*range(1, 21)]
        assert {one.verdict.headline.reason for one in answers} == {Reason.VALID}
        known = {kiosk.written.visit(f"{desk}-2").person_ref for desk in (1, 2, 3)}  # type: ignore[union-attr]
        assert len(known) == 3
    grown = {table: count - before[table] for table, count in counted(engine.settings.db).items()}
    assert grown.pop("person_index") < 4 * 20, "some were here before"
    assert grown == {table: 20 * each for table, each in pattern().tables.items() if table in grown}
    done = costs(engine, PLAN.desks, scans[20 : 20 + FIRST + 10])
    assert (len(done.wall), done.received) == (10, 10)
    assert costs_row("x", done).count("|") == 10
    for kind, own in ((writers.threads, scans[80:90]), (writers.processes, scans[90:])):
        together = kind(engine, own, 2, 60)
        assert (len(together.times), together.visits, +together.failures) == (10, 10, {})
        assert f"| {kind.__name__} | 10 | 10 |" in writers_row(kind.__name__, together)
    assert verified(engine) == ""


def projected(connection: Connection) -> list[object]:
    history = f"{OCCASION_COLUMNS}, event_id, cancelled, origin"
    named = {"history": history, "scan": "*", "visit": VISIT_COLUMNS}
    return [run(connection, f"SELECT {these} FROM {t} ORDER BY 1") for t, these in named.items()]


def test_what_is_built_on_postgresql_is_what_its_log_adds_up_to_and_goes_on(tmp_path: Path) -> None:
    with database() as url:
        made = PostgresEngine(tmp_path, url)
        build(made, plan := replace(PLAN, visits=60, daily=30), workers=1)
        made.take_cards(40)
        scans = comers(plan, 40, 12)
        for kind, own in ((writers.threads, scans[:6]), (writers.processes, scans[6:])):
            together = kind(made, own, 2, 60)
            assert (len(together.times), together.visits, +together.failures) == (6, 6, {})
        with made.kiosk() as kiosk, psycopg.connect(conninfo(made.address)) as connection:
            before = projected(connection)
            assert unproved(Working(connection), Binder(existing_master_key(made.settings))) == []
            connection.rollback()
            kiosk.written.rebuild()
            assert projected(connection) == before
        assert made.cards_bytes() > 0


def test_a_row_that_is_not_the_logs_own_is_found_by_the_builder_and_by_the_proof(
    engine: SqliteEngine, tmp_path: Path
) -> None:
    kept: dict[str, bytes] = {}
    maker = Maker(PLAN, pattern(), Sealer(bytes(32), kept.get, kept.__setitem__))
    maker.check(made := maker.visit(0))
    (first, second), at = made.log, COLUMNS["log"].index("codes")
    assert second[-1] == row_hash(dict(zip(COLUMNS["log"], second, strict=True)))
    for log in ((first, (*second[:at], "{}", *second[at + 1 :])), (second, first)):
        with pytest.raises(ValueError, match="1"):
            maker.check(made._replace(log=log))
    db = shutil.copytree(engine.folder, tmp_path / "broken") / "kiosk.db"
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE history SET at = at + 60 WHERE id = '1-2'")
    key = existing_master_key(engine.settings)
    with copied(db, key, [], elsewhere=True) as copy:
        assert {(one.kind, one.desk) for one in prove(copy).findings} == {(Kind.PROJECTION, "1")}


def test_what_a_store_takes_is_told_by_its_parts_and_nothing_is_left_out(
    engine: SqliteEngine,
) -> None:
    lines = [*bytes_a_visit(engine.sizes(), PLAN.visits)]
    told = sum(float(line.split("|")[2]) for line in lines[2:-1]) * PLAN.visits
    left = float(lines[-1].split("|")[2]) * 1e6
    assert abs(told + left - sum(engine.sizes().values())) < 60_000
