"""What is older than its term, as `kiosk.db` has it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS
from verification.adapters.store.sql.db import Db, marks_for
from verification.log.chained import event_of, utc
from verification.log.events import Event, EventKind

_DESKS = "SELECT DISTINCT desk FROM log ORDER BY desk"
_LATER = """
SELECT seq FROM log WHERE desk = ? AND recorded_at >= ? AND recorded_at <= ? ORDER BY seq LIMIT 1
"""
_KEPT = "EXISTS (SELECT 1 FROM content WHERE content.event_id = log.desk || '-' || log.seq)"
_NO_END = 1 << 62


class SqlAged:
    """The `Aged` port.

    Args:
        db: A reader's.
    """

    def __init__(self, db: Db) -> None:
        self._db = db

    def older(self, kinds: Sequence[EventKind], before: datetime, now: datetime) -> Sequence[Event]:
        """Return the events whose content is older than a moment and still there, by desk."""
        marks = marks_for(kinds)
        query = (
            f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq < ? AND kind IN ({marks})"
            f" AND recorded_at < ? AND {_KEPT} ORDER BY seq"
        )
        found: list[Any] = []
        for [desk] in self._rows(_DESKS):
            later = self._rows(_LATER, desk, utc(before), utc(now))
            end = later[0][0] if later else _NO_END
            found += self._rows(query, desk, end, *kinds, utc(before))
        return [event_of(row) for row in found]

    def count(self, kinds: Sequence[EventKind]) -> int:
        """Count the events whose content is still there."""
        marks = marks_for(kinds)
        query = f"SELECT count(*) FROM log WHERE kind IN ({marks}) AND {_KEPT}"
        [[count]] = self._rows(query, *kinds)
        return int(count)

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        return self._db.rows(query, values)
