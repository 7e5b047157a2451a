"""What a PostgreSQL holds, told before the store on it is opened."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Connection,
    Working,
    connected,
    errors_in_words,
    is_there,
    run,
)
from verification.adapters.store.sql.wrapped import is_opened_by


def holds_log(address: Address) -> bool:
    """Tell whether a database holds a log.

    Raises:
        StoreError: It cannot be reached.
    """
    with _looking(address) as connection:
        return is_there(connection, "log")


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
        there = is_there(connection, "wrapped_key")
        return not there or is_opened_by(Working(connection), master_key)


def _holds(connection: Connection, table: str) -> bool:
    return is_there(connection, table) and bool(run(connection, f"SELECT 1 FROM {table} LIMIT 1"))


@contextmanager
def _looking(address: Address) -> Iterator[Connection]:
    """Connect for some questions; nothing can be changed."""
    with errors_in_words(address):
        options = "-c default_transaction_read_only=on"
        with closing(connected(address, options=options)) as connection:
            yield connection
