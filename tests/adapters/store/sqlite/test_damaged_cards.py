"""A card file that cannot be read answers as an empty store, and the next import heals it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, FIXTURES, MORNING, Clock, make_demo_store, open_kiosk, payload
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.store.sqlite import card_schema, schema
from verification.adapters.store.sqlite import cards as card_store
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import StoreError
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlite_utils import Database

NUMBER = "DN4797900000201"  # patient-1


@pytest.fixture(autouse=True)
def always_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the file at every question, not twice a second."""
    monkeypatch.setattr(card_store, "_LOOK_SECONDS", 0.0)


PAGE = 4096


def card_has_a_phone(db: Database) -> None:
    """Be a later version's migration."""
    db.table("card").add_column("phone", str)


# ---- what can happen to a file; each is given the file and leaves something of its name


def zero_bytes(file: Path) -> None:
    file.write_bytes(b"")


def rubbish(file: Path) -> None:
    file.write_bytes(b"rubbish" * 1_000)


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def a_header_alone(file: Path) -> None:
    os.truncate(file, 100)


def a_torn_header(file: Path) -> None:
    with file.open("rb+") as opened:
        opened.write(os.urandom(64))


def pages_in_the_middle(file: Path) -> None:
    """Overwrite all but the first pages: it opens, and only a question finds out."""
    size = file.stat().st_size
    with file.open("rb+") as opened:
        opened.seek(8 * PAGE)
        opened.write(b"\xa5" * (size - 8 * PAGE))


def a_directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def a_link_to_a_pipe(file: Path) -> None:
    pipe = file.with_suffix(".pipe")
    os.mkfifo(pipe)
    file.unlink()
    file.symlink_to(pipe)


def a_link_to_nothing(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.parent / "away" / "cards.db")


def a_foreign_database(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE card (number TEXT)")


def a_log(file: Path) -> None:
    """Put a `kiosk.db` where the card file was."""
    file.unlink()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        schema.make_log_tables(connection)
        connection.execute("PRAGMA journal_mode = DELETE")


def without_its_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE card")


def without_its_state(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE meta")


def words_for_days(file: Path) -> None:
    """Leave rows that no import has written."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE card SET as_of = 'hôm qua', gt_the_den = '31/02'")


def bytes_that_are_no_text(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE card SET ho_ten = CAST(x'fffe80' AS TEXT)")


WRECKS = [
    *(zero_bytes, rubbish, zeros, half, a_header_alone, a_torn_header, pages_in_the_middle),
    *(
        a_directory,
        a_pipe,
        a_link_to_a_pipe,
        a_link_to_nothing,
        a_foreign_database,
        a_log,
        without_its_table,
    ),
    *(without_its_state, words_for_days, bytes_that_are_no_text),
]
UNDER_A_SERVER = [*WRECKS, os.unlink]
Wreck = "Callable[[Path], None]"


def in_use(folder: Path) -> Path:
    file = newest_file(folder)
    assert file
    return file


def import_again(folder: Path) -> str | None:
    """Import the cards as the administrator does; return what was put aside."""
    return import_file(folder, IMPORTABLE["cards"], FIXTURES / "cards.csv", MORNING).unread


@pytest.mark.parametrize("wreck", WRECKS, ids=lambda wreck: wreck.__name__)
def test_a_card_file_that_cannot_be_read_is_an_empty_store_that_says_so(
    store_folder: Path, wreck: Callable[[Path], None]
) -> None:
    wreck(in_use(store_folder))
    with closing(SqliteCards(store_folder)) as cards:
        assert list(cards.by_card(NUMBER)) == []
        assert list(cards.by_bhxh(NUMBER[-10:])) == []
        assert list(cards.refusals([NUMBER])) == []
        status = cards.status()
        assert (status.cards, status.as_of, status.demo) == (0, None, False)
        assert status.trouble
        assert "nhập lại" in status.trouble.vi
        assert "cards-" in status.trouble.vi
        assert "import the cards again" in status.trouble.en
        assert list(cards.by_card(NUMBER)) == []


@pytest.mark.parametrize("running", [False, True], ids=["at start", "while running"])
@pytest.mark.parametrize("wreck", UNDER_A_SERVER, ids=lambda wreck: wreck.__name__)
def test_check_ins_go_on_amber_and_logged_and_the_next_import_heals(
    store_folder: Path, clock: Clock, wreck: Callable[[Path], None], running: bool
) -> None:
    if not running:
        wreck(in_use(store_folder))
    with open_kiosk(store_folder, clock) as (kiosk, log):
        if running:
            assert check_in(DESK, kiosk, Scan((payload("number-15"),))).verdict.card
            assert kiosk.cards.status().cards == 88
            wreck(in_use(store_folder))
        answer = check_in(DESK, kiosk, Scan((payload("patient-1"),)))
        assert [f.reason.value for f in answer.verdict.reasons] == ["not_in_store"]
        assert answer.verdict.outcome is Outcome.UNDETERMINED
        assert answer.visit
        assert log.cases.event(answer.event.event_id)
        assert kiosk.cards.status().cards == 0
        unread = import_again(store_folder)
        assert bool(unread) is (wreck is not os.unlink and wreck not in _SOUND)
        status = kiosk.cards.status()
        assert (status.cards, status.trouble) == (88, None)
        again = check_in(DESK, kiosk, Scan((payload("patient-1"),)), again="khác")
        assert again.verdict.outcome is Outcome.ELIGIBLE
    kept = [path.name for path in store_folder.glob("cards-*.db")]
    assert kept == [in_use(store_folder).name]
    if unread:
        assert (store_folder / unread).exists() or (store_folder / unread).is_symlink()


# rows that no import has written look sound to SQLite: the import writes over them
_SOUND = (words_for_days, bytes_that_are_no_text)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


def test_a_card_file_that_somebody_locks_answers_as_empty_and_comes_back_by_itself(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_store, "_AGAIN_SECONDS", 0.0)
    with closing(SqliteCards(store_folder)) as cards:
        with locked(in_use(store_folder)):
            assert list(cards.by_card(NUMBER)) == []
            assert cards.status().trouble
        assert cards.by_card(NUMBER)
        assert cards.status().trouble is None


def test_an_import_does_not_wait_for_who_locks_the_card_file(store_folder: Path) -> None:
    with locked(in_use(store_folder)), closing(SqliteCards(store_folder)) as cards:
        assert import_again(store_folder) is None
        assert cards.by_card(NUMBER)


def test_a_damaged_file_is_not_asked_again_until_it_is_another_one(store_folder: Path) -> None:
    file = in_use(store_folder)
    sound = file.read_bytes()
    with closing(SqliteCards(store_folder)) as cards:
        pages_in_the_middle(file)
        for _ in range(3):
            assert list(cards.by_card(NUMBER)) == []
            assert cards.status().trouble
        file.write_bytes(sound)  # somebody brings it back in place
        assert cards.by_card(NUMBER)
        assert cards.status().trouble is None


def test_facilities_and_offices_that_read_whole_are_taken_over(store_folder: Path) -> None:
    for kind in ("facilities", "offices", "cards"):  # real ones
        import_file(store_folder, IMPORTABLE[kind], FIXTURES / f"{kind}.csv", MORNING)
    without_its_table(in_use(store_folder))
    source = store_folder / "one.csv"
    source.write_text(f"ma_the,ho_ten\n{NUMBER},Người Mẫu\n", encoding="utf-8")
    assert import_file(store_folder, IMPORTABLE["cards"], source, MORNING).unread
    with closing(SqliteCards(store_folder)) as cards:
        assert cards.facility("79014")
        assert cards.office("001")
        assert (cards.status().cards, cards.status().demo) == (1, False)


def test_invented_places_of_a_damaged_file_are_not(store_folder: Path) -> None:
    without_its_table(in_use(store_folder))
    import_again(store_folder)
    with closing(SqliteCards(store_folder)) as cards:
        assert cards.facility("79014") is None


def test_no_card_of_a_damaged_file_is_taken_over(store_folder: Path) -> None:
    pages_in_the_middle(in_use(store_folder))
    source = store_folder / "one.csv"
    source.write_text("ma_the,ho_ten\nDN4797900000777,Người Mẫu\n", encoding="utf-8")
    assert import_file(store_folder, IMPORTABLE["cards"], source, MORNING).unread
    with closing(SqliteCards(store_folder)) as cards:
        assert cards.status().cards == 1


def test_a_card_file_of_a_newer_version_is_put_aside_by_an_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(card_schema, "CARDS", card_schema.CARDS.followed_by(card_has_a_phone))
        make_demo_store(tmp_path)
    assert import_again(tmp_path) == "cards-1.unread"
    assert (tmp_path / "cards-1.unread").exists()
    with closing(SqliteCards(tmp_path)) as cards:
        assert cards.by_card(NUMBER)


def test_a_lock_file_that_was_left_over_stops_nobody(store_folder: Path) -> None:
    (store_folder / "cards.lock").write_bytes(b"left over")
    (store_folder / "cards-2.draft").write_bytes(b"half an import")
    assert import_again(store_folder) is None
    assert not (store_folder / "cards-2.draft").exists()


def test_a_lock_that_cannot_be_taken_is_told_in_words(store_folder: Path) -> None:
    (store_folder / "cards.lock").mkdir()
    with pytest.raises(StoreError, match=r"cards\.lock"):
        import_again(store_folder)
    with closing(SqliteCards(store_folder)) as cards:
        assert cards.by_card(NUMBER)


def test_a_disk_that_takes_nothing_leaves_the_damaged_file_and_says_so(
    store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rubbish(in_use(store_folder))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr("pathlib.Path.rename", full)
    with pytest.raises(StoreError, match="disk is full"):
        import_again(store_folder)
    with closing(SqliteCards(store_folder)) as cards:
        assert cards.status().trouble
