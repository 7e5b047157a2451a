"""A copy of the log's file for a backup: made in one step while desks write, whole in itself.

A copy made page by page begins anew whenever somebody writes, and at a busy desk never ends; one
step takes the whole file as it is at one moment and keeps nobody waiting (SQLite's backup API).
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.proof.card_files import noted_in
from verification.adapters.store.sqlite.proof.rows import rows_in
from verification.log.card_files import CardFile
from verification.log.chain import Head

_COUNTED = ("log", "content", "visit")
_SOUND = "ok"


@dataclass(frozen=True)
class Saved:
    """What a copy holds.

    Args:
        house: The hash of the first event, empty where there is none.
        heads: The end of each desk's chain, by desk.
        counts: Rows by table: events, their contents, visits.
        cards: The card file that it names; None where none was ever noted.
        sound: False where SQLite finds a page or an index of it wrong.
    """

    house: str
    heads: Mapping[str, Head]
    counts: Mapping[str, int]
    cards: CardFile | None
    sound: bool


def save(db: Path, target: Path) -> Saved:
    """Copy the log's file; the copy needs no file beside it.

    Args:
        db: The file in use.
        target: The copy; there is none yet.

    Raises:
        StoreError: One of them cannot be read or written.
    """
    with errors_in_words(target), closing(connect(target)) as copy:
        with errors_in_words(db), closing(connect(db, read_only=True)) as source:
            source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        return saved_in(copy)


def saved_in(copy: sqlite3.Connection) -> Saved:
    """Return what a copy holds; of a damaged one, what can still be read."""
    try:
        (found,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        counts = {name: _count(copy, name) for name in _COUNTED}
        cards = noted_in(copy)
    except sqlite3.DatabaseError:
        found, counts, cards = "", {}, None
    log = rows_in(copy)
    heads = {desk: head for desk in log.counts if (head := log.head(desk))}
    return Saved(house_of(copy), heads, counts, cards, found == _SOUND and not log.torn)


def house_in(db: Path) -> str:
    """Return what no other house than that of a file has; empty while nothing was logged.

    Raises:
        StoreError: It cannot be read.
    """
    with errors_in_words(db), closing(connect(db, read_only=True)) as connection:
        return house_of(connection)


def house_of(connection: sqlite3.Connection) -> str:
    """Return what no other house has: the hash of its log's first event; empty without one."""
    try:
        found = connection.execute("SELECT hash FROM log ORDER BY rowid LIMIT 1").fetchone()
    except sqlite3.DatabaseError:
        return ""
    return str(found[0]) if found else ""


def _count(copy: sqlite3.Connection, table: str) -> int:
    return int(copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
