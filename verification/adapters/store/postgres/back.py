"""A SQLite file made of a store on PostgreSQL, to go back to it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from verification.adapters.store.copies import folder_of_copies
from verification.adapters.store.heads import heads_in
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import Connection, Working
from verification.adapters.store.postgres.proving_cards import card_file
from verification.adapters.store.postgres.register import unproved
from verification.adapters.store.postgres.taking_out import take_out
from verification.adapters.store.postgres.whole import snapshot
from verification.adapters.store.sqlite.card_folder import newest_file, on_disk
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.proof.copying import Copy, opening
from verification.adapters.store.sqlite.register import Register
from verification.basics.errors import RequestError
from verification.basics.private import private_folder
from verification.log.sealing import Binder, Sealer


@contextmanager
def made(
    address: Address, file: Path, key: bytes, heads: Path, said: Callable[[str], None]
) -> Iterator[Copy]:
    """Make the file beside, let it be proved, then put it in its place.

    Args:
        address: Of the database.
        file: The new file; neither it nor card files lie there.
        key: The master key of the store.
        heads: Where ends of its chains were noted.
        said: Is told which step comes.

    Raises:
        RequestError: The file is there, the key does not fit, or a desk's register does not prove
            its log.
        StoreError: It cannot be read or written.
    """
    if file.exists() or newest_file(file.absolute().parent):
        raise RequestError(
            f"{file} hoặc tệp thẻ đã có ở đó, không ghi đè: hãy chọn một thư mục trống",
            f"{file} or card files are there, nothing is overwritten: choose an empty folder",
        )
    with errors_in_words(file):
        private_folder(file.absolute().parent)
    with folder_of_copies("migrate-", file.absolute().parent) as folder:
        draft = folder / file.name
        with errors_in_words(file), closing(connect(draft)) as connection:
            said("copy")
            with snapshot(address) as source:
                met = take_out(source, connection)
                met += card_file(source, connection, draft.parent)[1]
                sealer, binder = _opened(source, connection, key)
            said("register")
            _fill(connection, binder)
            yield Copy(connection, draft, heads, heads_in(heads), (), sealer, binder, met=met)
            connection.execute("PRAGMA journal_mode = DELETE")
        _put(draft, file)


def card_file_of(file: Path) -> str | None:
    """Return the name of the card file beside a file, None where there is none."""
    found = newest_file(file.absolute().parent)
    return found.name if found else None


def _opened(
    source: Connection, connection: sqlite3.Connection, key: bytes
) -> tuple[Sealer, Binder]:
    sealer, binder, _ = opening(connection, key)
    if sealer is None or binder is None:
        name = source.info.dbname
        raise RequestError(f"Khóa không đi với {name}", f"The key does not fit {name}")
    if desks := unproved(Working(source), binder):
        told = ", ".join(desks)
        raise RequestError(
            f"Nhật ký của quầy {told} không phải nhật ký đã ghi sổ: xem verify-log",
            f"The log of the desks {told} is not the one that was registered: see verify-log",
        )
    return sealer, binder


def _fill(connection: sqlite3.Connection, binder: Binder) -> None:
    """Make the register of the file, and drop what holds for servers that run no more."""
    connection.execute("BEGIN")
    Register(connection, binder).fill()
    connection.execute("UPDATE outbox SET leased_until = NULL WHERE leased_until IS NOT NULL")
    connection.execute("COMMIT")


def _put(draft: Path, file: Path) -> None:
    """Put what was made in its place: the cards first, a store without them were damaged."""
    with errors_in_words(file):
        for made_file in sorted(draft.parent.iterdir(), key=lambda one: one == draft):
            on_disk(made_file)
            shutil.move(made_file, file.absolute().parent / made_file.name)
        on_disk(file.absolute().parent)
