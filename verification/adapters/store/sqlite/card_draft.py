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

from verification.adapters.store.noticing import Noticing, Values
from verification.adapters.store.sqlite.card_place import working_table
from verification.adapters.store.sqlite.keeping import OF_PERIOD, STATUS, keep
from verification.adapters.store.sqlite.known import Known
from verification.card.facts import Origin
from verification.card.periods import OF_THE_NUMBER

_Rows = Mapping[str, Sequence[dict[str, object]]]
_Key = tuple[str, str, int]
_OF_NUMBER = frozenset(status.value for status in OF_THE_NUMBER)
_MET = ("met", "number", "period")
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
_REMOVABLE = "max(trusted) <= :trusted AND max(as_of) <= :as_of"
_GONE = f"""
INSERT INTO gone SELECT ma_the FROM card GROUP BY ma_the HAVING {_REMOVABLE} AND max(copy) < :copy
AND NOT max(ma_the IN passed OR coalesce(ma_so_bhxh, '') IN passed
  OR coalesce(so_cccd, '') IN passed)
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
        delta: It is a list of changes: a row that says nothing new is not written again.
    """

    number: int
    as_of: date
    origin: Origin
    today: date
    delta: bool = False

    @property
    def trusted(self) -> int:
        """Return 1 where its rows are believed against any other, else 0."""
        return int(self.origin.trusted)


@dataclass
class Named:
    """Rows of a file that name a number known before, and how many of them were refused."""

    rows: int = 0
    refused: int = 0


class CardDraft:
    """The cards of a draft.

    Args:
        connection: To the draft, inside its one transaction.
        columns: What a row gives, the card number first.
        copy: What is taken in.
        known: What the store held before.
        notice: Is told what becomes of the rows.
        goes_on: Whether an ended import of the same has begun it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        columns: tuple[str, ...],
        copy: Copy,
        known: Known,
        notice: Noticing,
        *,
        goes_on: bool = False,
    ) -> None:
        self._connection = connection
        self._columns = columns
        self._copy = copy
        self._known = known
        self._notice = notice
        self._names = (*columns, *_STAMPS, "period", "trusted")
        self.named = Named()
        self._heard: list[tuple[str, str]] = []
        for table, *columns_of in (("passed", "number"), ("gone", "number"), _MET):
            working_table(connection, table, *columns_of, anew=not goes_on)
        today = {"today": copy.today.isoformat()}
        for table in ("card", "standing", "refusal"):  # taken in while the clock ran ahead
            connection.execute(f"UPDATE {table} SET as_of = :today WHERE as_of > :today", today)
        self._stood = known.standing()
        self._waiting = known.marked() if copy.delta else frozenset()

    def upsert(self, batch: Sequence[Values], counts: dict[str, int]) -> list[Values]:
        """Take rows in and count them.

        Args:
            batch: Rows with a value for each column.
            counts: `added`, `changed` and `same`, counted up.

        Returns:
            The refused rows: their period was in this file before.
        """
        held = self._held({str(row["ma_the"]) for row in batch})
        before = self._before_this(held)
        self._heard = []
        written: dict[_Key, dict[str, object]] = {}
        said: list[tuple[object, ...]] = []
        again = []
        for row in batch:
            known = before.get(str(row["ma_the"]), ())
            self.named.rows += bool(known)
            taken = self._taken(row, known)
            if row["trang_thai"] in _OF_NUMBER:
                said.append(self._stamped(taken, str(row["trang_thai"])))
            if not self._put(taken, held, known, written, counts):
                again.append(row)
        self._write(written.values())
        self._connection.executemany(_SAY, said)
        self._connection.executemany("INSERT OR IGNORE INTO met VALUES (?, ?)", self._heard)
        return again

    def refuse(self, numbers: Sequence[str]) -> None:
        """Remember that the newest row of these numbers could not be taken."""
        rows = self._known.rows_of(numbers)
        self.named.rows += rows
        self.named.refused += rows
        self._mark(numbers)

    def removable(self) -> int:
        """Return how many numbers a list like this may remove: no more trusted, no newer ones."""
        query = f"SELECT count(*) FROM (SELECT 1 FROM card GROUP BY ma_the HAVING {_REMOVABLE})"
        return int(self._connection.execute(query, self._as_values()).fetchone()[0])

    def remove_unseen(self) -> int:
        """Remove numbers that the file does not name; what is said of them as such stays.

        So a withdrawn card that comes back without a word of its status is withdrawn.
        """
        self._connection.execute(_GONE, self._as_values())
        query = "SELECT ma_the, max(ho_ten) FROM card WHERE ma_the IN gone GROUP BY ma_the"
        removed = 0
        for number, name in self._connection.execute(query):
            self._notice.removed({"ma_the": number, "ho_ten": name})
            removed += 1
        self._connection.execute("DELETE FROM card WHERE ma_the IN gone")
        return removed

    def finish(self) -> None:
        """Drop what a newer row has lifted: statuses of numbers, refusals."""
        lifting = _NEWER.format(table="standing", more="AND trang_thai = 'hieu_luc'")
        self._connection.execute(f"DELETE FROM standing WHERE {lifting}")
        self._connection.execute(
            f"DELETE FROM refusal WHERE {_NEWER.format(table='refusal', more='')}"
        )
        stands = self._standing()
        for key in self._stood.keys() | stands.keys():
            was, now = self._stood.get(key), stands.get(key)
            if was != now:
                self._notice.said(key[0], was, now)

    def _standing(self) -> dict[tuple[str, int], str]:
        """Return what is said of numbers as such, by number and trust."""
        found = self._connection.execute("SELECT number, trusted, status FROM standing")
        return {(number, trusted): status for number, trusted, status in found}

    def _as_values(self) -> dict[str, object]:
        copy = self._copy
        as_of = copy.as_of.isoformat()
        return {"copy": copy.number, "trusted": copy.trusted, "as_of": as_of}

    def _mark(self, numbers: Iterable[str]) -> None:
        copy = self._copy
        rest = (copy.trusted, copy.origin.value, copy.as_of.isoformat(), copy.number)
        self._connection.executemany(_REFUSE, [(number, *rest) for number in numbers])
        self._pass(numbers)

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
        if self._copy.delta:
            query = (
                "SELECT number, period FROM met WHERE number IN (SELECT value FROM json_each(?))"
            )
            for number, period in self._connection.execute(query, (json.dumps(sorted(numbers)),)):
                found[number][number, period, self._copy.trusted]["copy"] = self._copy.number
        return found

    def _before_this(self, held: Mapping[str, Mapping[_Key, dict[str, object]]]) -> _Rows:
        """Return what was stored of these numbers before this copy.

        Of those that the file has named already the draft holds no more of it than its rows left.
        """
        named = [n for n, rows in held.items() if not all(map(self._before, rows.values()))]
        today = self._copy.today.isoformat()
        before: dict[str, list[dict[str, object]]] = {
            number: list(rows.values()) for number, rows in held.items()
        }
        before.update((number, []) for number in named)
        for values in self._known.cards(self._names, named):
            row = dict(zip(self._names, values, strict=True))
            row["as_of"] = min(str(row["as_of"]), today)
            before[str(row["ma_the"])].append(row)
        return before

    def _taken(self, row: Values, known: Sequence[dict[str, object]]) -> dict[str, object]:
        """Return the row as it would be stored: what it says nothing of stays as it is known.

        `-` alone says that there is none, but of a status: only `hieu_luc` lifts one.
        """
        copy = self._copy
        taken = {name: row[name] for name in self._columns}
        taken |= {"as_of": row.get("as_of") or copy.as_of.isoformat(), "origin": copy.origin.value}
        taken |= {"copy": copy.number, "trusted": copy.trusted}
        if taken["trang_thai"] in _OF_NUMBER:
            taken["trang_thai"] = None
        none = row.get("none")
        emptied = none - set(STATUS) if isinstance(none, frozenset) else ()
        silent = [n for n in self._columns if taken[n] is None and n not in emptied]
        if known and silent:
            keep(taken, silent, known)
        return taken | {"period": taken["gt_the_tu"] or ""}

    def _before(self, row: Values) -> bool:
        return row["copy"] != self._copy.number

    def _put(
        self,
        taken: dict[str, object],
        held: dict[str, dict[_Key, dict[str, object]]],
        known: Sequence[dict[str, object]],
        written: dict[_Key, dict[str, object]],
        counts: dict[str, int],
    ) -> bool:
        """Put a row where it belongs; False where its period was in this file before."""
        key, of_number = _key(taken), held.setdefault(str(taken["ma_the"]), {})
        stored = of_number.get(key)
        if stored is None:
            self._count_new(taken, of_number, known, counts)
        elif not self._before(stored) and stored["as_of"] == taken["as_of"]:
            if _contradict(stored, taken, self._columns):
                self.named.refused += bool(known)
                self._mark([key[0]])
            of_number[key] = written[key] = _both(stored, taken, self._columns)
            return False
        elif str(taken["as_of"]) < str(stored["as_of"]):  # an older copy changes nothing
            counts["same"] += 1
            self._pass([key[0]])
            return True
        else:
            what = self._changed(stored, taken)
            counts[what] += 1
            if what == "same" and self._says_nothing_new(stored, taken):
                of_number[key] = {**stored, "copy": self._copy.number}
                self._heard.append(key[:2])
                return True
        of_number[key] = written[key] = taken
        return True

    def _says_nothing_new(self, stored: Values, taken: Values) -> bool:
        """Tell whether a row of a list of changes need not be written: of no later day either."""
        numbers = (taken[name] for name in ("ma_the", "ma_so_bhxh", "so_cccd"))
        return (
            self._copy.delta
            and stored["as_of"] == taken["as_of"]
            and stored["origin"] == taken["origin"]
            and stored["trang_thai"] == taken["trang_thai"]
            and self._waiting.isdisjoint(numbers)
        )

    def _count_new(
        self,
        taken: Values,
        of_number: Mapping[_Key, Values],
        known: Sequence[Values],
        counts: dict[str, int],
    ) -> None:
        """Count a row of a period that was not there, or not from anybody as trusted."""
        less = of_number.get((*_key(taken)[:2], 0)) if self._copy.trusted else None
        if less is not None:
            counts[self._changed(less, taken)] += 1
            return
        counts["added"] += 1
        if known:
            self._notice.period(max(known, key=lambda row: str(row["gt_the_tu"] or "")), taken)
        else:
            self._notice.added(taken)

    def _changed(self, stored: Values, taken: Values) -> str:
        """Return `changed` or `same`."""
        was, now = stored["trang_thai"], taken["trang_thai"]
        alike = all(
            stored[name] == taken[name] for name in self._columns if name != "trang_thai"
        ) and (was if was in OF_PERIOD else None) == (now if now in OF_PERIOD else None)
        if alike:
            return "same"
        self._notice.changed(stored, taken)
        return "changed"

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


def _contradict(a: Values, b: Values, columns: Sequence[str]) -> bool:
    pairs = ((a[name], b[name]) for name in columns)
    return any(x is not None and y is not None and x != y for x, y in pairs)


def _both(
    a: dict[str, object], b: Mapping[str, object], columns: Sequence[str]
) -> dict[str, object]:
    """Return one row of two that contradict each other, with the worse status."""
    both = a | {
        name: max((a[name], b[name]), key=lambda value: (value is not None, str(value)))
        for name in columns
    }
    worse = max(a, b, key=lambda row: (row["trang_thai"] in OF_PERIOD, str(row["trang_thai"])))
    return both | {name: worse[name] for name in STATUS}
