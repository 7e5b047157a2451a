"""Going back to the card file before the last import: noted, whole, and never to a stranger's."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, MASTER_KEY, MORNING, Clock
from verification.adapters.imports.importing import (
    IMPORTABLE,
    How,
    ImportReport,
    import_file,
    load_demo,
)
from verification.adapters.store.sqlite import card_begun, card_file, card_folder
from verification.adapters.store.sqlite.card_file import bring_up_to_date, finish_swap
from verification.adapters.store.sqlite.card_folder import digest_of
from verification.adapters.store.sqlite.card_undo import undo
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.basics.errors import RequestError, StoreError
from verification.log.card_files import CARDS_DESK, CardNotes
from verification.log.events import EventKind
from verification.log.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ONE, TWO, THREE = (f"DN479790000050{at}" for at in (1, 2, 3))


class House:
    """A house whose lists are imported and undone."""

    def __init__(self, folder: Path, log: SqliteLog) -> None:
        self.folder, self.log = folder, log
        self.notes = CardNotes(log, "an")

    def take(self, *numbers: str) -> ImportReport:
        source = self.folder / "list.csv"
        rows = [f"{number},Người Mẫu" for number in numbers]
        source.write_text("\n".join(["ma_the,ho_ten", *rows, ""]), encoding="utf-8")
        kind = IMPORTABLE["cards"]
        return import_file(self.folder, kind, source, MORNING, notes=self.notes)

    def undo(self, *, keep_demo: bool = False) -> str:
        """Undo the last import; return the file that counts no more."""
        return undo(self.folder, self.notes, keep_demo=keep_demo).what.card_file

    def held(self) -> list[str]:
        with closing(SqliteCards(self.folder)) as cards:
            return [number for number in (ONE, TWO, THREE) if cards.by_card(number)]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("cards-*"))

    def wrong(self) -> list[str]:
        """Return what the proof finds of the card file."""
        with copied(self.folder / "kiosk.db", MASTER_KEY) as copy:
            proof = prove(copy)
        return [one.what for one in proof.findings if one.kind is Kind.CARD_FILE]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a house into which two lists were imported."""
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, Clock())) as log:
        found = House(tmp_path, log)
        found.take(ONE)
        found.take(TWO)
        yield found


def test_the_cards_before_are_in_use_again_in_a_file_of_a_new_number(house: House) -> None:
    assert house.undo() == "cards-2.db"
    assert (house.held(), house.files()) == ([ONE], ["cards-3.db"])
    assert house.wrong() == []
    [*_, note] = house.log.events((EventKind.CARDS_IMPORTED,), MORNING)
    assert (note.event_id, note.officer) == (f"{CARDS_DESK}-3", "an")
    codes = note.codes
    assert (codes["why"], codes["table"], codes["card_file"]) == ("undo", "cards", "cards-3.db")
    assert codes["digest"] == digest_of(house.folder / "cards-3.db")
    assert codes["counts"]["added"] == 1  # of the import that was undone


def test_a_second_undo_is_refused_until_something_was_imported(house: House) -> None:
    house.undo()
    with pytest.raises(RequestError, match="hoàn tác rồi"):
        house.undo()
    assert (house.held(), house.wrong()) == ([ONE], [])
    assert house.take(THREE).added == 1
    assert house.held() == [ONE, THREE]
    house.undo()
    assert (house.held(), house.files(), house.wrong()) == ([ONE], ["cards-5.db"], [])


def test_copies_are_counted_on(house: House) -> None:
    house.undo()
    house.take(THREE)
    with closing(SqliteCards(house.folder)) as cards:
        copies = [cards.by_card(number)[0].copy for number in (ONE, THREE)]
    assert copies == [1, 4]


def test_the_first_import_has_nothing_before_it(tmp_path: Path) -> None:
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, Clock())) as log:
        empty = House(tmp_path, log)
        for _ in range(2):
            with pytest.raises(RequestError, match="Không có dữ liệu thẻ nào"):
                empty.undo()
            empty.take(ONE)
        # the second list has one before it
        assert (empty.undo(), empty.held()) == ("cards-2.db", [ONE])


def test_a_desk_that_has_the_file_open_takes_the_one_before(house: House) -> None:
    with closing(SqliteCards(house.folder)) as cards:
        assert cards.by_card(TWO)
        house.undo()
        assert (bool(cards.by_card(ONE)), bool(cards.by_card(TWO))) == (True, False)


def test_only_the_import_before_is_kept(house: House) -> None:
    house.take(THREE)
    assert house.files() == ["cards-2.before", "cards-3.db"]
    house.undo()
    assert house.held() == [ONE, TWO]


def test_an_upgrade_of_the_tables_is_no_import(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(card_file, "make_card_tables", lambda _: True)  # as if they were old
        bring_up_to_date(house.folder, house.notes)
    assert house.files() == ["cards-1.before", "cards-3.db"]
    assert house.undo() == "cards-2.db"
    assert (house.held(), house.wrong()) == ([ONE], [])


# ---- what is not taken


def changed(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "cards-1.before")) as db, db:
        db.execute("UPDATE card SET ho_ten = 'Kẻ Gian'")


def one_byte(folder: Path) -> None:
    raw = bytearray((folder / "cards-1.before").read_bytes())
    raw[-1] ^= 1
    (folder / "cards-1.before").write_bytes(raw)


def emptied(folder: Path) -> None:
    (folder / "cards-1.before").write_bytes(b"")


def the_one_in_use(folder: Path) -> None:
    shutil.copy(folder / "cards-2.db", folder / "cards-1.before")


def gone(folder: Path) -> None:
    (folder / "cards-1.before").unlink()


def a_folder(folder: Path) -> None:
    (folder / "cards-1.before").unlink()
    (folder / "cards-1.before").mkdir()


def renamed(folder: Path) -> None:
    (folder / "cards-1.before").rename(folder / "cards-9.before")


@pytest.mark.parametrize(
    "attack",
    [changed, one_byte, emptied, the_one_in_use, gone, a_folder, renamed],
    ids=lambda value: value.__name__,
)
def test_only_the_file_that_the_log_names_is_taken(
    house: House, attack: Callable[[Path], None]
) -> None:
    attack(house.folder)
    before = house.files()
    with pytest.raises(RequestError) as told:
        house.undo()
    assert "cards-1.before" in told.value.vi
    assert "cards-1.before" in told.value.en
    assert (house.files(), house.held(), house.wrong()) == (before, [ONE, TWO], [])


def test_an_older_file_that_was_imported_once_is_not_the_one_before(house: House) -> None:
    older = house.folder / "kept"
    shutil.copy(house.folder / "cards-1.before", older)
    house.take(THREE)
    (house.folder / "cards-2.before").unlink()
    older.rename(house.folder / "cards-1.before")
    with pytest.raises(RequestError, match=r"cards-2\.before"):
        house.undo()
    assert house.held() == [ONE, TWO, THREE]


def test_a_file_in_use_that_was_never_imported_is_put_aside(house: House) -> None:
    with closing(sqlite3.connect(house.folder / "cards-2.db")) as db, db:
        db.execute("UPDATE card SET ho_ten = 'Kẻ Gian'")
    house.undo()
    assert house.files() == ["cards-2.unread", "cards-3.db"]
    assert (house.held(), house.wrong()) == ([ONE], [])


def test_invented_cards_come_back_only_where_things_are_tried_out(tmp_path: Path) -> None:
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, Clock())) as log:
        tried = House(tmp_path, log)
        sources = {"cards": FIXTURES / "cards.csv"}
        load(tried, sources)
        tried.take(ONE)
        with pytest.raises(RequestError, match="dùng thử"):
            tried.undo()
        assert (tried.held(), tried.wrong()) == ([ONE], [])
        assert tried.undo(keep_demo=True) == "cards-2.db"
        with closing(SqliteCards(tmp_path)) as cards:
            assert cards.status().demo


def load(house: House, sources: dict[str, Path]) -> None:
    """Load the invented cards into a house, noted."""
    load_demo(house.folder, sources, MORNING, house.notes)


# ---- ended in the middle


class Killed(BaseException):
    """Stands for the end of a process."""


def end_at(patch: pytest.MonkeyPatch, where: object, name: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    patch.setattr(where, name, killed)


@pytest.mark.parametrize(
    ("where", "name", "done"),
    [
        (card_begun, "copy", False),
        (card_file, "make_card_tables", False),
        (card_file, "on_disk", False),
        (card_file, "digest_of", False),
        (card_file, "put_in_place", True),  # noted: whoever comes next renames it
        (card_folder, "on_disk", True),  # renamed, the others are still there
    ],
)
def test_an_undo_that_was_ended_leaves_the_cards_before_it_or_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch, where: object, name: str, *, done: bool
) -> None:
    with monkeypatch.context() as patch:
        end_at(patch, where, name)
        with pytest.raises(Killed):
            house.undo()
    assert house.wrong() == []
    finish_swap(house.folder, house.notes)
    assert house.held() == ([ONE] if done else [ONE, TWO])
    assert house.wrong() == []
    if done:
        with pytest.raises(RequestError, match="hoàn tác rồi"):
            house.undo()
    else:
        assert house.undo() == "cards-2.db"
    assert house.held() == [ONE]
    house.take(THREE)
    assert (house.held(), house.wrong()) == ([ONE, THREE], [])
    assert len(house.files()) == 2


def test_an_undo_on_a_full_disk_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = house.files()
    with monkeypatch.context() as patch:
        patch.setattr(card_begun, "copy", full)
        with pytest.raises(StoreError, match="đầy"):
            house.undo()
    assert (house.files(), house.held(), house.wrong()) == (before, [ONE, TWO], [])


def test_an_undo_that_cannot_be_noted_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("đĩa đầy", "the disk is full")

    before = house.files()
    with monkeypatch.context() as patch:
        patch.setattr(CardNotes, "note", full)
        with pytest.raises(StoreError):
            house.undo()
    assert (house.files(), house.held(), house.wrong()) == (before, [ONE, TWO], [])


def test_an_import_that_was_ended_after_its_rename_can_be_undone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        end_at(patch, card_folder, "on_disk")
        with pytest.raises(Killed):
            house.take(THREE)
    assert house.files() == ["cards-1.before", "cards-2.db", "cards-3.db"]
    assert house.held() == [ONE, TWO, THREE]
    assert house.undo() == "cards-3.db"
    assert (house.held(), house.files(), house.wrong()) == ([ONE, TWO], ["cards-4.db"], [])


def test_the_marks_of_refused_rows_go_with_their_import(house: House) -> None:
    source = house.folder / "list.csv"
    rows = [f"{THREE},Mẫu,1990", f"{ONE},Mẫu,99", f"{TWO},Mẫu,1"]
    source.write_text("\n".join(["ma_the,ho_ten,ngay_sinh", *rows, ""]), encoding="utf-8")
    how = How(reject_any=True)
    kind = IMPORTABLE["cards"]
    bad = import_file(house.folder, kind, source, MORNING, how, notes=house.notes)
    assert bad.rejected == 2
    with closing(SqliteCards(house.folder)) as cards:
        assert len(cards.refusals([ONE, TWO])) == 2
    house.undo()
    with closing(SqliteCards(house.folder)) as cards:
        assert not cards.refusals([ONE, TWO])
