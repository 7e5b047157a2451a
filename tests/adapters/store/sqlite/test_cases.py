"""What `kiosk.db` adds to the contract of `Cases`: files of before, and very many cases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.case_support import arrive, only_case
from tests.support import Clock, open_kiosk

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk


def test_the_ten_thousandth_case_of_a_year_is_followed_by_one_more(
    kiosk: Kiosk, store_folder: Path
) -> None:
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as direct, direct:
        for number in ("2026-9999", "2026-10000"):
            direct.execute("INSERT INTO review_case VALUES (?, 'p', 1, '2026-01-01')", (number,))
    assert kiosk.written.cases.next_number(2026) == "2026-10001"


def test_an_older_file_gets_the_tables(store_folder: Path, clock: Clock) -> None:
    with open_kiosk(store_folder, clock):
        pass
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        for table in ("review_case", "case_event", "_sqlite_migrations"):
            connection.execute(f"DROP TABLE {table}")
    with open_kiosk(store_folder, clock) as (kiosk, _):
        arrive(kiosk, "patient-1")
        assert only_case(kiosk).number == "2026-0001"
