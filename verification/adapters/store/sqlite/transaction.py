"""One atomic piece of work on the log."""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sqlite import history
from verification.adapters.store.sqlite.accounts import SqliteAccounts
from verification.adapters.store.sqlite.api_keys import SqliteApiKeys
from verification.adapters.store.sqlite.cases import SqliteCases
from verification.adapters.store.sqlite.chains import SqliteChains, head_of
from verification.adapters.store.sqlite.database import fetched, in_words
from verification.adapters.store.sqlite.exchanged import SqliteExchanged
from verification.adapters.store.sqlite.m007 import NEWEST
from verification.adapters.store.sqlite.projection import project
from verification.adapters.store.sqlite.reading import (
    SELECT_VISIT,
    events_of_kinds,
    one_visit,
    read_content,
)
from verification.adapters.store.sqlite.register import Register
from verification.log import chain, numbering, people
from verification.log.chained import event_of, row_of
from verification.log.events import Event, EventKind, NewEvent
from verification.log.sealing import SALT_BYTES, Sealer
from verification.log.unreadable import Content, Noticed
from verification.log.visit import Visit

_INDEX = """
INSERT INTO person_index VALUES (?, ?) ON CONFLICT (number_hmac) DO UPDATE
SET person_ref = excluded.person_ref WHERE typeof(person_ref) <> 'text' OR person_ref = ''
"""
_FORGET_PERSON = (
    "DELETE FROM person_index WHERE person_ref = ?",
    "DELETE FROM history WHERE person_ref = ? AND origin = 'import'",
)
_EVENT = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq = ?"
_INSERT_EVENT = f"INSERT INTO log ({LOG_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"


class Transaction:
    """The `LogTransaction` port inside one piece of work.

    Args:
        connection: The writer's.
        sealer: Seals content and marks numbers.
        register: Of what is written.
        clock: Returns the present time.
        touched: Desks whose chain grew; filled here.
        forget_keys: Called when a part was undone: a key made in it is kept nowhere.
        noticed: Keeps what could not be read.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        sealer: Sealer,
        register: Register,
        clock: Callable[[], datetime],
        touched: set[str],
        forget_keys: Callable[[], None],
        noticed: Noticed,
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._register = register
        self._clock = clock
        self._touched = touched
        self._forget_keys = forget_keys
        self._noticed = noticed
        self.has_erased = False
        self.appended: list[Event] = []

    @property
    def cases(self) -> SqliteCases:
        """Return the cases as this piece of work sees them."""
        return SqliteCases(self._connection, self._noticed)

    @property
    def accounts(self) -> SqliteAccounts:
        """Return the accounts, to read and write."""
        return SqliteAccounts(self._connection, self._sealer, self._noticed)

    @property
    def api_keys(self) -> SqliteApiKeys:
        """Return the keys of the hospital's systems, to read and write."""
        return SqliteApiKeys(self._connection, self._sealer, self._noticed)

    def person(self, ma_so_bhxh: str | None, others: Sequence[str]) -> str:
        """Return the reference of the person whom the numbers mean, or a new one."""
        return people.person_ref(_PersonIndex(self._connection), self._sealer, ma_so_bhxh, others)

    @property
    def history(self) -> history.SqliteHistory:
        """Return past visits, what this piece of work wrote included."""
        return history.SqliteHistory(self._connection, self._sealer, self._noticed)

    @property
    def exchanged(self) -> SqliteExchanged:
        """Return the outbox and the portal's answers, to read and to take leases."""
        return SqliteExchanged(self._connection, self._sealer, self._noticed)

    @property
    def places(self) -> SqliteChains:
        """Return the chains of the desks, what this piece of work wrote included."""
        return SqliteChains(self._connection)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds, what this piece of work wrote included."""
        return events_of_kinds(self._connection, kinds, since, until)

    def scan(self, scan_id: str) -> Event | None:
        """Return the event that a scan already made."""
        rows = fetched(self._connection, "SELECT event_id FROM scan WHERE scan_id = ?", (scan_id,))
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
            " ORDER BY happened_at"
        )
        rows = fetched(self._connection, query, (person_ref, day.isoformat()))
        return [visit_of(row) for row in rows]

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return one_visit(self._connection, visit_id)

    def content(self, event_id: str) -> Content | None:
        """Return the personal content of an event, what this piece of work wrote included."""
        found = read_content(self._connection, self._sealer, event_id)
        return self._noticed.content(event_id, found)

    def erase(self, event_id: str) -> None:
        """Delete the content of an event; its digest stays in the chain and says nothing."""
        self._connection.execute("DELETE FROM content WHERE event_id = ?", (event_id,))
        self.has_erased = True

    def forget_person(self, person_ref: str) -> None:
        """Take a person out of the index, with what lists told of visits elsewhere."""
        for statement in _FORGET_PERSON:
            self._connection.execute(statement, (person_ref,))
        self.has_erased = True

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo this part alone when it fails."""
        self._connection.execute("SAVEPOINT attempt")
        before = len(self.appended)
        try:
            yield
        except BaseException as error:
            if not self._connection.in_transaction:  # the disk failed: all of it is undone
                raise in_words(error, None) from error
            self._connection.execute("ROLLBACK TO attempt")
            self._connection.execute("RELEASE attempt")
            del self.appended[before:]
            self._forget_keys()
            raise
        self._connection.execute("RELEASE attempt")

    def append(self, event: NewEvent) -> Event:
        """Add an event to the chain of its desk and to the projection."""
        last = head_of(self._connection, event.desk)
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
        self._connection.execute(_INSERT_EVENT, tuple(row.values()))
        self._register.add(event.desk, seq, row["hash"])
        self._touched.add(event.desk)
        project(self._connection, self._sealer, logged, lambda: event.content)
        self.appended.append(logged)
        return logged

    def _newest_number(self, day: date) -> int:
        [[found]] = fetched(self._connection, NEWEST, (day.isoformat(),))
        return int(found)

    def _seal(self, logged: Event, event: NewEvent) -> str | None:
        if event.content is None:
            return None
        content, salt = chain.canonical(event.content), secrets.token_bytes(SALT_BYTES)
        key_id = self._sealer.key_of_month(f"{logged.recorded_at:%Y-%m}")
        sealed = self._sealer.seal(key_id, logged.event_id, content)
        self._connection.execute(
            "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?)",
            (logged.event_id, salt, key_id, sealed),
        )
        return chain.content_digest(salt, content)

    def _event(self, event_id: str) -> Event | None:
        desk, _, seq = event_id.rpartition("-")
        rows = fetched(self._connection, _EVENT, (desk, seq))
        return event_of(rows[0]) if rows else None


class _PersonIndex:
    """The index of persons, for `people`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the references of those keys that are in it."""
        marks = ",".join("?" * len(keys))
        query = f"SELECT number_hmac, person_ref FROM person_index WHERE number_hmac IN ({marks})"
        found = fetched(self._connection, query, keys)
        return {key: ref for key, ref in found if isinstance(ref, str) and ref}  # some are damaged

    def add(self, new: Iterable[tuple[str, str]]) -> None:
        """Put in keys with their references; one that is there stays as it is."""
        self._connection.executemany(_INDEX, new)
