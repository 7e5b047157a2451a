"""Partitions of a month: made ahead, and taken off when they are old."""

from collections.abc import Iterator
from datetime import date

from verification.adapters.store.postgres.province.shards import Shards
from verification.adapters.store.sql.db import Db

TABLES = ("place", "handed", "visit")
AHEAD = 3
_DECEMBER = 12
_LOCK = 7_901_401  # an advisory lock: two receivers make a month one after the other
_HELD = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass('visit') ORDER BY c.relname
"""


def months_from(day: date, count: int) -> Iterator[date]:
    """Yield the first days of so many months from a day's own on."""
    month = day.replace(day=1)
    for _ in range(count):
        yield month
        month = after(month)


def after(month: date) -> date:
    """Return the first day of the month after one."""
    if month.month == _DECEMBER:
        return date(month.year + 1, 1, 1)
    return date(month.year, month.month + 1, 1)


def make(shards: Shards, month: date) -> None:
    """Make a month's partitions on every shard; those that are there stay."""
    for number in range(len(shards)):
        with shards.at(number) as db:
            db.rows("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
            for table in TABLES:
                db.rows(
                    f"CREATE TABLE IF NOT EXISTS {partition(table, month)} PARTITION OF {table} "
                    f"FOR VALUES FROM ('{month}') TO ('{after(month)}')"
                )


def detach(shards: Shards, month: date) -> None:
    """Take a month off: its tables stay beside, named `..._apart`, to be copied and dropped."""
    for number in range(len(shards)):
        with shards.at(number) as db:
            if month not in held(db):  # a shard that was down at the first try comes after
                continue
            for table in TABLES:
                name = partition(table, month)
                db.rows(f"ALTER TABLE {table} DETACH PARTITION {name}")
                db.rows(f"ALTER TABLE {name} RENAME TO {name}_apart")


def held(db: Db) -> list[date]:
    """Return the months that a shard has partitions of."""
    names = (name.rsplit("_", 2) for (name,) in db.rows(_HELD))
    return [date(int(year), int(month), 1) for _, year, month in names]


def partition(table: str, month: date) -> str:
    """Return the name of a month's partition."""
    return f"{table}_{month:%Y_%m}"
