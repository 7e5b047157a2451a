"""The index of names follows the cards: what each import, removal and migration makes of it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING, ROOT
from verification.adapters.imports.importing import IMPORTABLE, How, import_file
from verification.adapters.store.sql import names as sql_names
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_OLD = sorted((ROOT / "tests" / "data").glob("store-*/store.zip"))


def take_in(folder: Path, *people: tuple[str, str], replace: bool = False) -> None:
    """Import a list of numbers and names."""
    source = folder / "list.csv"
    lines = ["ma_the,ho_ten,ngay_sinh", *(f'{number},"{name}",1994' for number, name in people)]
    source.write_text("\n".join([*lines, ""]), encoding="utf-8")
    how = How(replace=replace, remove_any=True)
    import_file(folder / "store", IMPORTABLE["cards"], source, MORNING, how)


def number(at: int) -> str:
    """Return an invented card number."""
    return f"DN479{at:010d}"


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[SqliteCards]:
    """Return the store that `take_in` writes."""
    with closing(SqliteCards(tmp_path / "store")) as opened:
        yield opened


def found(cards: SqliteCards, asked: str) -> set[str | None]:
    """Return the numbers found by a name."""
    return {record.number for record in cards.by_name(asked, most=1_000).records}


def names(folder: Path) -> Sequence[str]:
    """Return the names that the index holds."""
    with closing(sqlite3.connect(newest_file(folder / "store") or "")) as db:
        return [name for (name,) in db.execute("SELECT name_key FROM name ORDER BY name_key")]


def test_names_of_a_later_list_are_found_beside_those_of_the_first(
    cards: SqliteCards, tmp_path: Path
) -> None:
    take_in(tmp_path, (number(1), "Nguyễn Thị Mẫu"))
    assert found(cards, "mẫu nguyễn") == {number(1)}
    take_in(tmp_path, (number(2), "Trần Mẫu"), (number(3), "Nguyễn Thị Mẫu"))
    assert found(cards, "mẫu") == {number(1), number(2), number(3)}
    assert found(cards, "trần") == {number(2)}
    assert names(tmp_path) == ["NGUYENTHIMAU", "TRANMAU"]


def test_a_name_that_nobody_bears_any_more_is_forgotten(cards: SqliteCards, tmp_path: Path) -> None:
    take_in(tmp_path, (number(1), "Nguyễn Thị Mẫu"), (number(2), "Đỗ Thử"))
    take_in(tmp_path, (number(1), "Nguyễn Thị Thử"))  # a name put right
    assert found(cards, "mẫu") == set()
    assert found(cards, "thử") == {number(1), number(2)}
    take_in(tmp_path, (number(1), "Nguyễn Thị Thử"), replace=True)
    assert found(cards, "thử") == {number(1)}
    assert found(cards, "đỗ") == set()
    assert names(tmp_path) == ["NGUYENTHITHU"]
    take_in(tmp_path, (number(4), "Đỗ Mẫu"))  # the place of a forgotten one is another's now
    assert found(cards, "đỗ") == found(cards, "mẫu") == {number(4)}
    assert found(cards, "thử") == {number(1)}


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("NGUYỄNTHỊ MẪU", "mẫu nguyễn"),
        ("NguyễnThị Mẫu", "thị mẫu"),
        ("Nguyễn-Thị-Mẫu", "mẫu thị"),
        ("Nguyễn.Thị.Mẫu", "mẫu thị"),
        ("H'Hen Niê", "niê h'hen"),
        ("H'Hen Niê", "hen"),
        ("H’Hen Niê", "niê hhen"),
        ("H Hen Niê", "niê h'hen"),
        ("HHen Niê", "niê h'hen"),
        ("Y Moan Êban", "Ê-ban Y"),
        ("Y Moan Êban", "moan"),
        ("K`Brơi", "k'broi"),
        ("Ngô Mỹ Huệ", "huệ mĩ"),
        ("Lý Quý", "quí lí"),
        ("Ðỗ Ðức", "đức đỗ"),
        ("Ma\u0302\u0303u Nguye\u0302\u0303n", "nguyễn mẫu"),
        ("NguyÔn ThÞ MÉu", "mẫu nguyễn"),
        ("Nguyá»…n Thá»‹ Máº«u", "mẫu thị"),
        ("Mẫu \u200bThị", "thị mẫu"),
        ("Nguyễn\u00a0Mẫu", "mẫu nguyễn"),
    ],
)
def test_a_name_is_found_by_its_words_however_it_was_written(
    cards: SqliteCards, tmp_path: Path, stored: str, asked: str
) -> None:
    take_in(tmp_path, (number(1), stored), (number(2), "Trương Khác"))
    assert found(cards, asked) == {number(1)}
    assert found(cards, stored) == {number(1)}


def test_of_words_that_too_many_names_hold_not_all_are_looked_at_and_that_is_told(
    cards: SqliteCards, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [(number(at), f"Mẫu {a} {b}") for at, (a, b) in enumerate(PAIRS)]
    take_in(tmp_path, *people)
    monkeypatch.setattr(sql_names, "MOST_NAMES", 5)
    cut = cards.by_name("mẫu", PartialDate(1994), most=1_000)
    assert (len(cut.records), cut.more) == (5, True)
    nobody = cards.by_name("mẫu", PartialDate(1993), most=1_000)
    assert (len(nobody.records), nobody.more) == (0, True)
    whole = cards.by_name("hoa mẫu", most=1_000)
    assert (len(whole.records), whole.more) == (4, False)


PAIRS = [(a, b) for a in ("Hoa", "Lan", "Cúc", "Mai") for b in ("An", "Bình", "Chi", "Dung")]


@pytest.mark.parametrize("path", _OLD, ids=lambda path: path.parent.name)
def test_cards_of_an_earlier_version_are_found_by_words_of_a_name(
    path: Path, tmp_path: Path
) -> None:
    shutil.unpack_archive(path, tmp_path)
    with closing(SqliteCards(tmp_path)) as cards:
        for asked in ("Mẫu Nguyễn", "thi mau", "Mẫu"):
            assert "DN4797900000011" in found(cards, asked)
