"""What only one process of a house does at a time: whose turn it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from verification.adapters.store.sqlite.database import in_words

if TYPE_CHECKING:
    from verification.adapters.store.postgres.address import Address
    from verification.operations.settings import Settings

Lasts = Callable[[], bool]


@dataclass(frozen=True)
class Turns:
    """The turns of one house: locks beside its file, or on its PostgreSQL for all servers of it.

    Args:
        db: The log's file.
        postgres: Its PostgreSQL, None where its store is the file.
    """

    db: Path
    postgres: "Address | None" = None

    @contextmanager
    def taken(self, name: str) -> Iterator[Lasts | None]:
        """Take a turn, where nobody else has it; it ends with the process at the latest.

        Args:
            name: Of what is to be done.

        Yields:
            What tells whether it lasts; None where another process has it.

        Raises:
            StoreError: It cannot be asked for.
        """
        if self.postgres is None:
            with self._locked(name) as lasts:
                yield lasts
            return
        # a house with a file needs no psycopg
        from verification.adapters.store.postgres.turns import turn  # noqa: PLC0415

        with turn(self.postgres, name) as lasts:
            yield lasts

    @contextmanager
    def _locked(self, name: str) -> Iterator[Lasts | None]:
        path = self.db.with_name(f"{self.db.name}.{name}")
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield None
            return
        except OSError as error:
            raise in_words(error, path) from error
        try:
            yield lambda: True
        finally:
            lock.release()


def turns_of(settings: "Settings") -> Turns:
    """Return the turns of an installation."""
    return Turns(settings.db, settings.postgres)
