"""A row of a visits file reads as it stands or is refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support import each
from verification.basics.refused import Refused
from verification.rules.misuse.past_visit import PastVisit, beside_of, past_visit

ROW = {"thoi_diem": "2026-06-17 09:00", "ma_the": "DN4797900000011", "ma_cskcb": "79014"}
AT = int(datetime(2026, 6, 17, 2, tzinfo=UTC).timestamp())


def test_a_bare_row_is_a_visit_elsewhere_that_nobody_typed() -> None:
    visit = past_visit(ROW)
    assert (visit.at, visit.ma_cskcb, visit.typed) == (AT, "79014", False)
    assert PastVisit(AT, "79014").typed is False
    assert visit.key == f"79014|{AT}|DN4797900000011"


def test_a_time_with_its_own_zone_is_taken_as_written() -> None:
    assert past_visit(ROW | {"thoi_diem": "2026-06-17T02:00:00+00:00"}).at == AT


@pytest.mark.parametrize(
    ("more", "typed"),
    [
        ({"cach_doc": "go"}, True),
        ({"cach_trinh": "go"}, True),
        ({"cach_doc": "quet", "cach_trinh": "vssid"}, False),
    ],
)
def test_a_number_counts_as_typed_where_either_column_says_so(
    more: dict[str, str], typed: bool
) -> None:
    assert past_visit(ROW | more).typed is typed


@pytest.mark.parametrize(
    ("number", "person"),
    [
        ("DN4797900000011", "7900000011"),
        ("7900000011", "7900000011"),
        ("079194000011", None),
        ("DN479AA00300077", None),
    ],
)
def test_only_a_card_or_an_insurance_number_names_the_person(
    number: str, person: str | None
) -> None:
    assert past_visit(ROW | {"ma_the": number}).card["ma_so_bhxh"] == person


@pytest.mark.parametrize("days", ["0", "30", "9999"])
def test_days_of_drugs_have_at_most_four_digits(days: str) -> None:
    assert beside_of({"so_ngay_thuoc": days}) == {"so_ngay_thuoc": days}


@pytest.mark.parametrize("days", ["10000", "-1", "ba", "３"])
def test_what_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(ValueError, match="so_ngay_thuoc"):
        beside_of({"so_ngay_thuoc": days})


@each(
    ("row", "why"),
    [
        (ROW | {"ma_the": ""}, "thiếu ma_the"),
        (ROW | {"ma_cskcb": " "}, "thiếu ma_cskcb"),
        (ROW | {"thoi_diem": "hôm qua"}, "thoi_diem “hôm qua”: không phải ngày"),
        (ROW | {"thoi_diem": "01/13/2026 08:00"}, "tháng 13 không có"),
        (ROW | {"thoi_diem": "2026-06-17 25:00"}, "giờ 25 không có"),
        (ROW | {"thoi_diem": "17/06/26"}, "hai chữ số"),
        (ROW | {"thoi_diem": "1.2E+10"}, "làm tròn"),
        (ROW | {"thoi_diem": "0001-01-01"}, "thoi_diem"),
        (ROW | {"ngay_sinh": "31/02/1990"}, "ngay_sinh"),
        (ROW | {"gt_the_den": "31/02/2026"}, "gt_the_den"),
        (ROW | {"ket_thuc": "0001-01-01"}, "ket_thuc .*: năm 1 không"),
        (ROW | {"ket_thuc": "9999-12-31"}, "ket_thuc .*: năm 9999 không"),
        (ROW | {"ket_thuc": "2026-06"}, "ket_thuc .*: phải ghi đủ"),
        (ROW | {"ket_thuc": "về nhà"}, "ket_thuc .*: không phải ngày, chuyen_vien hay tu_vong"),
        (ROW | {"ket_thuc": "31/02/2026"}, "ket_thuc .*: tháng 02/2026 không có ngày 31"),
        (ROW | {"thoi_diem": "9999-12-31T23:59:59-12:00"}, "thoi_diem"),
        (ROW | {"thoi_diem": "0001-01-01T00:00+14:00"}, "thoi_diem"),
        (ROW | {"ngay_sinh": "0001-01-01"}, "ngay_sinh .*: năm 1 không"),
        (ROW | {"ngay_sinh": "9999"}, "ngay_sinh .*: sau"),
        (ROW | {"ngay_sinh": "2026-06-18"}, "ngay_sinh .*: sau"),
        (ROW | {"gt_the_tu": "0001-01-01"}, "gt_the_tu .*: năm 1"),
    ],
)
def test_a_row_that_cannot_be_read_says_which_column(row: dict[str, str], why: str) -> None:
    with pytest.raises(Refused, match=why) as told:
        past_visit(row)
    assert told.value.text.en


@pytest.mark.parametrize(
    "end", ["2026-06-20", "20/06/2026", "2026-06-20 10:30", "202606201030", "20/06/2026 10:30"]
)
def test_the_end_of_a_stay_is_a_day_with_an_hour_or_without(end: str) -> None:
    assert beside_of({"ket_thuc": end}) == {"ket_thuc": "2026-06-20"}


def test_a_day_alone_is_kept_as_one() -> None:
    visit = past_visit(ROW | {"thoi_diem": "17/06/2026"})
    assert (visit.timed, visit.at) == (False, AT - 9 * 3600)
    assert past_visit(ROW).timed


@pytest.mark.parametrize("code", ["1005", "01 005", "01-005", "1005.0"])
def test_a_facility_is_known_by_its_mended_code(code: str) -> None:
    assert past_visit(ROW | {"ma_cskcb": code}).ma_cskcb == "01005"
    assert past_visit(ROW | {"ma_cskcb": "BV Mẫu "}).ma_cskcb == "BV Mẫu"


@pytest.mark.parametrize("empty", ["", "-"])
def test_an_empty_validity_is_none(empty: str) -> None:
    assert past_visit(ROW | {"gt_the_den": empty}).card["gt_the_den"] is None
