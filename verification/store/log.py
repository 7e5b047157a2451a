"""The log in `kiosk.db`: the chain, its sealed content, the person index and the projection."""

import contextlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from verification import chain
from verification.errors import StoreError
from verification.events import Event, EventKind, NewEvent
from verification.sealing import INDEX_KEY, SALT_BYTES, Sealer
from verification.store import history
from verification.store.accounts import SqliteAccounts
from verification.store.cases import FOLDED, SqliteCases, project_case
from verification.store.database import PerThread, connect, told
from verification.store.heads import head_file
from verification.store.log_rows import (
    LOG_COLUMNS,
    VISIT_COLUMNS,
    event_of,
    row_of,
    stored_visit,
    utc,
    visit_of,
)
from verification.store.schema import make_log_tables
from verification.store.writer import Writer
from verification.visit import Visit, advance, begin

T = TypeVar("T")

_NAMED = "bhxh:"  # before a reference: its social-insurance number is in the index
_LAST = "SELECT seq, hash FROM log WHERE desk = ? ORDER BY seq DESC LIMIT 1"
_EVENT = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq = ?"
_INSERT_EVENT = f"INSERT INTO log ({LOG_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)"
_VISIT = f"SELECT {VISIT_COLUMNS} FROM visit"
_MARKS = ",".join("?" * 17)
_PUT_VISIT = f"INSERT OR REPLACE INTO visit ({VISIT_COLUMNS}, day, seq) VALUES ({_MARKS})"


class SqliteLog:
    """The `Log` port on one SQLite file.

    Args:
        path: `kiosk.db`.
        master_key: Opens the wrapped data keys.
        clock: Returns the present time, with time zone.
    """

    def __init__(self, path: Path, master_key: bytes, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._touched: set[str] = set()
        self._fresh_keys: list[str] = []
        self._writing: sqlite3.Connection | None = None
        self._head_file: IO[str] | None = None
        self._writer = Writer(path, make_log_tables, self._note_heads, self._forget_unsaved)
        self._readers = PerThread(path)
        self._sealer = Sealer(master_key, self._load_key, self._save_key)
        self._opener = Sealer(master_key, self._read_key, _never_save)
        self._check_key()

    def _check_key(self) -> None:
        """Refuse a master key that does not open what is there.

        Raises:
            StoreError: It does not.
        """
        try:
            with told(self._path):
                if self._read_key(INDEX_KEY):
                    self._opener.index("")
        except BaseException:
            self.close()
            raise

    def write(self, work: "Callable[[Transaction], T]") -> T:
        """Run work atomically; return its result after the commit.

        Raises:
            StoreError: It could not be written; nothing of it was.
        """

        def inside(connection: sqlite3.Connection) -> T:
            self._writing = connection
            return work(Transaction(connection, self._sealer, self._clock, self._touched))

        return self._writer.run(inside)

    @property
    def cases(self) -> SqliteCases:
        """Return the cases, to read."""
        return SqliteCases(self._readers.get(), self._path)

    @property
    def history(self) -> history.SqliteHistory:
        """Return past visits here and elsewhere, to read."""
        return history.SqliteHistory(self._readers.get(), self._opener)

    @property
    def accounts(self) -> SqliteAccounts:
        """Return the accounts, to read."""
        return SqliteAccounts(self._readers.get(), self._opener, self._path)

    def events(self, kinds: Sequence[EventKind], since: datetime) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        marks = ",".join("?" * len(kinds))
        query = f"SELECT {LOG_COLUMNS} FROM log WHERE kind IN ({marks}) AND recorded_at >= ?"
        values = [*(kind.value for kind in kinds), utc(since)]
        with told(self._path):
            rows = self._readers.get().execute(f"{query} ORDER BY rowid", values).fetchall()
        return [event_of(row) for row in rows]

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        with told(self._path):
            return _one_visit(self._readers.get(), visit_id)

    def is_empty(self) -> bool:
        """Tell whether nothing was logged yet."""
        with told(self._path):
            found = self._readers.get().execute("SELECT 1 FROM log LIMIT 1").fetchone()
        return found is None

    def last_recorded(self) -> datetime:
        """Return when the newest event was recorded; the first day there is for an empty log."""
        query = "SELECT recorded_at FROM log ORDER BY rowid DESC LIMIT 1"
        with told(self._path):
            row = self._readers.get().execute(query).fetchone()
        return datetime.fromisoformat(row[0]) if row else datetime.min.replace(tzinfo=UTC)

    def recent(self, desk: str, count: int) -> Sequence[Visit]:
        """Return the newest visits of a desk, newest first."""
        query = f"{_VISIT} WHERE desk = ? ORDER BY seq DESC LIMIT ?"
        with told(self._path):
            rows = self._readers.get().execute(query, (desk, count)).fetchall()
        return [visit_of(row) for row in rows]

    def content(self, event_id: str) -> dict[str, Any] | None:
        """Return the content of an event, None where it has none or was erased."""
        with told(self._path):
            return _content(self._readers.get(), self._opener, event_id)

    def rebuild(self) -> None:
        """Make the projection again from the chain alone."""

        def inside(connection: sqlite3.Connection) -> None:
            self._writing = connection
            _rebuild(connection, self._sealer)

        self._writer.run(inside)

    def close(self) -> None:
        """Finish what waits and close the file."""
        self._readers.close()
        self._writer.close()  # last: only a writer can fold the WAL into the file
        if self._head_file:
            self._head_file.close()

    def _note_heads(self) -> None:
        self._fresh_keys.clear()
        heads = [_head(self._writing, desk) for desk in sorted(self._touched)]
        self._touched.clear()
        # a disk that takes the log but not the head must not turn a logged visit into an error
        with contextlib.suppress(OSError):
            self._head_file = self._head_file or head_file(self._path).open("a")
            self._head_file.writelines(f"{head}\n" for head in heads if head)
            self._head_file.flush()

    def _forget_unsaved(self) -> None:
        for key_id in self._fresh_keys:
            self._sealer.forget(key_id)
        self._fresh_keys.clear()

    def _load_key(self, key_id: str) -> bytes | None:
        return _wrapped_key(self._writing, key_id)

    def _read_key(self, key_id: str) -> bytes | None:
        return _wrapped_key(self._readers.get(), key_id)

    def _save_key(self, key_id: str, wrapped: bytes) -> None:
        if self._writing is None:
            raise RuntimeError(key_id)  # keys are made inside write() only
        self._writing.execute("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))
        self._fresh_keys.append(key_id)


class Transaction:
    """The `LogTransaction` port inside one piece of work."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        sealer: Sealer,
        clock: Callable[[], datetime],
        touched: set[str],
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._clock = clock
        self._touched = touched

    @property
    def cases(self) -> SqliteCases:
        """Return the cases as this piece of work sees them."""
        return SqliteCases(self._connection)

    @property
    def accounts(self) -> SqliteAccounts:
        """Return the accounts, to read and write."""
        return SqliteAccounts(self._connection, self._sealer)

    def person(self, ma_so_bhxh: str | None, others: Sequence[str]) -> str:
        """Return the reference of the person whom the numbers mean, or a new one."""
        own = self._sealer.index(ma_so_bhxh) if ma_so_bhxh else None
        keys = [*([own] if own else []), *(self._sealer.index(number) for number in others)]
        known = self._known(keys)
        ref = known.get(own) if own else None
        if ref is None:
            free = (known[k] for k in keys if k in known and not (own and self._is_named(known[k])))
            ref = next(free, None) or secrets.token_hex(16)
        new = [(key, ref) for key in dict.fromkeys(keys) if key not in known]
        if own and own not in known:
            new.append((_NAMED + ref, ref))
        self._connection.executemany("INSERT OR IGNORE INTO person_index VALUES (?, ?)", new)
        return ref

    def _known(self, keys: Sequence[str]) -> dict[str, str]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT number_hmac, person_ref FROM person_index WHERE number_hmac IN ({marks})"
        return dict(self._connection.execute(query, keys).fetchall())

    def _is_named(self, ref: str) -> bool:
        """Tell whether a person's social-insurance number is known already."""
        return bool(self._known([_NAMED + ref]))

    @property
    def history(self) -> history.SqliteHistory:
        """Return past visits, what this piece of work wrote included."""
        return history.SqliteHistory(self._connection, self._sealer)

    def scan(self, scan_id: str) -> Event | None:
        """Return the event that a scan already made."""
        row = self._connection.execute(
            "SELECT event_id FROM scan WHERE scan_id = ?", (scan_id,)
        ).fetchone()
        return self._event(row[0]) if row else None

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        return self._event(event_id)

    def visits_of(self, person_ref: str, day: date) -> Sequence[Visit]:
        """Return a person's visits of a day that were not cancelled, oldest first."""
        query = (
            f"{_VISIT} WHERE person_ref = ? AND day = ? AND cancelled IS NULL ORDER BY happened_at"
        )
        rows = self._connection.execute(query, (person_ref, day.isoformat())).fetchall()
        return [visit_of(row) for row in rows]

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        return _one_visit(self._connection, visit_id)

    def erase(self, event_id: str) -> None:
        """Delete the content of an event; its digest stays in the chain and says nothing."""
        self._connection.execute("DELETE FROM content WHERE event_id = ?", (event_id,))

    @contextlib.contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo this part alone when it fails."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            if not self._connection.in_transaction:  # the disk failed: all of it is undone
                raise StoreError(f"Không ghi được: {error}", f"Not written: {error}") from error
            self._connection.execute("ROLLBACK TO attempt")
            self._connection.execute("RELEASE attempt")
            raise
        self._connection.execute("RELEASE attempt")

    def append(self, event: NewEvent) -> Event:
        """Add an event to the chain of its desk and to the projection."""
        last = self._connection.execute(_LAST, (event.desk,)).fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, chain.START)
        now = self._clock().astimezone(UTC)
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
        self._touched.add(event.desk)
        _project(self._connection, self._sealer, logged, lambda: event.content)
        return logged

    def _seal(self, logged: Event, event: NewEvent) -> str | None:
        if event.content is None:
            return None
        content, salt = chain.canonical(event.content), secrets.token_bytes(SALT_BYTES)
        key_id = f"{logged.recorded_at:%Y-%m}"
        sealed = self._sealer.seal(key_id, logged.event_id, content)
        self._connection.execute(
            "INSERT INTO content VALUES (?, ?, ?, ?)", (logged.event_id, salt, key_id, sealed)
        )
        return chain.content_digest(salt, content)

    def _event(self, event_id: str) -> Event | None:
        desk, _, seq = event_id.rpartition("-")
        row = self._connection.execute(_EVENT, (desk, seq)).fetchone()
        return event_of(row) if row else None


def read_chains(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `log` by desk, in order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    cursor = connection.execute(f"SELECT {LOG_COLUMNS} FROM log ORDER BY desk, seq")
    names = [column[0] for column in cursor.description]
    for row in cursor:
        chains.setdefault(row[0], []).append(dict(zip(names, row, strict=True)))
    return chains


def _head(connection: sqlite3.Connection | None, desk: str) -> chain.Head | None:
    last = connection.execute(_LAST, (desk,)).fetchone() if connection else None
    return chain.Head(desk, *last) if last else None


def has_keys(path: Path) -> bool:
    """Tell whether a database exists whose content needs a key."""
    if not path.exists():
        return False
    with told(path), contextlib.closing(connect(path, read_only=True)) as connection:
        made = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'wrapped_key'")
        if made.fetchone() is None:
            return False
        return connection.execute("SELECT 1 FROM wrapped_key LIMIT 1").fetchone() is not None


def _project(
    connection: sqlite3.Connection,
    sealer: Sealer,
    event: Event,
    content: Callable[[], history.Content | None],
) -> None:
    if scan_id := event.codes.get("scan"):
        connection.execute("INSERT OR REPLACE INTO scan VALUES (?, ?)", (scan_id, event.event_id))
    if event.kind in FOLDED:
        project_case(connection, event)
    if event.kind is EventKind.RECEIVED:
        visit: Visit | None = begin(event)
    elif visit_id := event.codes.get("visit"):
        before = _one_visit(connection, visit_id)
        visit = advance(before, event) if before else None
    else:
        visit = None
    if visit:
        connection.execute(_PUT_VISIT, stored_visit(visit))
    history.project(connection, sealer, event, content, visit)


def _rebuild(connection: sqlite3.Connection, sealer: Sealer) -> None:
    for table in ("visit", "scan", "review_case", "case_event"):
        connection.execute(f"DELETE FROM {table}")
    history.forget(connection)
    # in the order of writing: a clock may step back, and two desks may write in one millisecond
    query = f"SELECT {LOG_COLUMNS} FROM log ORDER BY rowid"
    for row in connection.execute(query).fetchall():
        event = event_of(row)
        _project(connection, sealer, event, partial(_content, connection, sealer, event.event_id))


def _content(
    connection: sqlite3.Connection, sealer: Sealer, event_id: str
) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT key_id, sealed FROM content WHERE event_id = ?", (event_id,)
    ).fetchone()
    return json.loads(sealer.open(row[0], event_id, row[1])) if row else None


def _one_visit(connection: sqlite3.Connection, visit_id: str) -> Visit | None:
    row = connection.execute(f"{_VISIT} WHERE visit_id = ?", (visit_id,)).fetchone()
    return visit_of(row) if row else None


def _wrapped_key(connection: sqlite3.Connection | None, key_id: str) -> bytes | None:
    if connection is None:
        return None
    query = "SELECT wrapped FROM wrapped_key WHERE key_id = ?"
    row = connection.execute(query, (key_id,)).fetchone()
    return row[0] if row else None


def _never_save(key_id: str, _wrapped: bytes) -> None:
    raise RuntimeError(key_id)  # a reader makes no keys
