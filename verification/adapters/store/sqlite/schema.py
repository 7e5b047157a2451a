"""The tables of `kiosk.db`, and nothing else; those of card files lie in `card_schema.py`.

To change them, write one more migration at the end of `KIOSK` (or `CARDS` there), for instance

    def m003_visit_has_a_room(db: Database) -> None:
        db.table("visit").add_column("room", str)

and never touch one that was released: files in hospitals have taken it, and none takes it twice.
The rows of `log` are history and stay as they are: a column may be added to it, no value changed.
Before that, keep a store of the version before (`fixtures/old_store.py`).
"""

import sqlite3
from typing import TYPE_CHECKING, Any

from verification.adapters.store.sql import codes
from verification.adapters.store.sql.history import TYPED_IN_THE_EVENING
from verification.adapters.store.sqlite import register
from verification.adapters.store.sqlite.database import write_ahead
from verification.adapters.store.sqlite.m007 import m007_visit_has_a_number
from verification.adapters.store.sqlite.m008 import m008_visits_by_day, m009_visits_by_time
from verification.adapters.store.sqlite.m010_reappointments import (
    m010_visit_knows_the_reappointment_it_used,
)
from verification.adapters.store.sqlite.m011 import (
    m011_outbox_and_the_portals_answers,
    m012_hospital_systems,
)
from verification.adapters.store.sqlite.migrations import Schema, make
from verification.adapters.store.sqlite.views import STATEMENTS, m013_views_for_other_tools

if TYPE_CHECKING:
    from sqlite_utils import Database

_LOG_TABLES: dict[str, dict[str, Any]] = {
    "log": {
        "columns": {
            "desk": str,
            "seq": int,
            "recorded_at": str,
            "happened_at": str,
            "kind": str,
            "codes": str,
            "person_ref": str,
            "content_digest": str,
            "prev_hash": str,
            "hash": str,
        },
        "pk": ("desk", "seq"),
        "not_null": {"recorded_at", "happened_at", "kind", "codes", "prev_hash", "hash"},
    },
    "content": {
        "columns": {"event_id": str, "salt": bytes, "key_id": str, "sealed": bytes},
        "pk": "event_id",
        "not_null": {"salt", "key_id", "sealed"},
    },
    "wrapped_key": {
        "columns": {"key_id": str, "wrapped": bytes},
        "pk": "key_id",
        "not_null": {"wrapped"},
    },
    "person_index": {
        "columns": {"number_hmac": str, "person_ref": str},
        "pk": "number_hmac",
        "not_null": {"person_ref"},
    },
    "visit": {
        "columns": {
            "visit_id": str,
            "desk": str,
            "seq": int,
            "happened_at": str,
            "day": str,
            "person_ref": str,
            "presented": str,
            "verdict": str,
            "reason": str,
            "rate": str,
            "ma_doituong_kcb": str,
            "officer": str,
            "cach_trinh": str,
            "doi_chieu": str,
            "nguoi_trinh": str,
            "corrected": str,
            "cancelled": str,
        },
        "pk": "visit_id",
        "not_null": {"desk", "seq", "happened_at", "day", "person_ref", "presented"},
    },
    "review_case": {
        "columns": {"number": str, "subject": str, "closed": int, "opened_at": str},
        "pk": "number",
        "not_null": {"subject", "closed", "opened_at"},
    },
    "case_event": {
        "columns": {"id": int, "number": str, "desk": str, "seq": int},
        "pk": "id",
        "not_null": {"number", "desk", "seq"},
    },
    "scan": {
        "columns": {"scan_id": str, "event_id": str},
        "pk": "scan_id",
        "not_null": {"event_id"},
    },
    "account": {
        "columns": {
            "name": str,
            "roles": str,
            "sealed": bytes,
            "password": str,
            "pin": str,
            "disabled": int,
            "failures": int,
            "locked_until": str,
            "full_login_at": str,
            "demo": int,
        },
        "pk": "name",
        "not_null": {"roles", "sealed", "password", "disabled", "failures", "demo"},
    },
    "session": {
        "columns": {
            "digest": str,
            "officer": str,
            "desk": str,
            "address": str,
            "opened_at": str,
            "active_at": str,
            "ends_at": str,
            "locked": int,
        },
        "pk": "digest",
        "not_null": {"officer", "desk", "address", "opened_at", "active_at", "ends_at", "locked"},
    },
    "history": {
        "columns": {
            "id": str,
            "at": int,
            "person_ref": str,
            "ma_cskcb": str,
            "desk": str,
            "officer": str,
            "typed": int,
            "received": int,
            "reason": str,
            "shown": str,
            "cccd": str,
            "ma_bn": str,
            "code": str,
            "gt_the_tu": str,
            "gt_the_den": str,
            "sex": str,
            "born": int,
            "doi_chieu": str,
            "ma_doituong_kcb": str,
            "ma_loai_kcb": str,
            "ma_benh": str,
            "so_ngay_thuoc": int,
            "end_day": int,
            "outcome": str,
            "event_id": str,
            "cancelled": int,
            "origin": str,
        },
        "pk": "id",
        "not_null": {"at", "ma_cskcb", "received", "cancelled", "origin"},
    },
}

_INDEXES = {
    "log": (("kind", "recorded_at"),),
    "visit": (("person_ref", "day"), ("desk", "seq")),
    "review_case": (("subject",), ("closed", "opened_at")),
    "case_event": (("number",),),
    "history": (("person_ref", "at"), ("cccd", "at"), ("desk", "at"), ("event_id",)),
}


def m001_tables(db: "Database") -> None:
    """Make the tables of `kiosk.db`; a file from before migrations has some or all of them."""
    make(db, _LOG_TABLES, _INDEXES)


def m002_visits_by_presentation(db: "Database") -> None:
    """Find what received a patient from a presentation without reading all visits."""
    db.table("visit").create_index(["presented"], if_not_exists=True)


def m003_history_knows_whether_the_hour_is_known(db: "Database") -> None:
    """Keep that of some visits only the day is known; find what was typed on evenings.

    Visits of elsewhere were kept at midnight where their row told a day alone.
    """
    if "timed" not in db.table("history").columns_dict:
        db.table("history").add_column("timed", int, not_null_default=1)
    day = "origin = 'import' AND (at + 25200) % 86400 = 0"
    db.execute(f"UPDATE history SET timed = 0 WHERE {day}")
    db.execute(
        "CREATE INDEX IF NOT EXISTS idx_history_evenings ON history (officer, at) "
        f"WHERE {TYPED_IN_THE_EVENING}"
    )


def m004_register_of_the_log(db: "Database") -> None:
    """Keep which events were written; who opens the store with its key fills it (`register`)."""
    _make_register(db.conn)


def _make_register(connection: sqlite3.Connection) -> None:
    for table in register.TABLES:
        connection.execute(table)


def m005_accounts_are_bound_to_the_key(db: "Database") -> None:
    """Keep what binds accounts and sessions to the master key, and to the event that made them so.

    The rows that are there get it where the log is opened with its key.
    """
    for table in ("account", "session"):
        for column in ("event_id", "mac"):
            if column not in db.table(table).columns_dict:
                db.table(table).add_column(column, str)
    for index in codes.INDEXES:
        db.execute(index)


def m006_no_birthday_in_the_history(db: "Database") -> None:
    """Keep of the first day of a child's first card the year alone: it is the birthday."""
    forget_birthdays(db.conn)


def forget_birthdays(connection: sqlite3.Connection) -> None:
    """Do so in a file that is open, or in a copy of one of a version before."""
    year = "substr(gt_the_tu, 1, 4)"
    connection.execute(
        f"UPDATE history SET gt_the_tu = {year} WHERE born = CAST({year} AS INTEGER)"
    )


KIOSK = Schema(
    "kiosk",
    [
        m001_tables,
        m002_visits_by_presentation,
        m003_history_knows_whether_the_hour_is_known,
        m004_register_of_the_log,
        m005_accounts_are_bound_to_the_key,
        m006_no_birthday_in_the_history,
        m007_visit_has_a_number,
        m008_visits_by_day,
        m009_visits_by_time,
        m010_visit_knows_the_reappointment_it_used,
        m011_outbox_and_the_portals_answers,
        m012_hospital_systems,
        m013_views_for_other_tools,
    ],
)


def make_log_tables(connection: sqlite3.Connection) -> None:
    """Bring `kiosk.db` to the tables of this version, and guard the log by triggers.

    Raises:
        StoreError: The file belongs to a newer version.
    """
    write_ahead(connection)
    connection.execute("PRAGMA secure_delete = ON")  # what was erased must not lie in a free page
    KIOSK.bring(connection)
    _make_register(connection)  # a desk goes on though somebody took them
    for trigger in register.TRIGGERS.values():
        connection.execute(trigger.replace("TRIGGER", "TRIGGER IF NOT EXISTS", 1))
    for view in STATEMENTS:
        connection.execute(view.replace("VIEW", "VIEW IF NOT EXISTS", 1))
