"""Advisory locks of a database: what one of its servers does at a time."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Connection,
    connected,
    errors_in_words,
    run,
)

_KIND = 7_901_402  # of these locks, among the others of the house
_TRIED = "SELECT pg_try_advisory_lock(?::int, hashtext(?))"


@contextmanager
def turn(address: Address, name: str) -> Iterator[Callable[[], bool] | None]:
    """Take a turn, where no other server has it; it ends with its connection, however that ends.

    Args:
        address: Of the database.
        name: Of what is to be done.

    Yields:
        What tells whether it lasts, since a server that lost the connection has lost the turn;
        None where another has it.

    Raises:
        StoreError: The database cannot be reached.
    """
    with errors_in_words(address):
        opened = connected(address)
    with closing(opened) as connection:
        with errors_in_words(address):
            [[ours]] = run(connection, _TRIED, (_KIND, name))
        yield (lambda: _lasts(connection)) if ours else None


def _lasts(connection: Connection) -> bool:
    try:
        run(connection, "SELECT 1")
    except psycopg.Error:
        return False
    return True
