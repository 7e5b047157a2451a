"""A mapping file: three layouts of provinces, and what is wrong with a mapping in one sentence."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING
from verification.adapters.imports.importing import IMPORTABLE, How, ImportReport, import_file
from verification.adapters.imports.lines import Row
from verification.adapters.imports.mapping import ColumnMapping, read_mapping
from verification.adapters.imports.place_rows import FACILITY_COLUMNS
from verification.adapters.store.sqlite.cards import SqliteCards
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
    "ma_cskcb": "79",
    "ma_cskcb (2)": "014",
    "ten": "BV Mẫu",
    "cap": "CẤP CHUYÊN SÂU",
    "diem": "69,5",
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


def taken(folder: Path, text: str, how: str = WHOLE) -> ImportReport:
    """Import a list of facilities by a mapping."""
    path, source = folder / "doi-chieu.toml", folder / "list.csv"
    path.write_text(how, encoding="utf-8")
    source.write_text(text, encoding="utf-8")
    kind = IMPORTABLE["facilities"]
    return import_file(folder / "store", kind, source, MORNING, How(mapping=path))


# three layouts: the code in two columns and points as numbers; other words; codes with dashes
LAYOUTS = {
    "points": (
        WHOLE,
        (
            "SỞ Y TẾ MẪU,,,,,\nSTT,Mã tỉnh,Mã cơ sở,Tên cơ sở,Cấp chuyên môn,Điểm\n"
            "1,79,014,BV Mẫu,Cấp chuyên sâu,71\n2,79,015,TYT Mẫu,Cấp ban đầu,\n"
        ),
    ),
    "words": (
        """
[columns]
ma_cskcb = "Mã KCB"
ten = "Đơn vị"
cap = "Phân cấp"
diem = "Xếp loại"
hang_cu = "Tuyến"
[values.cap]
"CS" = "chuyen_sau"
"BĐ" = "ban_dau"
[values.diem]
"A" = "ge70"
"-" = ""
[values.hang_cu]
"Tuyến tỉnh" = "tinh"
"Tuyến xã" = "xa"
""",
        (
            "Đơn vị;Tuyến;Phân cấp;Xếp loại;Mã KCB\n"
            "BV Mẫu;tuyến tỉnh;cs;a;79014\nTYT Mẫu;Tuyến xã;bđ;-;79015\n"
        ),
    ),
    "dashes": (
        """
[columns]
ma_cskcb = "Mã số (cũ)"
ten = ["Loại hình", "Tên riêng"]
cap = "Cấp KCB"
diem = "Tổng điểm"
vi_do = "Vĩ độ"
kinh_do = "Kinh độ"
[values.cap]
"3" = "chuyen_sau"
"1" = "ban_dau"
[ranges]
diem = [{ below = 50, is = "lt50" }, { below = 70, is = "50_70" }, { is = "ge70" }]
""",
        (
            "Mã số (cũ)\tLoại hình\tTên riêng\tCấp KCB\tTổng điểm\tVĩ độ\tKinh độ\n"
            "79 - 014\tBV \tMẫu\t3\t90\t10,77\t106,70\n79 - 015\tTYT \tMẫu\t1\t\t\t\n"
        ),
    ),
}


@pytest.mark.parametrize(("how", "text"), LAYOUTS.values(), ids=LAYOUTS)
def test_three_layouts_give_the_same_facilities(tmp_path: Path, how: str, text: str) -> None:
    report = taken(tmp_path, text, how)
    assert (report.added, report.rejected) == (2, 0)
    with closing(SqliteCards(tmp_path / "store")) as cards:
        large, small = cards.facility("79014"), cards.facility("79015")
    assert large
    assert small
    assert (large.cap, large.diem, large.ma_tinh) == ("chuyen_sau", "ge70", "79")
    assert (small.cap, small.diem) == ("ban_dau", None)
    assert "Mẫu" in large.ten


def test_a_row_of_theirs_becomes_one_of_ours(tmp_path: Path) -> None:
    assert mapping(tmp_path).named(ROW) == OURS


@pytest.mark.parametrize(
    ("cell", "word"),
    [("0", "lt50"), ("49.9", "lt50"), ("50", "50_70"), ("70", "ge70"), ("100", "ge70"), ("", "")],
)
def test_points_become_one_of_our_words(tmp_path: Path, cell: str, word: str) -> None:
    assert mapping(tmp_path).named(ROW | {"diem": cell})["diem"] == word


@pytest.mark.parametrize("more", [{"cap": "Cấp cơ bản"}, {"diem": "sáu mươi"}])
def test_a_word_that_is_not_mapped_refuses_its_row(tmp_path: Path, more: dict[str, str]) -> None:
    row = mapping(tmp_path).mapped(Row(2, ROW | more))
    assert "tệp đối chiếu" in str(row.why)


def test_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    named = mapping(tmp_path).named(ROW | {"cap": " ", "diem": ""})
    assert (named["cap"], named["diem"]) == ("", "")


def test_the_heading_is_the_line_with_all_their_columns(tmp_path: Path) -> None:
    lines = [
        ["DANH SÁCH CƠ SỞ KCB"],
        [],
        ["STT", "Mã tỉnh", "MÃ CƠ SỞ (*)", "Tên cơ sở", "Cấp chuyên môn", "Điểm", "Ghi chú"],
        ["1", "79", "014", "BV Mẫu", "Cấp ban đầu", "60", ""],
    ]
    heading = mapping(tmp_path).find(lines)
    assert heading.at == 2
    assert heading.names == ["STT", *ROW, "Ghi chú"]


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
    with pytest.raises(ImportFileError, match=r"list\.csv"):
        taken(tmp_path, "\n".join([",".join(line), "79,014,BV Mẫu,,60,60", ""]))


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
