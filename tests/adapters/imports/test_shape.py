"""Cells that do not stand where the heading says."""

from __future__ import annotations

from tests.support import each
from verification.adapters.imports.headings import REST_OF_NAME
from verification.adapters.imports.shape import Shape

NAMES = ["STT", "ho_ten", "ma_the", "ngay_sinh", "", "", "Ghi chú"]
CARD = ["1", "Người Mẫu", "DN4797900000501", "1990", "", "", ""]
OTHER = ["Mã thẻ", "STT", "Họ tên", "Ngày sinh", "", "", ""]


def told(*lines: list[str], names: list[str] = NAMES) -> list[str]:
    """Return why each line is refused, in English; empty where it is not."""
    shape = Shape(names)
    return [why.text.en if why else "" for why in map(shape.why, lines)]


@each(
    ("line", "why"),
    [
        (CARD, ""),
        (["1", "Người Mẫu", "", "", "", "", "x"], ""),
        (CARD[:-1], "another number"),
        ([*CARD, ""], "another number"),
        ([*CARD[:4], "x", "", ""], "without a heading"),
        ([*CARD[:5], "x", ""], ""),  # nothing of ours stands beside it
        (["STT", "Họ và tên", "Mã thẻ", "Ngày sinh", "", "", "Ghi chú"], "once more"),
        (["STT", "Họ và tên", "Mã thẻ", "Ngày sinh"], "once more"),
        (["(1)", "(2)", "(3)", "(4)", "", "", ""], "once more"),
        (OTHER, "another heading"),
    ],
)
def test_a_line_is_refused_whose_cells_may_be_another_columns(line: list[str], why: str) -> None:
    (said,) = told(line)
    assert why in said
    assert bool(why) == bool(said)


def test_below_another_heading_nothing_is_taken_until_ours_comes_again() -> None:
    ours = ["STT", "Họ và tên", "Mã thẻ", "Ngày sinh", "", "", "Ghi chú"]
    assert [bool(why) for why in told(CARD, OTHER, CARD, ours, CARD)] == [
        *(False, True, True),
        *(True, False),
    ]


def test_a_name_in_two_columns_is_one() -> None:
    shape = Shape(["ho_ten", REST_OF_NAME, "ma_the"])
    assert shape.named(["Nguyễn Thị ", " Mẫu", "x"]) == {"ho_ten": "Nguyễn Thị Mẫu", "ma_the": "x"}
    assert shape.named(["Nguyễn"]) == {"ho_ten": "Nguyễn"}
