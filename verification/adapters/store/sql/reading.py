"""What is read of the log in one db, inside a piece of work or outside."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, VISIT_COLUMNS, visit_of
from verification.adapters.store.sql.db import Db, marks_for, place_of
from verification.log.chained import event_of, moment, utc
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import ERASURES, erased_by
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, Content, KeptContent, Unreadable, not_read, opened
from verification.log.visit import Visit

# whether the event that began the visit names the same presentation: else its content is not shown
SELECT_VISIT = f"""
SELECT {VISIT_COLUMNS}, EXISTS (SELECT 1 FROM log WHERE log.desk = visit.desk
AND log.seq = visit.seq AND visit_id = log.desk || '-' || log.seq
AND instr(log.codes, '"of":"' || presented || '"') > 0) FROM visit
"""
# One step into the index (kind, recorded_at) for each kind, however long the log is.
_KINDS = ", ".join(f"('{kind.value}')" for kind in EventKind)
# One step a desk along the key (desk, seq), not one a row.
_DESKS = """
WITH RECURSIVE one(desk) AS (
  SELECT min(desk) FROM log
  UNION ALL SELECT (SELECT min(desk) FROM log WHERE desk > one.desk) FROM one WHERE desk IS NOT NULL
)
SELECT desk FROM one WHERE desk IS NOT NULL
"""
_NEWEST_SCAN = """
SELECT recorded_at FROM log WHERE desk = ? AND kind = 'presented' ORDER BY seq DESC LIMIT 1
"""
_RECORDED = {
    end: f"SELECT {end}((SELECT {end}(recorded_at) FROM log WHERE kind = of.column1"
    f" AND recorded_at BETWEEN ?1 AND ?2 AND recorded_at {beyond} CAST(?3 AS TEXT)))"
    f" FROM (VALUES {_KINDS}) AS of"
    for end, beyond in (("min", ">"), ("max", "<"))
}
_NO_END = {"min": "", "max": "\U0010ffff"}
_CONTENT = """
SELECT log.content_digest, content.event_id, content.salt, content.key_id, content.sealed FROM log
LEFT JOIN content ON content.event_id = ?1 WHERE log.desk = ?2 AND log.seq = ?3
"""
_AT_ONCE = 2_000
_ALL = f"""
SELECT log.rowid, content.event_id, content.salt, content.key_id, content.sealed, log.{
    LOG_COLUMNS.replace(", ", ", log.")
}
FROM log LEFT JOIN content ON content.event_id = log.desk || '-' || log.seq
WHERE log.rowid > ? ORDER BY log.rowid LIMIT {_AT_ONCE}
"""
_DIGEST = LOG_COLUMNS.split(", ").index("content_digest")
_BY_WHICH = ", ".join(f"'{kind.value}'" for kind in ERASURES)
_ERASED = f"SELECT 1 FROM log WHERE kind IN ({_BY_WHICH}) AND instr(codes, ?) > 0 LIMIT 1"


def read_chains(db: Db) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `log` by desk, in order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    names = LOG_COLUMNS.split(", ")
    for row in db.rows(f"SELECT {LOG_COLUMNS} FROM log ORDER BY desk, seq"):
        held = dict(zip(names, row, strict=True))
        if not isinstance(held["seq"], int):  # a damaged row stands at no place of its chain
            held["seq"] = 0
        chains.setdefault(str(row[0]), []).append(held)
    return chains


class Erased:
    """Whose content was erased, for who reads many: the events that say so are read once."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def __call__(self, event_id: str) -> bool:
        """Tell whether an event's content was erased."""
        return event_id in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        found: set[str] = set()
        for event in readable_events(self._db, ERASURES):
            with suppress(LookupError, TypeError):
                found.update(erased_by(event))
        return frozenset(found)


def read_content(
    db: Db,
    sealer: Sealer,
    event_id: str,
    erased: Callable[[str], bool] | None = None,
) -> Content | None:
    """Return the content of an event, None where it has none or was erased.

    Args:
        db: To the store.
        sealer: Opens it.
        event_id: The event.
        erased: Tells whether an event's content was erased; None to look for this one alone.
    """
    desk, seq = place_of(event_id)
    rows = db.rows(_CONTENT, (event_id, desk, seq))
    if rows:
        told = erased or partial(_is_erased, db)
        return _content(told, sealer, event_id, *rows[0])
    alone = db.rows("SELECT 1 FROM content WHERE event_id = ?", (event_id,))
    return not_read(event_id, Cause.BYTES) if alone else None  # its row of the log is damaged


def unreadable_rows(db: Db, sealer: Sealer) -> Iterator[Unreadable]:
    """Yield all events and contents that cannot be read."""
    last, erased = -1, Erased(db)
    while rows := db.rows(_ALL, (last,)):
        for last, there, salt, key_id, sealed, *row in rows:  # noqa: B007  # the next step begins behind it
            event, kept = event_of(row), (there, salt, key_id, sealed)
            if not event.is_readable:
                yield Unreadable(event.event_id, Cause.BYTES)
            content = _content(erased, sealer, event.event_id, row[_DIGEST], *kept)
            yield from content.unreadable if content is not None else ()


def _content(  # the row of the log beside the row of its content
    erased: Callable[[str], bool],
    sealer: Sealer,
    event_id: str,
    digest: str | None,
    there: object,
    *kept: object,
) -> Content | None:
    held = KeptContent(*kept) if there is not None else None
    return opened(sealer, event_id, digest, held, partial(erased, event_id))


def _is_erased(db: Db, event_id: str) -> bool:
    return bool(db.rows(_ERASED, (f'"{event_id}"',)))


def one_visit(db: Db, visit_id: str) -> Visit | None:
    """Return one visit."""
    rows = db.rows(f"{SELECT_VISIT} WHERE visit_id = ?", (visit_id,))
    return visit_of(rows[0]) if rows else None


def events_of_kinds(
    db: Db,
    kinds: Sequence[EventKind],
    since: datetime,
    until: datetime | None = None,
) -> list[Event]:
    """Return the events of some kinds recorded since a moment, and before one, oldest first."""
    marks = marks_for(kinds)
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks}) AND recorded_at >= ?"
    values = [*(kind.value for kind in kinds), utc(since)]
    if until is not None:
        query, values = f"{query} AND recorded_at < ?", [*values, utc(until)]
    return [event_of(row) for row in db.rows(f"{query} ORDER BY rowid", values)]


def readable_events(db: Db, kinds: Sequence[EventKind]) -> Iterator[Event]:
    """Return the events of some kinds in the order of writing; a damaged row is passed over."""
    marks = marks_for(kinds)
    query = f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks}) ORDER BY rowid"
    events = (event_of(row) for row in db.rows(query, [kind.value for kind in kinds]))
    return (event for event in events if event.is_readable)


def recorded(db: Db, which: str, begin: datetime, end: datetime) -> datetime | None:
    """Return the earliest (`min`) or latest (`max`) recording of a time; what is no time is not."""
    beyond: object = _NO_END[which]
    while True:
        [[found]] = db.rows(_RECORDED[which], (utc(begin), utc(end), beyond))
        if found is None or (at := moment(found)):
            return at if found else None
        beyond = found


def newest_scans(db: Db) -> dict[str, datetime]:
    """Return when each desk presented somebody last; a row that cannot be read is passed over."""
    found: dict[str, datetime] = {}
    for (desk,) in db.rows(_DESKS, ()):
        for (at,) in db.rows(_NEWEST_SCAN, (desk,)):
            if read := moment(at):
                found[desk] = read
    return found
