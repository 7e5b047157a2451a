"""The log in `kiosk.db`: the chain, its sealed content, the person index and the projection."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from verification.adapters.store.heads import HeadFile, head_file
from verification.adapters.store.sql.chains import head_of
from verification.adapters.store.sql.log import ReadLog
from verification.adapters.store.sql.transaction import Transaction
from verification.adapters.store.sql.wrapped import is_opened_by, misfit, never_save, wrapped_key
from verification.adapters.store.sqlite import rebuilding, register, rotation
from verification.adapters.store.sqlite.binding import bind_accounts
from verification.adapters.store.sqlite.database import (
    PerThread,
    Statements,
    errors_in_words,
    fold_wal,
)
from verification.adapters.store.sqlite.mended import mended
from verification.adapters.store.sqlite.schema import make_log_tables
from verification.adapters.store.sqlite.writer import Writer
from verification.basics.errors import StoreDamaged, StoreFull
from verification.log.house_events import Rebuilt
from verification.log.sealing import Binder, Sealer
from verification.log.unreadable import Noticed
from verification.log.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from verification.log.events import Event

T = TypeVar("T")


class SqliteLog(ReadLog):
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
                fits = is_opened_by(Statements(self._readers.get()), self._master_key)
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
        return Transaction(Statements(connection), *held, self._forget_unsaved, self._noticed)

    @property
    def _db(self) -> Statements:
        return Statements(self._readers.get(), self._path)

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
        if self._writing is None:
            return
        db = Statements(self._writing)
        heads = [head_of(db, desk) for desk in sorted(self._touched)]
        self._touched.clear()
        self._heads.note([head for head in heads if head])
        if self._erased:
            self._erased = not fold_wal(self._writing)

    def _forget_unsaved(self) -> None:
        for key_id in self._fresh_keys:  # until the commit: what was kept is read again
            self._sealer.forget(key_id)

    def _load_key(self, key_id: str) -> bytes | None:
        return wrapped_key(Statements(self._writing), key_id) if self._writing else None

    def _read_key(self, key_id: str) -> bytes | None:
        return wrapped_key(self._db, key_id)

    def _save_key(self, key_id: str, wrapped: bytes) -> None:
        if self._writing is None:
            raise RuntimeError(key_id)  # keys are made inside write() only
        self._writing.execute("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))
        self._fresh_keys.append(key_id)
