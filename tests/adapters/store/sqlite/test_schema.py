"""The tables and how they change: whole or not at all, once, and never the log's own rows."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlite_utils.migrations import Migrations

from tests.support import MASTER_KEY, MORNING, ROOT, Clock, make_demo_store
from tests.tables import migrated
from verification.adapters.store.heads import noted_heads
from verification.adapters.store.sqlite import card_schema, schema
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.looked_at import chains_in
from verification.adapters.store.sqlite.migrations import MIGRATIONS_TABLE
from verification.adapters.store.sqlite.views import VIEWS
from verification.basics.dates import PartialDate
from verification.basics.errors import StoreError
from verification.basics.names import name_key
from verification.card.facts import Origin
from verification.log import chain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

OLD = ROOT / "tests" / "data" / "store-2026-11-25" / "store.zip"
STORES = sorted((ROOT / "tests" / "data").glob("*/store.zip"))
OURS = [migration.__name__ for migration in schema.KIOSK.migrations]


# ---- the next migration is written like these, in schema.py, its number before its name


def visit_has_a_room(db: Database) -> None:
    """Let a visit name the room that it was sent to."""
    db.table("visit").add_column("room", str)


def log_has_a_shift(db: Database) -> None:
    """Add a column to the log itself: of the events that are there it says nothing."""
    db.table("log").add_column("shift", str)


def card_has_a_phone(db: Database) -> None:
    """Let a card hold a telephone number."""
    db.table("card").add_column("phone", str)


def breaks(db: Database) -> None:
    """Change something, then fail."""
    db.table("visit").add_column("half", str)
    db.execute("DELETE FROM session")
    db.execute("INSERT INTO nowhere VALUES (1)")


@pytest.fixture(autouse=True)
def _migrated() -> Iterator[None]:
    """Make new files by the migrations, as the kiosk does."""
    with migrated():
        yield


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a log that the version before left."""
    shutil.unpack_archive(OLD, tmp_path)
    return tmp_path / "kiosk.db"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that lets this version be a later one, with more migrations."""

    def become(*migrations: Callable[[Database], None], of: str = "KIOSK") -> None:
        module = {"KIOSK": schema, "CARDS": card_schema}[of]
        monkeypatch.setattr(module, of, getattr(module, of).followed_by(*migrations))

    return become


def opened(path: Path) -> None:
    """Open a log and close it."""
    SqliteLog(path, MASTER_KEY, Clock()).close()


def rows(path: Path, query: str) -> list[Any]:
    """Ask a file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def columns(path: Path, table: str) -> list[str]:
    """Return the columns of a table."""
    return [row[1] for row in rows(path, f"PRAGMA table_info({table})")]


def dumped(path: Path) -> list[str]:
    """Return all that is in a file, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def taken(path: Path) -> list[tuple[str, str]]:
    """Return the migrations that a file has taken, in order."""
    return rows(path, "SELECT migration_set, name FROM _sqlite_migrations ORDER BY id")


# ---- this version's tables


def test_every_table_is_strict_and_the_log_is_guarded(tmp_path: Path) -> None:
    opened(tmp_path / "kiosk.db")
    tables = rows(tmp_path / "kiosk.db", "PRAGMA table_list")
    made = [row for row in tables if not row[1].startswith(("sqlite_", "_sqlite"))]
    assert {row[1] for row in made if row[2] == "view"} == {*VIEWS}
    ours = {row[1]: row[5] for row in made if row[2] == "table"}
    assert len(ours) == 16
    assert set(ours.values()) == {1}
    triggers = rows(tmp_path / "kiosk.db", "SELECT name FROM sqlite_master WHERE type = 'trigger'")
    assert sorted(triggers) == [("log_no_DELETE",), ("log_no_UPDATE",)]
    assert rows(tmp_path / "kiosk.db", "PRAGMA journal_mode") == [("wal",)]


def test_an_old_file_has_the_tables_and_indexes_of_a_new_one(old: Path, tmp_path: Path) -> None:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    opened(old)
    opened(tmp_path / "new.db")
    assert rows(old, query) == rows(tmp_path / "new.db", query)
    assert taken(old) == taken(tmp_path / "new.db") == [("kiosk", name) for name in OURS]


def test_the_library_keeps_what_a_file_has_taken_where_it_is_asked() -> None:
    assert Migrations.migrations_table == MIGRATIONS_TABLE


def test_opening_an_up_to_date_file_asks_one_question_and_writes_nothing(old: Path) -> None:
    opened(old)
    said: list[str] = []
    with closing(connect(old)) as connection:
        connection.set_trace_callback(said.append)
        assert schema.KIOSK.bring(connection) is False
    assert said == ["PRAGMA user_version"]


# ---- a later version's


def test_a_column_can_be_added_and_what_was_there_stays(
    old: Path, later: Callable[..., None]
) -> None:
    before = rows(old, "SELECT * FROM visit")
    later(visit_has_a_room)
    opened(old)
    added = columns(old, "visit")[len(before[0]) :]
    unknown = [0 if column == "handed" else None for column in added]
    assert rows(old, "SELECT * FROM visit") == [(*row, *unknown) for row in before]
    assert columns(old, "visit")[-1] == "room"
    assert [name for _, name in taken(old)] == [*OURS, "visit_has_a_room"]
    assert ("visit", 1) in [(row[1], row[5]) for row in rows(old, "PRAGMA table_list")]


def test_a_column_of_the_log_leaves_its_events_chain_and_guard_as_they_were(
    old: Path, later: Callable[..., None]
) -> None:
    before = chains_in(old)
    later(log_has_a_shift)
    opened(old)
    assert columns(old, "log")[-1] == "shift"
    grown = chains_in(old)
    assert grown["quan-tri"].pop()["kind"] == "accounts_bound"
    assert grown == before
    heads = noted_heads(old)
    assert [chain.verify(events, heads[desk]) for desk, events in chains_in(old).items()] == [
        [],
        [],
        [],
        [],
    ]
    with closing(sqlite3.connect(old)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE log SET shift = 'x'")


def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(
    old: Path, later: Callable[..., None]
) -> None:
    opened(old)
    before = dumped(old)
    later(visit_has_a_room, breaks)
    with pytest.raises(StoreError) as told:
        opened(old)
    assert "nowhere" not in str(told.value)  # the engine's wording is no page's
    assert dumped(old) == before


def test_this_version_goes_on_where_a_later_ones_migration_failed(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "KIOSK", schema.KIOSK.followed_by(breaks))
        with pytest.raises(StoreError):
            opened(old)
    opened(old)
    assert "half" not in columns(old, "visit")


def test_a_file_of_a_newer_version_is_refused_in_one_sentence_and_left_alone(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "KIOSK", schema.KIOSK.followed_by(visit_has_a_room))
        opened(old)
    before = dumped(old)
    with pytest.raises(StoreError) as refused:
        opened(old)
    assert (refused.value.vi, refused.value.en) == (
        "kiosk.db là của một bản kiosk mới hơn; hãy cập nhật kiosk rồi mở lại",
        "kiosk.db belongs to a newer version of the kiosk; update the kiosk to open it",
    )
    assert dumped(old) == before


OPENS = """
import sys, time
from pathlib import Path
from tests.adapters.store.sqlite.test_schema import visit_has_a_room, opened
from verification.adapters.store.sqlite import schema

def takes_long(db):
    db.table("visit").add_column("slow", str)
    time.sleep(0.5)
    print("migrated", flush=True)

schema.KIOSK = schema.KIOSK.followed_by(visit_has_a_room, takes_long)
print("ready", flush=True)
sys.stdin.readline()
opened(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("name", ["kiosk.db", "new.db"])
def test_two_processes_that_open_at_once_migrate_once(old: Path, name: str) -> None:
    file = old.parent / name  # an old one, and one that is not there yet
    words = [sys.executable, "-c", OPENS, str(file)]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(words, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in "ab"]
    for process in both:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in both]
    assert sorted(said) == ["", "migrated\n"]
    assert [process.returncode for process in both] == [0, 0]
    assert [name for _, name in taken(file)] == [*OURS, "visit_has_a_room", "takes_long"]


# ---- the card file


def test_a_card_file_of_the_version_before_finds_names_as_this_one_folds_them(old: Path) -> None:
    with closing(SqliteCards(old.parent)) as cards:
        found = cards.by_name("nguyễnthị mẫu", PartialDate(1994, 3, 5)).records
        assert "DN4797900000011" in {record.card.ma_the for record in found}
        assert cards.status().cards == 88
    file = newest_file(old.parent)
    assert file == old.parent / "cards-2.db"
    keys = rows(file, "SELECT ho_ten, name_key FROM card")
    assert all(key == name_key(name) for name, key in keys)
    with closing(SqliteCards(old.parent)) as again:
        assert again.status().cards == 88
    assert newest_file(old.parent) == file


BEFORE = (
    "ma_the, ma_so_bhxh, so_cccd, ho_ten, ngay_sinh, gioi_tinh, dia_chi, ma_dkbd, "
    "gt_the_tu, gt_the_den, ma_kv, ngay_du_5_nam, the_moi, as_of"
)
OF_NUMBERS = ("tu_vong", "thu_hoi", "tam_khoa")


# of this version already: its card file stays as it is
OF_TODAY = {f"store-2026-11-26-{name}" for name in ("unbound", "cards3", "m010", "m011", "m012")}
BEFORE_PERIODS = [path for path in STORES if path.parent.name not in OF_TODAY]


@pytest.mark.parametrize("path", BEFORE_PERIODS, ids=lambda path: path.parent.name)
def test_a_card_file_of_a_version_before_becomes_one_of_this_with_the_same_cards(
    path: Path, tmp_path: Path
) -> None:
    shutil.unpack_archive(path, tmp_path)
    before = rows(tmp_path / "cards-1.db", f"SELECT {BEFORE} FROM card")
    said = dict(rows(tmp_path / "cards-1.db", "SELECT ma_the, trang_thai FROM card"))
    with closing(SqliteCards(tmp_path)) as cards:
        status = cards.status()
        assert (status.cards, status.demo, status.trouble) == (len(before), True, None)
        found = {number: cards.by_card(number)[0] for number in said}
    file = newest_file(tmp_path)
    assert file == tmp_path / "cards-2.db"
    assert rows(file, f"SELECT {BEFORE} FROM card") == before
    assert {number: record.trang_thai.value for number, record in found.items()} == said
    assert {record.origin for record in found.values()} == {Origin.HOSPITAL}
    of_numbers = {number: word for number, word in said.items() if word in OF_NUMBERS}
    assert dict(rows(file, "SELECT number, status FROM standing")) == of_numbers
    assert of_numbers
    assert [name for _, name in taken(file)] == [m.__name__ for m in card_schema.CARDS.migrations]


def test_a_migrated_card_file_has_the_tables_and_indexes_of_a_new_one(
    old: Path, tmp_path: Path
) -> None:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with closing(SqliteCards(old.parent)) as cards:
        cards.status()
    make_demo_store(tmp_path / "new")
    migrated, new = newest_file(old.parent), newest_file(tmp_path / "new")
    assert migrated
    assert new
    assert rows(migrated, query) == rows(new, query)


def test_an_outdated_card_file_is_replaced_by_the_same_cards(
    tmp_path: Path, later: Callable[..., None]
) -> None:
    make_demo_store(tmp_path)
    before = rows(tmp_path / "cards-1.db", "SELECT * FROM card")
    later(card_has_a_phone, of="CARDS")
    with closing(SqliteCards(tmp_path)) as cards, closing(SqliteCards(tmp_path)) as other:
        assert cards.by_card("DN4797900000011")
        assert other.by_card("DN4797900000011")
        assert (cards.status().cards, cards.status().demo) == (88, True)
    file = newest_file(tmp_path)
    assert file == tmp_path / "cards-2.db"
    assert rows(file, "SELECT * FROM card") == [(*row, None) for row in before]


def test_a_card_file_that_cannot_be_migrated_stays_and_answers_as_an_empty_store(
    old: Path, later: Callable[..., None]
) -> None:
    folder = old.parent
    before = dumped(folder / "cards-1.db")
    later(breaks, of="CARDS")
    with closing(SqliteCards(folder)) as cards:
        status = cards.status()
        assert (status.cards, status.demo) == (0, False)
        assert status.trouble
        assert not cards.by_card("DN4797900000011")
    assert [path.name for path in folder.glob("cards-*")] == ["cards-1.db"]
    assert dumped(folder / "cards-1.db") == before


def test_a_card_file_of_a_newer_version_answers_as_an_empty_store_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(card_schema, "CARDS", card_schema.CARDS.followed_by(card_has_a_phone))
        make_demo_store(tmp_path, MORNING)
    with closing(SqliteCards(tmp_path)) as cards:
        for _ in range(2):
            trouble = cards.status().trouble
            assert trouble
            assert "cards-1.db belongs to a newer version" in trouble.en
            assert not cards.by_card("DN4797900000011")
