"""Visits elsewhere that the national portal told of, in the history of `kiosk.db`.

They come from the content of its answers alone: a later answer replaces what an earlier one said of
a visit, and with an erased one goes what no other says.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, OCCASION_COLUMNS, stored_occasion
from verification.adapters.store.sql.db import Db, place_of, upsert
from verification.adapters.store.sql.reading import read_content
from verification.log.chained import event_of
from verification.log.events import Event, EventKind
from verification.log.occasions import marks_of
from verification.log.portal_events import PortalAnswered
from verification.log.sealing import Sealer
from verification.log.seen_elsewhere import seen_elsewhere
from verification.log.unreadable import Content

PUT = upsert("history", f"{OCCASION_COLUMNS}, event_id, cancelled, origin", "id")
ORIGIN = "portal"
_EVENT = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq = ?"
_TOLD_BY = f"SELECT DISTINCT person_ref FROM history WHERE event_id = ? AND origin = '{ORIGIN}'"
_ANSWERS = (
    f"SELECT {', '.join(f'log.{name}' for name in LOG_COLUMNS.split(', '))} FROM portal"
    " JOIN log ON log.desk = portal.desk AND log.seq = portal.seq"
    " WHERE portal.answered = 1"
)


def add(
    db: Db,
    sealer: Sealer,
    event: Event,
    content: Callable[[], Mapping[str, Any] | None],
) -> None:
    """Add the visits that an answer tells of."""
    rows = db.rows(_EVENT, place_of(PortalAnswered.of(event.codes).presented))
    presented = event_of(rows[0]) if rows else None
    for one in seen_elsewhere(event, presented, content(), marks_of(sealer)):
        db.rows(PUT, (*stored_occasion(one), event.event_id, 0, ORIGIN))


def forget(db: Db, sealer: Sealer, erased: Iterable[str]) -> None:
    """Take out what erased answers told last; what others say of these persons is there again."""
    people: set[str] = set()
    for event_id in erased:
        people |= {ref for (ref,) in db.rows(_TOLD_BY, (event_id,))}
    for person_ref in people:
        make_again(db, sealer, person_ref)


def make_again(db: Db, sealer: Sealer, person_ref: str | None) -> None:
    """Make the rows of a person again, or all of them, from the content that is there."""
    of, named = ("", ()) if person_ref is None else (" AND {}person_ref = ?", (person_ref,))
    db.rows(f"DELETE FROM history WHERE origin = '{ORIGIN}'{of.format('')}", named)
    for row in db.rows(f"{_ANSWERS}{of.format('portal.')} ORDER BY log.rowid", named):
        event = event_of(row)
        if event.kind is EventKind.PORTAL_ANSWERED:
            add(db, sealer, event, lambda one=event: _read(db, sealer, one))  # type: ignore[misc]


def _read(db: Db, sealer: Sealer, event: Event) -> Content | None:
    found = read_content(db, sealer, event.event_id)
    return None if found is None or found.unreadable else found
