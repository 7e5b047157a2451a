"""The tables of `kiosk.db` and `cards-<n>.db`, and nothing else."""

import sqlite3
from typing import Any

from verification.adapters.store.sqlite.database import database

_NO_CHANGE = """
CREATE TRIGGER IF NOT EXISTS log_no_{verb} BEFORE {verb} ON log
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END
"""

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

_CARD_TABLES: dict[str, dict[str, Any]] = {
    "card": {
        "columns": {
            "ma_the": str,
            "ma_so_bhxh": str,
            "so_cccd": str,
            "ho_ten": str,
            "name_key": str,
            "ngay_sinh": str,
            "gioi_tinh": str,
            "dia_chi": str,
            "ma_dkbd": str,
            "gt_the_tu": str,
            "gt_the_den": str,
            "ma_kv": str,
            "ngay_du_5_nam": str,
            "trang_thai": str,
            "the_moi": str,
            "as_of": str,
        },
        "pk": "ma_the",
        "not_null": {"trang_thai", "as_of"},
    },
    "facility": {
        "columns": {
            "ma_cskcb": str,
            "ten": str,
            "ma_tinh": str,
            "cap": str,
            "diem": str,
            "hang_cu": str,
            "loai_12": int,
            "vi_do": float,
            "kinh_do": float,
        },
        "pk": "ma_cskcb",
        "not_null": {"ten", "ma_tinh"},
    },
    "office": {
        "columns": {"ma_co_quan": str, "ten": str, "ma_tinh": str, "dia_chi": str},
        "pk": "ma_co_quan",
        "not_null": {"ten"},
    },
    "meta": {"columns": {"key": str, "value": str}, "pk": "key", "not_null": {"value"}},
}

_INDEXES = {
    "log": (("kind", "recorded_at"),),
    "visit": (("person_ref", "day"), ("desk", "seq"), ("presented",)),
    "review_case": (("subject",), ("closed", "opened_at")),
    "case_event": (("number",),),
    "history": (("person_ref", "at"), ("cccd", "at"), ("desk", "at"), ("event_id",)),
    "card": (("ma_so_bhxh",), ("so_cccd",), ("name_key", "ngay_sinh")),
}


def make_log_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of `kiosk.db` that are missing, and the triggers that guard the log."""
    connection.execute("PRAGMA journal_mode = WAL")
    if not all(_made(connection, name) for name in (*_LOG_TABLES, "idx_visit_presented")):
        _make(connection, _LOG_TABLES)  # an older file gets what came later
    for verb in ("UPDATE", "DELETE"):
        connection.execute(_NO_CHANGE.format(verb=verb))


def make_card_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of a card file that are missing."""
    if not _made(connection, "meta"):
        _make(connection, _CARD_TABLES)


def _made(connection: sqlite3.Connection, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,))
    return found.fetchone() is not None


def _make(connection: sqlite3.Connection, tables: dict[str, dict[str, Any]]) -> None:
    db = database(connection)
    for name, shape in tables.items():
        if not db[name].exists():
            db.table(name, strict=True).create(
                shape["columns"], pk=shape["pk"], not_null=shape["not_null"], if_not_exists=True
            )
        for columns in _INDEXES.get(name, ()):
            db.table(name).create_index(columns, if_not_exists=True)
