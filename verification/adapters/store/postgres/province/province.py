"""A province's events and visits: taken once each, found by person, counted over all shards."""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from verification.adapters.store.postgres.province import months
from verification.adapters.store.postgres.province.shards import Shards
from verification.adapters.store.sql.db import Db
from verification.basics.errors import StoreBusy, StoreError
from verification.exchange.province.flags import Row
from verification.exchange.province.told import Told, reference

_TABLES = Path(__file__).with_name("m001.sql")
_LOCK = 7_901_402  # an advisory lock: two receivers begin one after the other
_THERE = "SELECT to_regclass('province')"
_BEGUN = """
INSERT INTO place (day, house, visit, nth, person, done) VALUES (?, ?, ?, ?, ?, false)
ON CONFLICT (day, house, visit) DO UPDATE
SET nth = EXCLUDED.nth, before = place.person, person = EXCLUDED.person, done = false
WHERE place.done AND place.nth < EXCLUDED.nth
"""
_PLACE = """
SELECT nth, person, before, done FROM place WHERE day = ? AND house = ? AND visit = ? FOR UPDATE
"""
_DONE = "UPDATE place SET done = true, before = NULL WHERE day = ? AND house = ? AND visit = ?"
_HANDED = """
INSERT INTO handed (person, day, house, message, nth, kind, at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
"""
_VISIT = """
INSERT INTO visit (person, day, house, visit, came, nth, verdict, reason,
  object_code, card_code, cancelled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person, day, house, visit) DO UPDATE
SET nth = EXCLUDED.nth, came = EXCLUDED.came, verdict = EXCLUDED.verdict,
  reason = EXCLUDED.reason, object_code = EXCLUDED.object_code,
  card_code = EXCLUDED.card_code, cancelled = EXCLUDED.cancelled
WHERE visit.nth <= EXCLUDED.nth
"""
_GONE = "DELETE FROM visit WHERE person = ? AND day = ? AND house = ? AND visit = ?"
_PAST = """
SELECT house, visit, day, came, object_code, card_code FROM visit
WHERE person = ? AND day BETWEEN ? AND ? AND cancelled IS NULL
ORDER BY came DESC, house, visit LIMIT 2000
"""
_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE cancelled IS NOT NULL) FROM visit WHERE day = ?
"""
_YEAR = timedelta(days=365)


class Province:
    """A province's database.

    Args:
        shards: Where it lies.
    """

    def __init__(self, shards: Shards) -> None:
        self._shards = shards
        self._months: set[date] = set()

    def begin(self, key: bytes) -> None:
        """Make the tables where there are none.

        Raises:
            StoreError: A shard was begun with another key, place or number of shards: rows would
                be looked for where they do not lie.
        """
        mark = hashlib.sha256(b"province:" + key).digest()
        for number in range(len(self._shards)):
            whose = (mark, number, len(self._shards))
            with self._shards.at(number) as db:
                db.rows("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
                if db.rows(_THERE) == [(None,)]:
                    db.rows(_TABLES.read_text(encoding="utf-8"))
                    db.rows("INSERT INTO province VALUES (?, ?, ?)", whose)
                if db.rows("SELECT key_mark, shard, shards FROM province") != [whose]:
                    raise _of_another(number)

    def make_months(self, day: date, count: int) -> None:
        """Make the partitions of so many months from a day's own on, once a process."""
        for month in months.months_from(day, count):
            if month not in self._months:
                months.make(self._shards, month)
                self._months.add(month)

    def take(self, told: Told) -> bool:
        """Keep a message, each once, whatever was interrupted before; tell whether it was new.

        Two shards know no common commit: the visit's own place says first where its message goes,
        and last that it is there, so who sends it again has it finished.

        Raises:
            StoreError: It is not kept, or not yet whole; the house sends it again.
        """
        try:
            return self._taken(told)
        except StoreError:
            self._months.clear()  # another process may have taken a month off
            raise

    def _taken(self, told: Told) -> bool:
        key = visit_key(told.house, told.visit)
        at = (told.day, told.house, told.visit)
        with self._shards.of(key) as db:
            db.rows(_BEGUN, (*at, told.nth, told.person))
        with self._shards.of(key) as db:
            ((nth, person, before, done),) = db.rows(_PLACE, at)
            if nth > told.nth or (nth == told.nth and done):
                return False
            if nth < told.nth:
                raise _not_yet()
            with self._shards.of(person) as theirs:
                _keep(theirs, person, told)
            if before and before != person:
                with self._shards.of(before) as former:
                    former.rows(_GONE, (before, *at))
            db.rows(_DONE, at)
        return True

    def about(self, house: str, visit: str, day: date) -> tuple[Row, Sequence[Row]] | None:
        """Return a house's visit, and its person's before it, newest first; one shard has them.

        None where this house handed over no such visit, or has undone it.
        """
        with self._shards.of(visit_key(house, visit)) as db:
            found = db.rows(_PLACE, (day, house, visit))
        if not found:
            return None
        person: UUID = found[0][1]
        with self._shards.of(person) as db:
            rows = [Row(*one) for one in db.rows(_PAST, (person, day - _YEAR, day))]
        at = next((n for n, row in enumerate(rows) if (row.house, row.visit) == (house, visit)), -1)
        return None if at < 0 else (rows[at], rows[at + 1 :])

    def counts(self, day: date) -> tuple[int, int]:
        """Return how many visits a day has on all shards, and how many of them were undone."""
        found = []
        for number in range(len(self._shards)):
            with self._shards.at(number) as db:
                found += db.rows(_COUNTS, (day,))
        return sum(visits for visits, _ in found), sum(undone for _, undone in found)

    def held(self) -> list[list[date]]:
        """Return the months of each shard."""
        found = []
        for number in range(len(self._shards)):
            with self._shards.at(number) as db:
                found.append(months.held(db))
        return found

    def detach(self, month: date) -> None:
        """Take a month off on every shard."""
        months.detach(self._shards, month)
        self._months.discard(month)


def visit_key(house: str, visit: str) -> UUID:
    """Return by what the place of a visit is routed; it names nobody."""
    return reference(b"place", f"{house} {visit}")


def _keep(db: Db, person: UUID, told: Told) -> None:
    day = told.written
    db.rows(_HANDED, (person, day, told.house, told.message, told.nth, told.kind, told.at))
    said = (told.verdict, told.reason, told.object_code, told.card_code, told.cancelled)
    db.rows(_VISIT, (person, told.day, told.house, told.visit, told.came, told.nth, *said))


def _of_another(number: int) -> StoreError:
    return StoreError(
        f"Mảnh số {number + 1} được tạo với khóa khác, ở vị trí khác hoặc với số mảnh khác: xem "
        "lại key_file và shards, chưa thay đổi gì",
        f"Shard {number + 1} was begun with another key, in another place or with another number "
        "of shards: see key_file and shards, nothing was changed",
    )


def _not_yet() -> StoreBusy:
    return StoreBusy(
        "Tin trước của lượt này chưa ghi xong, thử lại sau",
        "The message before this one is not finished, try again",
    )
