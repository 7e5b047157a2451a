"""Two values side by side: what of each is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics import marked
from verification.basics.names import tidy


def shown(pieces: marked.Pieces) -> str:
    """Write what is marked in brackets."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@each(
    ("one", "other", "left", "right"),
    [
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Mậu", "Nguyễn Thị M[ẫ]u", "Nguyễn Thị M[ậ]u"),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Lan", "Nguyễn Thị [Mẫu]", "Nguyễn Thị [Lan]"),
        ("Trần Văn Ba", "Nguyễn Văn Ba", "[Trần] Văn Ba", "[Nguyễn] Văn Ba"),
        ("Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu Anh", "Nguyễn Thị Mẫu", "Nguyễn Thị Mẫu [Anh]"),
        ("Nguy?n Th? Mẫu", "Nguyễn Thị Mẫu", "Nguy[?]n Th[?] Mẫu", "Nguy[ễ]n Th[ị] Mẫu"),
        ("Trần Ðức", "TRẦN ĐỨC", "Trần Ðức", "TRẦN ĐỨC"),
        ("Lý  Hoà", "Lí Hòa", "Lý Hoà", "Lí Hòa"),
        ("NguyễnThị Mẫu", "Nguyễn Thị Mẩu", "NguyễnThị M[ẫ]u", "Nguyễn Thị M[ẩ]u"),
        ("NULL", "Nguyễn Thị Mẫu", "[NULL]", "[Nguyễn Thị Mẫu]"),
        ("Dặng", "Đặng", "[D]ặng", "[Đ]ặng"),
        ("<b>Mẫu</b>", "Mẫu", "[<b>]Mẫu[</b>]", "Mẫu"),
    ],
)
def test_letters_are_marked_not_whole_names(one: str, other: str, left: str, right: str) -> None:
    ours, theirs = marked.names(one, other)
    assert (shown(ours), shown(theirs)) == (left, right)


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        ("05/03/1994", "06/03/1994", "0[5]/03/1994", "0[6]/03/1994"),
        ("05/03/1994", "05/03/1949", "05/03/19[94]", "05/03/19[49]"),
        ("1994", "05/03/1995", "199[4]", "05/03/199[5]"),
        ("04/1994", "05/03/1994", "0[4]/1994", "05/0[3]/1994"),
    ],
)
def test_digits_of_dates_are_marked(one: str, other: str, left: str, right: str) -> None:
    ours, theirs = marked.dates(one, other)
    assert (shown(ours), shown(theirs)) == (left, right)


def test_a_masked_number_shows_where_it_differs() -> None:
    ours, theirs = marked.numbers("••••••••0011", "••••••••0021", [5, 11])
    assert (shown(ours), shown(theirs)) == ("••••[•]•••00[1]1", "••••[•]•••00[2]1")


@given(st.text(max_size=30), st.text(max_size=30))
def test_nothing_of_a_name_is_lost_by_marking(one: str, other: str) -> None:
    ours, theirs = marked.names(one, other)
    assert "".join(piece.text for piece in ours) == tidy(one)
    assert "".join(piece.text for piece in theirs) == tidy(other)
