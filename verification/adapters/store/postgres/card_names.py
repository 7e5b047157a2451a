"""The search by names in a set of cards: the words of each name stand in an index of arrays."""

from collections.abc import Sequence

from verification.adapters.store.sql import names as sql_names
from verification.adapters.store.sql.names import Asked, Born
from verification.card.facts import Record

_HOLD = "string_to_array(parts, ' ') @> string_to_array(?, ' ')"
_EXACT = """
SELECT ma_the FROM {{at}}card WHERE name_key = ? AND {born}
ORDER BY name_key, ngay_sinh NULLS FIRST, ma_the LIMIT ?
"""
# materialized: else names are gone through one by one, as if the first ones held the words
_HOLDING = f"""
SELECT card.ma_the FROM (
  WITH held AS MATERIALIZED (SELECT name_key FROM {{{{at}}}}name WHERE {_HOLD} LIMIT ?)
  SELECT name_key FROM held) AS holding
JOIN {{{{at}}}}card AS card ON card.name_key = holding.name_key
WHERE holding.name_key <> ? AND {{born}} LIMIT ?
"""
_COUNTED = f"SELECT count(*) FROM (SELECT 1 FROM {{at}}name WHERE {_HOLD} LIMIT ?) AS held"
_PERIODS = 4  # so many rows a number are read at first: few numbers have more


class PartsInArrays:
    """The search by names in a set of cards."""

    def exactly(self, store: Asked, key: str, born: Born, most: int) -> list[Record]:
        """Return at most so many numbers of who bears exactly a name, by its key."""
        return _first(store, _EXACT.format(born=born.where), (key, *born.values), most)

    def holding(
        self, store: Asked, parts: Sequence[str], key: str, born: Born, most: int
    ) -> list[Record]:
        """Return at most so many numbers of whose other name holds all these parts."""
        asked = (" ".join(parts), sql_names.MOST_NAMES, key, *born.values)
        return _first(store, _HOLDING.format(born=born.where), asked, most)

    def is_cut(self, store: Asked, parts: Sequence[str]) -> bool:
        """Tell whether more names hold these parts than are looked at."""
        most = sql_names.MOST_NAMES
        held = store.rows(_COUNTED, (" ".join(parts), most + 1))
        return any(count > most for (count,) in held)


def _first(store: Asked, query: str, values: Sequence[object], most: int) -> list[Record]:
    """Return the records of the first different numbers of a query.

    A DISTINCT would read all rows of a name that thousands bear: rows are read until they are
    enough numbers, or no more come.
    """
    limit = most * _PERIODS
    while True:
        rows = store.rows(query, (*values, limit))
        numbers = list(dict.fromkeys(number for (number,) in rows))
        if len(numbers) >= most or len(rows) < limit:
            break
        limit *= 8
    if not numbers:
        return []
    return store.records("ma_the = ANY(?)", (numbers[:most],))
