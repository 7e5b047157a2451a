"""What the shared statements ask of an engine."""

from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any, Protocol

NO_LIMIT = 1 << 62
"""For `LIMIT`: all of them."""
_LONGEST = 19  # digits of a place that an engine can hold


class Db(Protocol):
    """Statements on one database: inside a piece of work, or each for itself to read.

    Parameters are `?`, or `?1` and `?2` where one is named twice.
    """

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run one statement; return its rows, none where it has none.

        Raises:
            StoreError: It cannot be read; inside a piece of work the engine's own error.
        """

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, of which there may be many."""

    def many(self, query: str, values: Iterable[Sequence[object]]) -> None:
        """Run one statement for each of some values."""


class Work(Db, Protocol):
    """The statements of one atomic piece of work."""

    @property
    def in_transaction(self) -> bool:
        """Tell whether it goes on; not where the disk or the connection failed."""

    def failed(self, error: BaseException) -> BaseException:
        """Return what is told of an error after which it does not."""


def upsert(table: str, columns: str, key: str) -> str:
    """Return the SQL that puts a row into the place of the one with its key.

    Args:
        table: The table.
        columns: All that are put, as they stand in SQL.
        key: The columns of its primary key likewise.
    """
    marks = ",".join("?" * (columns.count(",") + 1))
    rest = [name for name in columns.split(", ") if name not in key.split(", ")]
    change = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return (
        f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        f" ON CONFLICT ({key}) DO UPDATE SET {change}"
    )


def marks_for(values: Sized) -> str:
    """Return the marks of values for `IN`, of none what is never in it."""
    return ",".join("?" * len(values)) or "NULL"


def place_of(event_id: str) -> tuple[str, int]:
    """Return desk and place that an event's name tells; of what names none a place that is none."""
    desk, _, seq = event_id.rpartition("-")
    return desk, int(seq) if seq.isascii() and seq.isdigit() and len(seq) < _LONGEST else -1
