"""Connections that close when nobody can use them any more."""

from __future__ import annotations

import gc
import sqlite3
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.disk_support import small_disk, turned_read_only
from verification.adapters.store.sqlite import database
from verification.adapters.store.sqlite.database import PerThread, connect, errors_in_words
from verification.basics.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "t.db"
    connect(path).close()
    return path


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with each connection that closes."""
    found: list[str] = []

    class Telling(database.SelfClosing):
        def close(self) -> None:
            found.append("closed")
            super().close()

    monkeypatch.setattr(database, "SelfClosing", Telling)
    return found


def test_a_thread_that_ends_closes_its_connection(file: Path, closed: list[str]) -> None:
    readers = PerThread(file)
    thread = Thread(target=readers.get)
    thread.start()
    thread.join()
    gc.collect()  # a connection and its statements hold each other
    assert closed == ["closed"]
    readers.close()


def test_a_connection_is_kept_for_its_thread(file: Path) -> None:
    readers = PerThread(file)
    assert readers.get() is readers.get()
    readers.close()


def test_closing_closes_the_connections_of_threads_that_go_on(file: Path) -> None:
    readers = PerThread(file)
    mine = readers.get()
    readers.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        mine.execute("SELECT 1")


def test_readers_of_a_file_that_was_replaced_close_behind_the_running_query(
    file: Path, closed: list[str]
) -> None:
    readers: PerThread | None = PerThread(file)
    assert readers
    running = readers.get()
    readers = None  # the next file took its place
    assert running.execute("SELECT 1").fetchall() == [(1,)]
    gc.collect()
    assert closed == []
    del running
    gc.collect()
    assert closed == ["closed"]


def test_a_connection_that_cannot_be_set_up_is_closed(file: Path) -> None:
    found: list[sqlite3.Connection] = []

    class Failing(sqlite3.Connection):
        def execute(self, *_: object) -> sqlite3.Cursor:
            found.append(self)
            raise sqlite3.DatabaseError

    with pytest.raises(database.StoreError):
        connect(file, factory=Failing)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        found[0].cursor()


def test_a_disk_that_may_not_be_written_is_named_and_what_lies_on_it_is_still_read(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        path = disk / "kiosk.db"
        with closing(connect(path)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE t (n)")
        with turned_read_only(disk):
            with pytest.raises(StoreError, match="The disk is read-only"):
                connect(path)
            with closing(connect(path, read_only=True)) as reading:
                assert reading.execute("SELECT count(*) FROM t").fetchone() == (0,)
            with pytest.raises(StoreError, match="The disk is read-only"), errors_in_words(path):
                (disk / "other").touch()
