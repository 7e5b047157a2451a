"""Cells into values: what is mended because it can mean one thing only, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.adapters.imports import cells
from verification.adapters.imports.cells import Cell, Unread

EMPTY = ["", "NULL", "null", "(null)", "N/A", "NaN", "NaT", "None", "–", "—", "--", "không có"]
ERRORS = ["#N/A", "#REF!", "########", "=A1", "=HYPERLINK(1)", "＝1"]


def why(cell: Cell) -> str:
    assert isinstance(cell, Unread)
    assert cell.why.en
    return cell.why.vi


@each("text", EMPTY)
def test_what_programs_write_into_an_empty_cell_says_nothing(text: str) -> None:
    readers = (cells.birth, cells.begin, cells.end, cells.sex, cells.area, cells.place)
    assert {read(text) for read in (*readers, cells.address)} == {None}
    assert cells.citizen(text, "1", "1990") is None


@pytest.mark.parametrize("text", ERRORS)
def test_an_error_or_a_formula_of_a_spreadsheet_is_no_value(text: str) -> None:
    for read in (cells.birth, cells.begin, cells.end, cells.place, cells.address):
        assert "bảng tính" in why(read(text))
    assert isinstance(cells.sex(text), Unread)
    assert isinstance(cells.citizen(text, "1", "1990"), Unread)


@each(
    ("text", "born"),
    [
        ("05/03/1994", "1994-03-05"),
        ("1994-03-05", "1994-03-05"),
        ("31/01/1994", "1994-01-31"),
        ("29/02/2024", "2024-02-29"),
        ("195000000000", "1950"),
        ("00/00/1955", "1955"),
        ("07/1955", "1955-07"),
        ("34398", "1994-03-05"),
    ],
)
def test_a_birth_is_read_at_the_precision_given(text: str, born: str) -> None:
    assert cells.birth(text) == born


@each(
    "text",
    [
        *("01/01/1900", "1900-01-01", "30/12/1899", "0001-01-01", "01/01/0001", "00/00/0000"),
        *("0000-00-00", "00000000", "9999-12-31", "01/01/1753", "190001010000"),
    ],
)
def test_a_day_that_programs_made_up_is_none(text: str) -> None:
    for read in (cells.birth, cells.begin, cells.end):
        found = read(text)
        assert isinstance(found, Unread)
        assert found.empty


@pytest.mark.parametrize("text", ["2099-12-31", "31/12/2999", "2079-06-06", "9999-12-31"])
def test_an_end_that_stands_for_no_end_is_not_taken_for_one(text: str) -> None:
    found = cells.end(text)
    assert isinstance(found, Unread)
    assert found.empty


def test_the_first_day_of_1970_is_a_birthday_and_no_first_day_of_a_card() -> None:
    assert cells.birth("01/01/1970") == "1970-01-01"
    assert isinstance(cells.begin("01/01/1970"), Unread)


@pytest.mark.parametrize("text", ["2026", "01/2026", "2026-01", "00/00/2026"])
def test_a_validity_needs_the_day(text: str) -> None:
    assert "đủ ngày" in why(cells.begin(text))


@pytest.mark.parametrize(
    "text", ["1800-01-01", "0999-01-01", "20260-1-01", "2026-01-0x", "a/b/cdefgh"]
)
def test_the_quick_way_reads_no_more_than_the_slow_one(text: str) -> None:
    usual = cells._usual_day(text)
    assert usual is None or cells._date(text + " ", frozenset()) == usual


@each(
    ("text", "sex"),
    [
        *((t, "1") for t in ("1", "Nam", "NAM", "nam ", "1.0", "Trai", "１", "Male", "M")),
        *((t, "2") for t in ("2", "Nữ", "NỮ", "Nu", "nữ", "2.0", "Gái", "F")),
        *((t, None) for t in ("3", "Khác", "Chưa xác định", "không xác định", "3.0")),
    ],
)
def test_a_sex_is_read_and_a_third_one_is_none_that_a_card_has(text: str, sex: str | None) -> None:
    assert cells.sex(text) == sex


@pytest.mark.parametrize("text", ["0", "4", "x", "Nam/Nữ", "12", "ba"])
def test_another_sex_cannot_be_read(text: str) -> None:
    assert "danh mục" in why(cells.sex(text))


@pytest.mark.parametrize("text", ["K2", "k2", "KV2", "kv 2", "Khu vực 2", "K 2"])
def test_an_area_is_read(text: str) -> None:
    assert cells.area(text) == "K2"


@pytest.mark.parametrize("text", ["K4", "2", "K", "KK2", "vùng 2"])
def test_another_area_cannot_be_read(text: str) -> None:
    assert "danh mục" in why(cells.area(text))


@each(
    ("text", "code"),
    [
        ("79014", "79014"),
        ("01c34", "01C34"),
        ("79 - 014", "79014"),
        ("79014.0", "79014"),
        ("'79014", "79014"),
        ("７９０１４", "79014"),
        ("1028", "01028"),
        ("1028.0", "01028"),
        ("4021", "04021"),
        ("79014 - BV Mẫu", "79014"),
        ("79014: Bệnh viện Mẫu 5", "79014"),
        ("97001", "97001"),
    ],
)
def test_a_facility_code_is_mended_where_that_is_certain(text: str, code: str) -> None:
    assert cells.place(text) == code


@each(
    ("text", "said"),
    [
        ("7901", "tỉnh nào"),
        ("9014", "tỉnh nào"),
        ("028", "5 ký tự"),
        ("28", "5 ký tự"),
        ("790144", "5 ký tự"),
        ("1C34", "5 ký tự"),
        ("00014", "5 ký tự"),
        ("Bệnh viện Mẫu", "5 ký tự"),
        ("7.9014E+4", "5 ký tự"),
        ("1234567890123", "5 ký tự"),
        ("79014 79015", "5 ký tự"),
    ],
)
def test_another_facility_code_is_refused(text: str, said: str) -> None:
    assert said in why(cells.place(text))


@each(
    ("text", "sex", "born", "number"),
    [
        ("079194000011", None, None, "079194000011"),
        ("079 194 000 011", None, None, "079194000011"),
        ("'079194000011", None, None, "079194000011"),
        ("079194000011.0", None, None, "079194000011"),
        ("０７９194000011", None, None, "079194000011"),
        ("79194000011", "2", "1994-03-05", "079194000011"),
        ("79194000011.0", "2", "1994", "079194000011"),
        ("1323000033", "2", "2023-11-15", "001323000033"),
    ],
)
def test_a_citizen_number_is_read_and_lost_zeros_put_back_where_all_agrees(
    text: str, sex: str | None, born: str | None, number: str
) -> None:
    assert cells.citizen(text, sex, born) == number


@pytest.mark.parametrize(
    ("sex", "born"),
    [("1", "1994-03-05"), ("2", "1995-03-05"), ("2", "2094"), (None, "1994"), ("2", None)],
)
def test_lost_zeros_stay_lost_where_something_does_not_agree(
    sex: str | None, born: str | None
) -> None:
    assert "mất số 0" in why(cells.citizen("79194000011", sex, born))


def test_lost_zeros_stay_lost_where_no_province_has_the_code() -> None:
    assert "mất số 0" in why(cells.citizen("78194000011", "2", "1994"))
    assert "mất số 0" in why(cells.citizen("7900000011", "2", "1994"))  # a number of BHXH


@pytest.mark.parametrize(
    "text", ["025123456", "025 123 456", "B1234567", "b1234567", "C12345678", "AB123456"]
)
def test_another_papers_number_is_understood_and_is_no_citizen_number(text: str) -> None:
    assert cells.citizen(text, "1", "1990") is None


@pytest.mark.parametrize(
    "text",
    ["12345", "1234567890123", "07919400001O", "000000000000", "111111111111", "mất", "7.9E+10"],
)
def test_another_text_is_no_citizen_number(text: str) -> None:
    assert why(cells.citizen(text, "1", "1990"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("12 Đường Mẫu", "12 Đường Mẫu"),
        ("12  Đường\u00a0Mẫu, Phường\nMẫu", "12 Đường Mẫu, Phường Mẫu"),
        ("12 \u0110ươ\u0300ng Mẫu", "12 Đường Mẫu"),
        ("12\x07 Đường\u200b Mẫu", "12 Đường Mẫu"),
        ("Tổ 1", "Tổ 1"),
    ],
)
def test_an_address_is_tidied(text: str, kept: str) -> None:
    assert cells.address(text) == kept


def test_an_address_that_no_house_has_is_not_kept() -> None:
    assert "quá 1024" in why(cells.address("Đường Mẫu " * 200))


@given(st.text(max_size=40))
def test_no_cell_breaks_a_reader(text: str) -> None:
    for read in (cells.birth, cells.begin, cells.end, cells.sex, cells.area, cells.place):
        assert read(text) is None or read(text)
    cells.address(text)
    cells.citizen(text, "1", "1990")
