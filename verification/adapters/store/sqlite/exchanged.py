"""The outbox and the portal's answers in `kiosk.db`: projections of the log, but for the leases."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verification.adapters.store.rows import LOG_COLUMNS, utc
from verification.adapters.store.sqlite.database import errors_in_words, fetched
from verification.adapters.store.sqlite.reading import one_visit
from verification.log.chained import event_of, moment
from verification.log.events import Event, EventKind
from verification.log.outbox import LONGEST_LEASE, Errand, Heap, Waiting, changes, heaps_of
from verification.log.portal_events import PortalAnswered, is_about
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.unreadable import Cause, Noticed
from verification.log.visit import Visit

if TYPE_CHECKING:
    from sqlite_utils import Database

_BEFORE = "item_id, errand, visit, since, due, attempts, last_at, last_error"
_COLUMNS = f"{_BEFORE}, event, nth"
_SELECT = f"SELECT {_COLUMNS} FROM outbox"
_PUT = f"INSERT OR REPLACE INTO outbox ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"
_OF_LOG = ", ".join(f"log.{name}" for name in LOG_COLUMNS.split(", "))
_EVENTS = (
    f"SELECT {_OF_LOG} FROM portal JOIN log ON log.desk = portal.desk AND log.seq = portal.seq"
    " AND log.person_ref IS portal.person_ref"  # a damaged row names no other person's answer
)
_NOT_ERASED = (
    "(log.content_digest IS NULL"
    " OR EXISTS (SELECT 1 FROM content WHERE content.event_id = portal.event_id))"
)
_MOMENT = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'"
_HEAPS = f"""
SELECT errand, count(*), sum(due IS NULL), min(since), max(NOT (
    errand IN ({", ".join(f"'{one.value}'" for one in Errand)}) AND typeof(visit) = 'text'
    AND typeof(since) = 'text' AND since GLOB {_MOMENT}
    AND (due IS NULL OR (typeof(due) = 'text' AND due GLOB {_MOMENT}))
    AND (last_at IS NULL OR (typeof(last_at) = 'text' AND last_at GLOB {_MOMENT}))
    AND typeof(attempts) = 'integer' AND typeof(nth) = 'integer'
    AND typeof(last_error) IN ('text', 'null') AND typeof(event) IN ('text', 'null')
)) FROM outbox GROUP BY errand
"""
_ERRANDS = frozenset(one.value for one in Errand)
_FREE = "(leased_until IS NULL OR leased_until <= ? OR leased_until > ?)"
_FIRST = (  # of the messages about a visit the one before goes first, whatever becomes of it
    "NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.visit = outbox.visit"
    " AND before.errand = outbox.errand"
    " AND (before.nth < outbox.nth OR typeof(before.nth) <> 'integer'))"
)


def m011_outbox_and_the_portals_answers(db: "Database") -> None:
    """Keep what is still to be sent, what the portal said, and how far a visit's question is."""
    for column in ("portal", "portal_code"):
        if column not in db.table("visit").columns_dict:
            db.table("visit").add_column(column, str)
    outbox = db.table("outbox", strict=True)
    if not outbox.exists():
        kinds = dict.fromkeys(_BEFORE.split(", "), str) | {"attempts": int, "leased_until": str}
        outbox.create(kinds, pk="item_id", not_null={"errand", "visit", "since", "attempts"})
    outbox.create_index(["due"], if_not_exists=True)
    portal = db.table("portal", strict=True)
    if not portal.exists():
        kinds = {"event_id": str, "desk": str, "seq": int, "presented": str, "person_ref": str}
        portal.create(
            kinds | {"answered": int},
            pk="event_id",
            not_null={"desk", "seq", "presented", "answered"},
        )
    portal.create_index(["presented"], if_not_exists=True)
    portal.create_index(["person_ref", "answered"], if_not_exists=True)


def m012_hospital_systems(db: "Database") -> None:
    """Keep what is sent to hospital systems, what they told, and the keys that they ask by."""
    columns = {"handed": int, "his": str, "record": str, "record_code": str}
    for table, added in (("outbox", {"event": str, "nth": int}), ("visit", columns)):
        known = db.table(table).columns_dict
        for column, kind in added.items():
            if column not in known:
                default = 0 if kind is int else None
                db.table(table).add_column(column, kind, not_null_default=default)
    db.table("outbox").create_index(["visit", "errand", "nth"], if_not_exists=True)
    keys = db.table("api_key", strict=True)
    if not keys.exists():
        names = "key_id, system, digest, rights, made_at, ends, mac"
        keys.create(
            dict.fromkeys(names.split(", "), str) | {"per_minute": int},
            pk="key_id",
            not_null={"system", "digest", "rights", "made_at", "per_minute"},
        )


class SqliteExchanged:
    """The `Exchanged` port.

    Args:
        connection: A reader's, or the writer's inside a piece of work.
        sealer: Makes the marks that persons are found by.
        noticed: Keeps what could not be read.
        path: Of the file, to name it; None inside a piece of work, which may write.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        sealer: Sealer,
        noticed: Noticed,
        path: Path | None = None,
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._noticed = noticed
        self._path = path

    def waiting(
        self, errand: Errand | None = None, most: int | None = None, *, dead: bool | None = None
    ) -> Sequence[Waiting]:
        """Return what is still to be sent, what waits longest first."""
        wanted = "(? IS NULL OR errand = ?) AND (? IS NULL OR (due IS NULL) = ?)"
        query = f"{_SELECT} WHERE {wanted} ORDER BY since, item_id LIMIT ?"
        given = (errand, errand, dead, dead)
        rows = self._rows(query, *given, -1 if most is None else most)
        found = self._sound(rows)
        if len(found) < len(rows) == most:  # damaged rows took places of sound ones
            found = self._sound(self._rows(query, *given, -1), most)
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
        [[count]] = self._rows(
            "SELECT count(*) FROM outbox WHERE ? IS NULL OR errand = ?", errand, errand
        )
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
            due = self._sound(self._rows(query, *given, -1), most)
        leased = [(utc(min(until, latest)), item.item_id) for item in due]
        self._connection.executemany("UPDATE outbox SET leased_until = ? WHERE item_id = ?", leased)
        return due

    def release(self, item_id: str) -> None:
        """Give back what was not sent."""
        self._may_write()
        self._connection.execute(
            "UPDATE outbox SET leased_until = NULL WHERE item_id = ?", (item_id,)
        )

    def about(self, presented: str) -> Sequence[Event]:
        """Return how the questions about a presentation ended, oldest first."""
        found = self._rows(f"{_EVENTS} WHERE portal.presented = ? ORDER BY log.rowid", presented)
        return [event for row in found if is_about(event := event_of(row), presented)]

    def answers(self, numbers: Sequence[str], most: int) -> Sequence[Event]:
        """Return the newest answers about the persons whom the numbers mean, newest first."""
        if not numbers or not self._sealer.is_kept(INDEX_KEY):  # nobody was ever presented
            return ()
        keys = [self._sealer.index(number) for number in numbers]
        marks = ",".join("?" * len(keys))
        query = (
            f"{_EVENTS} WHERE portal.answered = 1 AND {_NOT_ERASED} AND portal.person_ref IN"
            f" (SELECT person_ref FROM person_index WHERE number_hmac IN ({marks}))"
            " ORDER BY log.rowid DESC LIMIT ?"
        )
        found = [event_of(row) for row in self._rows(query, *keys, most)]
        return [event for event in found if event.kind is EventKind.PORTAL_ANSWERED]

    def hash_of(self, event_id: str) -> str | None:
        """Return the hash of an event in the chain of its desk, None where there is none."""
        desk, _, seq = event_id.rpartition("-")
        rows = self._rows("SELECT hash FROM log WHERE desk = ? AND seq = ?", desk, seq)
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
        if self._path is None:
            return fetched(self._connection, query, params)
        with errors_in_words(self._path):
            return fetched(self._connection, query, params)

    def _may_write(self) -> None:
        if self._path is not None:
            raise RuntimeError("leases are taken inside Log.write only")


def add_to_outbox(connection: sqlite3.Connection, event: Event) -> None:
    """Add an event to the outbox."""

    def before(item_id: str) -> Waiting | None:
        rows = fetched(connection, f"{_SELECT} WHERE item_id = ?", (item_id,))
        return _read(rows[0]) if rows else None

    def visit(visit_id: str) -> Visit | None:
        return one_visit(connection, visit_id)

    for change in changes(event, before, visit):
        if change.now is None:
            connection.execute("DELETE FROM outbox WHERE item_id = ?", (change.item_id,))
        else:
            connection.execute(_PUT, _stored(change.now))


def add_to_portal(connection: sqlite3.Connection, event: Event) -> None:
    """Add how a question ended."""
    answered = int(event.kind is EventKind.PORTAL_ANSWERED)
    presented = PortalAnswered.of(event.codes).presented
    row = (event.event_id, event.desk, event.seq, presented, event.person_ref, answered)
    connection.execute(
        "INSERT OR REPLACE INTO portal (event_id, desk, seq, presented, person_ref, answered)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        row,
    )


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
