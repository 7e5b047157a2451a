"""No cell that leaves the house is computed, wherever it is opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.spreadsheets import neutral

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


@each("first", [*FORMULAS, "＝", "＋", "－", "＠"])
def test_a_cell_that_begins_like_a_formula_is_text(first: str) -> None:
    assert neutral(f"{first}1+1") == f"'{first}1+1"


@given(st.text())
def test_no_cell_is_ever_a_formula(text: str) -> None:
    assert not neutral(text).startswith(FORMULAS)


@each("between", [";", ";  ", "\t", "\n"])
@each("formula", ["=cmd|calc", "+1+cmd", "@SUM(A1)"])
def test_no_part_of_a_cell_is_one_where_another_separator_parts_it(
    between: str, formula: str
) -> None:
    before, _, after = neutral(f"Tên{between}{formula}").partition("'")
    assert (before + after, after.lstrip()) == (f"Tên{between}{formula}", formula)


@pytest.mark.parametrize(
    "text",
    ["Nguyễn Văn Mẫu", "Nguyễn\u00a0Văn", "12; 13 Đường Mẫu", "a\nb", "", "Đ/c: ấp 3; xã Mẫu - 5"],
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\u200bb", "a\x1bb"])
def test_what_no_sheet_can_hold_goes(text: str) -> None:
    assert neutral(text) == "ab"
