"""What a PostgreSQL holds, told before the store on it is opened."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import Connection, errors_in_words, run
from verification.log.sealing import INDEX_KEY, Sealer

_THERE = "SELECT to_regclass(?) IS NOT NULL"


def holds_log(address: Address) -> bool:
    """Tell whether a database holds a log.

    Raises:
        StoreError: It cannot be reached.
    """
    with _looking(address) as connection:
        return _has(connection, "log")


def is_used(address: Address) -> bool:
    """Tell whether a database holds something which belongs to a key.

    Raises:
        StoreError: It cannot be reached.
    """
    with _looking(address) as connection:
        return any(_holds(connection, table) for table in ("wrapped_key", "log"))


def has_events(address: Address) -> bool:
    """Tell whether a log holds an event.

    Raises:
        StoreError: It cannot be reached.
    """
    with _looking(address) as connection:
        return _holds(connection, "log")


def opens(address: Address, master_key: bytes) -> bool:
    """Tell whether a master key fits a database that is used.

    Raises:
        StoreError: It cannot be reached.
    """
    with _looking(address) as connection:
        if not _has(connection, "wrapped_key"):
            return True
        kept = dict(run(connection, "SELECT key_id, wrapped FROM wrapped_key"))
    opener = Sealer(master_key, kept.get, _never_save)
    asked = [INDEX_KEY] if INDEX_KEY in kept else [*kept]
    return not kept or any(opener.has(key_id) for key_id in asked)


def _has(connection: Connection, table: str) -> bool:
    return bool(run(connection, _THERE, (table,))[0][0])


def _holds(connection: Connection, table: str) -> bool:
    return _has(connection, table) and bool(run(connection, f"SELECT 1 FROM {table} LIMIT 1"))


def _never_save(key_id: str, _wrapped: bytes) -> None:
    raise RuntimeError(key_id)


@contextmanager
def _looking(address: Address) -> Iterator[Connection]:
    """Connect for some questions; nothing can be changed."""
    with errors_in_words(address):
        kwargs = {
            **dict(address.parameters),
            "autocommit": True,
            "application_name": "bhyt-kiosk",
            "options": "-c default_transaction_read_only=on",
        }
        with closing(psycopg.connect(address.url, **kwargs)) as connection:  # type: ignore[arg-type]  # libpq's words
            yield connection
