"""Cells that say a day: each form that means one day only, and words for any other."""

from __future__ import annotations

import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.refused import Refused
from verification.basics.written_dates import day_of, read_date


def read(text: str) -> str:
    """Return what a cell says, the hour behind the day."""
    found = read_date(text)
    return f"{found.iso} {found.clock}" if found.clock else found.iso


@each(
    "text",
    [
        *("2026-01-31", "2026-1-31", "2026/01/31", "2026.01.31", "20260131"),
        *("31/01/2026", "31/1/2026", "31-01-2026", "31.01.2026", "31 / 01 / 2026", "31012026"),
        *("46053", "46053.0", "46053,0", "46053.00000"),
        *("３１/０１/２０２６", "31/01/2026\u00a0", "\u200e31/01/2026\u200b", "31\u200b/01/2026"),
        *("'31/01/2026", '"31/01/2026"', "31\u00ad/01/2026", "\ufeff2026-01-31"),
        *("31 tháng 1 năm 2026", "ngày 31 tháng 01 năm 2026", "31 thg 1, 2026", "31-Thg1-2026"),
        *("Thứ bảy, 31 tháng giêng, 2026", "THỨ BẢY 31/01/2026", "31 THÁNG 01 NĂM 2026"),
        *("31-Jan-2026", "31 January 2026", "Jan 31, 2026", "January 31 2026", "31/JAN/2026"),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == "2026-01-31"


@each(
    ("text", "hour"),
    [
        *((t, "08:30:00") for t in ("2026-01-31T08:30", "2026-01-31 08:30:00", "202601310830")),
        *((t, "08:30:00") for t in ("31/01/2026 08:30", "31/01/2026 8:30", "08:30 31/01/2026")),
        *((t, "08:30:00") for t in ("31/01/2026 8:30:00 SA", "8:30 SA 31/01/2026", "46053.354167")),
        *((t, "08:30:00") for t in ("31/01/2026 08h30", "31/01/2026, 8:30 AM", "20260131083000")),
        *((t, "08:30:00") for t in ("2026-01-31T01:30:00Z", "2026-01-31T01:30:00.000Z")),
        *((t, "08:30:00") for t in ("2026-01-31T08:30:00+07:00", "2026-01-31 03:30:00+0200")),
        *((t, "20:30:00") for t in ("31/01/2026 8:30:00 CH", "31/01/2026 8:30 PM")),
        *((t, "20:30:00") for t in ("31/01/2026 20:30 CH", "31/01/2026 8:30 chiều")),
        *((t, "00:05:00") for t in ("31/01/2026 12:05 SA", "31/01/2026 12:05:00 AM")),
        *((t, "00:05:00") for t in ("31/01/2026 00:05 SA", "31/01/2026 12:05 sáng")),
        *((t, "12:05:00") for t in ("31/01/2026 12:05 CH", "31/01/2026 12:05:00 PM")),
        ("31/01/2026 8:30:15", "08:30:15"),
        ("20260131083015", "08:30:15"),
        ("31/01/2026 08:30:15.250", "08:30:15"),
        ("31/01/2026 00:00:00", "00:00:00"),
        ("202601310000", "00:00:00"),
    ],
)
def test_an_hour_is_read_beside_its_day(text: str, hour: str) -> None:
    assert read(text) == f"2026-01-31 {hour}"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-12-31T17:00:00.000Z", "2026-01-01 00:00:00"),
        ("2026-01-01T00:00:00Z", "2026-01-01 07:00:00"),
        ("2026-01-01T00:00:00+09:00", "2025-12-31 22:00:00"),
    ],
)
def test_a_day_of_another_zone_is_the_one_in_vietnam(text: str, day: str) -> None:
    assert read(text) == day


@each(
    ("text", "iso"),
    [
        *((t, "1955") for t in ("1955", "00/00/1955", "195500000000", "19550000", "năm 1955")),
        *((t, "1955") for t in ("1955-00-00", "00001955", "1955.0", "19550000000000")),
        *((t, "1955-07") for t in ("07/1955", "7/1955", "1955-07", "071955", "195507", "7-1955")),
        *((t, "1955-07") for t in ("00/07/1955", "195507000000", "tháng 7 năm 1955", "T7/1955")),
        *((t, "2019-12") for t in ("201912", "122019")),
        *((t, "1912-01") for t in ("191201", "011912")),
        *((t, "1955-07") for t in ("07.1955", "1955/07", "tháng 7/1955", "1955-07-00")),
        *((t, "0000") for t in ("00000000", "0000-00-00", "00/00/0000", "0", "000000000000")),
        ("0001-01-01", "0001-01-01"),
        ("01/01/0001", "0001-01-01"),
        ("00010101", "0001-01-01"),
        ("31/12/9999", "9999-12-31"),
        ("99991231", "9999-12-31"),
    ],
)
def test_what_is_not_known_of_a_day_stays_unknown(text: str, iso: str) -> None:
    assert read(text) == iso


@each(
    ("text", "vi", "en"),
    [
        ("01/13/2026", "tháng 13 không có (ngày phải viết trước tháng)", "no month 13 (the day"),
        ("12/31/2026", "tháng 31 không có (ngày phải viết trước tháng)", "no month 31 (the day"),
        ("2026-13-01", "tháng 13 không có", "there is no month 13"),
        ("13/2026", "tháng 13 không có", "there is no month 13"),
        ("202613010000", "tháng 13 không có", "there is no month 13"),
        ("31 tháng 13 năm 2026", "tháng 13 không có", "there is no month 13"),
        ("05/00/1994", "tháng 00 không có", "there is no month 00"),
        ("31/02/1990", "tháng 02/1990 không có ngày 31", "no day 31 in 02/1990"),
        ("29/02/2023", "tháng 02/2023 không có ngày 29", "no day 29 in 02/2023"),
        ("2026-04-31", "tháng 04/2026 không có ngày 31", "no day 31 in 04/2026"),
        ("20260230", "tháng 02/2026 không có ngày 30", "no day 30 in 02/2026"),
        ("32/01/2026", "tháng 01/2026 không có ngày 32", "no day 32 in 01/2026"),
        ("31/01/26", "năm chỉ có hai chữ số (26)", "the year has two digits (26)"),
        ("5/3/94", "năm chỉ có hai chữ số (94)", "the year has two digits (94)"),
        ("310126", "năm chỉ có hai chữ số (26)", "the year has two digits (26)"),
        ("31-Jan-26", "năm chỉ có hai chữ số (26)", "the year has two digits (26)"),
        ("01/02/0000", "năm 0 không có được", "the year 0 is impossible"),
        ("31/01/2026 24:00", "giờ 24 không có", "there is no hour 24"),
        ("202601312560", "giờ 25 không có", "there is no hour 25"),
        ("31/01/2026 13:05 SA", "giờ 13 SA không có", "there is no hour 13 SA"),
        ("31/01/2026 08:61", "phút hoặc giây 61 không có", "no minute or second 61"),
        ("31/01/2026 08:30:75", "phút hoặc giây 75 không có", "no minute or second 75"),
        ("2.02601E+11", "bảng tính đã làm tròn", "a spreadsheet rounded"),
        ("2,0E11", "bảng tính đã làm tròn", "a spreadsheet rounded"),
        ("07/1955 08:30", "phải ghi đủ ngày, tháng và năm", "day, month and year"),
    ],
)
def test_what_is_no_day_says_why_in_both_languages(text: str, vi: str, en: str) -> None:
    with pytest.raises(Refused) as told:
        read_date(text)
    assert vi in told.value.text.vi
    assert en in told.value.text.en


@each(
    "text",
    [
        *("", " ", "-", "x", "hôm qua", "???", "99999", "123", "9999999", "1011994", "+1", "1/1/1"),
        *("31/01-2026", "31//01/2026", "2026013108", "1769817600000", "2026-W05-6", "########"),
        *("٣١/٠١/٢٠٢٦", "31/01/20260", "31/01/2026 8", "31/01/2026 x", "9999-12-31T23:00-12:00"),
        *("1" * 99, "-31/01/2026", "31/01/2026/", "ba", "tháng", "31 Foo 2026", "12:30"),
    ],
)
def test_what_says_no_day_at_all_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="không phải ngày tháng đọc được") as told:
        read_date(text)
    assert told.value.text.en == "no date that can be read"


@pytest.mark.parametrize("text", ["1955", "07/1955", "00/00/1955", "00000000", "195500000000"])
def test_a_day_must_be_known_to_the_day_where_it_is_asked_for(text: str) -> None:
    with pytest.raises(Refused, match="phải ghi đủ ngày, tháng và năm"):
        day_of(text)


def test_seven_digits_lost_a_zero_where_they_can_be_one_day_only() -> None:
    assert read("5031994") == "1994-03-05"
    with pytest.raises(Refused):
        read("1121994")  # 1 December or 11 February


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_every_day_reads_back_in_every_form(day: date) -> None:
    forms = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d%m%Y", "%Y%m%d0815"]
    for form in (*forms, "%d/%m/%Y 08:15:00 SA", "%Y-%m-%dT08:15"):
        assert day_of(day.strftime(form)).iso == day.isoformat(), form


@given(st.integers(10_000, 73_050))
def test_every_days_count_of_a_spreadsheet_reads_back(days: int) -> None:
    assert day_of(str(days)).iso == (date(1899, 12, 30) + timedelta(days)).isoformat()


@given(st.text(st.sampled_from(string.digits + "/-.: TZSACHE+'\u200b０"), max_size=20) | st.text())
def test_any_text_is_a_day_that_there_is_or_refused(text: str) -> None:
    try:
        found = read_date(text)
    except Refused:
        return
    if found.year and found.month and found.day:
        assert date.fromisoformat(found.iso)
