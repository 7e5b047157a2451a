"""Routing by person: a reference says on which PostgreSQL its rows lie, and on no other.

Where Citus is the engine this module goes: its coordinator is one address, `person` is the
distribution column, and another worker is `citus_rebalance_start()` (docs/scale.md).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    WAIT_SECONDS,
    DoneAgain,
    Working,
    in_words,
    is_lost,
    pool,
)

AT_ONCE = 8
"""Messages that are taken at the same time; each holds two connections of a shard at most."""


class Shards:
    """Several PostgreSQLs that hold one province.

    Args:
        addresses: In their order, which says what lies where and never changes.
        wait: Seconds that one which is away is waited for.
    """

    def __init__(self, addresses: Sequence[Address], wait: float = WAIT_SECONDS) -> None:
        self._wait = wait
        self._shards = [(address, pool(address, 2 * AT_ONCE)) for address in addresses]

    def __len__(self) -> int:
        return len(self._shards)

    def number(self, key: UUID) -> int:
        """Return which shard a key belongs to: references are evenly spread by themselves."""
        return key.int % len(self._shards)

    @contextmanager
    def of(self, key: UUID) -> Iterator[Working]:
        """Open a transaction on the shard of a key.

        Raises:
            StoreError: It cannot be reached, or refuses; nothing of it was written.
        """
        with self.at(self.number(key)) as db:
            yield db

    @contextmanager
    def at(self, number: int) -> Iterator[Working]:
        """Open a transaction on one shard, as `of`."""
        address, connections = self._shards[number]
        try:
            with connections.connection(self._wait) as connection, connection.transaction():
                yield Working(connection)
        except (psycopg.Error, DoneAgain) as error:
            if isinstance(error, DoneAgain) or is_lost(error):
                connections.check()  # what was connected before a restart is of no use now
            raise in_words(error, address) from error

    def close(self) -> None:
        """Close all connections."""
        for _, connections in self._shards:
            connections.close()
