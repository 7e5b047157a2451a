"""A day at the desks: its visits, and who was shown a card and not received."""

import sqlite3
from datetime import date, datetime
from typing import TYPE_CHECKING

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sqlite.codes import of_codes
from verification.adapters.store.sqlite.database import fetched
from verification.adapters.store.sqlite.reading import SELECT_VISIT
from verification.log.chained import event_of, utc
from verification.log.events import Event
from verification.log.visit import PortalWord, Visit

if TYPE_CHECKING:
    from sqlite_utils import Database

_EVENTS = f"SELECT {LOG_COLUMNS} FROM log"
_OPEN = ", ".join(f"'{word.value}'" for word in PortalWord if word.is_open)
_UNRECEIVED = f"""
{_EVENTS} WHERE kind = 'presented' AND recorded_at >= ?1 AND (?2 IS NULL OR desk = ?2)
AND person_ref IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.presented = log.desk || '-' || log.seq)
AND NOT EXISTS (SELECT 1 FROM visit WHERE visit_id = {of_codes("already")} AND cancelled IS NULL)
ORDER BY rowid DESC
"""


def m008_visits_by_day(db: "Database") -> None:
    """Find the visits of a day, of one desk or of all, without reading those of all days."""
    db.execute("CREATE INDEX IF NOT EXISTS idx_visit_day ON visit (day, desk, happened_at)")


def visits_on(
    connection: sqlite3.Connection, day: date, desk: str | None, most: int | None
) -> list[Visit]:
    """Return the visits of a local day, undone ones too, newest first."""
    of_desk = "AND desk = ?3" if desk else "AND ?3 IS NULL"
    query = f"{SELECT_VISIT} WHERE day = ?1 {of_desk} ORDER BY happened_at DESC, rowid DESC"
    values = (day.isoformat(), -1 if most is None else most, desk)
    return [visit_of(row) for row in fetched(connection, f"{query} LIMIT ?2", values)]


def unconfirmed(connection: sqlite3.Connection, day: date, desk: str | None) -> list[Visit]:
    """Return the visits of a local day that the portal has not confirmed, newest first."""
    of_desk = "AND desk = ?2" if desk else "AND ?2 IS NULL"
    query = f"{SELECT_VISIT} WHERE day = ?1 {of_desk} AND portal IN ({_OPEN})"
    found = fetched(
        connection, f"{query} ORDER BY happened_at DESC, rowid DESC", (day.isoformat(), desk)
    )
    return [visit_of(row) for row in found]


def unreceived(connection: sqlite3.Connection, since: datetime, desk: str | None) -> list[Event]:
    """Return the presentations of a person from which no visit was made, newest first."""
    return [event_of(row) for row in fetched(connection, _UNRECEIVED, (utc(since), desk))]


def event(connection: sqlite3.Connection, event_id: str) -> Event | None:
    """Return one event."""
    desk, _, seq = event_id.rpartition("-")
    rows = fetched(connection, f"{_EVENTS} WHERE desk = ? AND seq = ?", (desk, seq))
    return event_of(rows[0]) if rows else None
