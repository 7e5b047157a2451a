"""The copy of a store that is proved: made for it, looked at alone, thrown away."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from verification.adapters.store.sqlite.database import connect, errors_in_words, fetched
from verification.adapters.store.sqlite.heads import noted_heads
from verification.basics.errors import StoreError
from verification.log.chain import Head
from verification.log.sealing import Sealer


class NotThere(Exception):
    """What a check looks at is not there: it says nothing, neither good nor bad."""


@dataclass(frozen=True)
class Copy:
    """A store as it is proved.

    Args:
        connection: To the copy; checks may write scratch tables into it, never into the store.
        path: Of the store itself; the card files and the heads lie beside it.
        heads: Ends of chains noted beside it, by desk.
        given: Ends that whoever asks kept elsewhere.
        sealer: Opens its content; None without the key.
        elsewhere: True for a copy that may lie alone, False for an installation's own store.
    """

    connection: sqlite3.Connection
    path: Path
    heads: dict[str, list[Head]]
    given: Sequence[Head] = ()
    sealer: Sealer | None = None
    elsewhere: bool = False


@contextmanager
def copied(
    path: Path,
    master: bytes | None = None,
    given: Sequence[Head] = (),
    *,
    elsewhere: bool = False,
) -> Iterator[Copy]:
    """Copy a store and open the copy; the store is not changed.

    Args:
        path: `kiosk.db`, or a copy of it.
        master: The master key, None where it is not there.
        given: Heads that whoever asks kept elsewhere.
        elsewhere: True for a copy that may lie alone.

    Raises:
        StoreError: There is no such file, it holds no log, or it cannot be read.
    """
    if not path.exists():
        raise StoreError(f"Không có tệp {path}", f"There is no file {path}")
    with tempfile.TemporaryDirectory(prefix="kiosk-proof-") as folder:
        copy = Path(folder) / path.name
        with errors_in_words(path), closing(connect(path, read_only=True)) as source:
            _refuse_other(source, path)
            with closing(connect(copy)) as target:
                source.backup(target)
        with closing(connect(copy)) as connection:
            sealer = _sealer(connection, master) if master else None
            yield Copy(connection, path, noted_heads(path), given, sealer, elsewhere)


def _refuse_other(source: sqlite3.Connection, path: Path) -> None:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'log'"
    if source.execute(query).fetchone() is None:
        raise StoreError(
            f"{path.name} không có nhật ký của kiosk", f"{path.name} holds no kiosk log"
        )


def _sealer(connection: sqlite3.Connection, master: bytes) -> Sealer:
    def load(key_id: str) -> bytes | None:
        query = "SELECT wrapped FROM wrapped_key WHERE key_id = ?"
        rows = fetched(connection, query, (key_id,))
        return rows[0][0] if rows else None

    def save(key_id: str, _wrapped: bytes) -> None:
        raise StoreError(f"Thiếu khóa {key_id}", f"The key {key_id} is missing")

    return Sealer(master, load, save)
