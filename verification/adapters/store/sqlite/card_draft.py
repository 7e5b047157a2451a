"""The cards of the next card file: periods taken over, statuses of numbers, refused rows.

A row replaces a period of the same first day that is as trusted and no newer, or less trusted; an
untrusted row stands beside a trusted one. What a row says nothing of stays as it was known before
this copy, so that the order of rows in a file changes nothing.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from verification.adapters.store.noticing import Noticing, Values
from verification.adapters.store.sqlite.card_place import working_table
from verification.adapters.store.sqlite.keeping import OF_PERIOD, STATUS, both, contradict, keep
from verification.adapters.store.sqlite.known import Known
from verification.adapters.store.sqlite.plain_rows import ADDED, OF_NUMBER, Copy, PlainRows

_Rows = Mapping[str, Sequence[dict[str, object]]]
_Key = tuple[str, str, int]
_Stored = dict[str, list[tuple[Any, ...]]]
_STORED = "SELECT {} FROM card WHERE ma_the IN (SELECT value FROM json_each(?))"
_NAMED = "SELECT number, period FROM met WHERE number IN (SELECT value FROM json_each(?))"
_MET = ("met", "number", "period")
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
        self._names = (*columns, *ADDED)
        self._plain = PlainRows(columns, copy)
        self._values = itemgetter(*self._names)
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
        stored, met = self._stored({str(row["ma_the"]) for row in batch})
        plain = self._as_plain(batch, stored, {number for number, _ in met})
        weighed = {row["ma_the"] for row, values in zip(batch, plain, strict=True) if not values}
        held = self._held({n: rows for n, rows in stored.items() if n in weighed}, met)
        before = self._before_this(held)
        self._heard = []
        written: dict[_Key, dict[str, object]] = {}
        said: list[tuple[object, ...]] = []
        again, plainly = [], []
        for row, values in zip(batch, plain, strict=True):
            if values:
                if self._is_new(row, values, stored.get(values[0]), counts):
                    plainly.append(values)
                continue
            known = before.get(str(row["ma_the"]), ())
            self.named.rows += bool(known)
            taken = self._taken(row, known)
            if row["trang_thai"] in OF_NUMBER:
                said.append(self._stamped(taken, str(row["trang_thai"])))
            if not self._put(taken, held, known, written, counts):
                again.append(row)
        self._write(plainly)
        self._write_over(written.values())
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

    def _stored(self, numbers: set[str]) -> tuple[_Stored, list[tuple[str, str]]]:
        """Return what the draft holds of these numbers, and which periods the list named before.

        Only of a list of changes: what any other has named bears the number of its copy.
        """
        found: _Stored = defaultdict(list)
        asked = (json.dumps(sorted(numbers)),)
        for values in self._connection.execute(_STORED.format(", ".join(self._names)), asked):
            found[values[0]].append(values)
        return found, self._connection.execute(_NAMED, asked).fetchall() if self._copy.delta else []

    def _as_plain(
        self, batch: Sequence[Values], stored: _Stored, met: Collection[str]
    ) -> list[tuple[Any, ...] | None]:
        """Return what will be stored of each row; None of one that is to be weighed."""
        numbers = [str(row["ma_the"]) for row in batch]
        times = Counter(numbers)
        return [
            self._plain.written(row, stored.get(number, ()))
            if times[number] == 1 and number not in met
            else None
            for number, row in zip(numbers, batch, strict=True)
        ]

    def _is_new(
        self,
        row: Values,
        values: tuple[Any, ...],
        stored: Sequence[tuple[Any, ...]] | None,
        counts: dict[str, int],
    ) -> bool:
        """Count a plain row; tell whether it must be written."""
        if not stored:
            counts["added"] += 1
            self._notice.added(row)
            return True
        counts["same"] += 1
        self.named.rows += 1
        if not self._copy.delta:
            return True
        before, after = (dict(zip(self._names, of, strict=True)) for of in (stored[0], values))
        if not self._says_nothing_new(before, after):
            return True
        self._heard.append((values[0], after["period"]))
        return False

    def _held(
        self, stored: _Stored, met: Sequence[tuple[str, str]]
    ) -> dict[str, dict[_Key, dict[str, object]]]:
        """Return what is stored of numbers, by number and key."""
        held = {
            number: {_key(row): row for row in (dict(zip(self._names, v, strict=True)) for v in of)}
            for number, of in stored.items()
        }
        for number, period in met:
            held[number][number, period, self._copy.trusted]["copy"] = self._copy.number
        return held

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
        if taken["trang_thai"] in OF_NUMBER:
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
            if contradict(stored, taken, self._columns):
                self.named.refused += bool(known)
                self._mark([key[0]])
            of_number[key] = written[key] = both(stored, taken, self._columns)
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

    def _write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows; in order of their numbers, a batch costs its index the least."""
        marks = ",".join("?" * len(self._names))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO card ({', '.join(self._names)}) VALUES ({marks})",
            sorted(rows, key=itemgetter(0)),
        )

    def _write_over(self, rows: Collection[Values]) -> None:
        """Write rows; less trusted ones of the same periods are no more."""
        values = [self._values(row) for row in rows]
        self._write(values)
        if self._copy.trusted:
            keys = [(row["ma_the"], row["period"]) for row in rows]
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
