"""The views show codes of every part of a store, and no number, name or secret of anybody."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.store_support import filled_before_views
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.views import STATEMENTS, VIEWS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of a filled store of the version before, which this one opened."""
    folder = tmp_path_factory.mktemp("house")
    filled_before_views(folder)
    return folder / "kiosk.db"


def rows(db: Path, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def test_a_store_of_the_version_before_gets_the_views_of_a_new_one(house: Path) -> None:
    made = rows(house, "SELECT name, sql FROM sqlite_master WHERE type = 'view'")
    assert [(row["name"], row["sql"]) for row in made] == list(zip(VIEWS, STATEMENTS, strict=True))


def test_each_view_shows_something_of_a_day_but_for_keys_that_nobody_made(house: Path) -> None:
    empty = [name for name in VIEWS if not rows(house, f"SELECT * FROM {name} LIMIT 1")]
    assert empty == ["he_thong_khac"]


def test_times_are_those_of_vietnam_and_codes_are_in_words(house: Path) -> None:
    (first, *_) = rows(house, "SELECT * FROM luot_tiep_nhan WHERE \"Lượt\" = '1-59'")
    assert (first["Ngày"], first["Giờ"]) == ("24/11/2026", "11:03:00")
    assert (first["Kết quả"], first["Cách trình"], first["Hồ sơ check-in"]) == (
        *("đủ điều kiện", "VssID"),
        "đã gửi",
    )
    waiting = {row["Mã việc"]: row for row in rows(house, "SELECT * FROM hang_cho_gui")}
    assert waiting["portal:2-31"]["Gửi lại lúc"] == "24/11/2026 11:06:00"
    assert waiting["handover:1-63:1"]["Tình trạng"] == "không tự gửi nữa"


def test_the_totals_of_a_day_are_those_of_its_visits(house: Path) -> None:
    totals = rows(house, "SELECT * FROM tong_theo_ngay")
    assert sum(row["Số lượt"] for row in totals) == len(rows(house, "SELECT * FROM luot_tiep_nhan"))
    undone = 'SELECT * FROM luot_tiep_nhan WHERE "Đã hủy" IS NOT NULL'
    assert sum(row["Đã hủy"] for row in totals) == len(rows(house, undone)) == 2
    assert all(None not in row.values() for row in totals)


def test_no_view_shows_a_secret_or_what_only_a_mark_of_a_number_is(house: Path) -> None:
    shown = {
        str(value)
        for name in VIEWS
        for row in rows(house, f"SELECT * FROM {name}")
        for value in row.values()
    }
    for table, columns in (
        ("account", ("password", "pin", "sealed", "mac")),
        ("session", ("digest", "mac")),
        ("wrapped_key", ("wrapped",)),
        ("content", ("salt", "sealed")),
        ("person_index", ("number_hmac",)),
    ):
        for row in rows(house, f"SELECT * FROM {table}"):
            assert not {str(row[name]) for name in columns if row[name]} & shown


def test_a_damaged_row_is_shown_as_far_as_it_can_be_and_hides_no_other(
    house: Path, tmp_path: Path
) -> None:
    db = tmp_path / "kiosk.db"
    shutil.copy(house, db)
    before = {name: len(rows(db, f"SELECT * FROM {name}")) for name in VIEWS}
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER log_no_UPDATE")
        kinds = ("viewed", "portal_answered", "received", "corrected")
        for kind in kinds:
            connection.execute("UPDATE log SET codes = '{\"a' WHERE kind = ?", (kind,))
        broken = "UPDATE log SET codes = '{\"flags\": [1, \"x\", {}]}' WHERE kind = 'flagged'"
        connection.execute(broken)
        connection.execute("UPDATE visit SET happened_at = 'x', verdict = NULL WHERE desk = '2'")
        connection.execute("UPDATE outbox SET since = '', due = 'soon'")
    after = {name: len(rows(db, f"SELECT * FROM {name}")) for name in VIEWS}
    assert after == before | {"co_nghi_van": after["co_nghi_van"]}


def test_all_views_are_known_as_ours(house: Path) -> None:
    made = [part.name for part in shape.as_made() if part.type == "view"]
    assert made == list(VIEWS)
    with closing(sqlite3.connect(house)) as connection:
        assert list(shape.strays(connection)) == []
