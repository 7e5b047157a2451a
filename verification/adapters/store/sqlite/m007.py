"""The day's number of each visit, and its room."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def m007_visit_has_a_number(db: "Database") -> None:
    """Keep number and room of a visit, no number twice a day; visits of before have none."""
    for column, kind in (("so_thu_tu", int), ("ngay_so", str), ("phong", str)):
        if column not in db.table("visit").columns_dict:
            db.table("visit").add_column(column, kind)
    db.execute(
        "CREATE UNIQUE INDEX IF NOT EXISTS visit_number ON visit (ngay_so, so_thu_tu) "
        "WHERE so_thu_tu IS NOT NULL"
    )
