"""The projection: what each event adds to visits, cases and history, and the same made anew."""

import sqlite3
from collections.abc import Callable
from functools import partial

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, event_of, stored_visit
from verification.adapters.store.sqlite import history
from verification.adapters.store.sqlite.cases import FOLDED, project_case
from verification.adapters.store.sqlite.reading import one_visit, read_content
from verification.log.events import Event, EventKind
from verification.log.sealing import Sealer
from verification.log.visit import Visit, advance, begin

_MARKS = ",".join("?" * 17)
_PUT_VISIT = f"INSERT OR REPLACE INTO visit ({VISIT_COLUMNS}, day, seq) VALUES ({_MARKS})"


def project(
    connection: sqlite3.Connection,
    sealer: Sealer,
    event: Event,
    content: Callable[[], history.Content | None],
) -> None:
    """Add an event to the projection; its content is asked for only where it is needed."""
    if scan_id := event.codes.get("scan"):
        connection.execute("INSERT OR REPLACE INTO scan VALUES (?, ?)", (scan_id, event.event_id))
    if event.kind in FOLDED:
        project_case(connection, event)
    if event.kind is EventKind.RECEIVED:
        visit: Visit | None = begin(event)
    elif visit_id := event.codes.get("visit"):
        before = one_visit(connection, visit_id)
        visit = advance(before, event) if before else None
    else:
        visit = None
    if visit:
        connection.execute(_PUT_VISIT, stored_visit(visit))
    history.project(connection, sealer, event, content, visit)


def rebuild(connection: sqlite3.Connection, sealer: Sealer) -> None:
    """Make the projection again from the chain alone."""
    for table in ("visit", "scan", "review_case", "case_event"):
        connection.execute(f"DELETE FROM {table}")
    history.forget(connection)
    # in the order of writing: a clock may step back, and two desks may write in one millisecond
    query = f"SELECT {LOG_COLUMNS} FROM log ORDER BY rowid"
    for row in connection.execute(query).fetchall():
        event = event_of(row)
        project(
            connection, sealer, event, partial(read_content, connection, sealer, event.event_id)
        )
