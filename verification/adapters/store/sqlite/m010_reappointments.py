"""What a visit used of papers: the re-appointment slip, so that a second use is told."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def m010_visit_knows_the_reappointment_it_used(db: "Database") -> None:
    """Keep with a visit the day that its re-appointment slip names; those there had none told."""
    if "reappointment" not in db.table("visit").columns_dict:
        db.table("visit").add_column("reappointment", str)
