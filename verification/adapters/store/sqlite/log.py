"""The log in `kiosk.db`: the chain, its sealed content, the person index and the projection."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from verification.adapters.store.rows import visit_of
from verification.adapters.store.sqlite import days, history, rebuilding, register, rotation
from verification.adapters.store.sqlite.accounts import SqliteAccounts
from verification.adapters.store.sqlite.aged import SqliteAged
from verification.adapters.store.sqlite.api_keys import SqliteApiKeys
from verification.adapters.store.sqlite.binding import bind_accounts
from verification.adapters.store.sqlite.cases import SqliteCases
from verification.adapters.store.sqlite.chains import SqliteChains, head_of
from verification.adapters.store.sqlite.database import (
    PerThread,
    errors_in_words,
    fetched,
    fold_wal,
)
from verification.adapters.store.sqlite.exchanged import SqliteExchanged
from verification.adapters.store.sqlite.heads import HeadFile, head_file
from verification.adapters.store.sqlite.mended import mended
from verification.adapters.store.sqlite.reading import (
    SELECT_VISIT,
    events_of_kinds,
    newest_scans,
    one_visit,
    read_content,
    recorded,
    unreadable_rows,
)
from verification.adapters.store.sqlite.schema import make_log_tables
from verification.adapters.store.sqlite.transaction import Transaction
from verification.adapters.store.sqlite.visits import SqliteVisits
from verification.adapters.store.sqlite.wrapped import (
    is_opened_by,
    misfit,
    never_save,
    wrapped_key,
)
from verification.adapters.store.sqlite.writer import Writer
from verification.basics.errors import StoreDamaged, StoreFull
from verification.log.events import Event, EventKind
from verification.log.house_events import Rebuilt
from verification.log.sealing import Binder, Sealer
from verification.log.unreadable import Content, Noticed, Unreadable
from verification.log.visit import Visit
from verification.log.watch import UNWATCHED, Watch

T = TypeVar("T")


class SqliteLog:
    """The `Log` port on one SQLite file.

    Args:
        path: `kiosk.db`.
        master_key: Opens the wrapped data keys.
        clock: Returns the present time, with time zone.
        watch: Told how the writing goes.
    """

    def __init__(
        self,
        path: Path,
        master_key: bytes,
        clock: Callable[[], datetime],
        watch: Watch = UNWATCHED,
    ) -> None:
        self._path = path
        self._master_key = master_key
        self._clock = clock
        self._watch = watch
        self._touched: set[str] = set()
        self._fresh_keys: list[str] = []
        self._noticed = Noticed()
        self._erased = False
        self._writing: sqlite3.Connection | None = None
        self._heads = HeadFile(head_file(path))
        self._readers = PerThread(path)
        told = (self._note_heads, self._forget_unsaved, self._readers.read_from)
        try:
            self._writer = Writer(path, make_log_tables, *told, watch)
        except StoreDamaged as error:  # what cannot be opened is not made again either
            raise rebuilding.beyond(path.name) from error
        self._sealer = Sealer(master_key, self._load_key, self._save_key)
        self._opener = Sealer(master_key, self._read_key, never_save)
        self._binder = Binder(master_key)
        self._check_key()
        self._begin()

    def _check_key(self) -> None:
        """Refuse a master key that does not open what is there.

        Raises:
            StoreError: It does not.
        """
        fits = False
        try:
            with errors_in_words(self._path):
                fits = is_opened_by(self._readers.get(), self._master_key)
        except StoreDamaged as error:  # without keys nothing can be made again
            raise rebuilding.beyond("wrapped_key") from error
        finally:
            if not fits:
                self.close()
        if not fits:
            raise misfit(self._path.name)

    def _begin(self) -> None:
        """Register what a version before wrote and bind its accounts: once, and both at once.

        So nothing is bound by itself again, whatever is taken out of the log: that the register
        was begun is proved by the keys.
        """
        try:
            with errors_in_words(self._path):
                begun = register.is_begun(self._readers.get(), self._opener)
            if not begun:
                self._writer.run(self._begin_in)
        except StoreDamaged as error:
            self.close()
            raise rebuilding.beyond("log") from error
        except BaseException:
            self.close()
            raise

    def _begin_in(self, connection: sqlite3.Connection) -> None:
        if register.begin(connection, self._binder, self._opener):
            bind_accounts(connection, self._sealer, self._transaction(connection))

    def write(self, work: "Callable[[Transaction], T]") -> T:
        """Run work atomically; return its result after the commit.

        Raises:
            StoreError: It could not be written; nothing of it was.
        """
        written: list[Event] = []

        def inside(connection: sqlite3.Connection) -> T:
            piece = self._transaction(connection)
            result = work(piece)
            self._erased |= piece.has_erased
            written.extend(piece.appended)
            return result

        result = self._writer.run(inside)
        for event in written:
            self._watch.wrote(event)
        return result

    def _transaction(self, connection: sqlite3.Connection) -> Transaction:
        self._writing = connection
        self._sealer.forget_rotated()
        entries = register.Register(connection, self._binder)
        held = (self._sealer, entries, self._clock, self._touched)
        return Transaction(connection, *held, self._forget_unsaved, self._noticed)

    @property
    def cases(self) -> SqliteCases:
        """Return the cases, to read."""
        return SqliteCases(self._readers.get(), self._noticed, self._path)

    @property
    def history(self) -> history.SqliteHistory:
        """Return past visits here and elsewhere, to read."""
        return history.SqliteHistory(self._readers.get(), self._opener, self._noticed)

    @property
    def visits(self) -> SqliteVisits:
        """Return visits by day, person and officer, to look for some."""
        return SqliteVisits(self._readers.get(), self._opener, self._path)

    @property
    def aged(self) -> SqliteAged:
        """Return events by the age of their content, to read."""
        return SqliteAged(self._readers.get(), self._path)

    @property
    def exchanged(self) -> SqliteExchanged:
        """Return the outbox and the portal's answers, to read."""
        return SqliteExchanged(self._readers.get(), self._opener, self._noticed, self._path)

    @property
    def places(self) -> SqliteChains:
        """Return the chains of the desks, to read."""
        return SqliteChains(self._readers.get(), self._path)

    @property
    def accounts(self) -> SqliteAccounts:
        """Return the accounts, to read."""
        return SqliteAccounts(self._readers.get(), self._opener, self._noticed, self._path)

    @property
    def api_keys(self) -> SqliteApiKeys:
        """Return the keys of the hospital's systems, to read."""
        return SqliteApiKeys(self._readers.get(), self._opener, self._noticed, self._path)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        with errors_in_words(self._path):
            return events_of_kinds(self._readers.get(), kinds, since, until)

    def visit(self, visit_id: str) -> Visit | None:
        """Return one visit."""
        with errors_in_words(self._path):
            return one_visit(self._readers.get(), visit_id)

    def is_empty(self) -> bool:
        """Tell whether nothing was logged yet."""
        with errors_in_words(self._path):
            found = self._readers.get().execute("SELECT 1 FROM log LIMIT 1").fetchone()
        return found is None

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        with errors_in_words(self._path):
            return recorded(self._readers.get(), "min", begin, end)

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        with errors_in_words(self._path):
            return recorded(self._readers.get(), "max", begin, end)

    def recent(self, desk: str, count: int) -> Sequence[Visit]:
        """Return the newest visits of a desk, newest first."""
        query = f"{SELECT_VISIT} WHERE desk = ? ORDER BY seq DESC LIMIT ?"
        with errors_in_words(self._path):
            rows = fetched(self._readers.get(), query, (desk, count))
        return [visit_of(row) for row in rows]

    def newest_scans(self) -> Mapping[str, datetime]:
        """Return when each desk presented somebody last."""
        with errors_in_words(self._path):
            return newest_scans(self._readers.get())

    def visits_on(self, day: date, desk: str | None, most: int | None = None) -> Sequence[Visit]:
        """Return the visits of a local day, undone ones too, newest first."""
        with errors_in_words(self._path):
            return days.visits_on(self._readers.get(), day, desk, most)

    def unconfirmed(self, day: date, desk: str | None) -> Sequence[Visit]:
        """Return the visits of a local day that the portal has not confirmed, newest first."""
        with errors_in_words(self._path):
            return days.unconfirmed(self._readers.get(), day, desk)

    def unreceived(self, since: datetime, desk: str | None) -> Sequence[Event]:
        """Return the presentations from which no visit was made, newest first."""
        with errors_in_words(self._path):
            return days.unreceived(self._readers.get(), since, desk)

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        with errors_in_words(self._path):
            return days.event(self._readers.get(), event_id)

    def content(self, event_id: str) -> Content | None:
        """Return the content of an event, None where it has none or was erased."""
        with errors_in_words(self._path):
            found = read_content(self._readers.get(), self._opener, event_id)
        return self._noticed.content(event_id, found)

    def noticed(self) -> Sequence[Unreadable]:
        """Return the rows that were met since the start and could not be read."""
        return self._noticed.all()

    def unreadable(self) -> Sequence[Unreadable]:
        """Read all events and their content, and return those that cannot be read."""
        with errors_in_words(self._path):
            found = tuple(unreadable_rows(self._readers.get(), self._opener))
        for one in found:
            self._noticed.note(one.row, one.cause)
        return found

    def damaged(self) -> Sequence[str]:
        """Return which parts a rebuild would mend, as far as SQLite can tell."""
        with errors_in_words(self._path):
            return rebuilding.damaged(self._readers.get())

    def rebuild(self, then: Callable[[Transaction, Rebuilt], object] | None = None) -> Rebuilt:
        """Make the projections again from the chain alone; what was damaged is kept beside.

        Args:
            then: Does more in the same atomic piece of work, such as to log it.

        Raises:
            StoreError: What cannot be made from the log is damaged; nothing was changed.
        """
        kept: list[str] = []

        def inside(connection: sqlite3.Connection) -> Rebuilt:
            work = self._transaction(connection)
            # another connection reads what is damaged: SQLite lets nothing be written after that
            found = rebuilding.examined(self._readers.get())
            if found.damaged:
                kept.append(rebuilding.keep(self._readers.get(), self._path, self._clock()))
            made = rebuilding.remake(connection, self._sealer, found)
            done = Rebuilt(made.visits, made.cases, len(made.unread), next(iter(kept), None))
            if then:
                then(work, done)
            return done

        try:
            done = self._writer.run_alone(inside)
        except StoreDamaged as error:
            raise rebuilding.beyond(self._path.name) from error
        except StoreFull:
            for name in kept:  # of a file that stays as it was: each trial would take as much again
                self._path.with_name(name).unlink(missing_ok=True)
            raise
        aside = f"; what was damaged is kept as {kept[0]}" if kept else ""
        mended(self._path, f"projections made again from the chain, visits: {done.visits}{aside}")
        if kept:  # the pages of what was forgotten
            self._writer.give_room_back()
        return done

    def rotate(
        self, master: bytes | None, note: "Callable[[Transaction, rotation.Rotated], object]"
    ) -> rotation.Rotated:
        """Give the store new keys, all of it or nothing; the former ones write no more.

        Args:
            master: The new master key, None where it stays.
            note: Logs it, in the same piece of work.

        Raises:
            StoreError: It could not be written; nothing of it was.
        """
        former = self._sealer
        fresh = Sealer(master or self._master_key, self._load_key, self._save_key)

        def inside(connection: sqlite3.Connection) -> rotation.Rotated:
            self._writing = connection
            former.forget_rotated()
            keys = rotation.Keys(connection, former, fresh)
            done = rotation.rotate(keys, self._clock(), master)
            self._sealer, self._binder = fresh, fresh.binder
            note(self._transaction(connection), done)
            return done

        try:
            done = self._writer.run(inside)
        except BaseException:
            self._sealer, self._binder = former, former.binder
            raise
        self._master_key = master or self._master_key
        self._opener = Sealer(self._master_key, self._read_key, never_save)
        return done

    def keep(self) -> None:
        """See that what is written lies in the files at their names; bring back what can be.

        Raises:
            StoreError: It does not; nothing is written until it does.
        """
        self._writer.keep()

    def close(self) -> None:
        """Finish what waits and close the file."""
        self._readers.close()
        self._writer.close()  # last: only a writer can fold the WAL into the file
        self._heads.close()

    def _note_heads(self) -> None:
        self._fresh_keys.clear()
        heads = [head_of(self._writing, desk) for desk in sorted(self._touched)]
        self._touched.clear()
        self._heads.note([head for head in heads if head])
        if self._erased and self._writing:
            self._erased = not fold_wal(self._writing)

    def _forget_unsaved(self) -> None:
        for key_id in self._fresh_keys:  # until the commit: what was kept is read again
            self._sealer.forget(key_id)

    def _load_key(self, key_id: str) -> bytes | None:
        return wrapped_key(self._writing, key_id)

    def _read_key(self, key_id: str) -> bytes | None:
        with errors_in_words(self._path):
            return wrapped_key(self._readers.get(), key_id)

    def _save_key(self, key_id: str, wrapped: bytes) -> None:
        if self._writing is None:
            raise RuntimeError(key_id)  # keys are made inside write() only
        self._writing.execute("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))
        self._fresh_keys.append(key_id)
