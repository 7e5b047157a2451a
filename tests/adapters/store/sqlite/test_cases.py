"""What `kiosk.db` adds to the contract of `Cases`: files of before, and very many cases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.case_support import RECEPTION, arrive, only_case
from tests.support import Clock, open_kiosk, payload
from verification.adapters.store.sql.projection import PROJECTORS
from verification.log.projections import Projection
from verification.reception import checkin
from verification.reception.answer import Scan

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
        connection.execute("PRAGMA user_version = 0")
    with open_kiosk(store_folder, clock) as (kiosk, _):
        arrive(kiosk, "patient-1")
        assert only_case(kiosk).number == "2026-0001"


def test_an_older_file_gets_the_index_and_one_key_pressed_twice_stays_one_visit(
    store_folder: Path, clock: Clock
) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, _):
        shown = checkin.present(RECEPTION, kiosk, Scan((payload("patient-1"),)))
        first = checkin.receive(RECEPTION, kiosk, shown, again="khám mắt").visit
    assert first is not None
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection, connection:
        connection.execute("DROP INDEX idx_visit_presented")
        connection.execute("DROP TABLE _sqlite_migrations")
        connection.execute("PRAGMA user_version = 0")
        for way in ("receive", "again"):  # as versions before kept it beside the log
            row = (f"{way}:{shown.event.event_id}", first.visit_id)
            connection.execute("INSERT INTO scan VALUES (?, ?)", row)
    with open_kiosk(store_folder, clock) as (kiosk, log):
        for _ in range(2):
            assert checkin.receive(RECEPTION, kiosk, shown).visit == shown.visit
            assert checkin.receive(RECEPTION, kiosk, shown, again="khám mắt").visit == first
            log.rebuild()
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as connection:
        assert connection.execute("SELECT * FROM scan").fetchall() == []
        names = "SELECT name FROM sqlite_master WHERE name = 'idx_visit_presented'"
        assert connection.execute(names).fetchone() is not None


def test_every_projection_of_the_log_has_a_projector() -> None:
    assert set(PROJECTORS) == set(Projection)
