"""A mapping file: three layouts of provinces, and what is wrong with a mapping in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.adapters.imports.card_rows import FACILITY_COLUMNS
from verification.adapters.imports.mapping import ColumnMapping, read_mapping
from verification.adapters.imports.refused import Refused
from verification.basics.errors import ImportFileError

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """
[columns]
ma_cskcb = ["Mã tỉnh", "Mã cơ sở"]
ten = "Tên cơ sở"
cap = "Cấp chuyên môn"
diem = "Điểm"
[values.cap]
"Cấp ban đầu" = "ban_dau"
"Cấp chuyên sâu" = "chuyen_sau"
[ranges]
diem = [{ below = 50, is = "lt50" }, { below = 70, is = "50_70" }, { is = "ge70" }]
[fixed]
ma_tinh = "79"
"""
ROW = {
    "Mã tỉnh": "79",
    "Mã cơ sở": "014",
    "Tên cơ sở": "BV Mẫu",
    "Cấp chuyên môn": "CẤP CHUYÊN SÂU",
    "Điểm": "69,5",
}
OURS = {
    "ma_cskcb": "79014",
    "ten": "BV Mẫu",
    "cap": "chuyen_sau",
    "diem": "50_70",
    "ma_tinh": "79",
}


def mapping(folder: Path, text: str = WHOLE) -> ColumnMapping:
    path = folder / "doi-chieu.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, FACILITY_COLUMNS)


def test_a_row_of_theirs_becomes_one_of_ours(tmp_path: Path) -> None:
    assert mapping(tmp_path).named(ROW) == OURS


@pytest.mark.parametrize(
    ("cell", "word"),
    [("0", "lt50"), ("49.9", "lt50"), ("50", "50_70"), ("70", "ge70"), ("100", "ge70"), ("", "")],
)
def test_points_become_one_of_our_words(tmp_path: Path, cell: str, word: str) -> None:
    assert mapping(tmp_path).named(ROW | {"Điểm": cell})["diem"] == word


@pytest.mark.parametrize("more", [{"Cấp chuyên môn": "Cấp cơ bản"}, {"Điểm": "sáu mươi"}])
def test_a_word_that_is_not_mapped_refuses_its_row(tmp_path: Path, more: dict[str, str]) -> None:
    with pytest.raises(Refused, match="tệp đối chiếu"):
        mapping(tmp_path).named(ROW | more)


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    named = mapping(tmp_path).named(ROW | {"Cấp chuyên môn": " ", "Điểm": ""})
    assert (named["cap"], named["diem"]) == ("", "")


def test_the_heading_is_the_line_with_all_their_columns(tmp_path: Path) -> None:
    lines = [
        ["DANH SÁCH CƠ SỞ KCB"],
        [],
        ["STT", "Mã tỉnh", "MÃ CƠ SỞ (*)", "Tên cơ sở", "Cấp chuyên môn", "Điểm", "Ghi chú"],
        ["1", "79", "014", "BV Mẫu", "Cấp ban đầu", "60", ""],
    ]
    heading = mapping(tmp_path).heading_of(tmp_path / "list.csv", lines)
    assert heading.at == 2
    assert heading.names[1:6] == [*ROW]


@pytest.mark.parametrize(
    "line",
    [
        ["Mã tỉnh", "Mã cơ sở", "Tên cơ sở", "Cấp chuyên môn"],
        ["Mã tỉnh", "Mã cơ sở", "Tên cơ sở", "Cấp chuyên môn", "Điểm", "Điểm"],
    ],
)
def test_a_heading_that_lacks_a_column_or_has_it_twice_is_one_sentence(
    tmp_path: Path, line: list[str]
) -> None:
    with pytest.raises(ImportFileError, match=r"list\.csv .* đúng một cột mỗi tên"):
        mapping(tmp_path).heading_of(tmp_path / "list.csv", [line])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "không có cột"),
        ("[columns]\n", "không có cột"),
        ('[columns]\nma_the = "Mã"\n', "không có cột ma_the"),
        ("[columns]\nten = 3\n", "không đọc được"),
        ('[columns]\nten = ["a", 3]\n', "không đọc được"),
        ('columns = "ten"\n', "không đọc được"),
        ('[colums]\nten = "Tên"\n', "không đọc được"),
        ('[columns]\nten = "Tên"\n[values]\nten = "x"\n', "không đọc được"),
        (
            '[columns]\nten = "Tên"\n[ranges]\ndiem = [{ below = "x", is = "y" }]\n',
            "không đọc được",
        ),
        ('[columns]\nten = "Tên"\n[ranges]\ndiem = [{ below = 5 }]\n', "không đọc được"),
        ('[columns]\nten = "Tên"\n[fixed]\nmau = "x"\n', "không có cột mau"),
        ("rubbish", "không đọc được"),
    ],
)
def test_a_mapping_that_is_none_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ImportFileError, match=told):
        mapping(tmp_path, text)


def test_a_mapping_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="không đọc được"):
        read_mapping(tmp_path / "none.toml", FACILITY_COLUMNS)
