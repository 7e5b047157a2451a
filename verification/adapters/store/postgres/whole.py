"""The tables of a store, as all of it is copied between a SQLite file and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Connection,
    connected,
    errors_in_words,
    run,
)
from verification.adapters.store.sqlite.schema import make_log_tables

NAMES = (
    "wrapped_key",
    "log",
    "content",
    "scan",
    "visit",
    "review_case",
    "case_event",
    "person_index",
    "account",
    "session",
    "api_key",
    "history",
    "outbox",
    "portal",
)
"""All but the register, which each engine keeps in its own way, in the order of copying."""
NUMBERED = dict.fromkeys(("log", "visit", "session", "history"), "rowid") | {"case_event": "id"}
"""The column that tells in which order its rows were written."""
_TYPES = {"TEXT": "text", "INTEGER": "int8", "BLOB": "bytea"}
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass(frozen=True)
class Table:
    """A table that both engines have.

    Args:
        name: Of the table.
        columns: Its columns, and the number of each row where rows have an order.
        types: Their types on PostgreSQL.
        order: By what its rows are read there.
    """

    name: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    order: str

    @property
    def named(self) -> str:
        """Return its columns as they stand in SQL."""
        return ", ".join(self.columns)


def tables() -> list[Table]:
    """Return the tables of this version, in the order of copying."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        make_log_tables(new)
        return [_table(new, name) for name in NAMES]


def _table(new: sqlite3.Connection, name: str) -> Table:
    query = "SELECT name, type, pk FROM pragma_table_info(?)"
    found = new.execute(query, (name,)).fetchall()
    keys = [column for _, column in sorted((pk, column) for column, _, pk in found if pk)]
    columns = {column: _TYPES[kind] for column, kind, _ in found}
    if name in NUMBERED:
        columns |= {NUMBERED[name]: "int8"}
    order = NUMBERED.get(name) or ", ".join(keys)
    return Table(name, tuple(columns), tuple(columns.values()), order)


@contextmanager
def snapshot(address: Address) -> Iterator[Connection]:
    """Connect to look at one state of a database, whatever is written meanwhile."""
    with (
        errors_in_words(address),
        closing(connected(address)) as connection,
    ):
        run(connection, _SNAPSHOT)
        yield connection
