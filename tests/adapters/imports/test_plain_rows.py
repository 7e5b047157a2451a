"""Rows that meet nothing are written as they came: the store is the same as if each was weighed."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING, each
from verification.adapters.imports import taking
from verification.adapters.imports.card_rows import CARD_COLUMNS
from verification.adapters.imports.importing import (
    IMPORTABLE,
    FromWhom,
    How,
    ImportReport,
    import_file,
)
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.plain_rows import Copy, PlainRows
from verification.card.facts import Origin

if TYPE_CHECKING:
    from pathlib import Path

TODAY = MORNING.date()
CELLS = {
    "so_cccd": ("", "", "-", "079080000001", "079080000002"),
    "ho_ten": ("Lê An", "Lê An", "Lê Bình"),
    "ngay_sinh": ("", "1980", "1980", "02/01/1980", "-"),
    "gioi_tinh": ("", "1", "1", "2"),
    "dia_chi": ("", "1 đường số 2, xã An", "-"),
    "ma_dkbd": ("79014", "79014", "", "79024"),
    "gt_the_tu": ("01/01/2026", "01/01/2026", "01/01/2025", "", "-"),
    "gt_the_den": ("31/12/2026", "31/12/2026", "", "30/06/2026"),
    "ma_kv": ("", "K1"),
    "trang_thai": (
        *("hieu_luc", "hieu_luc", "hieu_luc", "hieu_luc", "hieu_luc", "", "", "", "", "thu_hoi"),
        *("tam_khoa", "tu_vong", "bao_giam", "bao_giam", "the_moi:DN4797900000999"),
    ),
}
HEADING = ["ma_the", *CELLS]


def some_list(path: Path, chance: random.Random) -> None:
    """Write a list of few numbers, so that its rows meet each other and what is stored."""
    rows = []
    for at in (chance.randrange(12) for _ in range(chance.randrange(1, 16))):
        usual = random.Random(at)  # what most lists say of it
        cells = [usual.choice(words) for words in CELLS.values()]
        if chance.random() < 0.4:
            changed = chance.randrange(len(cells))
            cells[changed] = chance.choice(list(CELLS.values())[changed])
        rows.append([f"DN479{at:010d}", *cells])
    text = "\n".join(",".join(cell and f'"{cell}"' for cell in row) for row in [HEADING, *rows])
    path.write_text(f"{text}\n", encoding="utf-8")


def some_way(chance: random.Random) -> tuple[How, FromWhom]:
    replaces = chance.random() < 0.2
    how = How(
        replace=replaces,
        delta=not replaces and chance.random() < 0.4,
        remove_any=True,
        reject_any=True,
    )
    origin = chance.choice((Origin.HOSPITAL, Origin.HOSPITAL, Origin.BHXH))
    return how, FromWhom(origin, date(2026, 11, chance.randint(17, 21)))


def told(report: ImportReport) -> ImportReport:
    return replace(report, seconds=0, rejects_file=None, notes_file=None)


def stored(folder: Path) -> list[list[tuple[object, ...]]]:
    file = newest_file(folder)
    assert file
    with closing(sqlite3.connect(file)) as db:
        queries = (f"SELECT * FROM {name}" for name in ("card", "standing", "refusal", "meta"))
        return [sorted(db.execute(query), key=repr) for query in queries]


@pytest.mark.parametrize("seed", range(10))
def test_a_store_is_as_if_every_row_was_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(taking, "_BATCH", chance.choice((1, 7, 5_000)))
    plain, weighed = tmp_path / "plain", tmp_path / "weighed"
    for _ in range(5):
        source = tmp_path / "list.csv"
        some_list(source, chance)
        how, whose = some_way(chance)
        kind = IMPORTABLE["cards"]
        for again in range(chance.choice((1, 2))):  # the same list once more says nothing new
            reports = [import_file(plain, kind, source, MORNING, how, whose=whose)]
            with monkeypatch.context() as patched:
                patched.setattr(PlainRows, "written", lambda *_: None)
                reports.append(import_file(weighed, kind, source, MORNING, how, whose=whose))
            assert told(reports[0]) == told(reports[1]), (again, how, whose)
            assert stored(plain) == stored(weighed)


PLAIN: dict[str, object] = {
    **dict.fromkeys(CARD_COLUMNS),
    "ma_the": "DN4797900000001",
    "ho_ten": "Lê An",
    "gt_the_tu": "2026-01-01",
    "trang_thai": "hieu_luc",
    "none": frozenset(),
}


def written(copy: int, **cells: object) -> tuple[object, ...] | None:
    rows = PlainRows(CARD_COLUMNS, Copy(copy, TODAY, Origin.HOSPITAL, TODAY))
    first = PlainRows(CARD_COLUMNS, Copy(1, TODAY, Origin.HOSPITAL, TODAY)).written(PLAIN, ())
    assert first
    return rows.written({**PLAIN, **cells}, [first])


def test_a_row_that_says_again_what_is_stored_is_plain() -> None:
    assert written(2)
    assert written(2, ho_ten=None)  # silent


@each(
    "cells",
    [
        {"ho_ten": "Lê Bình"},
        {"ngay_sinh": "1980"},
        {"gt_the_tu": "2026-02-01"},
        {"gt_the_tu": None},
        {"trang_thai": "thu_hoi"},
        {"trang_thai": "bao_giam"},
        {"the_moi": "DN4797900000002"},
        {"none": frozenset({"dia_chi"})},
        {"as_of": "2020-01-01"},
    ],
)
def test_a_row_that_says_anything_else_is_weighed(cells: dict[str, object]) -> None:
    assert written(2, **cells) is None


def test_a_row_of_a_number_that_the_same_list_has_named_is_weighed() -> None:
    assert written(1) is None


def test_a_row_that_is_silent_of_a_period_that_was_ended_is_weighed() -> None:
    first = written(2)
    assert first
    ended = tuple("bao_giam" if cell == "hieu_luc" else cell for cell in first)
    rows = PlainRows(CARD_COLUMNS, Copy(3, TODAY, Origin.HOSPITAL, TODAY))
    silent = {**PLAIN, "trang_thai": None}
    assert rows.written(silent, [first])
    assert rows.written(silent, [ended]) is None


def test_a_row_of_a_number_with_several_periods_is_weighed() -> None:
    first = written(2)
    assert first
    rows = PlainRows(CARD_COLUMNS, Copy(3, TODAY, Origin.HOSPITAL, TODAY))
    assert rows.written(PLAIN, [first, first]) is None
