"""Visits found by day, by time, by officer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def m008_visits_by_day(db: "Database") -> None:
    """Find the visits of a day, of one desk or of all, without reading those of all days."""
    db.execute("CREATE INDEX IF NOT EXISTS idx_visit_day ON visit (day, desk, happened_at)")


def m009_visits_by_time(db: "Database") -> None:
    """Find visits of a time, and those of an officer, newest first without sorting all."""
    db.table("visit").create_index(["happened_at", "desk", "seq"], if_not_exists=True)
    db.table("visit").create_index(["officer", "happened_at", "desk", "seq"], if_not_exists=True)
