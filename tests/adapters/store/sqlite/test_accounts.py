"""The contract of the `Accounts` port, and what the embedded engine adds to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, MORNING, Clock
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import RequestError, StoreError
from verification.log.account import Account, Session
from verification.log.events import EventKind, NewEvent
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from verification.log.ports import Log

    Opener = Callable[[Path, Clock], AbstractContextManager[Log]]

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


@contextmanager
def sqlite_log(folder: Path, clock: Clock) -> Iterator[Log]:
    """Open the embedded engine."""
    log = SqliteLog(folder / "kiosk.db", MASTER_KEY, clock)
    yield log
    log.close()


ENGINES: dict[str, Opener] = {"sqlite": sqlite_log}


@pytest.fixture(params=ENGINES)
def port(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Log]:
    """Return an empty log of each engine."""
    with ENGINES[request.param](tmp_path, clock) as log:
        yield log


# ---- contract


@pytest.mark.parametrize("account", [AN, FULL])
def test_an_account_comes_back_as_it_was_put(port: Log, account: Account) -> None:
    assert port.accounts.account(account.name) is None
    port.write(lambda t: t.accounts.put_account(account))
    assert port.accounts.account(account.name) == account
    assert port.write(lambda t: t.accounts.account(account.name)) == account


def test_accounts_come_by_name_and_a_later_one_replaces(port: Log) -> None:
    for account in (FULL, AN, replace(AN, ho_ten="Mẫu", failures=1)):
        port.write(lambda t, a=account: t.accounts.put_account(a))
    assert [a.name for a in port.accounts.accounts()] == ["an.nt", "binh"]
    assert port.accounts.accounts()[0] == replace(AN, ho_ten="Mẫu", failures=1)


def test_sessions_come_newest_first_until_they_are_ended(port: Log) -> None:
    later = replace(OPEN, digest="e" * 64, opened_at=MORNING + timedelta(seconds=1), locked=True)
    for session in (OPEN, later):
        port.write(lambda t, s=session: t.accounts.put_session(s))
    assert list(port.accounts.sessions()) == [later, OPEN]
    port.write(lambda t: t.accounts.end_session(later.digest))
    port.write(lambda t: t.accounts.end_session("none"))
    assert port.accounts.session(later.digest) is None
    assert port.accounts.session(OPEN.digest) == OPEN


def test_a_session_put_again_is_changed(port: Log) -> None:
    moved = replace(OPEN, active_at=MORNING + timedelta(minutes=3), locked=True)
    for session in (OPEN, moved):
        port.write(lambda t, s=session: t.accounts.put_session(s))
    assert list(port.accounts.sessions()) == [moved]


def test_work_that_fails_changes_no_account(port: Log) -> None:
    port.write(lambda t: t.accounts.put_account(AN))

    def work(t: object) -> None:
        t.accounts.put_account(replace(AN, disabled=True))  # type: ignore[attr-defined]
        t.accounts.put_session(OPEN)  # type: ignore[attr-defined]
        raise RequestError("hỏng", "broken")

    with pytest.raises(RequestError, match="broken"):
        port.write(work)
    assert port.accounts.account("an.nt") == AN
    assert port.accounts.sessions() == []


def test_outside_of_a_piece_of_work_nothing_is_written(port: Log) -> None:
    port.write(lambda t: t.accounts.put_account(AN))
    for act in (
        lambda: port.accounts.put_account(FULL),
        lambda: port.accounts.put_session(OPEN),
    ):
        with pytest.raises(StoreError):
            act()
    assert [a.name for a in port.accounts.accounts()] == ["an.nt"]


def test_events_of_some_kinds_come_oldest_first_since_a_moment(port: Log, clock: Clock) -> None:
    kinds = [EventKind.SIGNED_IN, EventKind.VIEWED, EventKind.SIGNED_OUT]
    for kind in kinds:
        port.write(lambda t, k=kind: t.append(NewEvent("1", k, None)))
        clock.forward(minutes=1)
    wanted = [EventKind.SIGNED_OUT, EventKind.SIGNED_IN]
    assert [e.kind for e in port.events(wanted, MORNING)] == wanted[::-1]
    assert [e.kind for e in port.events(kinds, MORNING + timedelta(minutes=1))] == kinds[1:]
    assert port.events([], MORNING) == []


# ---- the embedded engine


def test_the_officers_name_and_number_are_not_in_the_files(tmp_path: Path, clock: Clock) -> None:
    with sqlite_log(tmp_path, clock) as log:
        log.write(lambda t: t.accounts.put_account(AN))
        files = [path.read_bytes() for path in tmp_path.glob("kiosk.db*")]
    for secret in (AN.ho_ten.encode(), AN.so_cccd.encode()):
        assert not any(secret in content for content in files)


def test_facts_moved_to_another_account_do_not_open(tmp_path: Path, clock: Clock) -> None:
    with sqlite_log(tmp_path, clock) as log:
        for account in (AN, FULL):
            log.write(lambda t, a=account: t.accounts.put_account(a))
        with closing(sqlite3.connect(tmp_path / "kiosk.db")) as intruder, intruder:
            intruder.execute(
                "UPDATE account SET sealed = (SELECT sealed FROM account WHERE name = 'binh')"
            )
        with pytest.raises(StoreError):
            log.accounts.account("an.nt")


def test_a_file_from_before_accounts_gets_their_tables(tmp_path: Path, clock: Clock) -> None:
    with sqlite_log(tmp_path, clock) as log:
        log.write(lambda t: t.append(NewEvent("1", EventKind.NOTED, None)))
    with closing(sqlite3.connect(tmp_path / "kiosk.db")) as older, older:
        older.execute("DROP TABLE account")
        older.execute("DROP TABLE session")
        older.execute("DROP INDEX idx_log_kind_recorded_at")
        older.execute("DROP TABLE _sqlite_migrations")
    with sqlite_log(tmp_path, clock) as log:
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
    with sqlite_log(tmp_path, clock) as log:
        log.write(lambda t: t.accounts.put_account(AN))
    with sqlite_log(tmp_path, clock) as log:
        assert log.accounts.account("an.nt") == AN
    with (
        closing(SqliteLog(tmp_path / "kiosk.db", bytes(32), clock)) as log,
        pytest.raises(StoreError),
    ):
        log.accounts.account("an.nt")
