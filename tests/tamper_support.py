"""A small log of several desks, and what a stranger who can write its file does to it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.support import MASTER_KEY, Clock
from verification.adapters.store.heads import head_file
from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import Proof, prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.adapters.store.sqlite.register import TRIGGERS
from verification.log import chain
from verification.log.events import EventKind, NewEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from verification.log.chain import Head
    from verification.log.findings import Finding

Row = dict[str, Any]
NAMES = [name.strip() for name in LOG_COLUMNS.split(",")]
DESKS = ("1", "quay-2", "3")
EACH = 8
OF_OTHERS = {"content", "projection", "person_index", "case", "account", "session", "card_file"}
"""What follows from a changed row elsewhere; those checks have tests of their own."""


def append(log: SqliteLog, desk: str, count: int = 1, kind: EventKind = EventKind.VIEWED) -> None:
    """Let a desk log something, a part of it with sealed content."""
    for at in range(count):
        content = {"ghi_chu": f"xem {at}"} if at % 3 == 0 else None
        new = NewEvent(desk, kind, None, {"why": f"nhin {at}"}, None, content)
        log.write(lambda written, new=new: written.append(new))  # type: ignore[misc]


def make_log(folder: Path) -> Path:
    """Write a log whose desks take turns, and its key."""
    folder.mkdir(exist_ok=True)
    (folder / "kiosk.db.key").write_text(MASTER_KEY.hex())
    with closing(SqliteLog(folder / "kiosk.db", MASTER_KEY, Clock())) as log:
        for _ in range(EACH):
            for desk in DESKS:
                append(log, desk)
    return folder / "kiosk.db"


def copy_of(db: Path, folder: Path) -> Path:
    """Copy a whole store."""
    folder.mkdir(exist_ok=True)
    for file in (db, db.with_name(f"{db.name}.key"), head_file(db)):
        shutil.copyfile(file, folder / file.name)
    return folder / db.name


@contextmanager
def tampering(db: Path) -> Iterator[sqlite3.Connection]:
    """Open a file as a stranger does; the guards are put back, as a careful one would."""
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        yield connection
        for trigger in TRIGGERS.values():
            connection.execute(trigger)


def of_a_version_before(connection: sqlite3.Connection) -> None:
    """Take away what a store has since its log is registered; that needs its key."""
    master = AESGCM(MASTER_KEY)
    for table in ("log_written", "log_end"):
        connection.execute(f"DELETE FROM {table}")
    keys = connection.execute("SELECT key_id, wrapped FROM wrapped_key").fetchall()
    for key_id, wrapped in keys:
        nonce = wrapped[:12]
        key = master.decrypt(nonce, wrapped[12:], f"bound:{key_id}".encode())
        before = nonce + master.encrypt(nonce, key, key_id.encode())
        connection.execute("UPDATE wrapped_key SET wrapped = ? WHERE key_id = ?", (before, key_id))


def rows_of(connection: sqlite3.Connection, desk: str = "1") -> list[Row]:
    """Return the rows of a desk in order."""
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? ORDER BY seq"
    return [dict(zip(NAMES, row, strict=True)) for row in connection.execute(query, (desk,))]


def put(connection: sqlite3.Connection, row: Row, rowid: int | None = None) -> None:
    """Put a row into the log."""
    marks = ",".join("?" * (len(NAMES) + 1))
    values = (rowid, *(row[name] for name in NAMES))
    connection.execute(f"INSERT INTO log (rowid, {LOG_COLUMNS}) VALUES ({marks})", values)


def replace(connection: sqlite3.Connection, desk: str, rows: Sequence[Row]) -> None:
    """Put these rows in the place of a desk's, under the same places in the file where they fit."""
    old = connection.execute("SELECT rowid FROM log WHERE desk = ? ORDER BY seq", (desk,))
    places = [row[0] for row in old.fetchall()]
    connection.execute("DELETE FROM log WHERE desk = ?", (desk,))
    for at, row in enumerate(rows):
        put(connection, row, places[at] if at < len(places) else None)


def linked(rows: Sequence[Row], start: int = 0) -> list[Row]:
    """Return rows numbered, linked and hashed anew from a place on."""
    made = [dict(row) for row in rows[:start]]
    for row in rows[start:]:
        previous = made[-1]["hash"] if made else chain.START
        fresh = {**row, "seq": len(made) + 1, "prev_hash": previous}
        made.append({**fresh, "hash": chain.row_hash(fresh)})
    return made


def forged(after: Row | None, desk: str = "1") -> Row:
    """Return an event that nobody logged, rightly linked behind another."""
    row = {
        "desk": desk,
        "seq": after["seq"] + 1 if after else 1,
        "recorded_at": "2026-11-22T01:12:00.000+00:00",
        "happened_at": "2026-11-22T01:12:00.000+00:00",
        "kind": "viewed",
        "codes": '{"why":"gia"}',
        "person_ref": None,
        "content_digest": None,
        "prev_hash": after["hash"] if after else chain.START,
    }
    return row | {"hash": chain.row_hash(row)}


def proved(db: Path, *, key: bytes | None = MASTER_KEY, given: Sequence[Head] = ()) -> Proof:
    """Prove a store."""
    with copied(db, key, given) as copy:
        return prove(copy)


def found(db: Path, *, key: bytes | None = MASTER_KEY) -> list[tuple[str, int, str]]:
    """Return what is wrong with the chains of a store as desk, place and kind."""
    findings = proved(db, key=key).findings
    return [_short(finding) for finding in findings if finding.kind not in OF_OTHERS]


def _short(finding: Finding) -> tuple[str, int, str]:
    return finding.desk, finding.seq, finding.kind.value
