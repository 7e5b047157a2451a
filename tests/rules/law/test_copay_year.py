"""The co-payment of a year as the portal tells it."""

from __future__ import annotations

from datetime import date

import pytest

from verification.card.portal import CoPaid
from verification.rules.law.copay_year import YearPaid, year_paid
from verification.rules.law.tables import shipped

DAY = date(2026, 11, 26)


def row(end: date | None, total: int, begin: date | None = None) -> CoPaid:
    return CoPaid("79001", begin, end, total)


def paid(*rows: CoPaid, day: date = DAY) -> YearPaid:
    found = year_paid(shipped(), day, rows)
    assert found is not None
    return found


def test_sums_are_cumulative_and_the_greatest_counts() -> None:
    found = paid(row(date(2026, 10, 1), 3_000_000), row(date(2026, 8, 1), 2_000_000))
    assert found.total == 3_000_000
    assert found.exceeded is False
    assert found.on is None


def test_a_full_year_at_the_new_salary_has_its_flat_limit_and_must_be_exceeded() -> None:
    at = paid(row(date(2026, 9, 1), 15_180_000))
    assert (at.limit, at.exceeded) == (15_180_000, False)
    over = paid(row(date(2026, 9, 1), 15_180_000), row(date(2026, 10, 1), 15_180_001))
    assert (over.exceeded, over.on) == (True, date(2026, 10, 1))


def test_a_year_whose_salary_changes_counts_each_half_in_its_own_months() -> None:
    rows = (row(date(2026, 5, 1), 7_020_000), row(date(2026, 8, 1), 14_610_000))
    found = paid(*rows)  # three months of the old one, and three of the new
    assert (found.before, found.since) == (7_020_000, 7_590_000)
    assert found.limit == 14_610_000
    assert found.exceeded is False
    over = paid(*rows, row(date(2026, 9, 1), 14_610_001), row(date(2026, 10, 1), 20_000_000))
    assert (over.exceeded, over.on) == (True, date(2026, 9, 1))


def test_before_july_the_old_salary_alone_counts() -> None:
    found = paid(row(date(2026, 5, 1), 14_040_001), day=date(2026, 6, 1))
    assert (found.limit, found.exceeded, found.on) == (14_040_000, True, date(2026, 5, 1))
    later = paid(row(date(2026, 5, 1), 14_040_001))
    assert (later.exceeded, later.on) == (True, date(2026, 5, 1))


def test_another_years_stay_says_nothing_of_this_one() -> None:
    last = row(date(2025, 12, 30), 20_000_000)
    assert year_paid(shipped(), DAY, [last]) is None
    assert year_paid(shipped(), DAY, []) is None
    assert paid(last, row(date(2026, 8, 1), 1_000_000)).total == 1_000_000


def test_a_stay_without_a_last_day_counts_but_gives_no_day() -> None:
    found = paid(row(None, 16_000_000, date(2026, 9, 1)))
    assert (found.exceeded, found.on) == (True, None)


@pytest.mark.parametrize("day", [date(1990, 5, 1)])
def test_where_no_law_is_known_nothing_is_said_of_a_limit(day: date) -> None:
    found = paid(row(day, 5), day=day)
    assert (found.limit, found.exceeded) == (None, None)
