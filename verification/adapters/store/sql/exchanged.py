"""The outbox and the portal's answers in `kiosk.db`: projections of the log, but for the leases."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, utc
from verification.adapters.store.sql.db import NO_LIMIT, Db, marks_for, place_of, upsert
from verification.adapters.store.sql.reading import one_visit
from verification.log.chained import event_of, moment
from verification.log.events import Event, EventKind
from verification.log.outbox import LONGEST_LEASE, Errand, Heap, Waiting, changes, heaps_of
from verification.log.portal_events import PortalAnswered, is_about
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.unreadable import Cause, Noticed
from verification.log.visit import Visit

BEFORE = "item_id, errand, visit, since, due, attempts, last_at, last_error"
_COLUMNS = f"{BEFORE}, event, nth"
_SELECT = f"SELECT {_COLUMNS} FROM outbox"
# whatever becomes of it, nobody holds it any more
_PUT = upsert("outbox", f"{_COLUMNS}, leased_until", "item_id")
_ANSWER = upsert("portal", "event_id, desk, seq, presented, person_ref, answered", "event_id")
_OF_LOG = ", ".join(f"log.{name}" for name in LOG_COLUMNS.split(", "))
_EVENTS = (
    f"SELECT {_OF_LOG} FROM portal JOIN log ON log.desk = portal.desk AND log.seq = portal.seq"
    # a damaged row names no other person's answer
    " AND (log.person_ref = portal.person_ref"
    " OR (log.person_ref IS NULL AND portal.person_ref IS NULL))"
)
_NOT_ERASED = (
    "(log.content_digest IS NULL"
    " OR EXISTS (SELECT 1 FROM content WHERE content.event_id = portal.event_id))"
)
_MOMENT = "'____-__-__T%+00:00'"
_HEAPS = f"""
SELECT errand, count(*), count(*) - count(due), min(since), max(CASE WHEN (
    errand IN ({", ".join(f"'{one.value}'" for one in Errand)}) AND typeof(visit) = 'text'
    AND typeof(since) = 'text' AND since LIKE {_MOMENT}
    AND (due IS NULL OR (typeof(due) = 'text' AND due LIKE {_MOMENT}))
    AND (last_at IS NULL OR (typeof(last_at) = 'text' AND last_at LIKE {_MOMENT}))
    AND typeof(attempts) = 'integer' AND typeof(nth) = 'integer'
    AND typeof(last_error) IN ('text', 'null') AND typeof(event) IN ('text', 'null')
) THEN 0 ELSE 1 END) FROM outbox GROUP BY errand
"""
_ERRANDS = frozenset(one.value for one in Errand)
_FREE = "(leased_until IS NULL OR leased_until <= ? OR leased_until > ?)"
_FIRST = (  # of the messages about a visit the one before goes first, whatever becomes of it
    "NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.visit = outbox.visit"
    " AND before.errand = outbox.errand"
    " AND (before.nth < outbox.nth OR typeof(before.nth) <> 'integer'))"
)


class SqlExchanged:
    """The `Exchanged` port.

    Args:
        db: A reader's, or the writer's inside a piece of work.
        sealer: Makes the marks that persons are found by.
        noticed: Keeps what could not be read.
        writes: Whether this is inside a piece of work, which may take leases.
    """

    def __init__(
        self,
        db: Db,
        sealer: Sealer,
        noticed: Noticed,
        *,
        writes: bool = False,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._noticed = noticed
        self._writes = writes

    def waiting(
        self, errand: Errand | None = None, most: int | None = None, *, dead: bool | None = None
    ) -> Sequence[Waiting]:
        """Return what is still to be sent, what waits longest first."""
        wanted, given = _of(errand)
        if dead is not None:
            wanted += " AND due IS NULL" if dead else " AND due IS NOT NULL"
        query = f"{_SELECT}{wanted} ORDER BY since, item_id LIMIT ?"
        rows = self._rows(query, *given, NO_LIMIT if most is None else most)
        found = self._sound(rows)
        if len(found) < len(rows) == most:  # damaged rows took places of sound ones
            found = self._sound(self._rows(query, *given, NO_LIMIT), most)
        return found

    def heaps(self) -> Sequence[Heap]:
        """Return how much waits of each errand of which something does, no row read but damaged."""
        rows = self._rows(_HEAPS)
        oldest = {str(errand): moment(since) for errand, _, _, since, _ in rows}
        if any(damaged for *_, damaged in rows) or None in oldest.values():
            return heaps_of(self.waiting())  # which notes them and counts the sound ones
        counts = {str(errand): (int(count), int(dead)) for errand, count, dead, *_ in rows}
        found = [(of, *counts[of], at) for of in Errand if (at := oldest.get(of))]
        return [Heap(of, count, dead, at) for of, count, dead, at in found]

    def count(self, errand: Errand | None = None) -> int:
        """Return how much is still to be sent, what only a person sends again included."""
        wanted, given = _of(errand)
        [[count]] = self._rows(f"SELECT count(*) FROM outbox{wanted}", *given)
        return int(count)

    def one(self, item_id: str) -> Waiting | None:
        """Return what waits under a name, None for nothing."""
        found = self._sound(self._rows(f"{_SELECT} WHERE item_id = ?", item_id))
        return found[0] if found else None

    def sending(self, now: datetime) -> Collection[str]:
        """Return the names of what is leased now."""
        rows = self._rows("SELECT item_id FROM outbox WHERE leased_until > ?", utc(now))
        return {str(item_id) for [item_id] in rows}

    def lease(self, errand: Errand, now: datetime, until: datetime, most: int) -> Sequence[Waiting]:
        """Take what is due, longest due first, so that nobody else sends it meanwhile."""
        self._may_write()
        due_now = f"errand = ? AND due <= ? AND {_FREE} AND {_FIRST}"
        query = f"{_SELECT} WHERE {due_now} ORDER BY due, item_id LIMIT ?"
        latest = now + LONGEST_LEASE
        given = (errand, utc(now), utc(now), utc(latest))
        found = self._rows(query, *given, most)
        due = self._sound(found)
        if len(due) < len(found):  # damaged rows come first; what is sound behind them is due too
            due = self._sound(self._rows(query, *given, NO_LIMIT), most)
        leased = [(utc(min(until, latest)), item.item_id) for item in due]
        self._db.many("UPDATE outbox SET leased_until = ? WHERE item_id = ?", leased)
        return due

    def release(self, item_id: str) -> None:
        """Give back what was not sent."""
        self._may_write()
        self._db.rows("UPDATE outbox SET leased_until = NULL WHERE item_id = ?", (item_id,))

    def about(self, presented: str) -> Sequence[Event]:
        """Return how the questions about a presentation ended, oldest first."""
        found = self._rows(f"{_EVENTS} WHERE portal.presented = ? ORDER BY log.rowid", presented)
        return [event for row in found if is_about(event := event_of(row), presented)]

    def answers(self, numbers: Sequence[str], most: int) -> Sequence[Event]:
        """Return the newest answers about the persons whom the numbers mean, newest first."""
        if not numbers or not self._sealer.is_kept(INDEX_KEY):  # nobody was ever presented
            return ()
        keys = [self._sealer.index(number) for number in numbers]
        marks = marks_for(keys)
        query = (
            f"{_EVENTS} WHERE portal.answered = 1 AND {_NOT_ERASED} AND portal.person_ref IN"
            f" (SELECT person_ref FROM person_index WHERE number_hmac IN ({marks}))"
            " ORDER BY log.rowid DESC LIMIT ?"
        )
        found = [event_of(row) for row in self._rows(query, *keys, most)]
        return [event for event in found if event.kind is EventKind.PORTAL_ANSWERED]

    def hash_of(self, event_id: str) -> str | None:
        """Return the hash of an event in the chain of its desk, None where there is none."""
        rows = self._rows("SELECT hash FROM log WHERE desk = ? AND seq = ?", *place_of(event_id))
        return str(rows[0][0]) if rows else None

    def _sound(self, rows: Sequence[Sequence[Any]], most: int | None = None) -> list[Waiting]:
        """Return what waits; a damaged row says nothing, a rebuild makes it again."""
        found: list[Waiting] = []
        for row in rows:
            if len(found) == most:
                break
            if item := _read(row):
                found.append(item)
            else:
                self._noticed.note(f"outbox:{row[0]}", Cause.BYTES)
        return found

    def _rows(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        return self._db.rows(query, params)

    def _may_write(self) -> None:
        if not self._writes:
            raise RuntimeError("leases are taken inside Log.write only")


def add_to_outbox(db: Db, event: Event) -> None:
    """Add an event to the outbox."""

    def before(item_id: str) -> Waiting | None:
        rows = db.rows(f"{_SELECT} WHERE item_id = ?", (item_id,))
        return _read(rows[0]) if rows else None

    def visit(visit_id: str) -> Visit | None:
        return one_visit(db, visit_id)

    for change in changes(event, before, visit):
        if change.now is None:
            db.rows("DELETE FROM outbox WHERE item_id = ?", (change.item_id,))
        else:
            db.rows(_PUT, (*_stored(change.now), None))


def add_to_portal(db: Db, event: Event) -> None:
    """Add how a question ended."""
    answered = int(event.kind is EventKind.PORTAL_ANSWERED)
    presented = PortalAnswered.of(event.codes).presented
    row = (event.event_id, event.desk, event.seq, presented, event.person_ref, answered)
    db.rows(_ANSWER, row)


def _of(errand: Errand | None) -> tuple[str, tuple[str, ...]]:
    """Return the SQL of an errand, or of all, and its values."""
    return (" WHERE errand = ?", (errand.value,)) if errand else (" WHERE 1 = 1", ())


def _stored(item: Waiting) -> tuple[object, ...]:
    return (
        item.item_id,
        item.errand.value,
        item.visit,
        utc(item.since),
        utc(item.due) if item.due else None,
        item.attempts,
        utc(item.last_at) if item.last_at else None,
        item.last_error,
        item.event,
        item.nth,
    )


def _read(row: Sequence[Any]) -> Waiting | None:
    """Return what waits, None where the row is damaged."""
    item_id, errand, visit, since, due, attempts, last_at, error, event, nth = row
    began, times = moment(since), [moment(one) if one else None for one in (due, last_at)]
    told = [one is not None for one in (due, last_at)]
    if began is None or errand not in _ERRANDS or [one is not None for one in times] != told:
        return None
    if not (isinstance(visit, str) and type(attempts) is int and isinstance(error, str | None)):
        return None
    if not (isinstance(event, str | None) and type(nth) is int):
        return None
    found = Waiting(item_id, Errand(errand), visit, began, times[0], attempts, times[1], error)
    return replace(found, event=event, nth=nth)
