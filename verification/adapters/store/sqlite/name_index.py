"""Which names hold which parts: the index of the card store that a part of a name is found by.

Each different name stands in it once, however many cards bear it, so it is small and an import adds
little to it. It follows from the cards: who builds a card file brings it up to date at the end.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from verification.basics.dates import PartialDate
from verification.basics.names import name_key, name_parts, parts_to_find
from verification.card.facts import Record
from verification.card.ports import Named

if TYPE_CHECKING:
    from sqlite_utils import Database


class Asked(Protocol):
    """A card file that is asked."""

    def records(self, where: str, values: Sequence[object]) -> list[Record]:
        """Return the records of a condition."""

    def rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


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
MOST_NAMES = 20_000
"""So many names are looked at in one search; of parts that more names hold it is told."""

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


def named(store: Asked, ho_ten: str, ngay_sinh: PartialDate | None, most: int) -> Named:
    """Return who bears a name: first exactly it, then names that hold all its parts.

    Of these nobody where somebody of exactly that name was born on the day that is asked for.

    Args:
        store: Asks the card file.
        ho_ten: The name, or parts of it in any order.
        ngay_sinh: The birth date as far as it is known; None for any.
        most: So many numbers at most.
    """
    key = name_key(ho_ten)
    if not key:  # no letter is no name
        return Named(())
    born, values = _born(ngay_sinh)
    found = _by_number(store.records(_EXACT.format(born=born), (key, *values, most + 1)))
    more = len(found) > most
    surely = bool(found and ngay_sinh and ngay_sinh.day)
    if not more and not surely and (parts := name_parts(ho_ten)):
        holding = " ".join(f'"{part}"' for part in parts)
        room = most + 1 - len(found)
        asked = (holding, MOST_NAMES, key, *values, room)
        others = _by_number(store.records(_HOLDING.format(born=born), asked))
        found |= others
        more = len(others) == room or _is_cut(store, holding)
    return Named([one for number in islice(found, most) for one in found[number]], more)


def _is_cut(store: Asked, holding: str) -> bool:
    """Tell whether more names hold these parts than were looked at."""
    return any(count > MOST_NAMES for (count,) in store.rows(_COUNTED, (holding, MOST_NAMES + 1)))


def _by_number(records: Iterable[Record]) -> dict[str | None, list[Record]]:
    found: dict[str | None, list[Record]] = {}
    for record in records:
        found.setdefault(record.number, []).append(record)
    return found


def _born(birth: PartialDate | None) -> tuple[str, tuple[str, ...]]:
    """Return the condition of a birth date at the precision given, and its values."""
    if birth is None:
        return "TRUE", ()
    iso = birth.iso
    # coarser spellings of it, such as the year alone; finer ones begin with it
    known = [iso[:cut] for cut in (4, 7, 10) if cut <= len(iso)]
    if birth.day:
        return "ngay_sinh IN (?, ?, ?)", tuple(known)
    *coarser, own = known
    within = "ngay_sinh >= ? AND ngay_sinh < ?"
    condition = f"(ngay_sinh = ? OR {within})" if coarser else within
    return condition, (*coarser, own, f"{own}.")


def _forget(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS temp.left_name")
    connection.execute(f"CREATE TEMP TABLE left_name AS {_LEFT.format(of_it=_OF_IT)}")
    connection.execute(_FORGET)
    connection.execute("DELETE FROM name WHERE id IN (SELECT id FROM left_name)")
    connection.execute("DROP TABLE temp.left_name")


def _parts_of(name: str | None) -> str:
    return " ".join(sorted(parts_to_find(name or "")))
