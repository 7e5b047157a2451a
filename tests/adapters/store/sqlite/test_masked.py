"""`so_the_che` opens what the key opens, shows the ends of a number, and says nothing otherwise."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fixtures.old_store import BEGUN, opened
from tests.store_support import filled_before_views
from tests.support import MASTER_KEY
from verification.adapters.store.sqlite.masked import offer
from verification.card.numbers import mask
from verification.log.content import visit_content

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    filled_before_views(folder)
    return folder


def told(house: Path, key: bytes | None, *events: object) -> list[str | None]:
    address = f"file:{house / 'kiosk.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        offer(connection, key)
        asked = "SELECT so_the_che(?)"
        return [connection.execute(asked, (one,)).fetchone()[0] for one in events]


def test_each_visit_is_shown_by_the_ends_of_its_number(house: Path) -> None:
    with opened(house, lambda: BEGUN.replace(hour=18)) as kiosk:
        with closing(sqlite3.connect(house / "kiosk.db")) as connection:
            names = [name for (name,) in connection.execute("SELECT visit_id FROM visit")]
        visits = [kiosk.written.visit(name) for name in names]
        contents = [visit_content(kiosk.written, visit) for visit in visits if visit]
    held = [one.get("ban_ghi", {}) for one in contents]
    numbers = [one.get("ma_the") or one.get("ma_so_bhxh") or one.get("so_cccd") for one in held]
    shown = told(house, MASTER_KEY, *names)
    assert shown == [mask(number) for number in numbers]
    assert shown.count(None) == 1  # the one whose content was erased
    presented = [visit.presented for visit in visits if visit]
    assert told(house, MASTER_KEY, *presented) == shown


@pytest.mark.parametrize("key", [None, bytes(32)], ids=["no key", "another key"])
def test_without_the_key_nothing_is_shown(house: Path, key: bytes | None) -> None:
    assert told(house, key, "1-59", "1-58") == [None, None]


def test_what_is_no_event_shows_nothing(house: Path) -> None:
    odd = ("", "x", "1-99999", "-", "1-", None, 7, 1.5, b"1-59", "1-1", "hang-cho-1")
    assert told(house, MASTER_KEY, *odd) == [None] * len(odd)
