"""A log that is only looked at: of a copy, or of a file that need not be there."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.sql.reading import events_of_kinds, read_chains, recorded
from verification.adapters.store.sqlite.database import Statements, connect, errors_in_words
from verification.basics.errors import StoreError
from verification.log.events import Event, EventKind


def chains_in(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `log` of a file, such as a copy, by desk; nothing is changed in it.

    Raises:
        StoreError: There is no such file, it holds no log, or it cannot be read.
    """
    if not path.exists():
        raise StoreError(f"Không có tệp {path}", f"There is no file {path}")
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        try:
            return read_chains(Statements(connection))
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise StoreError(
                    f"{path.name} không có nhật ký của kiosk", f"{path.name} holds no kiosk log"
                ) from error
            raise


class LoggedTimes:
    """The `Times` port on a database that is only looked at; a file that is none holds no event.

    Args:
        path: `kiosk.db`, which need not be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        with suppress(StoreError, sqlite3.Error):
            if path.exists():
                self._connection = connect(path, read_only=True)

    def first_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the earliest recording of a time, None where there is none."""
        return self._recorded("min", begin, end)

    def last_recorded(self, begin: datetime, end: datetime) -> datetime | None:
        """Return the latest recording of a time, None where there is none."""
        return self._recorded("max", begin, end)

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> Sequence[Event]:
        """Return the events of some kinds recorded since a moment, oldest first."""
        with suppress(sqlite3.Error):
            if self._connection:
                return events_of_kinds(Statements(self._connection), kinds, since, until)
        return []

    def close(self) -> None:
        """Close the file."""
        if self._connection:
            self._connection.close()

    def _recorded(self, which: str, begin: datetime, end: datetime) -> datetime | None:
        with suppress(sqlite3.Error):
            if self._connection:
                return recorded(Statements(self._connection), which, begin, end)
        return None
