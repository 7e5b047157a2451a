"""Rows of facilities and offices: mended where that is certain, else refused in words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support import each
from verification.adapters.imports.place_rows import facility_values, office_values
from verification.basics.refused import Refused

TODAY = date(2026, 11, 26)
FACILITY = {"ma_cskcb": "79777", "ten": "Nơi Mẫu"}
OFFICE = {"ma_co_quan": "07921", "ten": "BHXH Mẫu", "ma_tinh": "79"}


def facility(**cells: str) -> dict[str, Any]:
    return facility_values(FACILITY | cells, TODAY)


@each(
    ("cells", "column", "value"),
    [
        ({}, "ma_tinh", "79"),
        ({"ma_cskcb": "1028"}, "ma_cskcb", "01028"),
        ({"ma_cskcb": "1028.0"}, "ma_tinh", "01"),
        ({"ma_tinh": "1"}, "ma_tinh", "01"),
        ({"ma_tinh": "79.0"}, "ma_tinh", "79"),
        ({"cap": "Chuyên sâu"}, "cap", "chuyen_sau"),
        ({"cap": "CƠ BẢN"}, "cap", "co_ban"),
        ({"hang_cu": "Tỉnh"}, "hang_cu", "tinh"),
        ({"diem": "NULL"}, "diem", None),
        ({"loai_12": "1"}, "loai_12", 1),
        ({"vi_do": "10,5"}, "vi_do", 10.5),
        ({"kinh_do": ""}, "kinh_do", None),
        ({"ten": "Nơi\u00a0 Mẫu\u200b"}, "ten", "Nơi Mẫu"),
    ],
)
def test_a_facility_is_read(cells: dict[str, str], column: str, value: object) -> None:
    assert facility(**cells)[column] == value


@each(
    ("cells", "said"),
    [
        ({"ma_cskcb": ""}, "thiếu ma_cskcb"),
        ({"ma_cskcb": "7977"}, "ma_cskcb “7977”"),
        ({"ma_cskcb": "#N/A"}, "bảng tính"),
        ({"ten": ""}, "thiếu ten"),
        ({"ten": "=A1"}, "bảng tính"),
        ({"ten": "x" * 2000}, "dài 2000 ký tự"),
        ({"cap": "cao"}, "cap “cao”: không có trong danh mục"),
        ({"diem": "80"}, "diem “80”"),
        ({"loai_12": "2"}, "loai_12 “2”"),
        ({"ma_tinh": "Hà Nội"}, "mã tỉnh 2 chữ số"),
        ({"ma_tinh": "079"}, "mã tỉnh 2 chữ số"),
        ({"vi_do": "100"}, "ngoài giới hạn 90 độ"),
        ({"vi_do": "nan"}, "ngoài giới hạn"),
        ({"kinh_do": "inf"}, "ngoài giới hạn 180 độ"),
        ({"kinh_do": "106° Đ"}, "không phải số"),
    ],
)
def test_a_facility_that_cannot_be_read_is_refused(cells: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as told:
        facility(**cells)
    assert said in told.value.text.vi
    assert told.value.text.en


@pytest.mark.parametrize(
    ("code", "kept"), [("07921", "07921"), ("7921", "07921"), ("79", "079"), ("079", "079")]
)
def test_an_office_gets_back_the_zero_that_its_code_lost(code: str, kept: str) -> None:
    assert office_values(OFFICE | {"ma_co_quan": code}, TODAY)["ma_co_quan"] == kept


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"ma_co_quan": ""}, "thiếu ma_co_quan"),
        ({"ma_co_quan": "abc"}, "chữ số"),
        ({"ten": "-"}, "thiếu ten"),
        ({"dia_chi": "#REF!"}, "bảng tính"),
        ({"ma_tinh": "x"}, "mã tỉnh"),
    ],
)
def test_an_office_that_cannot_be_read_is_refused(cells: dict[str, str], said: str) -> None:
    with pytest.raises(Refused, match=said):
        office_values(OFFICE | cells, TODAY)
