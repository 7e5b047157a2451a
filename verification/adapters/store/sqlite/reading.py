"""What is read of the log in one connection, inside a piece of work or outside."""

import json
import sqlite3
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, visit_of
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
