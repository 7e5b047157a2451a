"""What is read of the log in one connection, inside a piece of work or outside."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, visit_of
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.basics.errors import StoreError
from verification.log.chained import event_of, utc
from verification.log.events import Event, EventKind
from verification.log.sealing import Sealer
from verification.log.visit import Visit

SELECT_VISIT = f"SELECT {VISIT_COLUMNS} FROM visit"
# One step into the index (kind, recorded_at) for each kind, however long the log is.
_KINDS = ", ".join(f"('{kind.value}')" for kind in EventKind)
_RECORDED = {
    end: f"SELECT {end}((SELECT {end}(recorded_at) FROM log WHERE kind = of.column1"
    f" AND recorded_at BETWEEN ?1 AND ?2)) FROM (VALUES {_KINDS}) AS of"
    for end in ("min", "max")
}


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


def events_of_kinds(
    connection: sqlite3.Connection, kinds: Sequence[EventKind], since: datetime
) -> list[Event]:
    """Return the events of some kinds recorded since a moment, oldest first."""
    marks = ",".join("?" * len(kinds))
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks}) AND recorded_at >= ?"
    values = [*(kind.value for kind in kinds), utc(since)]
    return [event_of(row) for row in connection.execute(f"{query} ORDER BY rowid", values)]


def readable_events(connection: sqlite3.Connection, kinds: Sequence[EventKind]) -> Iterator[Event]:
    """Yield the events of some kinds in the order of writing; a damaged row is passed over."""
    marks = ",".join("?" * len(kinds))
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks}) ORDER BY rowid"
    for row in connection.execute(query, [kind.value for kind in kinds]).fetchall():
        with suppress(ValueError, TypeError, AttributeError):
            event = event_of(row)
            if isinstance(event.codes, dict):
                yield event


def recorded(
    connection: sqlite3.Connection, which: str, begin: datetime, end: datetime
) -> datetime | None:
    """Return the earliest (`min`) or latest (`max`) recording of a time."""
    (found,) = connection.execute(_RECORDED[which], (utc(begin), utc(end))).fetchone()
    return datetime.fromisoformat(found) if found else None


class LoggedTimes:
    """The `Times` port on a database that is only looked at; a file that is none holds no event.

    Args:
        path: `kiosk.db`, which need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        with suppress(StoreError, sqlite3.Error):
            if path.exists():
                self._connection = connect(path, read_only=True)

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        return self._recorded("min", begin, end)

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        return self._recorded("max", begin, end)

    def events(self, kinds: Sequence[EventKind], since: datetime) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        with suppress(sqlite3.Error):
            return events_of_kinds(self._connection, kinds, since) if self._connection else []
        return []

    def close(self) -> None:
        """Close the file."""
        if self._connection:
            self._connection.close()

    def _recorded(self, which: str, begin: datetime, end: datetime) -> datetime | None:
        with suppress(sqlite3.Error):
            return recorded(self._connection, which, begin, end) if self._connection else None
        return None
