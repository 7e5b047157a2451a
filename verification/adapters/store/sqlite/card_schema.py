"""The tables of `cards-<n>.db`; how they are changed stands in `schema.py`."""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verification.adapters.store.sqlite.migrations import Schema, make
from verification.adapters.store.sqlite.name_index import m004_names_by_their_parts
from verification.basics.errors import StoreError
from verification.basics.names import name_key

if TYPE_CHECKING:
    from sqlite_utils import Database

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

_PERIOD_TABLES: dict[str, dict[str, Any]] = {
    "card": {
        # `period` is the first day, or empty: a key holds no null
        "columns": {
            "ma_the": str,
            "period": str,
            "trusted": int,
            **{k: v for k, v in _CARD_TABLES["card"]["columns"].items() if k != "ma_the"},
            "origin": str,
            "copy": int,
        },
        "pk": ("ma_the", "period", "trusted"),
        "not_null": {"as_of", "origin", "copy"},
    },
    # what is said of a number as such, whatever its periods
    "standing": {
        "columns": {"number": str, "trusted": int, "status": str, "as_of": str, "copy": int},
        "pk": ("number", "trusted"),
        "not_null": {"status", "as_of", "copy"},
    },
    "refusal": {
        "columns": {"number": str, "trusted": int, "origin": str, "as_of": str, "copy": int},
        "pk": ("number", "trusted"),
        "not_null": {"origin", "as_of", "copy"},
    },
}

_TAKEN_OVER = """
INSERT INTO card SELECT ma_the, coalesce(gt_the_tu, ''), 0, ma_so_bhxh, so_cccd, ho_ten, name_key,
  ngay_sinh, gioi_tinh, dia_chi, ma_dkbd, gt_the_tu, gt_the_den, ma_kv, ngay_du_5_nam,
  CASE WHEN trang_thai IN ('tu_vong', 'thu_hoi', 'tam_khoa') THEN NULL ELSE trang_thai END,
  the_moi, as_of, 'hospital', 0
FROM card_before
"""

_SAID_OF_NUMBERS = """
INSERT INTO standing SELECT ma_the, 0, trang_thai, as_of, 0 FROM card_before
WHERE trang_thai IN ('tu_vong', 'thu_hoi', 'tam_khoa')
"""

_INDEXES = {"card": (("ma_so_bhxh",), ("so_cccd",), ("name_key", "ngay_sinh"))}


def m001_card_tables(db: "Database") -> None:
    """Make the tables of a card file."""
    make(db, _CARD_TABLES, _INDEXES)


def m002_card_periods(db: "Database") -> None:
    """Let a number have several periods, each with its origin; keep rows that were refused.

    What was there came from nobody knows whom: it is the hospital's own.
    """
    db.execute("ALTER TABLE card RENAME TO card_before")
    for columns in _INDEXES["card"]:  # they went along, and their names are needed again
        db.execute(f"DROP INDEX IF EXISTS idx_card_{'_'.join(columns)}")
    make(db, _PERIOD_TABLES, _INDEXES)
    db.execute(_TAKEN_OVER)
    db.execute(_SAID_OF_NUMBERS)
    db.execute("DROP TABLE card_before")


def m003_name_keys(db: "Database") -> None:
    """Look names up by their fold, which takes apostrophes, i/y and damage out."""
    db.register_function(name_key, deterministic=True)
    db.execute("UPDATE card SET name_key = name_key(ho_ten) WHERE ho_ten IS NOT NULL")


CARDS = Schema(
    "cards",
    [m001_card_tables, m002_card_periods, m003_name_keys, m004_names_by_their_parts],
    first_table="meta",
)


def make_card_tables(connection: sqlite3.Connection) -> bool:
    """Bring a card file to the tables of this version; return whether it lacked something.

    Raises:
        StoreError: The file belongs to a newer version.
    """
    return CARDS.bring(connection)


def is_outdated(connection: sqlite3.Connection) -> bool:
    """Tell whether a card file is of an earlier version.

    Raises:
        StoreError: The file belongs to a newer version, or it is no card file.
    """
    lacks = len(CARDS.lacks(connection))
    if lacks == len(CARDS.migrations):
        file = Path(connection.execute("PRAGMA database_list").fetchone()[2]).name
        raise StoreError(f"{file} không phải dữ liệu thẻ của kiosk", f"{file} is no card file")
    return lacks > 0
