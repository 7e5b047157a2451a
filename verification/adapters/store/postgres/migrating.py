"""A hospital brought from a SQLite file into PostgreSQL: whole, verified, then marked so."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from verification.adapters.store.postgres import card_sets, half_copied
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.card_notes import make_set
from verification.adapters.store.postgres.database import (
    Connection,
    connected,
    errors_in_words,
    is_there,
    run,
)
from verification.adapters.store.postgres.schema import make_tables
from verification.adapters.store.postgres.taking_in import TakingIn, Told
from verification.adapters.store.postgres.whole import NAMES
from verification.adapters.store.sqlite.card_folder import (
    Keeps,
    digest_of,
    draft_of,
    is_of,
    newest_file,
)
from verification.adapters.store.sqlite.proof.card_files import noted_in
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.basics.errors import RequestError, StoreBusy, StoreError
from verification.log.card_files import CardFile
from verification.log.sealing import Binder

_ALONE = 7_901_401  # an advisory lock: two copy into one database one after the other, not at once
_SOURCE = "source"
_FIRST = "SELECT EXISTS (SELECT 1 FROM {})"
_COUNT = "SELECT count(*) FROM {}"


@dataclass(frozen=True)
class State:
    """What a store holds, to be compared.

    Args:
        rows: How many rows each table has.
        heads: The last hash of each desk, as `DESK:COUNT:HASH`.
    """

    rows: Mapping[str, int]
    heads: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Return what stands for all of it."""
        told = json.dumps([sorted(self.rows.items()), sorted(self.heads)])
        return hashlib.sha256(told.encode()).hexdigest()


def state_of(copy: Copy) -> State:
    """Return what a copy holds."""
    count = copy.connection.execute
    rows = {name: int(count(_COUNT.format(name)).fetchone()[0]) for name in NAMES}
    heads = (copy.log.head(desk) for desk in sorted(copy.log.counts))
    return State(rows, tuple(str(head) for head in heads if head))


@contextmanager
def alone(address: Address) -> Iterator[Connection]:
    """Connect to copy a store into a database, while nobody else does.

    Raises:
        StoreBusy: Somebody else does.
        StoreError: It cannot be reached, or refuses what was done meanwhile.
    """
    with (
        errors_in_words(address),
        closing(connected(address)) as connection,
    ):
        [[is_free]] = run(connection, "SELECT pg_try_advisory_lock(?)", (_ALONE,))
        if not is_free:
            raise StoreBusy(
                f"Một lệnh migrate-store khác đang chép vào {address.name}",
                f"Another migrate-store is copying into {address.name}",
            )
        yield connection


class Migration:
    """The copying of one store into one database.

    Args:
        copy: The store, opened with its key.
        target: In autocommit, held alone.
        binder: Binds by the key of the store.
    """

    def __init__(self, copy: Copy, target: Connection, binder: Binder) -> None:
        self._copy = copy
        self._target = target
        self._binder = binder
        self.state = state_of(copy)

    def begin(self, prove: Callable[[], None]) -> bool:
        """Begin, or go on where the same was begun before.

        Args:
            prove: Proves the store; called where nobody has done so before.

        Returns:
            Whether it goes on.

        Raises:
            RequestError: The database holds another store, or this one whole.
        """
        mark = self._binder.bind("kiosk-migration", self.state.digest)
        if half_copied.is_half_copied(self._target):
            if half_copied.noted(self._target).get(_SOURCE) != mark:
                raise RequestError(
                    "Cơ sở dữ liệu này đang chép dở từ một tệp khác, hoặc tệp đã được ghi thêm từ "
                    "đó: hãy tạo một cơ sở dữ liệu trống rồi chạy lại",
                    "Another file is half copied into this database, or the file was written since "
                    "then: make an empty database and run this again",
                )
            return True
        self._refuse_used()
        prove()
        with self._target.transaction():
            make_tables(self._target)
            half_copied.begin(self._target)
            half_copied.note(self._target, _SOURCE, mark)
        return False

    def _refuse_used(self) -> None:
        names = [name for name in NAMES if is_there(self._target, name)]
        if any(run(self._target, _FIRST.format(name))[0][0] for name in names):
            raise RequestError(
                "Cơ sở dữ liệu này đã có dữ liệu của kiosk, chưa thay đổi gì: hãy tạo một cơ sở "
                "dữ liệu trống",
                "This database holds a kiosk's data already, nothing was changed: make an empty "
                "database",
            )

    def copy(self, told: Told) -> None:
        """Copy all rows that are not there yet."""
        TakingIn(self._copy.connection, self._target, self._binder, told).run()
        for name in NAMES:
            run(self._target, f"ANALYZE {name}")

    def take_cards(self, address: Address, folder: Path) -> CardFile | None:
        """Take over the cards in use; return their file, None where there are none."""
        found = _card_file(folder, noted_in(self._copy.connection))
        if found is None:
            return None
        file, of = found
        with card_sets.alone(address) as connection, errors_in_words(address):
            made = card_sets.set_of(connection, of) or make_set(connection, file, of)
            card_sets.put_in_use(connection, made, Keeps.NONE)
            card_sets.tidy(connection)
        return of

    def finish(self, copied: State) -> None:
        """Let servers work on the database.

        Args:
            copied: What it holds, proved.

        Raises:
            StoreError: It is not what was copied; it stays marked as half copied.
        """
        if copied != self.state:
            both = {name: (self.state.rows[name], copied.rows[name]) for name in NAMES}
            wrong = [f"{name} {one}/{other}" for name, (one, other) in both.items() if one != other]
            told = ", ".join(wrong) or "heads"
            raise StoreError(
                f"Bản chép khác bản gốc ({told}): máy chủ chưa dùng được cơ sở dữ liệu này",
                f"The copy differs from the original ({told}): no server may use this database yet",
            )
        half_copied.end(self._target)


def _card_file(folder: Path, noted: CardFile | None) -> tuple[Path, CardFile] | None:
    """Return the file of the noted cards, or the one in use where none was ever noted."""
    if noted is None:
        newest = newest_file(folder)
        return (newest, CardFile(newest.name, digest_of(newest))) if newest else None
    target = folder / noted.name
    for file in (target, draft_of(target)):  # a draft where an import was ended before its rename
        if is_of(file, noted):
            return file, noted
    return None


def bytes_of(target: Connection) -> int:
    """Return the bytes of a database on the disk."""
    [[size]] = run(target, "SELECT pg_database_size(current_database())")
    return int(size)


def servers_on(target: Connection) -> int:
    """Return how many connections of servers a database has, ours left out."""
    query = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name LIKE 'bhyt-kiosk%' AND pid <> pg_backend_pid()
    """
    [[found]] = run(target, query)
    return int(found)
