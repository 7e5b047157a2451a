"""One atomic piece of work on the log."""

import contextlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sql import history
from verification.adapters.store.sql.accounts import SqlAccounts
from verification.adapters.store.sql.api_keys import SqlApiKeys
from verification.adapters.store.sql.cases import SqlCases
from verification.adapters.store.sql.chains import SqlChains, head_of
from verification.adapters.store.sql.db import Db, Work, marks_for, place_of, upsert
from verification.adapters.store.sql.exchanged import SqlExchanged
from verification.adapters.store.sql.projection import project
from verification.adapters.store.sql.reading import (
    SELECT_VISIT,
    events_of_kinds,
    one_visit,
    read_content,
)
from verification.log import chain, numbering, people
from verification.log.chained import event_of, row_of
from verification.log.events import Event, EventKind, NewEvent
from verification.log.sealing import SALT_BYTES, Sealer
from verification.log.unreadable import Content, Noticed
from verification.log.visit import Visit

_INDEX = """
INSERT INTO person_index VALUES (?, ?) ON CONFLICT (number_hmac) DO UPDATE
SET person_ref = excluded.person_ref
WHERE typeof(person_index.person_ref) <> 'text' OR person_index.person_ref = ''
"""
_FORGET_PERSON = (
    "DELETE FROM person_index WHERE person_ref = ?",
    "DELETE FROM history WHERE person_ref = ? AND origin = 'import'",
)
_EVENT = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq = ?"
_PUT_CONTENT = upsert("content", "event_id, salt, key_id, sealed", "event_id")
_NEWEST_NUMBER = f"""
SELECT coalesce(max(so_thu_tu), 0) FROM visit
WHERE ngay_so = ? AND so_thu_tu IS NOT NULL AND so_thu_tu < {numbering.MOST}
"""
_INSERT_EVENT = f"INSERT INTO log ({LOG_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"


class Register(Protocol):
    """Of what is written: each event as the how-manieth, bound to the master key."""

    def last_seq(self, desk: str) -> int:
        """Return the highest place at a desk that was ever registered, 0 where there is none."""

    def add(self, desk: str, seq: int, digest: str) -> None:
        """Register one event."""


class Transaction:
    """The `LogTransaction` port inside one piece of work.

    Args:
        db: The writer's.
        sealer: Seals content and marks numbers.
        register: Of what is written.
        clock: Returns the present time.
        touched: Desks whose chain grew; filled here.
        forget_keys: Called when a part was undone: a key made in it is kept nowhere.
        noticed: Keeps what could not be read.
    """

    def __init__(
        self,
        db: Work,
        sealer: Sealer,
        register: Register,
        clock: Callable[[], datetime],
        touched: set[str],
        forget_keys: Callable[[], None],
        noticed: Noticed,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._register = register
        self._clock = clock
        self._touched = touched
        self._forget_keys = forget_keys
        self._noticed = noticed
        self.has_erased = False
        self.appended: list[Event] = []

    @property
    def cases(self) -> SqlCases:
        """Return the cases as this piece of work sees them."""
        return SqlCases(self._db, self._noticed)

    @property
    def accounts(self) -> SqlAccounts:
        """Return the accounts, to read and write."""
        return SqlAccounts(self._db, self._sealer, self._noticed)

    @property
    def api_keys(self) -> SqlApiKeys:
        """Return the keys of the hospital's systems, to read and write."""
        return SqlApiKeys(self._db, self._sealer, self._noticed)

    def person(self, ma_so_bhxh: str | None, others: Sequence[str]) -> str:
        """Return the reference of the person whom the numbers mean, or a new one."""
        return people.person_ref(_PersonIndex(self._db), self._sealer, ma_so_bhxh, others)

    @property
    def history(self) -> history.SqlHistory:
        """Return past visits, what this piece of work wrote included."""
        return history.SqlHistory(self._db, self._sealer, self._noticed)

    @property
    def exchanged(self) -> SqlExchanged:
        """Return the outbox and the portal's answers, to read and to take leases."""
        return SqlExchanged(self._db, self._sealer, self._noticed, writes=True)

    @property
    def places(self) -> SqlChains:
        """Return the chains of the desks, what this piece of work wrote included."""
        return SqlChains(self._db)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds, what this piece of work wrote included."""
        return events_of_kinds(self._db, kinds, since, until)

    def scan(self, scan_id: str) -> Event | None:
        """Return the event that a scan already made."""
        rows = self._db.rows("SELECT event_id FROM scan WHERE scan_id = ?", (scan_id,))
        event = self._event(str(rows[0][0])) if rows else None
        # a damaged row may name what another scan made
        return event if event and event.codes.get("scan") == scan_id else None

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        return self._event(event_id)

    def visits_of(self, person_ref: str, day: date) -> Sequence[Visit]:
        """Return a person's visits of a day that were not cancelled, oldest first."""
        query = (
            f"{SELECT_VISIT} WHERE person_ref = ? AND day = ? AND cancelled IS NULL"
            " ORDER BY happened_at, rowid"
        )
        rows = self._db.rows(query, (person_ref, day.isoformat()))
        return [visit_of(row) for row in rows]

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return one_visit(self._db, visit_id)

    def content(self, event_id: str) -> Content | None:
        """Return the personal content of an event, what this piece of work wrote included."""
        found = read_content(self._db, self._sealer, event_id)
        return self._noticed.content(event_id, found)

    def erase(self, event_id: str) -> None:
        """Delete the content of an event; its digest stays in the chain and says nothing."""
        self._db.rows("DELETE FROM content WHERE event_id = ?", (event_id,))
        self.has_erased = True

    def forget_person(self, person_ref: str) -> None:
        """Take a person out of the index, with what lists told of visits elsewhere."""
        for statement in _FORGET_PERSON:
            self._db.rows(statement, (person_ref,))
        self.has_erased = True

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo this part alone when it fails."""
        self._db.rows("SAVEPOINT attempt")
        before = len(self.appended)
        try:
            yield
        except BaseException as error:
            if not self._db.in_transaction:  # the disk failed: all of it is undone
                raise self._db.failed(error) from error
            self._db.rows("ROLLBACK TO attempt")
            self._db.rows("RELEASE attempt")
            del self.appended[before:]
            self._forget_keys()
            raise
        self._db.rows("RELEASE attempt")

    def append(self, event: NewEvent) -> Event:
        """Add an event to the chain of its desk and to the projection."""
        last = head_of(self._db, event.desk)
        place, previous = (last.count, last.hash) if last else (0, chain.START)
        # what was taken off the end keeps its place: no other event is ever called so
        seq = max(place, self._register.last_seq(event.desk)) + 1
        now = self._clock().astimezone(UTC)
        event = numbering.numbered(event, now, self._newest_number)
        logged = Event(
            event.desk,
            seq,
            now,
            event.kind,
            (event.happened_at or now).astimezone(UTC),
            event.codes,
            event.person_ref,
        )
        row = row_of(logged, self._seal(logged, event), previous)
        self._db.rows(_INSERT_EVENT, tuple(row.values()))
        self._register.add(event.desk, seq, row["hash"])
        self._touched.add(event.desk)
        project(self._db, self._sealer, logged, lambda: event.content)
        self.appended.append(logged)
        return logged

    def _newest_number(self, day: date) -> int:
        [[found]] = self._db.rows(_NEWEST_NUMBER, (day.isoformat(),))
        return int(found)

    def _seal(self, logged: Event, event: NewEvent) -> str | None:
        if event.content is None:
            return None
        content, salt = chain.canonical(event.content), secrets.token_bytes(SALT_BYTES)
        key_id = self._sealer.key_of_month(f"{logged.recorded_at:%Y-%m}")
        sealed = self._sealer.seal(key_id, logged.event_id, content)
        self._db.rows(_PUT_CONTENT, (logged.event_id, salt, key_id, sealed))
        return chain.content_digest(salt, content)

    def _event(self, event_id: str) -> Event | None:
        rows = self._db.rows(_EVENT, place_of(event_id))
        return event_of(rows[0]) if rows else None


class _PersonIndex:
    """The index of persons, for `people`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the references of those keys that are in it."""
        marks = marks_for(keys)
        query = f"SELECT number_hmac, person_ref FROM person_index WHERE number_hmac IN ({marks})"
        found = self._db.rows(query, keys)
        return {key: ref for key, ref in found if isinstance(ref, str) and ref}  # some are damaged

    def add(self, new: Iterable[tuple[str, str]]) -> None:
        """Put in keys with their references; one that is there stays as it is."""
        self._db.many(_INDEX, new)
