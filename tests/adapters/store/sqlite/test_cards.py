"""What the card files add to the contract of `Cards`: numbers, swaps, damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import MORNING
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.store.sqlite.card_folder import newest_file, next_file
from verification.adapters.store.sqlite.cards import SqliteCards

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_without_a_card_file_is_an_empty_store(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        cards = SqliteCards(folder)
        assert not cards.by_card("DN4797900000011")
        status = cards.status()
        assert (status.cards, status.as_of, status.demo) == (0, None, False)
        cards.close()


def test_the_highest_number_is_the_file_in_use(tmp_path: Path) -> None:
    for name in ("cards-2.db", "cards-10.db", "cards-9.db", "cards-11.draft", "cards-x.db"):
        (tmp_path / name).touch()
    assert newest_file(tmp_path) == tmp_path / "cards-10.db"
    assert next_file(tmp_path) == tmp_path / "cards-11.db"


def test_a_swap_is_seen_by_an_open_reader(store_folder: Path, tmp_path: Path) -> None:
    cards = SqliteCards(store_folder)
    assert cards.by_card("DN4797900000011")
    source = tmp_path / "real.csv"
    source.write_text("ma_the,ho_ten\nDN4797900000777,Người Mới\n", encoding="utf-8")
    import_file(store_folder, IMPORTABLE["cards"], source, MORNING)
    assert not cards.by_card("DN4797900000011")
    assert cards.by_card("DN4797900000777")
    assert not cards.status().demo
    cards.close()
