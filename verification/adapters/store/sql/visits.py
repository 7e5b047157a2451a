"""The `Visits` port: visits by day, person and officer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sql.db import Db, marks_for
from verification.adapters.store.sql.reading import SELECT_VISIT
from verification.log.chained import event_of, utc
from verification.log.events import Event, EventKind
from verification.log.finding import LOT, Wanted
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.visit import Visit

_NEWEST = "ORDER BY happened_at DESC, desk DESC, seq DESC LIMIT ?"


class SqlVisits:
    """Visits on one db.

    Args:
        db: Of a reader.
        opener: Makes keyed hashes; it makes no keys.
    """

    def __init__(self, db: Db, opener: Sealer) -> None:
        self._db = db
        self._opener = opener

    def newest(self, wanted: Wanted, most: int) -> Sequence[Visit]:
        """Return the newest of the wanted visits, newest first."""
        which, values = _asked(wanted)
        query = f"{SELECT_VISIT} WHERE {which} {_NEWEST}"
        return [visit_of(row) for row in self._rows(query, *values, most)]

    def count(self, wanted: Wanted) -> int:
        """Count the wanted visits."""
        which, values = _asked(wanted)
        [[found]] = self._rows(f"SELECT count(*) FROM visit WHERE {which}", *values)
        return int(found)

    def persons_of(self, numbers: Sequence[str]) -> Sequence[str]:
        """Return the references that are known of numbers; none where the index has no key yet."""
        if not self._rows("SELECT 1 FROM wrapped_key WHERE key_id = ?", INDEX_KEY):
            return ()
        keys = [self._opener.index(number) for number in numbers]
        marks = marks_for(keys)
        query = f"SELECT person_ref FROM person_index WHERE number_hmac IN ({marks})"
        refs = (ref for (ref,) in self._rows(query, *keys) if isinstance(ref, str) and ref)
        return tuple(dict.fromkeys(refs))

    def happened(
        self, person_ref: str, kinds: Sequence[EventKind], since: datetime, until: datetime
    ) -> Sequence[Event]:
        """Return what was recorded of a person in a time, both ends included, oldest first."""
        marks = marks_for(kinds)
        query = (
            f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks})"
            " AND recorded_at BETWEEN ? AND ? AND person_ref = ? ORDER BY rowid"
        )
        values = (*(kind.value for kind in kinds), utc(since), utc(until), person_ref)
        return [event_of(row) for row in self._rows(query, *values)]

    def received(self, officer: str) -> bool:
        """Tell whether an account ever received anybody."""
        return bool(self._rows("SELECT 1 FROM visit WHERE officer = ? LIMIT 1", officer))

    def lot(self, *fields: str) -> str:
        """Return what these fields draw, hex."""
        return self._opener.binder.bind(LOT, *fields)

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        return self._db.rows(query, values)


def _asked(wanted: Wanted) -> tuple[str, list[str | int]]:
    """Return the SQL of what is wanted, and its values."""
    which: list[str] = ["happened_at >= ?", "happened_at < ?"]
    values: list[str | int] = [*wanted.span]
    if wanted.persons is not None:
        which.append(f"person_ref IN ({marks_for(wanted.persons)})")
        values += wanted.persons
    if wanted.officer:
        which.append("officer = ?")
        values.append(wanted.officer)
    if wanted.before:
        which.append("(happened_at, desk, seq) < (?, ?, ?)")
        values += wanted.before.key
    return " AND ".join(which), values
