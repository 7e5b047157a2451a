"""The outbox, the portal's answers, and what is exchanged with hospital systems."""

from typing import TYPE_CHECKING

from verification.adapters.store.sql.exchanged import BEFORE

if TYPE_CHECKING:
    from sqlite_utils import Database


def m011_outbox_and_the_portals_answers(db: "Database") -> None:
    """Keep what is still to be sent, what the portal said, and how far a visit's question is."""
    for column in ("portal", "portal_code"):
        if column not in db.table("visit").columns_dict:
            db.table("visit").add_column(column, str)
    outbox = db.table("outbox", strict=True)
    if not outbox.exists():
        kinds = dict.fromkeys(BEFORE.split(", "), str) | {"attempts": int, "leased_until": str}
        outbox.create(kinds, pk="item_id", not_null={"errand", "visit", "since", "attempts"})
    outbox.create_index(["due"], if_not_exists=True)
    portal = db.table("portal", strict=True)
    if not portal.exists():
        kinds = {"event_id": str, "desk": str, "seq": int, "presented": str, "person_ref": str}
        portal.create(
            kinds | {"answered": int},
            pk="event_id",
            not_null={"desk", "seq", "presented", "answered"},
        )
    portal.create_index(["presented"], if_not_exists=True)
    portal.create_index(["person_ref", "answered"], if_not_exists=True)


def m012_hospital_systems(db: "Database") -> None:
    """Keep what is sent to hospital systems, what they told, and the keys that they ask by."""
    columns = {"handed": int, "his": str, "record": str, "record_code": str}
    for table, added in (("outbox", {"event": str, "nth": int}), ("visit", columns)):
        known = db.table(table).columns_dict
        for column, kind in added.items():
            if column not in known:
                default = 0 if kind is int else None
                db.table(table).add_column(column, kind, not_null_default=default)
    db.table("outbox").create_index(["visit", "errand", "nth"], if_not_exists=True)
    keys = db.table("api_key", strict=True)
    if not keys.exists():
        names = "key_id, system, digest, rights, made_at, ends, mac"
        keys.create(
            dict.fromkeys(names.split(", "), str) | {"per_minute": int},
            pk="key_id",
            not_null={"system", "digest", "rights", "made_at", "per_minute"},
        )
