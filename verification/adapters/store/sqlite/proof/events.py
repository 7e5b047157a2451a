"""The events of a copy that can be read; rows that were changed are the chain's to tell."""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sqlite.database import each
from verification.log.chained import event_of
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import ERASURES, erased_by


def readable_events(
    connection: sqlite3.Connection, kind: EventKind | None = None
) -> Iterator[Event]:
    """Return the events in the order of writing.

    Args:
        connection: To the copy.
        kind: Of this kind alone; None for all.
    """
    where = f" WHERE kind = '{kind.value}'" if kind else ""
    query = f"SELECT {LOG_COLUMNS} FROM log NOT INDEXED{where} ORDER BY rowid"
    events = (event_of(row) for row in each(connection, query))
    return (event for event in events if event.is_readable)


def erased_events(connection: sqlite3.Connection) -> set[str]:
    """Return the events whose content an event says was erased."""
    found: set[str] = set()
    for kind in ERASURES:
        for event in readable_events(connection, kind):
            with suppress(LookupError, TypeError):
                found.update(erased_by(event))
    return found
