"""What is read of the log in one connection, inside a piece of work or outside."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, visit_of
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.basics.errors import StoreError
from verification.log.sealing import Sealer
from verification.log.visit import Visit

SELECT_VISIT = f"SELECT {VISIT_COLUMNS} FROM visit"


def read_chains(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `log` by desk, in order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    cursor = connection.execute(f"SELECT {LOG_COLUMNS} FROM log ORDER BY desk, seq")
    names = [column[0] for column in cursor.description]
    for row in cursor:
        chains.setdefault(row[0], []).append(dict(zip(names, row, strict=True)))
    return chains


def chains_in(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `log` of a file, such as a copy, by desk; nothing is changed in it.

    Raises:
        StoreError: There is no such file, it holds no log, or it cannot be read.
    """
    if not path.exists():
        raise StoreError(f"Không có tệp {path}", f"There is no file {path}")
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        try:
            return read_chains(connection)
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise StoreError(
                    f"{path.name} không có nhật ký của kiosk", f"{path.name} holds no kiosk log"
                ) from error
            raise


def read_content(
    connection: sqlite3.Connection, sealer: Sealer, event_id: str
) -> dict[str, Any] | None:
    """Return the content of an event, None where it has none or was erased."""
    row = connection.execute(
        "SELECT key_id, sealed FROM content WHERE event_id = ?", (event_id,)
    ).fetchone()
    return json.loads(sealer.open(row[0], event_id, row[1])) if row else None


def one_visit(connection: sqlite3.Connection, visit_id: str) -> Visit | None:
    """Return one visit."""
    row = connection.execute(f"{SELECT_VISIT} WHERE visit_id = ?", (visit_id,)).fetchone()
    return visit_of(row) if row else None
