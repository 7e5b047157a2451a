"""A store whose projections are damaged goes on after a rebuild; nothing else is touched."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.store_support import a_house, ask, change, fill, is_sound, overwrite, pages_of, projected
from tests.support import MASTER_KEY, Clock
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.shape import strays
from verification.basics.errors import StoreDamaged, StoreError, StoreFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FROM_LOG = (
    *("visit", "sqlite_autoindex_visit_1", "idx_visit_person_ref_day", "idx_visit_desk_seq"),
    *("idx_visit_presented", "scan", "sqlite_autoindex_scan_1", "review_case", "case_event"),
    *("idx_case_event_number", "idx_review_case_closed_opened_at"),
    *("history", "sqlite_autoindex_history_1", "idx_history_person_ref_at"),
    *("idx_history_cccd_at", "idx_history_desk_at", "idx_history_event_id"),
    *("idx_history_evenings", "outbox", "sqlite_autoindex_outbox_1", "idx_outbox_due"),
    *("portal", "sqlite_autoindex_portal_1", "idx_portal_presented"),
    "idx_portal_person_ref_answered",
)


# else no column goes that a view reads
DESPITE_VIEWS = "PRAGMA legacy_alter_table = ON"
VISITS = 50
JUNKS = (bytes(4096), b"\xff" * 4096, bytes(range(256)) * 16)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a filled store; copy it, never write into it."""
    path = a_house(tmp_path_factory.mktemp("whole"), visits=VISITS)
    with closing(SqliteLog(path, MASTER_KEY, Clock())) as log:
        ask(log, visits=20)
    kept = projected(path)
    assert all(kept[table] for table in ("outbox", "portal"))
    assert any("portal" in row for row in kept["history"])
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one whose tables have many pages."""
    return a_house(tmp_path_factory.mktemp("large"), visits=240)


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    for file in whole.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / whole.name


@pytest.fixture
def log(store: Path) -> Iterator[SqliteLog]:
    """Open it as a server does, before anything is damaged."""
    with closing(SqliteLog(store, MASTER_KEY, Clock())) as opened:
        yield opened


def rebuilt(store: Path) -> None:
    with closing(SqliteLog(store, MASTER_KEY, Clock())) as log:
        log.rebuild()


def without_elsewhere(store: Path) -> dict[str, list[tuple[object, ...]]]:
    found = projected(store)
    return found | {"history": [row for row in found["history"] if "import" not in row]}


def elsewhere(store: Path) -> set[tuple[object, ...]]:
    return {row for row in projected(store)["history"] if "import" in row}


def beside(store: Path) -> list[Path]:
    return sorted(store.parent.glob("kiosk.db.damaged-*"))


@pytest.mark.parametrize("name", FROM_LOG)
def test_a_damaged_page_of_what_is_made_from_the_log_is_made_again(
    store: Path, whole: Path, name: str
) -> None:
    junk = JUNKS[FROM_LOG.index(name) % len(JUNKS)]
    overwrite(store, pages_of(store, name)[0], junk)
    assert not is_sound(store)
    rebuilt(store)
    assert is_sound(store)
    assert without_elsewhere(store) == without_elsewhere(whole)
    if name != "history":  # its root page alone names all others
        assert projected(store) == projected(whole)
    (kept,) = beside(store)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not is_sound(kept)


@pytest.mark.parametrize("junk", JUNKS)
def test_all_pages_of_all_of_it_may_be_damaged(store: Path, whole: Path, junk: bytes) -> None:
    for name in FROM_LOG:
        for page in pages_of(whole, name):
            overwrite(store, page, junk)
    rebuilt(store)
    assert is_sound(store)
    assert without_elsewhere(store) == without_elsewhere(whole)


def test_visits_of_elsewhere_are_kept_but_for_those_on_the_damaged_page(
    large: Path, tmp_path: Path
) -> None:
    store = tmp_path / large.name
    for file in large.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    pages = pages_of(large, "history")
    assert len(pages) > 6
    overwrite(store, pages[len(pages) // 2])
    rebuilt(store)
    kept, before = elsewhere(store), elsewhere(large)
    assert kept < before
    assert len(kept) > len(before) * 0.6


@pytest.mark.parametrize(
    "does",
    [
        "DROP TABLE visit",
        "DROP TABLE scan; DROP TABLE review_case",
        "DROP TABLE outbox; DROP TABLE portal",
        f"{DESPITE_VIEWS}; ALTER TABLE visit DROP COLUMN portal_code",
        "DROP INDEX idx_visit_presented",
        f"{DESPITE_VIEWS}; ALTER TABLE visit DROP COLUMN rate",
        "ALTER TABLE visit RENAME TO visits",
        "CREATE TRIGGER t AFTER INSERT ON visit BEGIN UPDATE visit SET rate = '1/1'; END",
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM scan; END",
        "CREATE VIEW v AS SELECT * FROM visit",
        "DROP VIEW luot_tiep_nhan; CREATE VIEW luot_tiep_nhan AS SELECT visit_id FROM visit",
        "DROP VIEW su_kien",
        "CREATE UNIQUE INDEX one ON scan (scan_id, event_id)",
        "DROP TRIGGER log_no_UPDATE; DROP TRIGGER log_no_DELETE",
        (
            "DROP TRIGGER log_no_UPDATE; CREATE TRIGGER log_no_UPDATE BEFORE UPDATE ON log"
            " BEGIN SELECT 1; END"
        ),
    ],
)
def test_what_a_stranger_did_to_tables_and_triggers_is_undone(
    store: Path, whole: Path, does: str
) -> None:
    with closing(sqlite3.connect(store)) as db:
        db.executescript(does)
    rebuilt(store)
    assert projected(store) == projected(whole)
    with closing(sqlite3.connect(store)) as db:
        assert list(strays(db)) == []
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("UPDATE log SET kind = 'x'")
        with pytest.raises(sqlite3.IntegrityError):
            db.execute("DELETE FROM log")


def test_rows_that_were_changed_in_sound_tables_are_made_again_and_no_file_is_kept(
    store: Path, whole: Path
) -> None:
    change(store, "UPDATE visit SET rate = '1/1'", "DELETE FROM scan", "DELETE FROM case_event")
    rebuilt(store)
    assert projected(store) == projected(whole)
    assert beside(store) == []


def test_others_that_have_the_file_open_go_on_and_lose_nothing(store: Path, log: SqliteLog) -> None:
    clock = Clock()
    fill(log, clock, 5, first=1_000)
    overwrite(store, pages_of(store, "visit")[0])
    rebuilt(store)  # by another process, as the command does it
    assert len(log.recent("1", 500)) == VISITS + 5
    fill(log, clock, 5, first=2_000)
    assert len(log.recent("1", 500)) == VISITS + 10
    log.rebuild()
    assert len(log.recent("1", 500)) == VISITS + 10
    assert log.damaged() == ()


def test_damage_that_is_told_names_no_wording_of_the_engine(store: Path, log: SqliteLog) -> None:
    overwrite(store, pages_of(store, "visit")[0])
    with pytest.raises(StoreDamaged) as told:
        log.recent("1", 5)
    assert "malformed" not in str(told.value)
    assert log.damaged() == ("visit",)


@pytest.mark.parametrize("name", ["log", "content", "person_index", "account", "wrapped_key"])
def test_what_the_log_does_not_make_is_left_as_it_is(store: Path, name: str) -> None:
    overwrite(store, pages_of(store, name)[0])
    overwrite(store, pages_of(store, "visit")[0])
    with pytest.raises(StoreError, match="bản sao lưu") as told:
        rebuilt(store)
    assert name in told.value.vi
    assert not is_sound(store)
    assert beside(store) == []


def test_a_damaged_list_of_free_pages_is_not_written_into(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("CREATE TABLE gone (x)")
        db.executemany("INSERT INTO gone VALUES (?)", [("x" * 3_000,) for _ in range(40)])
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("DROP TABLE gone")
    header = store.read_bytes()[32:36]
    overwrite(store, int.from_bytes(header, "big"), b"\xff" * 4096)
    overwrite(store, pages_of(store, "visit")[0])
    with closing(sqlite3.connect(store)) as db:
        before = db.execute("SELECT * FROM log").fetchall()
    with pytest.raises(StoreError, match="bản sao lưu"):
        rebuilt(store)
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("SELECT * FROM log").fetchall() == before


def test_a_rebuild_that_finds_no_room_changes_nothing_and_leaves_no_copy(store: Path) -> None:
    def fails(*_: object) -> None:
        assert len(beside(store)) == 1
        raise StoreFull("không", "no")

    overwrite(store, pages_of(store, "visit")[0])
    with closing(SqliteLog(store, MASTER_KEY, Clock())) as log:
        with pytest.raises(StoreFull):
            log.rebuild(fails)
        assert not beside(store)
        assert log.damaged() == ("visit",)
        log.rebuild()
        assert log.damaged() == ()
