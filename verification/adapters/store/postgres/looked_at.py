"""A log on PostgreSQL that is only looked at; one that cannot be reached holds no event."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import Readers
from verification.adapters.store.sql.reading import events_of_kinds, recorded
from verification.basics.errors import StoreError
from verification.log.events import Event, EventKind


class PostgresTimes:
    """The `Times` port without a key.

    Args:
        address: Of the database, which need not hold a log.
    """

    def __init__(self, address: Address) -> None:
        self._readers = Readers(address, most=1)

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        with suppress(StoreError):
            return recorded(self._readers, "min", begin, end)
        return None

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        with suppress(StoreError):
            return recorded(self._readers, "max", begin, end)
        return None

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        with suppress(StoreError):
            return events_of_kinds(self._readers, kinds, since, until)
        return []

    def close(self) -> None:
        """Close its connections."""
        self._readers.close()
