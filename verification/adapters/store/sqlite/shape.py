"""How a file of this version is made: tables, indexes and triggers, as migrations make them.

What else stands in a file, or lacks there, somebody else has done: a trigger can change what is
written, an index what is found.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache

from verification.adapters.store.sqlite.migrations import MIGRATIONS_TABLE, Migration, Schema
from verification.adapters.store.sqlite.schema import KIOSK, make_log_tables
from verification.basics.errors import StoreError

Shape = set[tuple[object, ...]]

PROJECTED = ("scan", "visit", "review_case", "case_event", "history", "outbox", "portal")
"""The tables that are made from the log; `history` keeps beside it what came from elsewhere."""

# what makes a table refuse or change what is written, beside its columns
_RULES = frozenset({"check", "references", "collate", "generated", "conflict", "strict", "without"})
_OWN = "sqlite_"  # how SQLite calls what it makes itself
_PARTS = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"


@dataclass(frozen=True)
class Part:
    """A table, an index, a trigger or a view, and the statement that makes it."""

    type: str
    name: str
    table: str
    sql: str

    @property
    def acts(self) -> bool:
        """Tell whether it can change what is written or read beside the tables."""
        return self.type in {"trigger", "view"}


@dataclass(frozen=True)
class Stray:
    """What stands in a file otherwise than migrations make it.

    Args:
        type: `table`, `index`, `trigger`, `view`.
        name: Of the part.
        table: Its table.
        missing: True where it is not there.
    """

    type: str
    name: str
    table: str
    missing: bool = False

    @property
    def acts(self) -> bool:
        """Tell whether it is a trigger or a view."""
        return self.type in {"trigger", "view"}

    @property
    def what(self) -> str:
        """Return its name for a finding."""
        return f"{self.type} {self.name}" + (" missing" if self.missing else "")


@cache
def as_made() -> tuple[Part, ...]:
    """Return the parts of a new file, in the order in which they are made."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        make_log_tables(connection)
        return tuple(parts(connection))


def tables() -> list[str]:
    """Return the names of all tables of a new file."""
    return [part.name for part in as_made() if part.type == "table"]


def has(connection: sqlite3.Connection, table: str) -> bool:
    """Tell whether a file of its version has a table: a version before made fewer."""
    lacks: list[str] = []
    with suppress(StoreError):  # of a newer version; that is told of its shape
        lacks = KIOSK.lacks(connection)
    taken = [one for one in KIOSK.migrations if one.__name__ not in lacks]
    return table in _made_by(*(taken or KIOSK.migrations[:1]))


def strays(connection: sqlite3.Connection) -> Iterator[Stray]:
    """Find what stands in a file otherwise than in a new one of its version."""
    lacks = KIOSK.lacks(connection)
    yield from _acting(parts(connection), of_this_version=not lacks)
    yield from _foreign(parts(connection))
    taken = [one for one in KIOSK.migrations if one.__name__ not in lacks]
    if not taken:  # a file from before migrations
        return
    for table, (columns, indexes) in _made_by(*taken).items():
        if _columns(connection, table) != columns:
            yield Stray("table", table, table)
        elif _indexes(connection, table) != indexes:
            yield Stray("index", table, table)


@cache
def _made_by(*taken: Migration) -> dict[str, tuple[Shape, Shape]]:
    """Return columns and indexes of the tables of a new file that took these migrations."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        Schema(KIOSK.name, taken).bring(new)
        made = new.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {table: (_columns(new, table), _indexes(new, table)) for (table,) in made}


def _foreign(here: Iterable[Part]) -> Iterator[Stray]:
    """Find tables that no version has made; a copy of what was erased may lie in one."""
    ours = {*(name.lower() for name in tables()), MIGRATIONS_TABLE}
    for part in here:
        if part.type == "table" and part.name.lower() not in ours:
            yield Stray("table", part.name, part.name)


def _acting(here: Iterable[Part], *, of_this_version: bool) -> Iterator[Stray]:
    """Find triggers and views that are not ours, and ours that are missing."""
    ours = {_act(part): part for part in as_made() if part.acts}
    found = {_act(part): part for part in here if part.acts}
    for act, part in found.items():
        if act not in ours:
            yield Stray(part.type, part.name, part.table)
    for act, part in ours.items():
        if act not in found and (of_this_version or part.table == "log"):
            yield Stray(part.type, part.name, part.table, missing=True)


def _act(part: Part) -> tuple[str, str, str]:
    return part.name.lower(), part.table.lower(), _plain(part.sql)


def parts(connection: sqlite3.Connection) -> Iterator[Part]:
    """Return the parts of a file, but for what SQLite makes itself."""
    for row in connection.execute(_PARTS):
        if not row[1].startswith(_OWN):
            yield Part(*row)


def _columns(connection: sqlite3.Connection, table: str) -> Shape:
    """Return what each column is; their order differs in files that grew."""
    rows = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (table,))
    columns: Shape = {(name, *more) for _, name, *more in rows}
    made = "SELECT sql FROM sqlite_master WHERE name = ? AND type = 'table'"
    (sql,) = connection.execute(made, (table,)).fetchone() or ("",)
    return columns | {(word,) for word in re.findall(r"\w+", sql.lower()) if word in _RULES}


def _indexes(connection: sqlite3.Connection, table: str) -> Shape:
    """Return what each index holds, whatever it is called."""
    listed = 'SELECT name, "unique", origin, partial FROM pragma_index_list(?)'
    found: Shape = set()
    for name, unique, origin, partial in connection.execute(listed, (table,)).fetchall():
        holds = "SELECT name, desc, coll FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno"
        columns = tuple(connection.execute(holds, (name,)).fetchall())
        made = "SELECT sql FROM sqlite_master WHERE name = ? AND type = 'index'"
        (sql,) = connection.execute(made, (name,)).fetchone() or (None,)
        where = _plain((sql or "").partition(" WHERE ")[2])
        found.add((columns, unique, origin, partial, where))
    return found


def _plain(sql: str) -> str:
    """Return a statement without what means nothing: spaces, marks of names."""
    return re.sub(r'[\s\[\]"`;]+', " ", sql).strip().lower()
