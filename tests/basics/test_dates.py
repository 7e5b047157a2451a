"""Dates as cards and files write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import each
from verification.basics.dates import (
    PartialDate,
    age_in_years,
    month_end,
    parse_day,
    parse_partial,
    vi_date,
)


@each(
    ("text", "iso"),
    [
        ("05/03/1994", "1994-03-05"),
        ("5/3/1994", "1994-03-05"),
        ("05031994", "1994-03-05"),
        ("1994-03-05", "1994-03-05"),
        ("03/1994", "1994-03"),
        ("3/1994", "1994-03"),
        ("031994", "1994-03"),
        ("1994-03", "1994-03"),
        ("1994", "1994"),
        (" 20/09/2021 ", "2021-09-20"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_each_written_form_is_read_at_its_precision(text: str, iso: str) -> None:
    assert parse_partial(text).iso == iso


@each(
    "text",
    [
        "",
        "-",
        "29/02/2023",
        "31/04/2020",
        "13/1994",
        "00/00/1994",
        "0000",
        "1799",
        "1994/03/05",
        "05-03-1994",
        "5/3/94",
        "19940305x",
        "٠٥/٠٣/١٩٩٤",
        "12345",
        "99999999",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the class is the contract
        parse_partial(text)


@pytest.mark.parametrize("text", ["1994", "03/1994", ""])
def test_a_day_must_be_known_to_the_day(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the class is the contract
        parse_day(text)


def test_a_day_without_a_month_is_refused() -> None:
    with pytest.raises(ValueError, match="1994"):
        PartialDate(1994, None, 5)


@pytest.mark.parametrize(
    ("born", "first", "last", "vi"),
    [
        (PartialDate(1994, 3, 5), date(1994, 3, 5), date(1994, 3, 5), "05/03/1994"),
        (PartialDate(1955, 7), date(1955, 7, 1), date(1955, 7, 31), "07/1955"),
        (PartialDate(1956, 2), date(1956, 2, 1), date(1956, 2, 29), "02/1956"),
        (PartialDate(1955), date(1955, 1, 1), date(1955, 12, 31), "1955"),
    ],
)
def test_a_partial_date_spans_what_it_can_mean(
    born: PartialDate, first: date, last: date, vi: str
) -> None:
    assert (born.first, born.last, born.vi) == (first, last, vi)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("1955", "1955-07-04", True),
        ("1955-07", "1955-07-04", True),
        ("1955-07", "1955", True),
        ("1955-07", "1955-08", False),
        ("1955", "1956-01-01", False),
        ("1955-07-04", "1955-07-05", False),
        ("1955-07-04", "1955-07-04", True),
    ],
)
def test_dates_agree_at_the_coarser_precision(one: str, other: str, agree: bool) -> None:
    a, b = parse_partial(one), parse_partial(other)
    assert a.agrees(b) is b.agrees(a) is agree


@pytest.mark.parametrize(
    ("year", "month", "end"),
    [(2026, 12, date(2026, 12, 31)), (2024, 2, date(2024, 2, 29)), (2023, 2, date(2023, 2, 28)),
     (9999, 12, date(9999, 12, 31))],
)  # fmt: skip
def test_a_month_ends_on_its_last_day(year: int, month: int, end: date) -> None:
    assert month_end(year, month) == end


def test_age_is_in_completed_years() -> None:
    born = PartialDate(2020, 11, 22)
    assert age_in_years(born, date(2026, 11, 21)) == 5
    assert age_in_years(born, date(2026, 11, 22)) == 6
    assert age_in_years(PartialDate(2020), date(2026, 1, 1)) == 6


@given(st.dates(min_value=date(1800, 1, 1)))
def test_every_day_survives_writing_and_reading(day: date) -> None:
    for text in (day.isoformat(), vi_date(day), f"{day:%d%m}{day.year:04d}"):
        assert parse_day(text) == day
    partial = parse_partial(day.isoformat())
    assert partial.agrees(PartialDate(day.year, day.month))
    assert PartialDate(day.year).agrees(partial)
    assert PartialDate(day.year, day.month).last >= day


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        found = parse_partial(text)
    except ValueError:
        return
    assert parse_partial(found.iso) == found
