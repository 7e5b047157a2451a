"""Which names hold which parts: the index of the card store that a part of a name is found by.

Each different name stands in it once, however many cards bear it, so it is small and an import adds
little to it. It follows from the cards: who builds a card file brings it up to date at the end.
"""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from verification.adapters.store.sql import names as sql_names
from verification.adapters.store.sql.names import Asked, Born
from verification.basics.names import parts_to_find
from verification.card.facts import Record

if TYPE_CHECKING:
    from sqlite_utils import Database


_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY, name_key TEXT NOT NULL UNIQUE,"
        " parts TEXT NOT NULL) STRICT"
    ),
    # no positions, no sizes, no text of its own: only which name holds a part
    (
        "CREATE VIRTUAL TABLE IF NOT EXISTS name_part USING fts5"
        "(parts, content='', detail=none, columnsize=0, tokenize='ascii')"
    ),
)
_EXACT = "ma_the IN (SELECT DISTINCT ma_the FROM card WHERE name_key = ? AND {born} LIMIT ?)"
_HOLDING = """
ma_the IN (
SELECT DISTINCT card.ma_the
FROM (SELECT rowid FROM name_part WHERE name_part MATCH ? LIMIT ?) AS holding
CROSS JOIN name ON name.id = holding.rowid
CROSS JOIN card ON card.name_key = name.name_key
WHERE name.name_key <> ? AND {born} LIMIT ?)
"""
_COUNTED = """
SELECT count(*) FROM (SELECT 1 FROM name_part WHERE name_part MATCH ? LIMIT ?)
"""
_LEFT = "SELECT id, parts FROM name WHERE NOT EXISTS (SELECT 1 FROM card WHERE {of_it})"
_OF_IT = "card.name_key = name.name_key"
_TAKE_IN = """
INSERT INTO name (name_key, parts)
SELECT name_key, parts_of((SELECT ho_ten FROM card WHERE card.name_key = new.name_key LIMIT 1))
FROM (SELECT DISTINCT name_key FROM card WHERE name_key > '') AS new
WHERE NOT EXISTS (SELECT 1 FROM name WHERE name.name_key = new.name_key)
"""
_FORGET = (
    "INSERT INTO name_part (name_part, rowid, parts) SELECT 'delete', id, parts FROM left_name"
)
_INDEX = "INSERT INTO name_part (rowid, parts) SELECT id, parts FROM name WHERE id > ?"
_LAST = "SELECT coalesce(max(id), 0) FROM name"


def m004_names_by_their_parts(db: "Database") -> None:
    """Find a card by a part of its holder's name."""
    for table in _TABLES:
        db.execute(table)
    bring_up_to_date(db.conn)


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Take in the names that cards bear and the index lacks, forget those that no card bears.

    Args:
        connection: To a card file, inside a transaction.
    """
    connection.create_function("parts_of", 1, _parts_of, deterministic=True)
    _forget(connection)
    (last,) = connection.execute(_LAST).fetchone()
    connection.execute(_TAKE_IN)
    connection.execute(_INDEX, (last,))


class PartsInFts:
    """The search by names in a card file."""

    def exactly(self, store: Asked, key: str, born: Born, most: int) -> list[Record]:
        """Return at most so many numbers of who bears exactly a name, by its key."""
        return store.records(_EXACT.format(born=born.where), (key, *born.values, most))

    def holding(
        self, store: Asked, parts: Sequence[str], key: str, born: Born, most: int
    ) -> list[Record]:
        """Return at most so many numbers of whose other name holds all these parts."""
        asked = (_all_of(parts), sql_names.MOST_NAMES, key, *born.values, most)
        return store.records(_HOLDING.format(born=born.where), asked)

    def is_cut(self, store: Asked, parts: Sequence[str]) -> bool:
        """Tell whether more names hold these parts than are looked at."""
        most = sql_names.MOST_NAMES
        return any(count > most for (count,) in store.rows(_COUNTED, (_all_of(parts), most + 1)))


def _all_of(parts: Sequence[str]) -> str:
    return " ".join(f'"{part}"' for part in parts)


def _forget(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS temp.left_name")
    connection.execute(f"CREATE TEMP TABLE left_name AS {_LEFT.format(of_it=_OF_IT)}")
    connection.execute(_FORGET)
    connection.execute("DELETE FROM name WHERE id IN (SELECT id FROM left_name)")
    connection.execute("DROP TABLE temp.left_name")


def _parts_of(name: str | None) -> str:
    return " ".join(sorted(parts_to_find(name or "")))
