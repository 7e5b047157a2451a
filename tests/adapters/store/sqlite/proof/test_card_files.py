"""A card file that is not the one which was imported is found, an ended import is not accused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, MASTER_KEY, MORNING, Clock
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.store.sqlite import card_file
from verification.adapters.store.sqlite.card_file import finish_swap
from verification.adapters.store.sqlite.card_folder import digest_of, newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import Proof, prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.card_files import CARDS_DESK, CardFile, CardNotes, NewCards
from verification.log.events import EventKind
from verification.log.findings import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Return the log of a house without cards."""
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, Clock())) as opened:
        yield opened


@pytest.fixture
def house(log: SqliteLog, tmp_path: Path) -> Path:
    """Return the folder of a house with an imported list, and an older card file kept elsewhere."""
    imported(log, tmp_path, "facilities")
    (tmp_path / "kept").mkdir()
    shutil.copy(in_use(tmp_path), tmp_path / "kept")
    imported(log, tmp_path, "cards")
    return tmp_path


def imported(log: SqliteLog, folder: Path, kind: str) -> None:
    """Import a list, noted in the log."""
    source = FIXTURES / f"{kind}.csv"
    import_file(folder, IMPORTABLE[kind], source, MORNING, notes=CardNotes(log, "dong-lenh"))


def in_use(folder: Path) -> Path:
    """Return the card file in use."""
    found = newest_file(folder)
    assert found
    return found


def proof(folder: Path, *, key: bool = True, elsewhere: bool = False) -> Proof:
    """Prove the store of a folder."""
    master = MASTER_KEY if key else None
    with copied(folder / "kiosk.db", master, elsewhere=elsewhere) as copy:
        return prove(copy)


def found(folder: Path, *, key: bool = True) -> list[tuple[str, int, str]]:
    """Return what is found of the card file."""
    findings = proof(folder, key=key).findings
    return [(one.desk, one.seq, one.what) for one in findings if one.kind is Kind.CARD_FILE]


def changed(folder: Path) -> None:
    with closing(sqlite3.connect(in_use(folder))) as db, db:
        db.execute("UPDATE card SET gt_the_den = '2099-12-31'")


def one_byte(folder: Path) -> None:
    raw = bytearray(in_use(folder).read_bytes())
    raw[-1] ^= 1
    in_use(folder).write_bytes(raw)


def switched_to_wal(folder: Path) -> None:
    with closing(sqlite3.connect(in_use(folder))) as db:
        db.execute("PRAGMA journal_mode = WAL")


def another_under_its_name(folder: Path) -> None:
    shutil.copy(folder / "kept" / "cards-1.db", in_use(folder))


def an_older_one_put_back(folder: Path) -> None:
    in_use(folder).unlink()
    shutil.copy(folder / "kept" / "cards-1.db", folder)


def a_newer_one_laid_beside(folder: Path) -> None:
    shutil.copy(in_use(folder), folder / "cards-9.db")


def deleted(folder: Path) -> None:
    in_use(folder).unlink()


def emptied(folder: Path) -> None:
    in_use(folder).write_bytes(b"")


def renamed_to_a_higher_number(folder: Path) -> None:
    in_use(folder).rename(folder / "cards-77.db")


def a_draft_of_other_bytes(folder: Path) -> None:
    in_use(folder).rename(folder / "cards-2.draft")
    (folder / "cards-2.draft").write_bytes(b"other")


@pytest.mark.parametrize(
    ("attack", "what"),
    [
        (changed, "other cards-2.db"),
        (one_byte, "other cards-2.db"),
        (switched_to_wal, "other cards-2.db"),
        (another_under_its_name, "other cards-2.db"),
        (emptied, "other cards-2.db"),
        (an_older_one_put_back, "unknown cards-1.db"),
        (a_newer_one_laid_beside, "unknown cards-9.db"),
        (renamed_to_a_higher_number, "unknown cards-77.db"),
        (deleted, "gone cards-2.db"),
        (a_draft_of_other_bytes, "gone cards-2.db"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_card_file_that_was_not_imported_so_is_found_at_the_newest_note(
    house: Path, attack: Callable[[Path], None], what: str
) -> None:
    assert found(house) == []
    attack(house)
    assert found(house) == [(CARDS_DESK, 2, what)]
    assert found(house, key=False) == [(CARDS_DESK, 2, what)]


def test_every_import_is_noted_with_list_and_counts(house: Path, log: SqliteLog) -> None:
    events = log.events((EventKind.CARDS_IMPORTED,), MORNING)
    assert [event.event_id for event in events] == [f"{CARDS_DESK}-1", f"{CARDS_DESK}-2"]
    codes = events[-1].codes
    assert codes["digest"] == digest_of(in_use(house))
    assert codes["source"] == digest_of(FIXTURES / "cards.csv")
    assert (codes["why"], codes["table"], codes["officer"]) == ("import", "cards", "dong-lenh")
    assert codes["counts"]["added"] == codes["counts"]["read"] - codes["counts"]["rejected"]
    assert log.content(events[-1].event_id) == {
        "kho_the": {"tep": "cards-2.db", "sha256": digest_of(in_use(house))}
    }


def test_reading_leaves_the_card_file_as_it_is(house: Path) -> None:
    before = digest_of(in_use(house))
    with closing(SqliteCards(house)) as cards:
        assert cards.status().cards
        cards.by_card("DN4797900000011")
    assert digest_of(in_use(house)) == before
    assert sorted(path.name for path in house.glob("cards-*")) == ["cards-1.before", "cards-2.db"]


def test_a_note_that_was_forged_without_the_key_is_found_with_it(house: Path) -> None:
    a_newer_one_laid_beside(house)
    forge(house, CardFile("cards-9.db", digest_of(house / "cards-9.db")))
    assert found(house, key=False) == []  # who can write all files can make a chain that fits
    assert found(house) == [(CARDS_DESK, 3, "forged cards-9.db")]


def forge(folder: Path, file: CardFile) -> None:
    """Write a note into the chain as somebody would who can write the files but has no key."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as db, db:
        db.row_factory = sqlite3.Row
        query = "SELECT * FROM log WHERE desk = ? ORDER BY seq DESC LIMIT 1"
        last = dict(db.execute(query, (CARDS_DESK,)).fetchone())
        codes = {"why": "import", "card_file": file.name, "digest": file.digest}
        row = last | {"seq": last["seq"] + 1, "prev_hash": last["hash"]}
        row |= {"codes": chain.canonical(codes).decode(), "content_digest": None}
        row["hash"] = chain.row_hash({k: v for k, v in row.items() if k != "hash"})
        marks = ",".join("?" * len(row))
        db.execute(f"INSERT INTO log ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def test_the_content_of_another_note_does_not_make_one_fit(house: Path) -> None:
    with closing(sqlite3.connect(house / "kiosk.db")) as db, db:
        for column in ("salt", "key_id", "sealed"):
            one = f"SELECT {column} FROM content WHERE event_id = '{CARDS_DESK}-1'"
            db.execute(f"UPDATE content SET {column} = ({one})")
    assert (CARDS_DESK, 2, "forged cards-2.db") in found(house)


def test_a_copy_without_its_card_file_and_a_store_from_before_are_not_checked(
    house: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = tmp_path_factory.mktemp("alone")
    with closing(sqlite3.connect(house / "kiosk.db")) as db:
        db.execute("VACUUM INTO ?", (str(alone / "kiosk.db"),))
    assert "card_file" in proof(alone, elsewhere=True).unchecked
    before = tmp_path_factory.mktemp("before")
    with closing(SqliteLog(before / "kiosk.db", MASTER_KEY, Clock())):
        assert "card_file" not in proof(before).unchecked  # neither cards nor notes
        import_file(before, IMPORTABLE["cards"], FIXTURES / "cards.csv", MORNING)
        told = proof(before)
    assert "card_file" in told.unchecked
    assert [one for one in told.findings if one.kind is Kind.CARD_FILE] == []


class Killed(BaseException):
    """Stands for the end of a process in the middle of an import."""


def end_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(card_file, name, killed)


@pytest.mark.parametrize("step", ["digest_of", "put_in_place"])
def test_an_import_that_was_ended_is_never_accused(
    house: Path,
    log: SqliteLog,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    step: str,
) -> None:
    caplog.set_level("INFO", "kiosk")
    with monkeypatch.context() as patch:
        end_at(patch, step)
        with pytest.raises(Killed):
            imported(log, house, "offices")
    assert found(house) == []
    noted = step == "put_in_place"
    assert (house / "cards-3.draft").exists() is noted  # a note without its file would accuse
    with closing(SqliteCards(house)) as cards:
        assert cards.office("079") is None
    finish_swap(house, CardNotes(log))
    assert in_use(house).name == ("cards-3.db" if noted else "cards-2.db")
    assert found(house) == []
    said = "cards-3.db: its swap was broken off after it was noted; it is in use now"
    assert caplog.messages == [said] * noted


def test_the_next_import_goes_on_from_one_that_was_noted_and_not_renamed(
    house: Path, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        end_at(patch, "put_in_place")
        with pytest.raises(Killed):
            imported(log, house, "offices")
    imported(log, house, "facilities")
    assert in_use(house).name == "cards-4.db"
    assert found(house) == []
    with closing(sqlite3.connect(in_use(house))) as db:
        assert db.execute("SELECT count(*) FROM office").fetchone()[0] > 0


@pytest.mark.parametrize(
    ("attack", "left"),
    [(changed, 0), (a_newer_one_laid_beside, 88), (another_under_its_name, 0)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_next_import_takes_over_no_card_of_a_file_that_was_not_imported(
    house: Path, log: SqliteLog, attack: Callable[[Path], None], left: int
) -> None:
    attack(house)
    with closing(sqlite3.connect(in_use(house))) as db, db:
        db.execute("UPDATE card SET ho_ten = 'Kẻ Gian'")
    source = FIXTURES / "offices.csv"
    report = import_file(
        house, IMPORTABLE["offices"], source, MORNING, notes=CardNotes(log, "dong-lenh")
    )
    assert report.unread
    assert (house / report.unread).exists()  # what somebody did is kept to be looked at
    assert found(house) == []
    with closing(sqlite3.connect(in_use(house))) as db:
        names = db.execute("SELECT ho_ten FROM card").fetchall()
    assert len({ma for (ma,) in names if ma == "Kẻ Gian"}) == 0
    assert bool(names) is bool(left)


def test_an_upgrade_never_makes_a_strangers_file_the_houses(house: Path, log: SqliteLog) -> None:
    a_newer_one_laid_beside(house)
    with pytest.raises(StoreError):
        card_file.bring_up_to_date(house, CardNotes(log))
    assert found(house) == [(CARDS_DESK, 2, "unknown cards-9.db")]


def test_a_draft_laid_beside_is_never_put_in_place(house: Path, log: SqliteLog) -> None:
    (house / "cards-2.db").rename(house / "cards-2.kept")
    (house / "cards-2.draft").write_bytes(b"a stranger's")
    finish_swap(house, CardNotes(log))
    assert newest_file(house) is None


def test_an_import_that_cannot_be_noted_changes_nothing(house: Path) -> None:
    class Full(CardNotes):
        def note(self, file: CardFile, what: NewCards) -> None:  # type: ignore[override]
            raise StoreError("đĩa đầy", "the disk is full")

    before = sorted(path.name for path in house.iterdir())
    with closing(SqliteLog(house / "kiosk.db", MASTER_KEY, Clock())) as log:
        source = FIXTURES / "offices.csv"
        with pytest.raises(StoreError):
            import_file(house, IMPORTABLE["offices"], source, MORNING, notes=Full(log))
    assert {path.name for path in house.glob("cards-*")} <= set(before)
    assert found(house) == []
