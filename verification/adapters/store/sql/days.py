"""A day at the desks: its visits, and who was shown a card and not received."""

from datetime import date, datetime

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sql.codes import of_codes
from verification.adapters.store.sql.db import NO_LIMIT, Db, place_of
from verification.adapters.store.sql.reading import SELECT_VISIT
from verification.log.chained import event_of, utc
from verification.log.events import Event
from verification.log.visit import PortalWord, Visit

_EVENTS = f"SELECT {LOG_COLUMNS} FROM log"
_OPEN = ", ".join(f"'{word.value}'" for word in PortalWord if word.is_open)
_NEWEST = "ORDER BY happened_at DESC, rowid DESC"
_UNRECEIVED = f"""
{_EVENTS} WHERE kind = 'presented' AND recorded_at >= ? AND person_ref IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.presented = log.desk || '-' || log.seq)
AND NOT EXISTS (SELECT 1 FROM visit WHERE visit_id = {of_codes("already")} AND cancelled IS NULL)
"""


def visits_on(db: Db, day: date, desk: str | None, most: int | None) -> list[Visit]:
    """Return the visits of a local day, undone ones too, newest first."""
    of_desk, named = _of(desk)
    query = f"{SELECT_VISIT} WHERE day = ?{of_desk} {_NEWEST} LIMIT ?"
    values = (day.isoformat(), *named, NO_LIMIT if most is None else most)
    return [visit_of(row) for row in db.rows(query, values)]


def unconfirmed(db: Db, day: date, desk: str | None) -> list[Visit]:
    """Return the visits of a local day that the portal has not confirmed, newest first."""
    of_desk, named = _of(desk)
    query = f"{SELECT_VISIT} WHERE day = ?{of_desk} AND portal IN ({_OPEN}) {_NEWEST}"
    found = db.rows(query, (day.isoformat(), *named))
    return [visit_of(row) for row in found]


def unreceived(db: Db, since: datetime, desk: str | None) -> list[Event]:
    """Return the presentations of a person from which no visit was made, newest first."""
    of_desk, named = _of(desk)
    query = f"{_UNRECEIVED}{of_desk} ORDER BY rowid DESC"
    return [event_of(row) for row in db.rows(query, (utc(since), *named))]


def event(db: Db, event_id: str) -> Event | None:
    """Return one event."""
    rows = db.rows(f"{_EVENTS} WHERE desk = ? AND seq = ?", place_of(event_id))
    return event_of(rows[0]) if rows else None


def _of(desk: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the SQL of a desk, or of all, and its values."""
    return (" AND desk = ?", (desk,)) if desk else ("", ())
