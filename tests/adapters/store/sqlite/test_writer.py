"""The writer queue: one commit for many, each with its own savepoint."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from verification.adapters.store.sqlite import database
from verification.adapters.store.sqlite.writer import Writer
from verification.basics.errors import RequestError, StoreBusy, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Counts:
    """What the writer told of commits and rollbacks."""

    def __init__(self) -> None:
        self.commits = 0
        self.rollbacks = 0

    def commit(self) -> None:
        """Count a commit."""
        self.commits += 1

    def rollback(self) -> None:
        """Count a rollback."""
        self.rollbacks += 1


def prepare(connection: sqlite3.Connection) -> None:
    """Make a table."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE IF NOT EXISTS t (x INTEGER PRIMARY KEY)")


@pytest.fixture
def counts() -> Counts:
    """Return counters."""
    return Counts()


@pytest.fixture
def writer(tmp_path: Path, counts: Counts) -> Iterator[Writer]:
    """Return a running writer."""
    made = Writer(tmp_path / "t.db", prepare, counts.commit, counts.rollback)
    yield made
    made.close()


def insert(connection: sqlite3.Connection, value: int) -> int:
    """Insert a value and return it."""
    connection.execute("INSERT INTO t VALUES (?)", (value,))
    return value


def values(tmp_path: Path) -> set[int]:
    """Return what another connection sees."""
    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
        return {row[0] for row in connection.execute("SELECT x FROM t")}


def failing(connection: sqlite3.Connection) -> None:
    """Insert, then find that it must not be."""
    insert(connection, 999)
    raise RequestError("không được", "must not")


def test_a_result_comes_after_its_commit(writer: Writer, tmp_path: Path, counts: Counts) -> None:
    assert writer.run(lambda c: insert(c, 1)) == 1
    assert values(tmp_path) == {1}
    assert counts.commits >= 1


def test_a_failing_piece_of_work_leaves_nothing(
    writer: Writer, tmp_path: Path, counts: Counts
) -> None:
    with pytest.raises(RequestError):
        writer.run(failing)
    assert values(tmp_path) == set()
    assert counts.rollbacks == 1
    assert writer.run(lambda c: insert(c, 2)) == 2


def test_a_failing_piece_of_work_does_not_harm_the_others_of_its_commit(
    writer: Writer, tmp_path: Path, counts: Counts
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> int:
        begun.set()
        go_on.wait(30)
        return insert(connection, 0)

    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(writer.run, slow)
        begun.wait(30)  # everything below waits together for the next commit
        good = [pool.submit(writer.run, lambda c, v=v: insert(c, v)) for v in range(1, 10)]
        bad = [pool.submit(writer.run, failing) for _ in range(3)]
        while len(writer._waiting) < 12:
            time.sleep(0.001)
        go_on.set()
        assert first.result() == 0
        assert [future.result() for future in good] == list(range(1, 10))
        for future in bad:
            assert isinstance(future.exception(), RequestError)
    assert values(tmp_path) == set(range(10))
    assert (counts.commits, counts.rollbacks) == (2, 3)


def test_many_threads_lose_nothing(writer: Writer, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda v: writer.run(lambda c: insert(c, v)), range(200)))
    assert values(tmp_path) == set(done) == set(range(200))


def test_any_exception_reaches_the_caller_alone(writer: Writer) -> None:
    with pytest.raises(ZeroDivisionError):
        writer.run(lambda _: 1 // 0)
    assert writer.run(lambda c: insert(c, 3)) == 3


def test_a_broken_statement_is_told_as_a_store_error(writer: Writer) -> None:
    with pytest.raises(StoreError):
        writer.run(lambda c: c.execute("SELECT * FROM missing"))
    with pytest.raises(StoreError):
        writer.run(lambda c: [insert(c, 5), insert(c, 5)])
    assert writer.run(lambda c: insert(c, 5)) == 5


def test_a_full_disk_is_told_and_leaves_nothing_half(writer: Writer, tmp_path: Path) -> None:
    writer.run(lambda c: insert(c, 1))
    pages = writer.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0])
    writer.run(lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchone())

    def much(connection: sqlite3.Connection) -> None:
        for value in range(10, 5_000):
            insert(connection, value)

    with pytest.raises(StoreError) as told:
        writer.run(much)
    assert "t.db" in told.value.vi
    assert values(tmp_path) == {1}
    writer.run(lambda c: c.execute("PRAGMA max_page_count = 100000").fetchone())
    assert writer.run(lambda c: insert(c, 2)) == 2


def test_a_read_only_database_is_told(writer: Writer, tmp_path: Path) -> None:
    writer.run(lambda c: c.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError):
        writer.run(lambda c: insert(c, 1))
    writer._connection.execute("PRAGMA query_only = OFF")
    assert writer.run(lambda c: insert(c, 1)) == 1


def test_a_database_that_another_process_holds_is_busy(
    tmp_path: Path, counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    writer = Writer(tmp_path / "t.db", prepare, counts.commit, counts.rollback)
    with closing(sqlite3.connect(tmp_path / "t.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            writer.run(lambda c: insert(c, 1))
        other.execute("ROLLBACK")
    assert writer.run(lambda c: insert(c, 1)) == 1
    writer.close()


def test_a_file_that_is_no_database_is_told_at_opening(tmp_path: Path, counts: Counts) -> None:
    (tmp_path / "t.db").write_bytes(b"rubbish" * 1_000)
    with pytest.raises(StoreError) as told:
        Writer(tmp_path / "t.db", prepare, counts.commit, counts.rollback)
    assert "t.db" in told.value.vi


def test_a_path_under_a_file_is_told_at_opening(tmp_path: Path, counts: Counts) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        Writer(tmp_path / "file" / "t.db", prepare, counts.commit, counts.rollback)


def test_work_after_closing_is_refused_instead_of_waiting_for_ever(
    tmp_path: Path, counts: Counts
) -> None:
    writer = Writer(tmp_path / "t.db", prepare, counts.commit, counts.rollback)
    writer.close()
    with pytest.raises(StoreError):
        writer.run(lambda c: insert(c, 1))


def test_whoever_waits_is_answered_though_the_head_could_not_be_noted(tmp_path: Path) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    writer = Writer(tmp_path / "t.db", prepare, broken, lambda: None)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(writer.run, lambda c, v=v: insert(c, v)) for v in range(4)]
        for future in waiting:
            future.exception()
    assert values(tmp_path) == set(range(4))
    writer.close()
