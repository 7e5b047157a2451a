"""Rows with another number of cells than the heading: refused, and nobody's answer stays green."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.adapters.imports.test_periods import (
    CITIZEN,
    H20,
    H21,
    HEADING,
    NUMBER,
    OTHER,
    Listed,
    Store,
    row,
)
from tests.support import MORNING
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.imports.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

THIRD = "DN4797900000503"
WHOLE = row("01-01", "12-31", **CITIZEN)
CELLS = WHOLE.split(",")
NEIGHBOUR = row("01-01", "12-31", ma_the=OTHER)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    known = Store(tmp_path)
    known.take(Listed(H20, [WHOLE, NEIGHBOUR, row("01-01", "12-31", ma_the=THIRD)]))
    return known


@pytest.mark.parametrize(
    "torn",
    [
        f"{WHOLE},",
        f"{WHOLE},x,y",
        f",{WHOLE}",
        f"x,{WHOLE}",
        ",".join(CELLS[:-1]),
        NUMBER,
        f"{NUMBER},,,A",
        ",".join([*CELLS[:3], "Người", "Mẫu", *CELLS[4:]]),  # a comma inside the name
        ",".join([*CELLS[:3], *CELLS[4:]]),  # a cell fell out
        WHOLE.replace(",", ";"),
        f"{WHOLE} {WHOLE}",  # two lines in one
        ",".join(["", "", CITIZEN["so_cccd"], "Người Mẫu"]),
        ",".join(["", NUMBER[-10:], "", "Người Mẫu"]),
    ],
)
def test_a_torn_row_is_refused_and_makes_its_number_amber(store: Store, torn: str) -> None:
    report = store.take(Listed(H21, [torn, NEIGHBOUR]))
    assert (report.rejected, report.changed) == (1, 0)
    assert store.says() == ["refused_row"]
    assert store.says(OTHER) == ["valid"]
    store.take(Listed("h 11-22", [WHOLE]))
    assert store.says() == ["valid"]


def test_a_quotation_mark_that_nothing_closes_costs_its_own_row(store: Store) -> None:
    cells = [*CELLS[:3], '"Người Mẫu', *CELLS[4:]]
    report = store.take(
        Listed(H21, [NEIGHBOUR, ",".join(cells), row("01-01", "12-31", ma_the=THIRD)], replace=True)
    )
    assert (report.rejected, report.removed) == (1, 0)
    assert [store.says(number) for number in (NUMBER, THIRD, OTHER)] == [
        ["refused_row"],
        ["valid"],
        ["valid"],
    ]


def test_quotation_marks_that_swallow_rows_make_all_whom_they_swallow_amber(store: Store) -> None:
    cells = [*CELLS[:3], '"Người Mẫu', *CELLS[4:]]
    third = row("01-01", "12-31", ma_the=THIRD).replace("Người Mẫu", 'Người Mẫu"')
    report = store.take(Listed(H21, [NEIGHBOUR, ",".join(cells), third], replace=True))
    assert (report.rejected, report.removed) == (1, 0)
    assert [store.says(number) for number in (NUMBER, THIRD, OTHER)] == [
        ["refused_row"],
        ["refused_row"],
        ["valid"],
    ]


def test_the_number_that_a_torn_row_names_as_the_new_one_is_not_its_own(store: Store) -> None:
    torn = row("01-01", "12-31", f"the_moi:{OTHER}") + ",x"
    store.take(Listed(H21, [torn]))
    assert store.says() == ["refused_row"]
    assert store.says(OTHER) == ["valid"]


@pytest.mark.parametrize(
    ("cells", "torn"),
    [
        ([NUMBER, "Tên"], False),
        ([NUMBER, "Tên", None, None], False),
        ([NUMBER, "Tên", "1990", None, None], False),
        ([NUMBER, "Tên", "1990", "  "], False),
        ([NUMBER, "Tên", "1990", None, "x"], True),
    ],
)
def test_a_sheet_leaves_cells_empty_and_only_a_written_one_beyond_its_heading_tears_a_row(
    tmp_path: Path, cells: list[str | None], *, torn: bool
) -> None:
    book = openpyxl.Workbook()
    for line in (["Mã thẻ", "Họ tên", "Ngày sinh"], cells):
        book.worksheets[0].append(line)
    path = tmp_path / "source.xlsx"
    book.save(path)
    book.close()
    with read_table(path) as table:
        assert [line.torn for line in table.rows] == [torn]
    report = import_file(tmp_path / "cards", IMPORTABLE["cards"], path, MORNING)
    assert report.rejected == int(torn)


def test_an_empty_line_is_no_row(store: Store) -> None:
    report = store.take(Listed(H21, ["", WHOLE, "," * HEADING.count(",")]))
    assert (report.read, report.rejected) == (1, 0)
