"""A hospital goes from a file to PostgreSQL and back, whole, also where it is killed midway."""

from __future__ import annotations

import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from filelock import FileLock

from fixtures import old_store
from tests.postgres_support import database, shared
from tests.support import MORNING, ROOT, Clock
from verification.__main__ import main
from verification.adapters.store.postgres.address import Address, read_address
from verification.adapters.store.postgres.cards import PgCards
from verification.adapters.store.postgres.database import Readers, conninfo, run
from verification.adapters.store.postgres.log import PostgresLog
from verification.adapters.store.postgres.schema import make_tables
from verification.adapters.store.postgres.whole import tables
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import StoreError
from verification.log.events import EventKind, NewEvent
from verification.log.key_file import read_master_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a house after a day: undone, corrected, erased, cases, outbox, and rotated keys."""
    folder = tmp_path_factory.mktemp("house")
    old_store.fill(folder)
    assert _ran(folder / "kiosk.db", "keys", "rotate", "--master").status == 0
    return folder


@pytest.fixture
def house(made: Path, tmp_path: Path) -> Path:
    """Return the file of such a house of its own."""
    shutil.copytree(made, tmp_path / "house")
    return tmp_path / "house" / "kiosk.db"


@pytest.fixture
def url() -> Iterator[str]:
    """Return the address of an empty database."""
    with database() as found:
        yield found


class Ran:
    """What a command did."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def problems(self) -> set[tuple[str, int, str, str]]:
        return {
            (line["desk"], one["seq"], one["kind"], one.get("what", ""))
            for line in self.lines
            for one in line["problems"]
        }


def _ran(db: Path | str, *words: str, **env: str) -> Ran:
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {"KIOSK_DB": str(db), **env}.items():
            patched.setenv(name, value)
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        status = main([*words, "--json"])
    out.flush()
    return Ran(status, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]


def _verified(url: str, house: Path) -> Ran:
    """Verify the log as the house over PostgreSQL does."""
    env = {
        "KIOSK_KEY_FILE": str(house.with_name("kiosk.db.key")),
        "KIOSK_HEAD_FILE": str(house.with_name("kiosk.db.head")),
        "KIOSK_FOLDER": str(house.parent / "server"),
    }
    return _ran(url, "verify-log", **env)


def _address(url: str) -> Address:
    return read_address("KIOSK_DB", url)


@contextmanager
def _direct(url: str) -> Iterator[psycopg.Connection[Any]]:
    shared()
    with psycopg.connect(conninfo(_address(url)), autocommit=True) as connection:
        yield connection


def _of_file(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT {} FROM {} ORDER BY {}"
        return {
            t.name: connection.execute(query.format(t.named, t.name, t.order)).fetchall()
            for t in tables()
        }


def _of_database(url: str) -> Rows:
    with _direct(url) as connection:
        query = "SELECT {} FROM {} ORDER BY {}"
        return {t.name: run(connection, query.format(t.named, t.name, t.order)) for t in tables()}


def _without_leases(rows: Rows) -> Rows:
    at = next(t for t in tables() if t.name == "outbox").columns.index("leased_until")
    return rows | {"outbox": [(*row[:at], None, *row[at + 1 :]) for row in rows["outbox"]]}


def _opened(url: str, house: Path) -> PostgresLog:
    shared()
    key = read_master_key(house.with_name("kiosk.db.key"), of_copy=True)
    return PostgresLog(_address(url), key, Clock(MORNING), house.with_name("kiosk.db.head"))


def _look(log: PostgresLog | SqliteLog, desk: str) -> None:
    new = NewEvent(desk, EventKind.VIEWED, None, {"why": "x"}, None, {"ghi_chu": "xem"})
    log.write(lambda tx: tx.append(new))


def test_a_hospital_goes_over_whole_works_there_and_comes_back(
    house: Path, url: str, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(house)) as connection:
        connection.execute("UPDATE outbox SET leased_until = '2026-11-24T01:00:00+00:00'")
        connection.commit()
    before = _of_file(house)
    assert before["outbox"] != _without_leases(before)["outbox"]
    files = {file.name: file.read_bytes() for file in house.parent.iterdir()}
    went = _ran(house, "migrate-store", str(house), url)
    assert (went.status, went.lines[0]["went_on"]) == (0, False), went.err
    assert went.lines[0]["rows"] == {name: len(rows) for name, rows in before.items()}
    assert _of_database(url) == _without_leases(before)
    after = {file.name: file.read_bytes() for file in house.parent.iterdir()}
    assert {name: after[name] for name in files} == files
    with closing(Readers(_address(url))) as readers:
        version = PgCards(readers).version()
        assert version
        assert version.name == went.lines[0]["card_file"]
    there = _verified(url, house)
    assert (there.status, there.problems) == (0, set()), there.out
    assert {"order", "desks"} <= set(there.lines[0]["unchecked"])

    with closing(_opened(url, house)) as log:
        for desk in ("1", "2", "moi"):
            _look(log, desk)
        undone = [one for one in before["visit"] if "nham_nguoi" in one]
        assert log.visit(undone[0][0])
    assert _verified(url, house).status == 0

    back = tmp_path / "back" / "kiosk.db"
    key = ("--key", str(house.with_name("kiosk.db.key")))
    heads = ("--heads", str(house.with_name("kiosk.db.head")))
    came = _ran(house, "migrate-store", "--back", url, str(back), *key, *heads)
    assert came.status == 0, came.err
    shutil.copy(house.with_name("kiosk.db.key"), back.with_name("kiosk.db.key"))
    assert _of_file(back) == _of_database(url)
    alone = _ran(back, "verify-log")
    assert (alone.status, alone.problems) == (0, set())
    master = read_master_key(back.with_name("kiosk.db.key"), of_copy=True)
    with closing(SqliteLog(back, master, Clock(MORNING))) as log:
        _look(log, "1")
    proof = _ran(back, "verify-log")
    assert (proof.status, proof.problems) == (0, set())
    assert not {"signed_end", "order", "desks"} & set(proof.lines[0]["unchecked"])
    again = _ran(house, "migrate-store", "--back", url, str(back), *key)
    assert again.status == 1
    assert "ghi đè" in again.err


def test_what_is_killed_in_the_middle_serves_nobody_and_goes_on_with_the_next(
    house: Path, url: str
) -> None:
    with _direct(url) as holding, _direct(url) as looking:
        make_tables(holding)
        with holding.transaction():
            run(holding, "LOCK TABLE history IN SHARE MODE")  # all before it is copied, it waits
            words = ["-m", "verification", "migrate-store", str(house), url]
            running = subprocess.Popen([sys.executable, *words], cwd=ROOT)
            try:
                waits = (
                    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'history'::regclass"
                )
                while not run(looking, waits):
                    assert running.poll() is None
                another = _ran(house, "migrate-store", str(house), url)
                assert another.status == 1
            finally:
                running.send_signal(signal.SIGKILL)
                running.wait()
    for refused in (lambda: _opened(url, house), lambda: _raised(_verified(url, house))):
        with pytest.raises(StoreError, match="migrate-store"):
            refused()
    other = house.parent.parent / "other"
    shutil.copytree(house.parent, other)
    _write(other / "kiosk.db")
    assert "tệp khác" in _ran(house, "migrate-store", str(other / "kiosk.db"), url).err
    done = _ran(house, "migrate-store", str(house), url)
    assert (done.status, done.lines[0]["went_on"]) == (0, True), done.err
    assert _of_database(url) == _without_leases(_of_file(house))
    assert _verified(url, house).status == 0
    with closing(_opened(url, house)) as log:
        _look(log, "1")
    full = _ran(house, "migrate-store", str(house), url)
    assert full.status == 1
    assert "trống" in full.err


def _raised(ran: Ran) -> None:
    assert ran.status == 1
    raise StoreError(ran.err, ran.err)


def _write(db: Path) -> None:
    key = read_master_key(db.with_name("kiosk.db.key"), of_copy=True)
    with closing(SqliteLog(db, key, Clock(MORNING))) as log:
        _look(log, "1")


def test_what_is_not_sound_or_at_work_is_not_moved(house: Path, url: str) -> None:
    with FileLock(house.with_name("kiosk.db.server")):
        held = _ran(house, "migrate-store", str(house), url)
        assert (held.status, "máy chủ khác" in held.err) == (1, True)
    wrong = house.with_name("other.key")
    wrong.write_text("ab" * 32)
    misfit = _ran(house, "migrate-store", str(house), url, "--key", str(wrong))
    assert (misfit.status, "Khóa" in misfit.err) == (1, True)
    assert _ran(house, "migrate-store", str(house), "data/x.db").status == 2
    with closing(sqlite3.connect(house)) as connection:
        connection.execute("UPDATE visit SET verdict = 'eligible' WHERE verdict = 'not_eligible'")
        connection.commit()
    unsound = _ran(house, "migrate-store", str(house), url)
    assert (unsound.status, "verify-log" in unsound.err) == (1, True)
    with _direct(url) as connection:
        assert run(connection, "SELECT to_regclass('log') IS NULL") == [(True,)]


CHANGES = {
    "UPDATE log SET codes = '{}' WHERE desk = '1' AND seq = 5": ("1", 5, "edited", ""),
    "DELETE FROM log WHERE desk = '1' AND seq = 3": ("1", 3, "deleted", ""),
    "DELETE FROM log_written WHERE desk = '2' AND n = 2": ("-", 0, "deleted", "log_written 2 2"),
    "DELETE FROM log_end WHERE desk = '2'": ("-", 0, "deleted", "log_end 2"),
    "UPDATE visit SET verdict = 'eligible' WHERE verdict = 'not_eligible'": (),
    "UPDATE cards_1.card SET gt_the_den = '2099-12-31'": ("-", 0, "card_file", "cards-1.db card"),
    "ALTER TABLE log DISABLE TRIGGER log_no_change": (
        "-",
        0,
        "edited",
        "trigger log_no_change missing",
    ),
    "ALTER TABLE session DROP CONSTRAINT session_pkey; INSERT INTO session SELECT digest, officer,"
    " desk, address, opened_at, active_at, ends_at, locked, event_id, mac FROM session LIMIT 1": (
        "-",
        0,
        "session",
        "session 1 rows unfit",
    ),
}


@pytest.mark.parametrize("tails", [False, True])
def test_verify_log_names_what_a_stranger_did_to_the_database(
    house: Path, url: str, *, tails: bool
) -> None:
    assert _ran(house, "migrate-store", str(house), url).status == 0
    with _direct(url) as connection:
        for change in [*CHANGES] if not tails else ():
            connection.execute("ALTER TABLE log DISABLE TRIGGER log_no_change")
            connection.execute(change.encode())
    if tails:
        _cut_a_tail(url)
    proof = _verified(url, house)
    assert proof.status == 3
    named = {one for one in CHANGES.values() if one} if not tails else set()
    assert named <= proof.problems
    if tails:
        assert ("2", "cut") in {(desk, kind) for desk, _, kind, _ in proof.problems}


def _cut_a_tail(url: str) -> None:
    """Take the newest event of a desk out of the log and of its register."""
    with _direct(url) as connection:
        connection.execute("ALTER TABLE log DISABLE TRIGGER log_no_change")
        last = "= (SELECT max({}) FROM {} WHERE desk = '2')"
        for table, name in (("log", "seq"), ("log_written", "n")):
            where = f"desk = '2' AND {name} {last.format(name, table)}"
            connection.execute(f"DELETE FROM {table} WHERE {where}".encode())


def test_a_database_is_verified_from_anywhere_with_its_key(house: Path, url: str) -> None:
    assert _ran(house, "migrate-store", str(house), url).status == 0
    key = ("--key", str(house.with_name("kiosk.db.key")))
    with_key = _ran(house.with_name("none.db"), "verify-log", "--copy", url, *key)
    assert with_key.status == 0
    without = _ran(house.with_name("none.db"), "verify-log", "--copy", url)
    assert without.status == 0
    assert "signed_end" in without.lines[0]["unchecked"]
