"""Cards on PostgreSQL: taken over whole, put into use at once, had back by any server."""

from __future__ import annotations

import os
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from tests.postgres_support import migrated, shared
from tests.support import MASTER_KEY, MORNING, Clock, make_demo_store
from verification.adapters.imports.importing import IMPORTABLE, How, import_file
from verification.adapters.store.postgres import card_notes, card_sets, cards, database
from verification.adapters.store.postgres.card_bytes import keep_file
from verification.adapters.store.postgres.card_notes import make_set, shared_notes
from verification.adapters.store.postgres.card_tables import TABLES
from verification.adapters.store.postgres.cards import PgCards
from verification.adapters.store.postgres.database import Readers
from verification.adapters.store.sqlite import card_file
from verification.adapters.store.sqlite.card_folder import before_of, digest_of, newest_file
from verification.adapters.store.sqlite.card_schema import make_card_tables
from verification.adapters.store.sqlite.card_undo import undo
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import StoreBusy, StoreError
from verification.log.card_files import CardNotes
from verification.log.events import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from verification.adapters.imports.importing import ImportReport
    from verification.adapters.store.postgres.card_sets import CardSet

ONE, TWO, THREE = (f"DN479790000050{at}" for at in (1, 2, 3))
PERSON = "7900000501"


class House:
    """A house of several servers on one database.

    Args:
        folder: Of the log and of the servers' folders.
    """

    def __init__(self, folder: Path) -> None:
        self.cluster, self.folder = shared(), folder
        self.address = migrated()
        self.name = self.address.url.rpartition("/")[2]
        self.log = SqliteLog(folder / "kiosk.db", MASTER_KEY, Clock(MORNING))
        self.readers = Readers(self.address)
        self.cards = PgCards(self.readers)

    def at(self, server: str) -> Path:
        return self.folder / server

    def take(self, server: str, *numbers: str, name: str = "Người Mẫu") -> ImportReport:
        source = self.folder / f"{server}.csv"
        rows = [f"{number},{name}" for number in numbers]
        source.write_text("\n".join(["ma_the,ho_ten", *rows, ""]), encoding="utf-8")
        folder, kind = self.at(server), IMPORTABLE["cards"]
        with shared_notes(self.address, self.log, folder, "an") as notes:
            return import_file(folder, kind, source, MORNING, How(), notes=notes)

    def finish(self, server: str) -> None:
        with shared_notes(self.address, self.log, self.at(server)):
            pass

    def held(self) -> Sequence[str]:
        self.cards = PgCards(self.readers)  # looks now, not within a quarter of a second
        return [number for number in (ONE, TWO, THREE) if self.cards.by_card(number)]

    def states(self) -> Sequence[tuple[object, ...]]:
        return self.cluster.run("SELECT name, state FROM card_set ORDER BY number", self.name)

    def schemas(self) -> int:
        found = self.cluster.run(
            "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'cards\\_%'", self.name
        )
        return len(found)

    def in_use(self, server: str) -> bool:
        """Tell whether a server's own file is that in use, byte for byte."""
        file, version = newest_file(self.at(server)), self.cards.version()
        return bool(file and version and digest_of(file) == version.digest)

    def close(self) -> None:
        self.readers.close()
        self.log.close()
        self.cluster.drop(self.name)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a house of two servers without cards."""
    with closing(House(tmp_path)) as found:
        yield found


def test_a_set_has_the_tables_and_columns_of_a_card_file() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        make_card_tables(db)
        made = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'name_part%'"
        tables = {name for (name,) in db.execute(made)} - {"_sqlite_migrations", "sqlite_sequence"}
        assert tables == TABLES.keys()
        for table, columns in TABLES.items():
            found = {name: kind for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")}
            assert found.keys() == columns.keys()
            kinds = {"TEXT": 'text COLLATE "C"', "INTEGER": "bigint", "REAL": "double precision"}
            assert {name: kinds[kind] for name, kind in found.items()} == columns


def test_every_server_builds_on_what_another_has_imported_and_any_goes_back(house: House) -> None:
    assert (house.held(), house.cards.version()) == ([], None)
    assert house.cards.status().trouble is None  # no import yet is no trouble
    assert house.take("a", ONE).added == 1
    assert house.take("b", TWO).added == 1
    assert house.held() == [ONE, TWO]
    assert house.in_use("b")
    assert not house.in_use("a")
    again = house.take("a", ONE, THREE)
    assert (again.added, again.same) == (1, 1)
    assert (house.held(), house.in_use("a")) == ([ONE, TWO, THREE], True)
    assert [state for _, state in house.states()] == ["left", "before", "in_use"]
    folder = house.at("c")  # a server that never imported
    with shared_notes(house.address, house.log, folder, undo=True) as notes:
        before = before_of(folder / "cards-2.db")
        assert before.is_file()
        assert before.stat().st_mode & 0o777 == 0o600
        undo(folder, notes, keep_demo=False)
    assert (house.held(), house.in_use("c")) == ([ONE, TWO], True)
    house.cluster.run("UPDATE card_set SET since = since - interval '1 hour'", house.name)
    house.finish("b")
    assert [state for _, state in house.states()] == ["gone", "gone", "gone", "in_use"]
    assert house.schemas() == 1


def test_what_a_list_brings_comes_back_letter_by_letter(house: House) -> None:
    make_demo_store(house.at("file"))
    with shared_notes(house.address, house.log, house.at("a")) as notes:
        make_demo_store(house.at("a"), notes=notes)
    with closing(sqlite3.connect(newest_file(house.at("a")) or "")) as db:
        for table, columns in TABLES.items():
            names = ", ".join(columns)
            query = f"SELECT {names} FROM {table}"
            there = house.readers.rows(query.replace(" FROM ", " FROM cards_1."))
            assert sorted(map(repr, there)) == sorted(map(repr, db.execute(query)))
    assert house.cards.status().demo
    real = PgCards(house.readers, invented=False)
    assert (real.status().cards, list(real.facilities())) == (0, [])


def test_whoever_asks_while_sets_are_swapped_and_dropped_gets_one_of_them_whole(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_sets, "_LEFT", card_sets._LEFT.replace("1 minute", "0 seconds"))
    monkeypatch.setattr(cards, "_LOOK_SECONDS", 0)
    mine = f"DN479{PERSON}", f"HT379{PERSON}"
    house.take("a", *mine, name="Đời Không")
    over, halves, asked = Event(), [], [0] * 3

    def ask(at: int) -> None:
        while not over.is_set():
            found = house.cards.by_bhxh(PERSON)
            names = {(record.card.ho_ten, record.copy) for record in found}
            if len(names) != 1 or len(found) != len(mine):
                halves.append(names)
            asked[at] += 1

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(ask, at) for at in range(3)]
        try:
            for name in ("Đời Một", "Đời Hai", "Đời Ba", "Đời Bốn"):
                house.take("a", *mine, name=name)
        finally:
            over.set()
        for one in working:
            one.result()
    assert halves == []
    assert min(asked) > 10
    assert {r.card.ho_ten for r in PgCards(house.readers).by_bhxh(PERSON)} == {"Đời Bốn"}
    assert house.schemas() <= 3


def test_who_has_not_looked_since_a_set_was_dropped_looks_then(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_sets, "_LEFT", card_sets._LEFT.replace("1 minute", "0 seconds"))
    monkeypatch.setattr(cards, "_LOOK_SECONDS", 3_600)
    house.take("a", ONE)
    late = PgCards(house.readers)
    assert (len(late.by_card(ONE)), late.facility("79014")) == (1, None)
    house.take("a", TWO)
    assert list(late.by_card(TWO)) == []  # it has not looked
    house.take("a", THREE)
    house.finish("a")
    assert house.schemas() == 2
    assert len(late.by_card(THREE)) == 1


def die(*_: object, **__: object) -> None:
    """End this process as a cut of power does."""
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("where", "name", "noted"),
    [
        (card_notes, "keep_file", False),  # in the middle of the tables
        (CardNotes, "note", False),  # made, not noted
        (card_sets, "put_in_use", True),  # noted, not in use
        (card_file, "put_in_place", True),  # in use, its file not renamed
    ],
)
def test_who_is_killed_while_cards_are_taken_over_leaves_the_former_or_the_new_ones_whole(
    house: House, where: object, name: str, noted: bool
) -> None:
    house.take("a", ONE)
    house.readers.close()
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(where, name, die)
            house.take("a", TWO)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    house.readers = Readers(house.address)
    assert house.held() == ([ONE, TWO] if name == "put_in_place" else [ONE])
    house.finish("b")  # another server goes on, the one that was killed stays away
    assert house.held() == ([ONE, TWO] if noted else [ONE])
    assert house.schemas() == (2 if noted else 1)
    house.take("a", THREE)
    assert house.held() == ([ONE, TWO, THREE] if noted else [ONE, THREE])
    assert house.in_use("a")


def test_of_two_servers_that_import_at_once_one_is_refused_in_words(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_sets, "BUSY_SECONDS", 0.1)
    with (
        shared_notes(house.address, house.log, house.at("a")),
        pytest.raises(StoreBusy, match="lần nhập khác"),
    ):
        house.take("b", ONE)
    assert house.take("b", ONE).added == 1


def test_who_has_lost_the_turn_notes_nothing_and_a_swap_that_was_cut_off_is_done_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.take("a", ONE)
    note = CardNotes.note

    def cut(*_: object) -> None:
        house.cluster.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'bhyt-kiosk-cards'",
            house.name,
        )

    def kept_and_cut(*given: Any) -> None:
        keep_file(*given)
        cut()

    def noted_and_cut(*given: Any) -> object:
        noted = note(*given)
        cut()
        return noted

    def made_and_cut(*given: Any) -> CardSet:
        made = make_set(*given)
        cut()
        return made

    for name, broken in (("keep_file", kept_and_cut), ("make_set", made_and_cut)):
        with monkeypatch.context() as patch:
            patch.setattr(card_notes, name, broken)
            with pytest.raises(StoreBusy, match="Không nối được"):
                house.take("a", TWO)
        assert house.held() == [ONE]
        assert len(house.log.events((EventKind.CARDS_IMPORTED,), MORNING)) == 1
    with monkeypatch.context() as patch:
        patch.setattr(CardNotes, "note", noted_and_cut)
        house.take("a", TWO)
    assert house.held() == [ONE, TWO]


def test_desks_hear_that_the_database_is_away_and_look_up_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.5)
    with closing(House(tmp_path)) as house:
        _goes_away_and_comes_back(house)


def _goes_away_and_comes_back(house: House) -> None:
    house.take("a", ONE)
    assert house.held() == [ONE]
    house.cluster.stop()
    try:
        with pytest.raises(StoreError, match="Không nối được máy chủ PostgreSQL"):
            house.cards.by_card(ONE)
        house.cards = PgCards(house.readers)
        status = house.cards.status()
        assert status.trouble
        assert "Không nối được" in status.trouble.vi
        assert (house.cards.version(), house.cards.sources()) == (None, ())
    finally:
        house.cluster.start()
    house.cards = PgCards(house.readers)
    assert house.cards.by_card(ONE)
    assert house.cards.status().trouble is None


def test_a_set_that_is_damaged_is_an_empty_store_until_an_import_has_made_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "_LOOK_SECONDS", 0)
    house.take("a", ONE, TWO)
    house.cluster.run("UPDATE cards_1.card SET as_of = 'x' WHERE ma_the LIKE '%501'", house.name)
    assert house.held() == []
    assert house.cards.status().trouble
    assert list(house.cards.by_card(TWO)) == []
    house.take("b", THREE)  # built on the file, which is whole
    assert house.held() == [ONE, TWO, THREE]
    house.cluster.run("DROP TABLE cards_2.card", house.name)
    assert (house.held(), bool(house.cards.status().trouble)) == ([], True)


def test_a_set_of_another_version_is_not_read_and_an_older_one_is_brought_up_to_date(
    house: House,
) -> None:
    house.take("a", ONE)
    brought: list[int] = []
    for tables, word in (("99", "mới hơn"), ("1", "bản kiosk trước")):
        house.cluster.run(f"UPDATE card_set SET tables = {tables}", house.name)
        opened = PgCards(house.readers, lambda: brought.append(1))
        assert list(opened.by_card(ONE)) == []
        trouble = opened.status().trouble
        assert trouble
        assert word in trouble.vi
    assert brought == [1]


def test_a_file_that_nobody_imported_is_put_aside_and_a_changed_one_is_had_back(
    house: House,
) -> None:
    folder = house.at("a")
    make_demo_store(folder)  # without a note: somebody's own
    assert house.take("a", ONE).added == 1
    assert len(list(folder.glob("*.unread"))) == 1
    assert house.held() == [ONE]
    file = newest_file(folder)
    assert file
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE card SET ho_ten = 'Kẻ Lạ'")
        db.commit()
    house.take("a", TWO)
    assert house.held() == [ONE, TWO]
    assert {record.card.ho_ten for record in house.cards.by_card(ONE)} == {"Người Mẫu"}


def test_bytes_in_the_database_that_are_not_those_noted_are_not_imported_on(house: House) -> None:
    house.take("a", ONE)
    for damaged in ("'\\x789c030000000001'", "substr(bytes, 2)"):
        house.cluster.run(f"UPDATE cards_1.file SET bytes = {damaged}", house.name)
        with pytest.raises(StoreError, match="hỏng"):
            house.take("b", TWO)
    assert house.held() == [ONE]
    assert newest_file(house.at("b")) is None


def test_what_was_noted_and_is_nowhere_is_not_built_on_elsewhere(house: House) -> None:
    house.take("a", ONE)
    house.take("a", TWO)
    house.cluster.run("UPDATE card_set SET state = 'gone' WHERE number = 2", house.name)
    house.cluster.run("UPDATE card_set SET state = 'in_use' WHERE number = 1", house.name)
    with pytest.raises(StoreError, match="đã nhập nó"):
        house.take("b", THREE)
    house.finish("a")  # it lies there
    assert house.held() == [ONE, TWO]


def test_the_notes_of_a_hospital_that_comes_from_a_file_are_taken_over_with_its_cards(
    house: House,
) -> None:
    folder = house.at("a")
    source = house.folder / "list.csv"
    source.write_text(f"ma_the,ho_ten\n{ONE},Người Mẫu\n", encoding="utf-8")
    import_file(folder, IMPORTABLE["cards"], source, MORNING, notes=CardNotes(house.log))
    house.finish("a")
    assert (house.held(), house.in_use("a")) == ([ONE], True)
