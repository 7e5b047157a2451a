"""Notes that an older log was put back: with the key, which noted heads they excuse."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sql.reading import read_content
from verification.adapters.store.sqlite.database import Statements
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.ledger import confirming
from verification.adapters.store.sqlite.register import has_tables
from verification.basics.errors import StoreError
from verification.log.chain import Head, LogRow, contradicting, row_hash
from verification.log.events import EventKind
from verification.log.registered import Entry

LEFT_OUT = "notes"
"""What is not checked without the key, as it stands in `unchecked`."""

_NOTED = f"SELECT {LOG_COLUMNS} FROM log WHERE kind = ? ORDER BY desk, seq"
_ENTRIES = "SELECT n, seq, mac FROM log_written WHERE desk = ? AND seq = ?"


@dataclass(frozen=True)
class Note:
    """One note: the event that holds it, and the heads `DESK:COUNT:HASH` that it excuses."""

    desk: str
    seq: int
    over: frozenset[str]


def notes(copy: Copy) -> list[Note]:
    """Return the notes that the key confirms: written with it, and their reason can be read."""
    rows = _rows(copy)
    if rows and copy.sealer is None:
        copy.left_out.add(LEFT_OUT)
    return [note for row in rows if (note := _confirmed(copy, row))]


def contradicted(copy: Copy) -> tuple[list[Head], list[Head]]:
    """Return the head of each desk, and those noted or given that the log does not fit.

    What a note excuses already is left out.
    """
    excused = {head for note in notes(copy) for head in note.over}
    noted = [head for heads in copy.heads.values() for head in heads]
    over: dict[Head, None] = {}
    for desk in sorted({head.desk for head in (*noted, *copy.given)}):
        rows = copy.log.of(desk).rows
        own = [head for head in (*noted, *copy.given) if head.desk == desk]
        wrong = (head for head, _ in contradicting(rows, own))
        over |= {head: None for head in wrong if str(head) not in excused}
    stood = [head for desk in sorted(copy.log.counts) if (head := copy.log.head(desk))]
    return stood, list(over)


def _rows(copy: Copy) -> list[LogRow]:
    try:
        cursor = copy.connection.execute(_NOTED, (EventKind.LOG_NOTED.value,))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]
    except sqlite3.DatabaseError:  # a damaged page of the log; that is told elsewhere
        return []


def _confirmed(copy: Copy, row: LogRow) -> Note | None:
    desk, seq = row["desk"], row["seq"]
    if not any(_bound(copy, row)):
        return None
    try:
        why = copy.sealer and read_content(
            Statements(copy.connection), copy.sealer, f"{desk}-{seq}"
        )
        over = json.loads(row["codes"])["over"] if why and not why.unreadable else ()
        return Note(desk, seq, frozenset(map(str, over))) if over else None
    except (StoreError, ValueError, LookupError, TypeError, sqlite3.DatabaseError):
        return None


def _bound(copy: Copy, row: LogRow) -> Iterator[bool]:
    if copy.binder is None or not has_tables(copy.connection):
        return
    confirms = confirming(copy.binder, row["desk"])
    for entry in copy.connection.execute(_ENTRIES, (row["desk"], row["seq"])):
        yield confirms(Entry(*entry), row_hash(row, row["seq"]))
