"""The log on PostgreSQL, which several servers share."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from verification.adapters.store.heads import HeadFile
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Readers,
    Replica,
    Working,
    errors_in_words,
    pool,
)
from verification.adapters.store.postgres.register import Register
from verification.adapters.store.postgres.schema import bring
from verification.adapters.store.postgres.writer import Writer
from verification.adapters.store.sql.aged import SqlAged
from verification.adapters.store.sql.chains import head_of
from verification.adapters.store.sql.log import ReadLog
from verification.adapters.store.sql.projection import rebuild
from verification.adapters.store.sql.transaction import Transaction
from verification.adapters.store.sql.visits import SqlVisits
from verification.adapters.store.sql.wrapped import is_opened_by, misfit, never_save, wrapped_key
from verification.log.house_events import Rebuilt
from verification.log.sealing import Binder, Sealer
from verification.log.unreadable import Noticed
from verification.log.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from verification.log import chain
    from verification.log.events import Event

T = TypeVar("T")
_LOCKED = "LOCK TABLE log IN SHARE ROW EXCLUSIVE MODE"


class PostgresLog(ReadLog):
    """The `Log` port on one PostgreSQL database.

    Args:
        address: Of the database.
        master_key: Opens the wrapped data keys.
        clock: Returns the present time, with time zone.
        heads: The file to which this server notes each new head, outside the database.
        replica: A copy of the database for who looks through many visits, or None.
        watch: Told how the writing goes.
    """

    def __init__(
        self,
        address: Address,
        master_key: bytes,
        clock: Callable[[], datetime],
        heads: Path,
        replica: Address | None = None,
        watch: Watch = UNWATCHED,
    ) -> None:
        self._address = address
        self._clock = clock
        self._watch = watch
        self._noticed = Noticed()
        self._touched: set[str] = set()
        self._new_heads: list[chain.Head] = []
        self._fresh_keys: list[str] = []
        self._writing: Working | None = None
        self._heads = HeadFile(heads)
        with errors_in_words(address), pool(address, 1) as first, first.connection() as connection:
            bring(connection)
        self._readers = Readers(address)
        self._many = Replica(replica, self._readers) if replica else self._readers
        self._writer = Writer(
            address, self._read_heads, self._note_heads, self._forget_unsaved, watch
        )
        self._sealer = Sealer(master_key, self._load_key, self._save_key)
        self._opener = Sealer(master_key, self._read_key, never_save)
        self._binder = Binder(master_key)
        self._check_key(master_key)

    def _check_key(self, master_key: bytes) -> None:
        try:
            fits = is_opened_by(self._readers, master_key)
        except BaseException:
            self.close()
            raise
        if not fits:
            self.close()
            raise misfit(self._address.name)

    @property
    def visits(self) -> SqlVisits:
        """Return visits by day, person and officer, to look for some; from the replica's."""
        return SqlVisits(self._many, self._opener)

    @property
    def aged(self) -> SqlAged:
        """Return events by the age of their content, to read; from the replica's."""
        return SqlAged(self._many)

    @property
    def _db(self) -> Readers:
        return self._readers

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run work atomically, perhaps several times; return its result after the commit.

        Raises:
            StoreError: It could not be written; nothing of it was.
        """
        written: list[Event] = []

        def inside(db: Working) -> T:
            piece = self._transaction(db)
            result = work(piece)
            written[:] = piece.appended
            return result

        result = self._writer.run(inside)
        for event in written:
            self._watch.wrote(event)
        return result

    def _transaction(self, db: Working) -> Transaction:
        self._writing = db
        self._sealer.forget_rotated()
        entries = Register(db, self._binder)
        held = (self._sealer, entries, self._clock, self._touched)
        return Transaction(db, *held, self._forget_unsaved, self._noticed)

    def damaged(self) -> Sequence[str]:
        """Return which parts a rebuild would mend: none, PostgreSQL sees to its pages itself."""
        return ()

    def rebuild(self, then: Callable[[Transaction, Rebuilt], object] | None = None) -> Rebuilt:
        """Make the projections again from the chain alone; nobody writes meanwhile.

        Args:
            then: Does more in the same atomic piece of work, such as to log it.

        Raises:
            StoreError: It could not be done; nothing was changed.
        """

        def inside(db: Working) -> Rebuilt:
            db.rows(_LOCKED)
            work = self._transaction(db)
            made = rebuild(db, self._sealer)
            done = Rebuilt(made.visits, made.cases, len(made.unread), None)
            if then:
                then(work, done)
            return done

        return self._writer.run(inside)

    def keep(self) -> None:
        """See that the database answers and lets this server write.

        Raises:
            StoreError: It does not; nothing is written until it does.
        """
        self._writer.run(lambda db: db.rows("SELECT 1"))

    def close(self) -> None:
        """Finish what waits and close the connections."""
        self._many.close()
        self._readers.close()
        self._writer.close()
        self._heads.close()

    def _read_heads(self, db: Working) -> None:
        self._new_heads = [head for desk in sorted(self._touched) if (head := head_of(db, desk))]

    def _note_heads(self) -> None:
        self._fresh_keys.clear()
        self._touched.clear()
        self._heads.note(self._new_heads)

    def _forget_unsaved(self) -> None:
        for key_id in self._fresh_keys:  # until the commit: what was kept is read again
            self._sealer.forget(key_id)

    def _load_key(self, key_id: str) -> bytes | None:
        return wrapped_key(self._writing, key_id) if self._writing else None

    def _read_key(self, key_id: str) -> bytes | None:
        return wrapped_key(self._readers, key_id)

    def _save_key(self, key_id: str, wrapped: bytes) -> None:
        if self._writing is None:
            raise RuntimeError(key_id)  # keys are made inside write() only
        self._writing.rows("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))
        self._fresh_keys.append(key_id)
