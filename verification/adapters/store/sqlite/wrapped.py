"""The wrapped keys that a store keeps, and whether a master key opens them."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from verification.adapters.store.sqlite.database import connect, errors_in_words, fetched
from verification.basics.errors import StoreError
from verification.log.sealing import INDEX_KEY, Sealer


def is_used(path: Path) -> bool:
    """Tell whether a database exists that holds something which belongs to a key."""
    if not path.exists():
        return False
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        made = "SELECT name FROM sqlite_master WHERE name IN ('wrapped_key', 'log')"
        tables = [name for (name,) in connection.execute(made)]
        first = (connection.execute(f"SELECT 1 FROM {name} LIMIT 1") for name in tables)
        return any(rows.fetchone() for rows in first)


def misfit(name: str) -> StoreError:
    """Return what is said of a master key that does not open what is there."""
    return StoreError(
        f"Khóa không đi với cơ sở dữ liệu {name}: hãy đặt KIOSK_KEY_FILE là khóa của nó",
        f"The key does not fit the database {name}: let KIOSK_KEY_FILE name its own",
    )


def opens(path: Path, master_key: bytes) -> bool:
    """Tell whether a master key fits a database that is used."""
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        return is_opened_by(connection, master_key)


def is_opened_by(connection: sqlite3.Connection, master_key: bytes) -> bool:
    """Tell whether a key opens what is wrapped; the key of the index stands for all others.

    Where that is gone, one of them that opens is enough: some may be damaged.
    """
    rows = fetched(connection, "SELECT key_id FROM wrapped_key")
    keys = [key_id for (key_id,) in rows if isinstance(key_id, str)]  # some may be damaged
    opener = Sealer(master_key, partial(wrapped_key, connection), never_save)
    asked = [INDEX_KEY] if INDEX_KEY in keys else keys
    return not rows or any(opener.has(key_id) for key_id in asked)


def wrapped_key(connection: sqlite3.Connection | None, key_id: str) -> bytes | None:
    """Return a wrapped key, None where there is none."""
    if connection is None:
        return None
    query = "SELECT wrapped FROM wrapped_key WHERE key_id = ?"
    rows = fetched(connection, query, (key_id,))
    return rows[0][0] if rows else None


def never_save(key_id: str, _wrapped: bytes) -> None:
    """Refuse to keep a key: a reader makes none."""
    raise RuntimeError(key_id)
