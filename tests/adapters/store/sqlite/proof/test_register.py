"""The register begins once, with the key, and takes in what a version before it wrote."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, ROOT, Clock
from tests.tamper_support import DESKS, append, found, make_log, proved, tampering
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.ledger import LEFT_OUT
from verification.log.events import EventKind, NewEvent
from verification.log.key_file import read_master_key

if TYPE_CHECKING:
    from pathlib import Path

# of a version that has it
REGISTERED = {f"store-2026-11-26-{name}" for name in ("cards3", "m010", "m011", "m012")}
STORES = sorted(
    path
    for path in (ROOT / "tests" / "data").glob("*/store.zip")
    if path.parent.name not in REGISTERED
)


@pytest.fixture(params=STORES, ids=[path.parent.name for path in STORES])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return the store of a version before the register."""
    shutil.unpack_archive(request.param, tmp_path)
    (tmp_path / "kiosk.db.key").chmod(0o600)
    return tmp_path / "kiosk.db"


def opened(db: Path) -> None:
    """Let this version open a store."""
    key = read_master_key(db.with_name(f"{db.name}.key"))
    SqliteLog(db, key, Clock()).close()


def count(db: Path, table: str) -> int:
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_what_an_old_store_lacks_is_unchecked_and_no_problem(old: Path) -> None:
    key = read_master_key(old.with_name(f"{old.name}.key"))
    proof = proved(old, key=key)
    assert [one for one in proof.findings if one.kind in {"cut", "deleted", "unknown_desk"}] == []
    assert set(LEFT_OUT) <= set(proof.unchecked)


def test_an_old_log_is_registered_when_it_is_opened(old: Path) -> None:
    key = read_master_key(old.with_name(f"{old.name}.key"))
    opened(old)
    assert count(old, "log_written") == count(old, "log")
    assert not set(LEFT_OUT) & set(proved(old, key=key).unchecked)
    assert found(old, key=key) == []
    with tampering(old) as connection:
        connection.execute("DELETE FROM log WHERE rowid = (SELECT max(rowid) FROM log)")
    assert [kind for _, _, kind in found(old, key=key)] == ["cut"]


def test_registering_does_not_heal_what_was_broken_before(old: Path) -> None:
    key = read_master_key(old.with_name(f"{old.name}.key"))
    with tampering(old) as connection:
        connection.execute("UPDATE log SET codes = '{}' WHERE desk = '1' AND seq = 5")
    before = found(old, key=key)
    opened(old)
    assert ("1", 5, "edited") in before
    assert ("1", 5, "edited") in found(old, key=key)


def test_an_emptied_register_is_not_filled_again(old: Path) -> None:
    key = read_master_key(old.with_name(f"{old.name}.key"))
    opened(old)
    with tampering(old) as connection:
        connection.execute("DELETE FROM log_written")
        connection.execute("DELETE FROM log_end")
    opened(old)
    assert count(old, "log_written") == count(old, "log_end") == 0
    assert {kind for _, _, kind in found(old, key=key)} == {"deleted"}


def test_a_register_without_any_data_key_left_is_not_filled_again(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with tampering(db) as connection:
        for table in ("log_written", "log_end", "wrapped_key"):
            connection.execute(f"DELETE FROM {table}")
    SqliteLog(db, MASTER_KEY, Clock()).close()
    assert count(db, "log_end") == 0


def test_two_that_write_at_once_keep_one_register(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with (
        closing(SqliteLog(db, MASTER_KEY, Clock())) as one,
        closing(SqliteLog(db, MASTER_KEY, Clock())) as other,
    ):
        for log in (one, other, other, one):
            append(log, DESKS[0])
    assert found(db) == []


def test_a_part_that_was_undone_leaves_nothing_in_the_register(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")

    def fails(log: object) -> None:
        raise LookupError("undone")

    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        with pytest.raises(LookupError, match="undone"):
            log.write(lambda written: (append_in(written), fails(written)))
        append(log, DESKS[0])
    assert found(db) == []


def append_in(written: object) -> None:
    written.append(NewEvent("1", EventKind.VIEWED, None))  # type: ignore[attr-defined]


def test_with_another_key_the_rest_is_checked_and_the_key_is_named(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with tampering(db) as connection:
        connection.execute("UPDATE log SET codes = '{}' WHERE desk = '1' AND seq = 5")
    assert found(db, key=bytes(32)) == [("-", 0, "key"), ("1", 5, "edited")]
    assert found(db, key=b"") == [("-", 0, "key"), ("1", 5, "edited")]


def test_a_damaged_data_key_is_named_while_the_key_is_right(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with tampering(db) as connection:
        connection.execute("INSERT INTO wrapped_key VALUES ('2026-12', x'00')")
    assert [(f.kind, f.what) for f in proved(db).findings] == [("key", "wrapped_key 2026-12")]


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("CREATE TRIGGER more AFTER INSERT ON log BEGIN SELECT 1; END", "edited"),
        (
            "CREATE TRIGGER log_no_DELETE BEFORE DELETE ON log BEGIN SELECT 1; END",
            "edited",
        ),
    ],
)
def test_a_changed_or_foreign_trigger_is_found(tmp_path: Path, statement: str, kind: str) -> None:
    db = make_log(tmp_path / "store")
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        if "log_no" in statement:
            connection.execute("DROP TRIGGER log_no_DELETE")
        connection.execute(statement)
    assert found(db) == [("-", 0, kind)]


def test_a_missing_trigger_proves_nothing_and_is_made_again(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER log_no_DELETE")
    assert found(db) == []
    SqliteLog(db, MASTER_KEY, Clock()).close()
    with closing(sqlite3.connect(db)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM log")
