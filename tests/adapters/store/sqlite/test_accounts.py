"""What `kiosk.db` adds to the contract of `Accounts`: sealing, keys, files of before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, MORNING, Clock
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import StoreError
from verification.log.account import Account, Session
from verification.log.events import EventKind, NewEvent
from verification.rights import Role

if TYPE_CHECKING:
    from pathlib import Path

AN = Account("an.nt", frozenset({Role.RECEPTIONIST}), "Nguyễn Thị Mẫu", "079194000011", "hash")
FULL = replace(
    AN,
    name="binh",
    roles=frozenset(Role),
    pin="pin-hash",
    disabled=True,
    failures=7,
    locked_until=MORNING + timedelta(minutes=4, microseconds=5),
    full_login_at=MORNING,
    demo=True,
)
OPEN = Session("d" * 64, "an.nt", "1", "::1", MORNING, MORNING, MORNING + timedelta(hours=12))


def opened(folder: Path, clock: Clock) -> closing[SqliteLog]:
    """Open the log of a folder."""
    return closing(SqliteLog(folder / "kiosk.db", MASTER_KEY, clock))


def test_the_officers_name_and_number_are_not_in_the_files(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as log:
        log.write(lambda t: t.accounts.put_account(AN))
        files = [path.read_bytes() for path in tmp_path.glob("kiosk.db*")]
    for secret in (AN.ho_ten.encode(), AN.so_cccd.encode()):
        assert not any(secret in content for content in files)


def test_facts_moved_to_another_account_open_nowhere_and_it_is_believed_no_more(
    tmp_path: Path, clock: Clock
) -> None:
    with opened(tmp_path, clock) as log:
        for account in (AN, FULL):
            log.write(lambda t, a=account: t.accounts.put_account(a))
        with closing(sqlite3.connect(tmp_path / "kiosk.db")) as intruder, intruder:
            intruder.execute(
                "UPDATE account SET sealed = (SELECT sealed FROM account WHERE name = 'binh')"
            )
        moved = log.accounts.account("an.nt")
        assert moved
        assert (moved.sound, moved.ho_ten, moved.roles) == (False, "", frozenset())
        assert log.accounts.account("binh") == FULL


def test_a_file_from_before_accounts_gets_their_tables(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as log:
        log.write(lambda t: t.append(NewEvent("1", EventKind.NOTED, None)))
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as older, older:
        older.execute("DROP TABLE account")
        older.execute("DROP TABLE session")
        older.execute("DROP INDEX idx_log_kind_recorded_at")
        older.execute("DROP TABLE _sqlite_migrations")
        older.execute("PRAGMA user_version = 0")
    with opened(tmp_path, clock) as log:
        log.write(lambda t: t.accounts.put_account(AN))
        log.write(lambda t: t.accounts.put_session(OPEN))
        assert log.accounts.account("an.nt") == AN
        assert len(log.events([EventKind.NOTED], MORNING)) == 1
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as now:
        plan = now.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM log WHERE kind IN ('x', 'y') AND recorded_at >= ''"
        ).fetchall()
    assert "idx_log_kind_recorded_at" in str(plan)


def test_a_restart_with_another_key_is_refused_and_accounts_survive_with_the_right_one(
    tmp_path: Path, clock: Clock
) -> None:
    with opened(tmp_path, clock) as log:
        log.write(lambda t: t.accounts.put_account(AN))
    with opened(tmp_path, clock) as log:
        assert log.accounts.account("an.nt") == AN
    with pytest.raises(StoreError):
        SqliteLog(tmp_path / "kiosk.db", bytes(32), clock)
