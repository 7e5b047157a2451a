"""A row of a list of cards: taken, taken without a cell, or refused in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.adapters.imports.card_rows import (
    CARD_COLUMNS,
    card_values,
    day_of_visit,
    refused_numbers,
)
from verification.basics.refused import Refused

TODAY = date(2026, 11, 26)
NUMBER = "DN4797900000501"
ROW = {"ma_the": NUMBER, "ho_ten": "Nguyễn Thị Mẫu", "ngay_sinh": "1994-03-05", "gioi_tinh": "2"}
VALID = {"gt_the_tu": "2026-01-01", "gt_the_den": "2026-12-31"}


def values(**cells: str) -> dict[str, Any]:
    """Return what a row with these cells holds."""
    return card_values(ROW | cells, TODAY)


def notes(**cells: str) -> list[str]:
    return [note.vi for note in values(**cells)["notes"]]


def refused(**cells: str) -> str:
    with pytest.raises(Refused) as told:
        values(**cells)
    assert told.value.text.en
    return told.value.text.vi


def test_a_whole_row_gives_every_column() -> None:
    row = values(
        **VALID,
        ma_so_bhxh="7900000501",
        so_cccd="079194000501",
        dia_chi="12 Đường Mẫu",
        ma_dkbd="79014",
        ma_kv="K1",
        ngay_du_5_nam="2028-06-01",
        trang_thai="hieu_luc",
    )
    assert row == {
        "ma_the": NUMBER,
        "ma_so_bhxh": "7900000501",
        "so_cccd": "079194000501",
        "ho_ten": "Nguyễn Thị Mẫu",
        "name_key": "NGUYENTHIMAU",
        "ngay_sinh": "1994-03-05",
        "gioi_tinh": "2",
        "dia_chi": "12 Đường Mẫu",
        "ma_dkbd": "79014",
        **VALID,
        "ma_kv": "K1",
        "ngay_du_5_nam": "2028-06-01",
        "trang_thai": "hieu_luc",
        "the_moi": None,
        "none": frozenset(),
        "notes": (),
    }
    assert set(CARD_COLUMNS) < row.keys()


@each(
    ("cells", "number"),
    [
        ({"ma_the": "dn 4 79 790 000 0501"}, NUMBER),
        ({"ma_the": "DN-4-79-7900000501"}, NUMBER),
        ({"ma_the": "'DN4797900000501"}, NUMBER),
        ({"ma_the": "ＤＮ4797900000501"}, NUMBER),
        ({"ma_the": "DN47979\u200b00000501"}, NUMBER),
        ({"ma_the": "7900000501"}, "7900000501"),
        ({"ma_the": "7900000501.0"}, "7900000501"),
        ({"ma_the": "0100000501", "ma_so_bhxh": "100000501"}, "0100000501"),
        ({"ma_the": "100000501", "ma_so_bhxh": "0100000501"}, "0100000501"),
        ({"ma_the": "DN4010100000501", "ma_so_bhxh": "100000501"}, "DN4010100000501"),
        ({"ma_the": "DN4010100000501", "ma_so_bhxh": "100000501.0"}, "DN4010100000501"),
        ({"ma_the": "DN4010100000501", "ma_so_bhxh": "NULL"}, "DN4010100000501"),
        ({"ma_the": "DN479AA00300077", "ma_so_bhxh": "7900000501"}, "DN479AA00300077"),
    ],
)
def test_a_number_is_read_and_a_lost_zero_put_back_where_the_row_confirms_it(
    cells: dict[str, str], number: str
) -> None:
    assert values(**cells)["ma_the"] == number


@each(
    ("cells", "said"),
    [
        ({"ma_the": ""}, "thiếu ma_the"),
        ({"ma_the": "-"}, "thiếu ma_the"),
        ({"ma_the": "NULL"}, "thiếu ma_the"),
        ({"ma_the": "xyz"}, "ký tự thứ 3 là “Z”, phải là một số từ 1 đến 5"),
        ({"ma_the": "DN8797900000501"}, "ký tự thứ 3 là “8”"),
        ({"ma_the": "D14797900000501"}, "ký tự thứ 2 là “1”, phải là chữ cái"),
        ({"ma_the": "DN47979000005O1"}, "ký tự thứ 14 là chữ “O”, phải là chữ số (số 0?)"),
        ({"ma_the": "DN479790000050I"}, "ký tự thứ 15 là chữ “I”, phải là chữ số (số 1?)"),
        ({"ma_the": "DN479790000050"}, "có 14 ký tự; thẻ có 15"),
        ({"ma_the": "DN47979000005011"}, "có 16 ký tự"),
        ({"ma_the": "100000501"}, "có 9 ký tự"),
        ({"ma_the": "79000000001.0"}, "có 11 ký tự"),
        ({"ma_the": "079194000501"}, "là số căn cước"),
        ({"ma_the": "1.234E+14"}, "làm tròn"),
        ({"ma_the": "7,9E9"}, "làm tròn"),
        ({"ma_the": "#N/A"}, "bảng tính"),
        ({"ma_the": "=A2"}, "bảng tính"),
        ({"ma_so_bhxh": "7900000999"}, "khác 10 số cuối"),
        ({"ma_so_bhxh": "79"}, "không phải 10 chữ số"),
        ({"ma_so_bhxh": "900000501"}, "không phải 10 chữ số"),
        ({"ma_so_bhxh": "079194000501"}, "không phải 10 chữ số"),
        ({"ma_so_bhxh": "7.9E+09"}, "không phải 10 chữ số"),
        ({"ma_the": "DN479AA00300077", "ma_so_bhxh": "123"}, "không phải 10 chữ số"),
    ],
)
def test_a_row_whose_number_is_not_sure_is_refused(cells: dict[str, str], said: str) -> None:
    assert said in refused(**cells)


@pytest.mark.parametrize("name", ["DN8797900000501", "079194000501x"])
def test_a_sentence_hides_the_number_that_it_is_about(name: str) -> None:
    assert name[5:11] not in refused(ma_the=name)


@each(
    ("name", "said"),
    [
        *((n, "thiếu ho_ten") for n in ("", "-", " ", "\u200b", "NULL", "n/a ", "\u2060\ufeff")),
        *((n, "không phải họ tên") for n in ("12345", "???", "?? ??")),
        *((n, "không phải họ tên") for n in ("không có tên", "Chưa đặt tên", "01/01/1990", "……")),
        ("DN4797900000501", "cột bị lệch"),
        ("7900000501", "cột bị lệch"),
        ("=A1&B1", "bảng tính"),
        ("#REF!", "bảng tính"),
        ("Nguyễn Thị " + "Mẫu " * 130, "ký tự, quá 255"),
        ("x" * 500, "dài 500 ký tự"),
    ],
)
def test_what_is_no_name_refuses_the_row(name: str, said: str) -> None:
    assert said in refused(ho_ten=name)


@each(
    ("name", "kept", "key"),
    [
        ("NGUYỄN  THỊ\u00a0MẪU", "NGUYỄN THỊ MẪU", "NGUYENTHIMAU"),
        ("Nguyễn Thị Mẫu\u200b", "Nguyễn Thị Mẫu", "NGUYENTHIMAU"),
        ("Nguye\u0302\u0303n Thi\u0323 Mẫu", "Nguyễn Thị Mẫu", "NGUYENTHIMAU"),
        ("Y Wang Niê Kđăm", "Y Wang Niê Kđăm", "IWANGNIEKDAM"),
        ("H'Hen Niê", "H'Hen Niê", "HHENNIE"),
        ("CB Nguyễn Thị Mẫu 2", "CB Nguyễn Thị Mẫu 2", "CBNGUYENTHIMAU2"),
        ("Nguyễn\ufffd Thị Mẫu", "Nguyễn\ufffd Thị Mẫu", "NGUYENTHIMAU"),
        ("Không Văn Mẫu", "Không Văn Mẫu", "KHONGVANMAU"),
        ("Lò Thị Na", "Lò Thị Na", "LOTHINA"),
    ],
)
def test_a_name_is_kept_as_it_is_written_and_looked_up_by_its_letters(
    name: str, kept: str, key: str
) -> None:
    row = values(ho_ten=name)
    assert (row["ho_ten"], row["name_key"]) == (kept, key)


@given(st.text(max_size=30))
def test_no_name_breaks_a_row(name: str) -> None:
    try:
        row = values(ho_ten=name)
    except Refused:
        return
    assert row["ho_ten"]


@each(
    ("cells", "said"),
    [
        ({"ngay_sinh": "31/02/1990"}, "ngay_sinh “31/02/1990”: tháng 02/1990 không có ngày 31"),
        ({"ngay_sinh": "01/13/1990"}, "tháng 13 không có"),
        ({"ngay_sinh": "5/3/94"}, "hai chữ số"),
        ({"ngay_sinh": "2026-11-27"}, "ngay_sinh “2026-11-27”: ở tương lai"),
        ({"ngay_sinh": "2027"}, "ở tương lai"),
        ({"ngay_sinh": "12/2026"}, "ở tương lai"),
        ({"ngay_sinh": "1899"}, "hơn 125 tuổi"),
        ({"ngay_sinh": "01/05/1880"}, "hơn 125 tuổi"),
        ({"ngay_sinh": "x"}, "không phải ngày tháng"),
        ({"ngay_sinh": "#REF!"}, "bảng tính"),
        ({"gt_the_tu": "2026"}, "gt_the_tu “2026”: phải ghi đủ ngày"),
        ({"gt_the_tu": "01/13/2026"}, "tháng 13 không có"),
        ({"gt_the_den": "31/02/2026"}, "gt_the_den “31/02/2026”: tháng 02/2026 không có ngày 31"),
        ({"gt_the_den": "31/12/26"}, "hai chữ số"),
        ({"gt_the_den": "2126-12-31"}, "gt_the_den “2126-12-31”: còn hơn 50 năm nữa"),
        ({"gt_the_tu": "2226-01-01"}, "còn hơn 50 năm nữa"),
        ({"gt_the_tu": "1926-01-01"}, "trước khi có bảo hiểm y tế"),
        ({"gt_the_den": "1991-12-31"}, "trước khi có bảo hiểm y tế"),
        ({"gt_the_tu": "2026-02-01", "gt_the_den": "2026-01-31"}, "sau gt_the_den 2026-01-31"),
        ({"gt_the_tu": "01/01/2027", "gt_the_den": "20261231"}, "sau gt_the_den"),
        ({"ngay_sinh": "2023-05-01", "gt_the_tu": "2022-01-01"}, "trước ngay_sinh 2023-05-01"),
        ({"ngay_sinh": "2023", "gt_the_tu": "2022-12-31"}, "trước ngay_sinh 2023"),
        ({"ma_dkbd": "7901"}, "ma_dkbd “7901”: có 4 chữ số"),
        ({"ma_dkbd": "BV Mẫu"}, "không phải mã cơ sở"),
        ({"ma_dkbd": "#N/A"}, "bảng tính"),
    ],
)
def test_a_row_is_refused_for_what_says_who_is_insured_when_and_at_which_rate(
    cells: dict[str, str], said: str
) -> None:
    assert said in refused(**cells)


@pytest.mark.parametrize(
    ("born", "begin"),
    [("2023-05-01", "2023-05-01"), ("2023-05", "2023-05-01"), ("2023", "2023-01-01")],
)
def test_a_card_may_begin_on_the_day_of_birth_as_far_as_that_is_known(
    born: str, begin: str
) -> None:
    assert values(ngay_sinh=born, gt_the_tu=begin)["gt_the_tu"] == begin


@each(
    ("column", "cell", "said"),
    [
        ("so_cccd", "12345", "không phải số căn cước 12 chữ số"),
        ("so_cccd", "000000000000", "không phải số căn cước"),
        ("so_cccd", "7.9194E+10", "làm tròn"),
        ("so_cccd", "79094000011", "mất số 0"),
        ("gioi_tinh", "0", "danh mục"),
        ("gioi_tinh", "abc", "danh mục"),
        ("dia_chi", "#N/A", "bảng tính"),
        ("dia_chi", "x" * 2000, "dài 2000 ký tự"),
        ("ma_kv", "K4", "danh mục"),
        ("ngay_du_5_nam", "31/02/2028", "tháng 02/2028 không có ngày 31"),
        ("ngay_du_5_nam", "2028", "phải ghi đủ"),
        ("ngay_du_5_nam", "2128-01-01", "còn hơn 50 năm nữa"),
        ("ngay_du_5_nam", "01/01/1900", "phần mềm tự điền"),
        ("ngay_sinh", "01/01/1900", "phần mềm tự điền"),
        ("gt_the_tu", "0001-01-01", "phần mềm tự điền"),
        ("gt_the_den", "9999-12-31", "phần mềm tự điền"),
        ("gt_the_den", "31/12/2099", "phần mềm tự điền"),
    ],
)
def test_a_row_goes_without_a_cell_that_cannot_be_read_and_says_so(
    column: str, cell: str, said: str
) -> None:
    row = values(**{column: cell})
    assert row[column] is None
    assert row["none"] == frozenset()  # not "there is none": what is stored is kept
    (note,) = row["notes"]
    assert note.vi.startswith(f"{column} “")
    assert said in note.vi
    assert note.en.startswith(f"{column} “")


@each(
    ("column", "cell"),
    [
        *(("so_cccd", c) for c in ("", "025123456", "B1234567", "NULL")),
        *(("gioi_tinh", c) for c in ("", "3", "Khác")),
        *(("dia_chi", c) for c in ("", "N/A")),
        *((name, "NULL") for name in ("ma_kv", "ngay_du_5_nam", "gt_the_tu", "gt_the_den")),
        *(("ngay_sinh", c) for c in ("", "NULL")),
    ],
)
def test_a_cell_that_is_understood_and_says_nothing_needs_no_word(column: str, cell: str) -> None:
    row = values(**{column: cell})
    assert (row[column], row["notes"], row["none"]) == (None, (), frozenset())


def test_each_cell_that_a_row_goes_without_has_its_sentence() -> None:
    said = notes(so_cccd="1", ma_kv="K9", ngay_du_5_nam="x", gioi_tinh="y", dia_chi="#N/A")
    assert [text.split()[0] for text in said] == [
        *("so_cccd", "gioi_tinh", "dia_chi", "ma_kv", "ngay_du_5_nam"),
    ]


def test_a_long_number_in_a_side_cell_is_masked() -> None:
    (note,) = notes(so_cccd="1234567890123")
    assert "123456789" not in note


@pytest.mark.parametrize("dash", ["-", "'-"])
def test_a_dash_says_that_there_is_none_but_never_of_number_name_and_status(dash: str) -> None:
    row = values(gt_the_den=dash, dia_chi=dash, trang_thai=dash, ma_so_bhxh=dash)
    assert row["none"] == {"gt_the_den", "dia_chi"}
    assert row["trang_thai"] is None


@pytest.mark.parametrize("words", ["–", "—", "--", "NULL", "không có"])
def test_other_ways_to_say_nothing_are_not_there_is_none(words: str) -> None:
    row = values(gt_the_den=words, dia_chi=words)
    assert (row["gt_the_den"], row["dia_chi"], row["none"]) == (None, None, frozenset())


STATUSES = {
    "hieu_luc": ("hieu_luc", "HIEU_LUC", "Hiệu lực", "Còn hiệu lực", "đang hiệu lực"),
    "thu_hoi": ("thu_hoi", "Thu hồi", "ĐÃ THU HỒI", "bị thu hồi"),
    "bao_giam": ("bao_giam", "Báo giảm", "đã báo giảm", "BAO GIAM"),
    "tam_khoa": ("tam_khoa", "Tạm khóa", "Tạm khoá", "Thẻ tạm khóa", "Khóa", "bị khoá"),
    "tu_vong": ("tu_vong", "Tử vong", "Đã chết", "đã tử vong", "Chết"),
}


@each(("word", "status"), [(word, status) for status, words in STATUSES.items() for word in words])
def test_a_status_is_understood_in_the_words_of_hospitals(word: str, status: str) -> None:
    row = values(trang_thai=word)
    assert (row["trang_thai"], row["the_moi"]) == (status, None)


@pytest.mark.parametrize("word", ["the_moi:DN4797900000502", "Thẻ mới: dn 4 79 7900000502"])
def test_a_new_card_is_named_with_its_number(word: str) -> None:
    row = values(trang_thai=word)
    assert (row["trang_thai"], row["the_moi"]) == ("the_moi", "DN4797900000502")


@each(
    "word",
    [
        *("0", "1", "x", "không hiệu lực", "Không còn hiệu lực", "chưa hiệu lực", "đa khoa mẫu"),
        *("Thu hồi, báo giảm", "mất", "đã mất", "Giảm", "hieu_luc?", "hieu luc 2026", "#N/A"),
        *("the_moi", "the_moi:", "the_moi:xyz", "hieu_luc:DN4797900000502", "hieu_luc:"),
        *(f"the_moi:{NUMBER}", "the_moi:7900000501", "cấp lại:DN4797900000502", "hết hạn"),
        *("Hết hạn sử dụng", "Hết hiệu lực", "OK", "active", "Đang khám", "hieu_luc thu_hoi"),
    ],
)
def test_a_status_that_is_not_understood_refuses_the_row(word: str) -> None:
    assert refused(trang_thai=word).startswith("trang_thai “")


@pytest.mark.parametrize(
    ("word", "end"),
    [("Hết hạn", "2026-11-25"), ("Hết hiệu lực", "2025-12-31"), ("Còn hạn", "2026-12-31")],
)
def test_a_status_that_says_what_the_dates_say_says_nothing_more(word: str, end: str) -> None:
    assert values(trang_thai=word, gt_the_den=end)["trang_thai"] is None


@pytest.mark.parametrize("end", ["2026-11-26", "2026-12-31", ""])
def test_a_card_said_to_have_ended_whose_end_has_not_passed_is_refused(end: str) -> None:
    assert "gt_the_den không phải ngày đã qua" in refused(trang_thai="Hết hạn", gt_the_den=end)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("202611200815", date(2026, 11, 20)),
        ("20261120", date(2026, 11, 20)),
        ("20/11/2026 08:15", date(2026, 11, 20)),
        ("2026-11-20T08:15:00", date(2026, 11, 20)),
        ("46346.34375", date(2026, 11, 20)),
    ],
)
def test_the_day_of_a_visit_is_read_like_any_other(text: str, day: date) -> None:
    assert day_of_visit({"ngay_vao": text}) == day


@pytest.mark.parametrize("text", ["", "202613200815", "2026", "x", "202611202515"])
def test_a_visit_without_a_day_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="ngay_vao"):
        day_of_visit({"ngay_vao": text})


@pytest.mark.parametrize(
    ("cells", "whose"),
    [
        ({}, (NUMBER,)),
        ({"ma_the": "'dn 4 79 7900000501"}, (NUMBER,)),
        ({"ma_the": "7900000501.0"}, ("7900000501",)),
        ({"ma_so_bhxh": "7900000999"}, (NUMBER, "7900000999")),
        ({"ma_the": "DN47979000005O1", "ma_so_bhxh": "7900000501"}, ("7900000501",)),
        ({"ma_the": "xyz", "so_cccd": "079194000501"}, ("079194000501",)),
        ({"ma_the": "1.234E+14"}, ()),
    ],
)
def test_a_refused_row_is_somebodys_where_a_number_can_be_read(
    cells: dict[str, str], whose: tuple[str, ...]
) -> None:
    assert refused_numbers(ROW | cells) == whose


@given(st.dictionaries(st.sampled_from(CARD_COLUMNS), st.text(max_size=20)))
def test_any_row_is_taken_or_refused_in_words(cells: dict[str, str]) -> None:
    try:
        row = card_values(ROW | cells, TODAY)
    except Refused:
        return
    assert set(CARD_COLUMNS) < row.keys()
