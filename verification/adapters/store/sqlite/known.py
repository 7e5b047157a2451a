"""What the store held before an import: the card file that its draft began with."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from verification.adapters.store.sqlite.database import connect

_Values = Sequence[object] | Mapping[str, object]
_NAMED = (
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM card WHERE ma_so_bhxh = :number) "
    "OR EXISTS (SELECT 1 FROM card WHERE so_cccd = :number)"
)


class Known:
    """The card file in use, read while the next one is written.

    Args:
        connection: To it; None where nothing of it was taken over.
    """

    def __init__(self, connection: sqlite3.Connection | None) -> None:
        self._connection = connection

    def cards(self, names: Sequence[str], numbers: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        """Return these columns of all periods of card numbers."""
        if not numbers:
            return ()
        query = (
            f"SELECT {', '.join(names)} FROM card WHERE ma_the IN (SELECT value FROM json_each(?))"
        )
        return self._rows(query, (json.dumps(numbers),))

    def rows_of(self, numbers: Sequence[str]) -> int:
        """Return how many rows a refused row stands for: the known card numbers in it.

        An open quotation mark makes one row of many. 1 where another number of it is known.
        """
        found = sum(self.has("card", "ma_the", number) for number in numbers)
        return found or int(any(self._rows(_NAMED, {"number": one}) for one in numbers))

    def standing(self) -> dict[tuple[str, int], str]:
        """Return what was said of numbers as such, by number and trust."""
        found = self._rows("SELECT number, trusted, status FROM standing", ())
        return {(number, trusted): status for number, trusted, status in found}

    def marked(self) -> frozenset[object]:
        """Return the numbers of which a newer row would change what is answered."""
        found = self._rows("SELECT number FROM standing UNION SELECT number FROM refusal", ())
        return frozenset(number for (number,) in found)

    def has(self, table: str, column: str, key: str) -> bool:
        """Tell whether a table held a key."""
        return bool(self._rows(f"SELECT 1 FROM {table} WHERE {column} = ? LIMIT 1", (key,)))

    def count(self, table: str) -> int:
        """Return how many rows a table held."""
        [*counts] = self._rows(f"SELECT count(*) FROM {table}", ())
        return int(counts[0][0]) if counts else 0

    def _rows(
        self, query: str, values: Sequence[object] | Mapping[str, object]
    ) -> Sequence[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall() if self._connection else ()


@contextmanager
def known_in(file: Path | None) -> Iterator[Known]:
    """Open what was known; None where nothing was."""
    if file is None:
        yield Known(None)
        return
    with closing(connect(file, read_only=True)) as connection:
        yield Known(connection)
