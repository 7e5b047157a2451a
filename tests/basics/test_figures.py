"""Numbers are written as the letters write them, rounded exactly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.figures import dotted, share_number, share_text


@pytest.mark.parametrize(
    ("number", "read"), [(0, "0"), (999, "999"), (94_288, "94.288"), (-1_234_567, "-1.234.567")]
)
def test_thousands_are_parted_by_dots(number: int, read: str) -> None:
    assert dotted(number) == read


@each(
    ("part", "whole", "read"),
    [
        (27_656, 94_288, "29,33 %"),
        (66_632, 94_288, "70,67 %"),
        (1, 1, "100,00 %"),
        (0, 7, "0,00 %"),
        (1, 20_000, "0,01 %"),  # half of a hundredth is rounded up
        (1, 20_001, "0,00 %"),
        (1, 3, "33,33 %"),
        (25, 2, "1.250,00 %"),
    ],
)
def test_a_share_has_two_decimals_half_up(part: int, whole: int, read: str) -> None:
    assert share_text(Fraction(part, whole)) == read


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_the_number_for_programs_is_the_one_that_people_read(part: int, whole: int) -> None:
    rate = Fraction(part, whole)
    read = share_text(rate).removesuffix(" %").replace(".", "").replace(",", ".")
    assert share_number(rate) == read
    assert abs(Fraction(read) - rate * 100) <= Fraction(1, 200)
