"""The cards of the next card file: periods taken over, statuses of numbers, refused rows.

A row replaces a period of the same first day that is as trusted and no newer, or less trusted; an
untrusted row stands beside a trusted one. What a row says nothing of stays as it was known before
this copy, so that the order of rows in a file changes nothing.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from verification.card.facts import Origin, Status
from verification.card.periods import OF_THE_NUMBER

Values = Mapping[str, object]
_Key = tuple[str, str, int]
_OF_NUMBER = frozenset(status.value for status in OF_THE_NUMBER)
_OF_PERIOD = frozenset({Status.BAO_GIAM.value, Status.THE_MOI.value})
_DATES = ("gt_the_tu", "gt_the_den")
_STATUS = ("trang_thai", "the_moi")
_STAMPS = ("as_of", "origin", "copy")
# the words of the statuses stand in the order of their weight: tam_khoa, thu_hoi, tu_vong
_SAY = """
INSERT INTO standing VALUES (?, ?, ?, ?, ?) ON CONFLICT (number, trusted) DO UPDATE
SET status = excluded.status, as_of = excluded.as_of, copy = excluded.copy
WHERE (excluded.as_of, excluded.copy, excluded.status) > (as_of, copy, status)
"""
_REFUSE = """
INSERT INTO refusal VALUES (?, ?, ?, ?, ?) ON CONFLICT (number, trusted) DO UPDATE
SET origin = excluded.origin, as_of = excluded.as_of, copy = excluded.copy
WHERE (excluded.as_of, excluded.copy) > (as_of, copy)
"""
_NUMBERS = "SELECT count(DISTINCT ma_the) FROM card"
_REMOVE = """
DELETE FROM card WHERE trusted <= :trusted
AND ma_the NOT IN (SELECT number FROM passed UNION SELECT ma_the FROM card WHERE copy = :copy)
AND coalesce(ma_so_bhxh, '') NOT IN (SELECT number FROM passed)
AND coalesce(so_cccd, '') NOT IN (SELECT number FROM passed)
"""
# an EXISTS over rows of the number that are newer and no less trusted
_NEWER = """
EXISTS (SELECT 1 FROM card WHERE card.ma_the = {table}.number AND card.trusted >= {table}.trusted
AND (card.as_of, card.copy) > ({table}.as_of, {table}.copy) {more})
"""


@dataclass(frozen=True)
class Copy:
    """The list that an import takes in.

    Args:
        number: Counts the imports.
        as_of: Its day; a row may have one of its own.
        origin: Who made it.
        today: The real day: nothing was heard of after it.
    """

    number: int
    as_of: date
    origin: Origin
    today: date

    @property
    def trusted(self) -> int:
        """Return 1 where its rows are believed against any other, else 0."""
        return int(self.origin.trusted)


class CardDraft:
    """The cards of a draft.

    Args:
        connection: To the draft, inside its one transaction.
        columns: What a row gives, the card number first.
        copy: What is taken in.
    """

    def __init__(
        self, connection: sqlite3.Connection, columns: tuple[str, ...], copy: Copy
    ) -> None:
        self._connection = connection
        self._columns = columns
        self._copy = copy
        self._names = (*columns, *_STAMPS, "period", "trusted")
        self.lifted = 0
        connection.execute("DROP TABLE IF EXISTS temp.passed")
        connection.execute("CREATE TEMP TABLE passed (number TEXT PRIMARY KEY)")
        today = {"today": copy.today.isoformat()}
        for table in ("card", "standing", "refusal"):  # taken in while the clock ran ahead
            connection.execute(f"UPDATE {table} SET as_of = :today WHERE as_of > :today", today)

    def upsert(self, batch: Sequence[Values], counts: dict[str, int]) -> list[Values]:
        """Take rows in and count them.

        Args:
            batch: Rows with a value for each column.
            counts: `added`, `changed` and `same`, counted up.

        Returns:
            The refused rows: their period was in this file before.
        """
        held = self._held({str(row["ma_the"]) for row in batch})
        written: dict[_Key, dict[str, object]] = {}
        said: list[tuple[object, ...]] = []
        again = []
        for row in batch:
            taken = self._taken(row, held)
            if row["trang_thai"] in _OF_NUMBER:
                said.append(self._stamped(taken, str(row["trang_thai"])))
            if not self._put(taken, held, written, counts):
                again.append(row)
        self._write(written.values())
        self._connection.executemany(_SAY, said)
        return again

    def refuse(self, numbers: Iterable[str]) -> None:
        """Remember that the newest row of these numbers could not be taken."""
        copy = self._copy
        rest = (copy.trusted, copy.origin.value, copy.as_of.isoformat(), copy.number)
        self._connection.executemany(_REFUSE, [(number, *rest) for number in numbers])
        self._pass(numbers)

    def remove_unseen(self) -> int:
        """Remove numbers that the file does not name, of copies no more trusted than it."""
        values = {"copy": self._copy.number, "trusted": self._copy.trusted}
        (before,) = self._connection.execute(_NUMBERS).fetchone()
        self._connection.execute(_REMOVE, values)
        for table in ("standing", "refusal"):
            left = "number NOT IN (SELECT ma_the FROM card) AND copy < :copy"
            self._connection.execute(
                f"DELETE FROM {table} WHERE {left} AND trusted <= :trusted", values
            )
        (after,) = self._connection.execute(_NUMBERS).fetchone()
        return int(before - after)

    def finish(self) -> None:
        """Drop what a newer row has lifted: statuses of numbers, refusals."""
        lifting = _NEWER.format(table="standing", more="AND trang_thai = 'hieu_luc'")
        before = f"SELECT count(*) FROM standing WHERE copy < ? AND {lifting}"
        (lifted,) = self._connection.execute(before, (self._copy.number,)).fetchone()
        self.lifted += lifted
        self._connection.execute(f"DELETE FROM standing WHERE {lifting}")
        self._connection.execute(
            f"DELETE FROM refusal WHERE {_NEWER.format(table='refusal', more='')}"
        )

    def _held(self, numbers: set[str]) -> dict[str, dict[_Key, dict[str, object]]]:
        """Return what is stored of these numbers, by number and key."""
        query = (
            f"SELECT {', '.join(self._names)} FROM card WHERE ma_the IN "
            "(SELECT value FROM json_each(?))"
        )
        found: dict[str, dict[_Key, dict[str, object]]] = {}
        for values in self._connection.execute(query, (json.dumps(sorted(numbers)),)):
            row = dict(zip(self._names, values, strict=True))
            found.setdefault(values[0], {})[_key(row)] = row
        return found

    def _taken(
        self, row: Values, held: Mapping[str, Mapping[_Key, dict[str, object]]]
    ) -> dict[str, object]:
        """Return the row as it would be stored: what it says nothing of stays as it is known."""
        copy = self._copy
        taken = {name: row[name] for name in self._columns}
        taken |= {"as_of": row.get("as_of") or copy.as_of.isoformat(), "origin": copy.origin.value}
        taken |= {"copy": copy.number, "trusted": copy.trusted}
        if taken["trang_thai"] in _OF_NUMBER:
            taken["trang_thai"] = None
        none = row.get("none")
        silent = [
            name
            for name in self._columns
            if taken[name] is None and not (isinstance(none, frozenset) and name in none)
        ]
        known = [one for one in held.get(str(row["ma_the"]), {}).values() if self._before(one)]
        if known and silent:
            _keep(taken, silent, known)
        return taken | {"period": taken["gt_the_tu"] or ""}

    def _before(self, row: Values) -> bool:
        return row["copy"] != self._copy.number

    def _put(
        self,
        taken: dict[str, object],
        held: dict[str, dict[_Key, dict[str, object]]],
        written: dict[_Key, dict[str, object]],
        counts: dict[str, int],
    ) -> bool:
        """Put a row where it belongs; False where its period was in this file before."""
        key, of_number = _key(taken), held.setdefault(str(taken["ma_the"]), {})
        stored = of_number.get(key)
        if stored is None:
            less = of_number.get((*key[:2], 0)) if self._copy.trusted else None
            counts["added" if less is None else self._changed(less, taken)] += 1
        elif not self._before(stored) and stored["as_of"] == taken["as_of"]:
            if _contradict(stored, taken, self._columns):
                self.refuse([key[0]])
            of_number[key] = written[key] = _both(stored, taken, self._columns)
            return False
        elif str(taken["as_of"]) < str(stored["as_of"]):  # an older copy changes nothing
            counts["same"] += 1
            self._pass([key[0]])
            return True
        else:
            counts[self._changed(stored, taken)] += 1
        of_number[key] = written[key] = taken
        return True

    def _changed(self, stored: Values, taken: Values) -> str:
        """Return `changed` or `same`; a known end, or one reported ended, may be lifted by it."""
        lost = stored["gt_the_den"] is not None and taken["gt_the_den"] is None
        was, now = stored["trang_thai"], taken["trang_thai"]
        back = was == Status.BAO_GIAM.value and now != was
        self.lifted += lost or back
        alike = all(
            stored[name] == taken[name] for name in self._columns if name != "trang_thai"
        ) and (was if was in _OF_PERIOD else None) == (now if now in _OF_PERIOD else None)
        return "same" if alike else "changed"

    def _write(self, rows: Iterable[Values]) -> None:
        names, values = self._names, [tuple(row[name] for name in self._names) for row in rows]
        marks = ",".join("?" * len(names))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO card ({', '.join(names)}) VALUES ({marks})", values
        )
        if self._copy.trusted:
            keys = [(value[0], value[-2]) for value in values]
            less = "DELETE FROM card WHERE ma_the = ? AND period = ? AND trusted = 0"
            self._connection.executemany(less, keys)

    def _stamped(self, taken: Values, status: str) -> tuple[object, ...]:
        number, as_of = taken["ma_the"], taken["as_of"]
        return (number, self._copy.trusted, status, as_of, self._copy.number)

    def _pass(self, numbers: Iterable[str]) -> None:
        self._connection.executemany(
            "INSERT OR IGNORE INTO passed VALUES (?)", [(number,) for number in numbers]
        )


def _key(row: Values) -> _Key:
    return str(row["ma_the"]), str(row["period"]), int(str(row["trusted"]))


def _keep(taken: dict[str, object], silent: list[str], known: list[dict[str, object]]) -> None:
    """Fill in what a row says nothing of: of its own period all, of another what is the person's.

    A row without any date speaks of the newest known period.
    """

    def rank(row: Values) -> tuple[object, ...]:
        alike = row["trusted"] == taken["trusted"]
        return str(row["gt_the_tu"] or ""), alike, str(row["as_of"]), int(str(row["copy"]))

    newest = max(known, key=rank)
    if set(_DATES) <= set(silent):
        taken["gt_the_tu"] = newest["gt_the_tu"]
    elif "gt_the_tu" in silent:  # the same end is the same period
        same = [row for row in known if row["gt_the_den"] == taken["gt_the_den"]]
        taken["gt_the_tu"] = max(same, key=rank)["gt_the_tu"] if same else None
    period = [row for row in known if row["gt_the_tu"] == taken["gt_the_tu"]]
    own = max(period, key=rank, default=None)
    for name in silent:
        if name not in {*_DATES, *_STATUS}:
            taken[name] = (own or newest)[name]
    if own is None:
        return
    if "gt_the_den" in silent:
        taken["gt_the_den"] = own["gt_the_den"]
    if "trang_thai" in silent and own["trang_thai"] in _OF_PERIOD:
        taken["trang_thai"], taken["the_moi"] = own["trang_thai"], own["the_moi"]


def _contradict(a: Values, b: Values, columns: Sequence[str]) -> bool:
    pairs = ((a[name], b[name]) for name in columns)
    return any(x is not None and y is not None and x != y for x, y in pairs)


def _both(
    a: dict[str, object], b: Mapping[str, object], columns: Sequence[str]
) -> dict[str, object]:
    """Return one row of two that contradict each other, whichever came first."""
    return a | {
        name: max((a[name], b[name]), key=lambda value: (value is not None, str(value)))
        for name in columns
    }
