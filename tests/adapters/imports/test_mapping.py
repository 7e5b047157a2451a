"""A mapping file: three layouts of provinces, and what is wrong with a mapping in one sentence."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING, each
from verification.adapters.imports.importing import (
    HOSPITAL,
    IMPORTABLE,
    How,
    ImportReport,
    _Given,
    _of,
    import_file,
)
from verification.adapters.imports.joined import joined
from verification.adapters.imports.lines import Row, Table
from verification.adapters.imports.mapping import ColumnMapping, read_mapping
from verification.adapters.imports.place_rows import FACILITY_COLUMNS
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import ImportFileError
from verification.card.facts import Status

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


@pytest.mark.parametrize(
    "cell",
    ["NaN", "sNaN", "Infinity", "-Infinity", "-5", "7_0", "1e3", "1e99999999999", "７０", "70%"],
)
def test_what_is_no_plain_number_is_no_points(tmp_path: Path, cell: str) -> None:
    assert "tệp đối chiếu" in str(mapping(tmp_path).mapped(Row(2, ROW | {"diem": cell})).why)


@each(
    ("column", "parts", "whole"),
    [
        ("ma_cskcb", ("79", "014"), "79014"),
        ("ma_cskcb", ("10", "28"), "10028"),
        ("ma_cskcb", ("1", "28"), "01028"),
        ("ma_cskcb", ("79", "A14"), "79A14"),
        ("ma_dkbd", ("79", "14"), "79014"),
        ("ma_the", ("DN", "4", "79", "7900000011"), "DN4797900000011"),
        ("ho_ten", ("Nguyễn Thị", "Mẫu"), "Nguyễn Thị Mẫu"),
        ("ho_ten", ("", "Mẫu"), "Mẫu"),
        ("ten", ("BV ", "Mẫu"), "BV Mẫu"),
        ("dia_chi", ("12 Đường Mẫu", "", "Phường Mẫu"), "12 Đường Mẫu, Phường Mẫu"),
        ("ngay_sinh", ("1", "12", "1994"), "1/12/1994"),
        ("ngay_sinh", ("11", "2", "1994"), "11/2/1994"),
        ("ngay_sinh", ("", "2", "1994"), "2/1994"),
        ("ngay_sinh", ("", "", "1994"), "1994"),
        ("ngay_sinh", ("1994", "", ""), "1994"),
        ("ngay_sinh", ("05/03", "1994"), "05/03/1994"),
        ("ma_co_quan", ("", ""), ""),
    ],
)
def test_joined_cells_are_what_their_parts_say(
    column: str, parts: tuple[str, ...], whole: str
) -> None:
    assert joined(column, parts) == whole


@each(
    ("column", "parts"),
    [
        ("ma_cskcb", ("79", "")),
        ("ma_cskcb", ("", "1014")),
        ("ma_cskcb", ("7", "9014")),
        ("ma_cskcb", ("1", "0", "28")),
        ("ma_co_quan", ("1", "05")),
        ("ma_co_quan", ("01", "05")),
        ("ma_the", ("DN4", "")),
        ("ngay_sinh", ("5", "", "1994")),
        ("ngay_sinh", ("5", "3", "")),
        ("ngay_sinh", ("5", "3", "94")),
        ("ngay_sinh", ("5", "1994", "3")),
        ("ngay_sinh", ("05/03", "")),
    ],
)
def test_a_part_that_is_missing_or_lost_a_zero_is_not_guessed(
    column: str, parts: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="ghép"):
        joined(column, parts)


def test_a_refused_row_keeps_all_its_parts_and_is_no_code_by_itself(tmp_path: Path) -> None:
    made = mapping(tmp_path)
    whole = made.mapped(Row(2, ROW | {"diem": "sáu mươi"}))
    assert whole.named["ma_cskcb"] == "79014"
    doubtful = made.mapped(Row(2, ROW | {"ma_cskcb": "7", "ma_cskcb (2)": "9014"}))
    assert (doubtful.named["ma_cskcb"], bool(doubtful.why)) == ("7 + 9014", True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[columns]\nten = "Tên"\n[values.cap]\n"x" = "tam"\n', "cap phải có ở"),
        ('[columns]\nten = "Tên"\n[ranges]\ndiem = [{ is = "tam" }]\n', "diem phải có ở"),
        ('[columns]\nten = "Tên"\n[fixed]\nten = "x"\n', "ten phải có ở"),
        ("[columns]\nten = []\n", "không đọc được"),
        ('[columns]\nten = ""\n', "không đọc được"),
        ('[columns]\nten = ["Tên", "TÊN"]\n', "không đọc được"),
        (
            '[columns]\ncap = "Cấp"\n[values.cap]\n"cơ bản" = "co_ban"\n"CO BAN" = "x"\n',
            "không đọc",
        ),
        ('[columns]\ndiem = "Điểm"\n[ranges]\ndiem = []\n', "không đọc được"),
        (
            '[columns]\ndiem = "Đ"\n[ranges]\ndiem = [{ below = nan, is = "tam" }]\n',
            "không đọc được",
        ),
        (
            '[columns]\ndiem = "Đ"\n[ranges]\ndiem = [{ below = inf, is = "tam" }]\n',
            "không đọc được",
        ),
        (
            """[columns]\ndiem = "Đ"\n[ranges]
diem = [{ below = 70, is = "50_70" }, { below = 50, is = "lt50" }]\n""",
            "không đọc được",
        ),
        (
            '[columns]\ndiem = "Đ"\n[ranges]\ndiem = [{ is = "a" }, { below = 5, is = "lt50" }]\n',
            "không đọc được",
        ),
        ('[columns]\ndiem = "Đ"\n[ranges]\ndiem = [{ belw = 5, is = "lt50" }]\n', "không đọc được"),
        (f"a = {'[' * 5000}{']' * 5000}", "không đọc được"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_one_sentence(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(ImportFileError, match=told):
        mapping(tmp_path, text)


OF_CARDS = """
[columns]
ma_the = "Thẻ số"
ho_ten = "Ai"
"""
CARDS_OF_THEIRS = "Thẻ số,Ai,Trạng thái,Hạn sử dụng đến\nDN4797900000011,Nguyễn Mẫu,{},{}\n"


def cards_taken(folder: Path, text: str, how: str = OF_CARDS) -> ImportReport:
    path, source = folder / "doi-chieu.toml", folder / "list.csv"
    path.write_text(how, encoding="utf-8")
    source.write_text(text, encoding="utf-8")
    return import_file(folder / "store", IMPORTABLE["cards"], source, MORNING, How(mapping=path))


def test_a_status_and_an_end_that_the_mapping_forgets_are_read(tmp_path: Path) -> None:
    cards_taken(tmp_path, CARDS_OF_THEIRS.format("Đã thu hồi", "2026-12-31"))
    with closing(SqliteCards(tmp_path / "store")) as cards:
        [record] = cards.by_card("DN4797900000011")
    assert record.trang_thai is Status.THU_HOI
    assert str(record.card.gt_the_den) == "2026-12-31"


def test_a_status_twice_is_refused_though_the_mapping_does_not_name_it(tmp_path: Path) -> None:
    text = "Thẻ số,Ai,Trạng thái,Tình trạng thẻ\nDN4797900000011,Nguyễn Mẫu,thu_hoi,\n"
    with pytest.raises(ImportFileError, match="trang_thai"):
        cards_taken(tmp_path, text)


@pytest.mark.parametrize(
    "more",
    [
        '[fixed]\ntrang_thai = "hieu_luc"\n',
        '[fixed]\ntrang_thai = "Hiệu lực"\n',
        'trang_thai = "Trạng thái"\n[values.trang_thai]\n"" = "hieu_luc"\n',
        'trang_thai = "Trạng thái"\n[values.trang_thai]\n" " = "HIEU_LUC"\n',
    ],
)
def test_a_mapping_lifts_no_status_that_a_row_does_not(tmp_path: Path, more: str) -> None:
    cards_taken(tmp_path, CARDS_OF_THEIRS.format("thu_hoi", "2026-12-31"))
    with pytest.raises(ImportFileError, match="hieu_luc"):
        cards_taken(tmp_path, CARDS_OF_THEIRS.format("", "2026-12-31"), OF_CARDS + more)


@pytest.mark.parametrize("word", ["Còn hiệu lực", "CON HIEU LUC", "đang hiệu lực", "hieu luc"])
def test_no_other_word_for_it_does_either(tmp_path: Path, word: str) -> None:
    how = f'{OF_CARDS}[fixed]\ntrang_thai = "{word}"\n'
    with pytest.raises(ImportFileError, match="hieu_luc"):
        cards_taken(tmp_path, CARDS_OF_THEIRS.format("", "2026-12-31"), how)


def test_another_mapping_of_the_same_list_is_another_import(tmp_path: Path) -> None:
    path, source = tmp_path / "doi-chieu.toml", tmp_path / "list.csv"
    source.write_text(CARDS_OF_THEIRS.format("", ""), encoding="utf-8")
    path.write_text(OF_CARDS, encoding="utf-8")
    given = _Given(IMPORTABLE["cards"], Table((), ()), source, "the digest of it")
    first, again = (_of(given, MORNING, How(mapping=path), HOSPITAL) for _ in range(2))
    path.write_text(OF_CARDS + 'dia_chi = "Trạng thái"\n', encoding="utf-8")
    assert first == again
    assert _of(given, MORNING, How(mapping=path), HOSPITAL) != first
