"""The law as data."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support import TODAY, a_card, each
from verification.basics.dates import PartialDate
from verification.basics.rates import percent_text, rate_text
from verification.rules.law.tables import Law, LawRow, is_temporary, load_table, shipped
from verification.rules.misuse.places import places

TABLES = {
    "object_codes": "ma_doi_tuong",
    "benefit_digits": "muc_huong",
    "provinces": "ma_tinh",
    "bhxh_offices": "ma_co_quan",
    "parameters": "id",
}
BY_DIGIT = {
    "1": "CC TE",
    "2": "CK CB KC HN DT DK XD BT TS AK CT CN LH",
    "3": "HT TC PV TG DS HK",
    "4": (
        "DN HX CH NN TK HC XK TB NO XB XN TN CS MS HD TQ TV TA TY HG LS HS SV GB GD ND TH TD TU BA"
    ),
    "5": "QN CA CY",
}
PLACES = places()
PROVINCES = (
    "01 02 04 06 08 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 "
    "48 49 51 52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 "
    "96"
)


@pytest.mark.parametrize(("name", "key"), TABLES.items())
def test_periods_of_one_key_do_not_overlap(name: str, key: str) -> None:
    rows = load_table(name)
    assert rows
    for a, b in itertools.combinations(rows, 2):
        if a[key] == b[key]:
            starts = max(a.valid_from or date.min, b.valid_from or date.min)
            assert starts > min(a.valid_to or date.max, b.valid_to or date.max), a[key]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_a_sound_period(name: str) -> None:
    for row in load_table(name):
        assert row["source"].strip(), row["id"]
        assert (row.valid_from or date.min) <= (row.valid_to or date.max), row["id"]


@pytest.mark.parametrize("name", TABLES)
def test_row_ids_are_unique(name: str) -> None:
    ids = [row["id"] for row in load_table(name)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("digit", "codes"), BY_DIGIT.items())
def test_each_object_code_goes_with_its_digit(digit: str, codes: str) -> None:
    for code in codes.split():
        row = shipped().object_code(code, TODAY)
        assert row is not None, code
        assert row["muc_huong"] == digit, code


def test_no_other_object_code_is_known() -> None:
    known = {row["ma_doi_tuong"] for row in load_table("object_codes")}
    assert known == set(" ".join(BY_DIGIT.values()).split())
    assert shipped().object_code("ZZ", TODAY) is None


def test_provinces_army_and_police_are_known() -> None:
    known = {row["ma_tinh"] for row in load_table("provinces")}
    assert known == set(PROVINCES.split()) | {"97", "98"}
    assert shipped().province("99", TODAY) is None
    assert shipped().province("03", TODAY) is None


LAST_OLD, FIRST_NEW = date(2025, 6, 30), date(2025, 7, 1)


def name_of(code: str, day: date) -> str:
    row = shipped().province(code, day)
    assert row
    return row["ten"]


def test_of_63_provinces_34_are_left_since_july_2025() -> None:
    old = {name_of(code, LAST_OLD) for code in PROVINCES.split()}
    new = {name_of(code, FIRST_NEW) for code in PROVINCES.split()}
    assert (len(old), len(new)) == (63, 34)


@each(
    ("code", "before", "since"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("10", "Lào Cai", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("27", "Bắc Ninh", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
        ("77", "Bà Rịa–Vũng Tàu", "TP Hồ Chí Minh"),
        ("01", "Hà Nội", "Hà Nội"),
    ],
)
def test_a_code_means_another_name_since_july_2025(code: str, before: str, since: str) -> None:
    assert (name_of(code, LAST_OLD), name_of(code, FIRST_NEW)) == (before, since)


def test_the_misuse_rules_know_the_same_present_provinces() -> None:
    day = (FIRST_NEW - date(1970, 1, 1)).days
    for code in PROVINCES.split():
        row = shipped().province(code, FIRST_NEW)
        assert row
        assert row["ma_tinh_nay"] == PLACES.province(code, day)


def test_offices_of_districts_are_history_since_july_2025() -> None:
    held = [
        {r["ma_co_quan"] for r in shipped().rows("bhxh_offices", d)} for d in (LAST_OLD, FIRST_NEW)
    ]
    assert held == [{"079", "07921"}, {"079"}]


@pytest.mark.parametrize(
    ("digit", "rate", "percent"),
    [("1", "1/1", "100"), ("2", "1/1", "100"), ("3", "19/20", "95"), ("4", "4/5", "80"),
     ("5", "1/1", "100")],
)  # fmt: skip
def test_each_digit_gives_its_rate(digit: str, rate: str, percent: str) -> None:
    code = BY_DIGIT[digit].split()[0]
    benefit = shipped().benefit(a_card(ma_the=f"{code}{digit}797900000011"), TODAY)
    assert benefit is not None
    assert (rate_text(benefit.rate), percent_text(benefit.rate)) == (rate, percent)
    assert benefit.changed_by is None


@each(
    ("number", "day", "digit", "rate"),
    [
        ("CN3797900000250", date(2025, 12, 31), "3", Fraction(19, 20)),
        ("CN3797900000250", date(2026, 1, 1), "2", Fraction(1)),
        ("CN2797900000250", date(2026, 1, 1), "2", Fraction(1)),
        ("LH4797900000252", date(2025, 12, 31), "4", Fraction(4, 5)),
        ("LH4797900000252", date(2026, 1, 1), "2", Fraction(1)),
        ("LH2797900000252", date(2026, 1, 1), "2", Fraction(1)),
        ("HT3797900000253", date(2026, 1, 1), "3", Fraction(19, 20)),
        ("DN4797900000011", date(2026, 1, 1), "4", Fraction(4, 5)),
    ],
)
def test_near_poor_and_old_age_change_on_the_first_day_of_2026(
    number: str, day: date, digit: str, rate: Fraction
) -> None:
    benefit = shipped().benefit(a_card(ma_the=number), day)
    assert benefit is not None
    assert (benefit.digit, benefit.rate) == (digit, rate)
    assert bool(benefit.changed_by) is (digit != number[2])


def test_without_a_digit_there_is_no_benefit() -> None:
    assert shipped().benefit(a_card(ma_the=None), TODAY) is None
    assert shipped().benefit(a_card(ma_the="DN7797900000011"), TODAY) is None


@each(
    ("born", "end"),
    [
        (PartialDate(2020, 9, 29), date(2026, 9, 30)),
        (PartialDate(2020, 9, 30), date(2026, 9, 30)),
        (PartialDate(2020, 10, 1), date(2026, 10, 31)),
        (PartialDate(2020, 1, 1), date(2026, 9, 30)),
        (PartialDate(2020, 12, 31), date(2026, 12, 31)),
        (PartialDate(2022, 2, 28), date(2028, 9, 30)),
        (PartialDate(2020), date(2026, 12, 31)),
        (PartialDate(2020, 9), date(2026, 9, 30)),
    ],
)
def test_a_childs_card_ends_with_the_school_year_or_the_month(born: PartialDate, end: date) -> None:
    child = a_card(ma_the="TE1797900000233", ngay_sinh=born)
    assert shipped().child_card_end(child, TODAY) == end


def test_only_a_childs_card_ends_by_age() -> None:
    assert shipped().child_card_end(a_card(), TODAY) is None
    assert shipped().child_card_end(a_card(ma_the="TE1797900000233", ngay_sinh=None), TODAY) is None


@given(st.dates(min_value=date(1800, 1, 1)))
@example(date(9999, 12, 31))
@example(date(9999, 1, 1))
def test_no_birth_date_is_too_late_for_a_childs_card(born: date) -> None:
    child = a_card(ma_the="TE1797900000233", ngay_sinh=PartialDate(born.year, born.month, born.day))
    end = shipped().child_card_end(child, TODAY)
    assert end is not None
    if born.year < 9990:
        assert timedelta(days=365 * 6) < end - born < timedelta(days=365 * 7)


def test_a_temporary_number_is_te1_at_a_place_that_is_none() -> None:
    assert is_temporary(a_card(ma_the="TE1797900000237", ma_dkbd="79000"))
    assert not is_temporary(a_card(ma_the="TE1797900000237", ma_dkbd="79014"))
    assert not is_temporary(a_card(ma_the="DN4797900000237", ma_dkbd="79000"))
    assert not is_temporary(a_card(ma_the=None, ma_dkbd=None))


def test_a_parameter_that_no_table_has_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        shipped().parameter("no such", TODAY)
    over = LawRow({"id": "x", "value": "1"}, None, date(2020, 1, 1))
    tables = {name: load_table(name) for name in TABLES} | {"parameters": (over,)}
    with pytest.raises(KeyError):
        Law(tables).parameter("x", TODAY)


@pytest.mark.parametrize(
    ("rate", "text", "percent"),
    [(Fraction(19, 40), "19/40", "47.5"), (Fraction(0), "0/1", "0"), (Fraction(1), "1/1", "100")],
)
def test_rates_are_written_in_lowest_terms(rate: Fraction, text: str, percent: str) -> None:
    assert (rate_text(rate), percent_text(rate)) == (text, percent)
