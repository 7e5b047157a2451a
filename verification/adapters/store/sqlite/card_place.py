"""How far an import has come: kept in its draft with the rows, so that the same import goes on.

What is kept is committed together with the rows that were written until then, and SQLite undoes
what a killed process, or one without power, wrote after that.
"""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from verification.adapters.store.sqlite.database import connect
from verification.basics.errors import StoreError

LEFT_FREE = 32 << 20
"""Bytes of the disk that no import takes: the log of the desks needs them."""
_WORKING = ("passed", "gone", "met", "seen", "badly")  # what an import keeps count in
_TABLE = "place"
_MAKE = f"CREATE TABLE IF NOT EXISTS {_TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL)"


def working_table(connection: sqlite3.Connection, name: str, *columns: str, anew: bool) -> None:
    """Make a table that an import keeps count in; it goes with the import.

    Args:
        connection: To the draft.
        name: One of those that `tidy` knows.
        columns: All are the key.
        anew: False to go on with the one that is there.
    """
    if anew:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    names = ", ".join(columns)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {name} ({names}, PRIMARY KEY ({names})) WITHOUT ROWID"
    )


def note(connection: sqlite3.Connection, of: str, state: Mapping[str, Any]) -> None:
    """Keep how far an import has come, in the same piece of work as its rows.

    Args:
        connection: To the draft.
        of: What is imported into what: another import does not go on here.
        state: How far it has come.
    """
    connection.execute(_MAKE)
    rows = [("of", of), ("state", json.dumps(state))]
    connection.executemany(f"INSERT OR REPLACE INTO {_TABLE} VALUES (?, ?)", rows)


def left_in(draft: Path, of: str) -> dict[str, Any] | None:
    """Return how far an import had come that was ended; None where nothing sound of it is left."""
    if not draft.is_file():
        return None
    with suppress(StoreError, sqlite3.Error, ValueError), closing(connect(draft)) as connection:
        kept = dict(connection.execute(f"SELECT key, value FROM {_TABLE}"))
        sound = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
        if kept.get("of") == of and sound:
            return dict(json.loads(kept["state"]))
    return None


def tidy(connection: sqlite3.Connection) -> None:
    """Take out of a draft what only its import needed."""
    for table in (*_WORKING, _TABLE):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def leave_room(draft: Path, needed: int = 0) -> None:
    """See that the desks can go on writing.

    Args:
        draft: Where the import writes.
        needed: Bytes that it is about to take.

    Raises:
        sqlite3.OperationalError: The disk is as good as full.
    """
    if shutil.disk_usage(draft.parent).free < LEFT_FREE + needed:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error
