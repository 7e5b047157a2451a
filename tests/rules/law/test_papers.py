"""Papers with a date: working days over weekends, holidays, the year's end; what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import a_card, each
from verification.card.facts import Facility
from verification.rules.law.entitlement import Entitlement, decide
from verification.rules.law.papers import referral_slip
from verification.rules.law.tables import load_table, shipped
from verification.rules.law.visit_inputs import Said, contradiction, inputs_for
from verification.rules.law.working_days import LastDay, Worked, last_day, worked_on

LAW = shipped()
CENTRAL = Facility("79001", "BV Mẫu", "79", "chuyen_sau", "ge70", "tw")  # by oneself: 0 %
DAYS = st.dates(date(2024, 12, 1), date(2029, 1, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@each(
    ("signed", "last"),
    [
        ("2026-11-02", "2026-11-16"),  # two weekends
        ("2026-11-07", "2026-11-20"),  # signed on a Saturday
        ("2026-02-06", "2026-02-27"),  # over Tết
        ("2026-02-17", "2026-03-06"),  # signed on its first day
        ("2025-01-24", "2025-02-14"),  # Tết of 2025
        ("2025-12-24", "2026-01-09"),  # over the year's end
        ("2025-12-25", "2026-01-10"),  # to a Saturday that was worked in exchange
        ("2025-04-22", "2025-05-08"),  # a worked Saturday and three days off
        ("2025-08-27", "2025-09-12"),  # National Day
        ("2026-04-20", "2026-05-07"),  # Hung Kings' day fell on a Sunday
        ("2026-08-20", "2026-09-07"),  # a worked Saturday, three days off
    ],
)
def test_ten_working_days_end_on_one_day_where_all_holidays_are_known(
    signed: str, last: str
) -> None:
    assert last_day(LAW, day(signed), 10) == LastDay(day(last), day(last))


@pytest.mark.parametrize(
    ("signed", "earliest", "latest", "year"),
    [
        ("2026-11-10", "2026-11-24", "2026-11-25", 2026),  # 24 November may be off
        ("2027-03-01", "2027-03-12", "2027-03-15", 2027),  # Saturdays may be worked
        ("2027-01-25", "2027-02-10", "2027-02-18", 2027),  # over Tết
        ("2027-04-20", "2027-05-05", "2027-05-06", 2027),  # 1 May, a Saturday, is off all the same
        ("2027-12-27", "2028-01-07", None, 2028),
        ("2028-03-06", "2028-03-17", None, 2028),  # a year without a row
        ("2024-12-30", "2025-01-14", "2025-01-15", 2024),
    ],
)
def test_what_is_not_known_of_a_year_gives_a_range_or_an_open_end(
    signed: str, earliest: str, latest: str | None, year: int
) -> None:
    expected = LastDay(day(earliest), day(latest) if latest else None, year)
    assert last_day(LAW, day(signed), 10) == expected


@given(signed=DAYS, days=st.integers(1, 20))
def test_a_term_never_ends_on_a_day_off_nor_before_the_days_that_it_has(
    signed: date, days: int
) -> None:
    term = last_day(LAW, signed, days)
    assert (term.earliest - signed).days >= days
    assert worked_on(LAW, term.earliest) is not Worked.NO
    if term.latest:
        assert term.latest >= term.earliest
        assert worked_on(LAW, term.latest) is Worked.YES


@given(signed=DAYS)
def test_who_signs_later_has_no_shorter_a_term(signed: date) -> None:
    terms = [last_day(LAW, signed + timedelta(days=n), 10).earliest for n in range(7)]
    assert all(one <= next_ for one, next_ in pairwise(terms))


def test_the_end_of_the_calendar_ends_nothing_else() -> None:
    assert last_day(LAW, date.max, 10) == LastDay(date.max, None)


def test_holidays_are_days_of_named_years_and_none_falls_on_a_known_day_off() -> None:
    years = {row["nam"]: row["trang_thai"] for row in load_table("holiday_years")}
    rows = load_table("holidays")
    assert len({row["ngay"] for row in rows}) == len(rows)
    for row in rows:
        weekend = day(row["ngay"]).weekday() >= 5
        assert row["ngay"][:4] in years
        if day(row["ngay"]).weekday() == 5 and years[row["ngay"][:4]] != "du":
            assert row["loai"] == "nghi", row["id"]  # other Saturdays of that year may be worked
        else:
            assert weekend == (row["loai"] == "lam_bu"), row["id"]
        assert row["source"].strip()
    assert {row["ngay"][:4] for row in rows} == set(years)


def visit(on: str, **words: object) -> Entitlement:
    said = Said(emergency=False, inpatient=False, stay_change=False, disease="none", special=False)
    told = replace(said, reappointment=False, **words)  # type: ignore[arg-type]  # a test's own words
    card = a_card(ma_dkbd="79014", gt_the_den=None)
    return decide(inputs_for(card, CENTRAL, day(on), told, law=LAW), LAW)


def rates(found: Entitlement) -> tuple[str, str]:
    return str(found.rate_low), str(found.rate_high)


@each(
    ("on", "year", "low", "high", "says"),
    [
        ("2026-11-02", None, "4/5", "4/5", "đến hết 16/11/2026"),
        ("2026-11-16", None, "4/5", "4/5", "còn giá trị"),
        ("2026-11-17", None, "0", "4/5", "chỉ còn giá trị nếu bệnh thuộc Phụ lục III"),
        ("2026-11-17", False, "0", "0", "đã hết giá trị sau 16/11/2026"),
        ("2026-11-17", True, "4/5", "4/5", "đến hết 02/11/2027"),
        ("2027-11-02", True, "4/5", "4/5", "Phụ lục III"),
        ("2027-11-03", True, "0", "0", "(1 năm)"),
        ("2027-11-03", None, "0", "0", "(1 năm)"),
    ],
)
def test_a_visit_follows_the_slip_and_says_why(
    on: str, year: bool | None, low: str, high: str, says: str
) -> None:
    found = visit(on, referral_signed=date(2026, 11, 2), referral_year=year)
    assert rates(found) == (low, high)
    assert any(says in note.vi for note in found.notes)
    row = next(row for row in found.ladder if row.id == "4")
    assert row.hit is (None if low != high else low != "0")
    if row.hit is False:
        assert says in row.why.vi


def test_between_the_days_that_may_be_the_last_the_rate_is_a_range() -> None:
    found = visit("2026-11-25", referral_signed=date(2026, 11, 10), referral_year=False)
    assert rates(found) == ("0", "4/5")
    assert any("24/11/2026 đến 25/11/2026" in note.vi for note in found.notes)
    assert "2026" in found.papers[0].text.vi


def test_a_slip_of_unknown_date_is_neither_good_nor_bad() -> None:
    found = visit("2026-11-25", referral_undated=True)
    assert rates(found) == ("0", "4/5")
    (paper,) = found.papers
    assert (paper.counts, paper.asks) == (None, "referral_signed")


@pytest.mark.parametrize(
    ("on", "said", "low", "high"),
    [
        ("2026-11-17", True, "0", "4/5"),  # only for Appendix III, of which nobody spoke
        ("2026-11-16", False, "0", "0"),  # used, or not for this patient
        ("2026-11-17", False, "0", "0"),
    ],
)
def test_neither_silence_nor_a_date_makes_a_slip_good(
    on: str, said: bool, low: str, high: str
) -> None:
    found = visit(on, referral=said, referral_signed=date(2026, 11, 2))
    assert rates(found) == (low, high)
    assert bool(found.papers) is said


@pytest.mark.parametrize(
    ("on", "used", "low", "high", "says"),
    [
        ("2026-11-19", None, "0", "0", "chưa đến hẹn"),
        ("2026-11-20", None, "4/5", "4/5", "dùng một lần"),
        ("2026-11-27", None, "4/5", "4/5", "dùng một lần"),
        ("2026-11-27", date(2026, 11, 20), "0", "4/5", "đã dùng ngày 20/11/2026"),
    ],
)
def test_a_re_appointment_counts_from_its_day_on_and_once(
    on: str, used: date | None, low: str, high: str, says: str
) -> None:
    said = Said(
        emergency=False,
        inpatient=False,
        stay_change=False,
        referral=False,
        disease="none",
        special=False,
        reappointment_due=date(2026, 11, 20),
    )
    card = a_card(ma_dkbd="79014", gt_the_den=None)
    inputs = inputs_for(card, CENTRAL, day(on), said, law=LAW, reappointment_used=used)
    found = decide(inputs, LAW)
    assert rates(found) == (low, high)
    assert any(says in note.vi for note in found.notes)


def test_at_the_place_of_registration_a_slip_says_nothing() -> None:
    here = a_card(ma_dkbd=CENTRAL.ma_cskcb)
    said = Said(referral_signed=date(2026, 1, 5))
    found = decide(inputs_for(here, CENTRAL, day("2026-11-25"), said, law=LAW), LAW)
    assert (found.ma_doituong_kcb, found.papers) == ("1.1", ())


def test_a_slip_of_a_leap_day_ends_on_the_last_day_of_february() -> None:
    slip = referral_slip(LAW, date(2024, 2, 29), date(2025, 2, 28), for_a_year=True)
    assert slip.counts is True
    assert "28/02/2025" in slip.text.vi


def test_a_slip_signed_after_the_visit_is_refused_in_words() -> None:
    wrong = contradiction(Said(referral_signed=date(2026, 11, 27)), None, day("2026-11-26"))
    assert wrong is not None
    assert "sau ngày khám" in wrong.vi
