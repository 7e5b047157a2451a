"""The day's number of each visit, and its room."""

from typing import TYPE_CHECKING

from verification.log.numbering import MOST

if TYPE_CHECKING:
    from sqlite_utils import Database

NEWEST = f"""
SELECT coalesce(max(so_thu_tu), 0) FROM visit
WHERE ngay_so = ? AND so_thu_tu IS NOT NULL AND so_thu_tu < {MOST}
"""
"""The highest number that was given on a day; those of undone visits stay given."""


def m007_visit_has_a_number(db: "Database") -> None:
    """Keep number and room of a visit, no number twice a day; visits of before have none."""
    for column, kind in (("so_thu_tu", int), ("ngay_so", str), ("phong", str)):
        if column not in db.table("visit").columns_dict:
            db.table("visit").add_column(column, kind)
    db.execute(
        "CREATE UNIQUE INDEX IF NOT EXISTS visit_number ON visit (ngay_so, so_thu_tu) "
        "WHERE so_thu_tu IS NOT NULL"
    )
