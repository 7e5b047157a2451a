"""Where a facility stands: by code and day, by its record, or unknown; unknown is no flag."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import each
from verification.rules.misuse.places import (
    Site,
    house,
    is_house,
    other_house,
    places,
    same_house,
)

PLACES = places()
BEFORE = (date(2025, 6, 30) - date(1970, 1, 1)).days
SINCE = BEFORE + 1
# what borders on what before 01/07/2025
NEIGHBOURS = """
01-17 01-19 01-24 01-25 01-26 01-27 01-33 01-35 02-04 02-08 02-10 02-15 04-06 04-20 06-08 06-19
06-20 08-15 08-19 08-25 08-26 10-12 10-14 10-15 11-12 11-14 12-14 14-15 14-17 14-25 14-38 15-25
17-25 17-35 17-37 17-38 19-20 19-24 19-26 20-22 20-24 22-24 22-30 22-31 24-27 24-30 25-26 27-30
27-33 30-31 30-33 30-34 31-34 33-34 33-35 34-35 34-36 35-36 35-37 36-37 37-38 38-40 40-42 42-44
44-45 45-46 46-48 46-49 48-49 49-51 49-62 51-52 51-62 51-64 52-54 52-64 54-56 54-64 54-66 56-58
56-66 56-68 58-60 58-68 60-68 60-75 60-77 62-64 64-66 66-67 66-68 67-68 67-70 68-70 68-75 70-72
70-74 70-75 72-74 72-79 72-80 74-75 74-79 75-77 75-79 77-79 79-80 79-82 80-82 80-87 82-83 82-86
82-87 83-84 83-86 84-86 84-94 86-87 86-92 86-94 87-89 87-92 89-91 89-92 91-92 91-93 91-95 91-96
92-93 93-94 93-95 94-95 95-96
"""


def apart(a: str, b: str, day: int = SINCE, **sites: Site) -> float | None:
    """Return how far two codes lie apart at least."""
    found = PLACES.apart_km(a, b, day, {name[1:]: site for name, site in sites.items()})
    return found.least if found else None


# ---- the code


@each(
    ("written", "meant"),
    [
        ("01005", "01005"),
        ("1005", "01005"),
        (" 01005 ", "01005"),
        ("01 005", "01005"),
        ("01-005", "01005"),
        ("01 – 005", "01005"),
        ("01.005", "01005"),
        ("'01005", "01005"),
        ("1005.0", "01005"),
        ("79014.0", "79014"),
        ("\u200e01005", "01005"),
        ("01\u00a0005", "01005"),
        ("０１００５", "01005"),
        ("01c54", "01C54"),
        ("01 - c54", "01C54"),
        ("79014\ufeff", "79014"),
    ],
)
def test_a_facilitys_code_is_the_same_however_a_table_wrote_it(written: str, meant: str) -> None:
    assert house(written) == meant
    assert same_house(written, meant)
    assert not other_house(written, meant)
    assert not apart(written, meant)


@each(
    "text",
    [
        *("", "-", "?", "BV Bạch Mai", "790", "790140", "0100500000123", "7901A4B", "A1005"),
        *("01005; 79014", "12C4", "0", "NULL", "#N/A", "7.9E+04"),
    ],
)
def test_what_is_no_code_is_no_place_neither_the_same_nor_another(text: str) -> None:
    assert not is_house(text)
    for code in ("79014", "01005", "48015"):
        assert not other_house(text, code)
        assert not same_house(text, code)
        assert apart(text, code) is None


# ---- provinces by code and day


@each(
    ("old", "new"),
    [
        *(("77", "79"), ("74", "79"), ("79", "79"), ("10", "15"), ("15", "15"), ("27", "24")),
        *(("30", "31"), ("45", "44"), ("49", "48"), ("62", "51"), ("64", "52"), ("54", "66")),
        *(("60", "68"), ("72", "80"), ("87", "82"), ("89", "91"), ("94", "92"), ("95", "96")),
        *(("17", "25"), ("36", "37"), ("83", "86"), ("01", "01"), ("38", "38")),
    ],
)
def test_a_code_means_its_old_province_before_the_first_of_july_and_the_new_one_since(
    old: str, new: str
) -> None:
    assert PLACES.province(old, BEFORE) == old
    assert PLACES.province(old, SINCE) == new


def test_there_are_34_provinces_of_63_codes_since() -> None:
    assert len(PLACES.land) == 63
    assert len({PLACES.province(code, SINCE) for code in PLACES.land}) == 34


@each("code", ["97", "98", "99", "00", "03", "13", "78", "A1", ""])
def test_army_police_and_unassigned_codes_are_of_no_province(code: str) -> None:
    assert PLACES.province(code, SINCE) is None
    assert apart(f"{code}001", "01005") is None


def test_merged_provinces_are_one_and_before_that_two() -> None:
    assert apart("77001", "70001", SINCE) == 0.0
    assert (apart("77001", "70001", BEFORE) or 0) > 0
    for one, other in (("77001", "79014"), ("10003", "15007"), ("49001", "48001")):
        found = PLACES.apart_km(one, other, SINCE)
        assert found
        assert (found.least, found.usual) == (0.0, 0.0)


@each("day", [BEFORE, SINCE])
@each("pair", NEIGHBOURS.split())
def test_neighbours_lie_too_close_for_any_flag(pair: str, day: int) -> None:
    one, other = pair.split("-")
    assert (apart(f"{one}001", f"{other}001", day) or 0) < 40


@each(
    ("one", "other", "least", "most"),
    [
        *(("79", "01", 900, 1140), ("79", "48", 350, 610), ("01", "48", 400, 610)),
        *(("79", "92", 60, 140), ("01", "40", 50, 240), ("79", "66", 90, 260)),
        *(("22", "11", 200, 450), ("96", "01", 1000, 1350)),
    ],
)
def test_far_provinces_lie_as_far_as_the_map_says(
    one: str, other: str, least: int, most: int
) -> None:
    found = PLACES.apart_km(f"{one}001", f"{other}001", SINCE)
    assert found
    assert least <= found.least <= found.usual <= most * 1.1


# ---- the record of the facility store


def test_an_army_hospital_stands_where_its_record_says() -> None:
    assert apart("97045", "79014", x97045=Site("79")) == 0.0
    assert apart("97045", "79014", x97045=Site("77")) == 0.0
    assert (apart("97045", "79014", x97045=Site("01")) or 0) > 900
    assert (apart("98013", "79014", x98013=Site(None, 21.03, 105.85)) or 0) > 900
    near = apart("98013", "79014", x98013=Site(None, 10.77, 106.69))
    assert near == 0.0


@pytest.mark.parametrize("site", [Site(), Site("97"), Site("00"), Site(""), Site("97", 0.0, 0.0)])
def test_a_record_that_says_nothing_leaves_an_army_hospital_unknown(site: Site) -> None:
    assert apart("97045", "01005", x97045=site) is None


def test_coordinates_say_it_better_than_the_province() -> None:
    here, there = Site("79", 10.98, 106.50), Site("72", 11.03, 106.36)
    found = apart("79014", "72001", x79014=here, x72001=there)
    assert found is not None
    assert 10 < found < 25
    assert (apart("79014", "01005", x79014=here) or 0) > 900


@pytest.mark.parametrize(
    "site",
    [
        Site("01"),  # the code says another province
        Site("79", 21.03, 105.85),  # the point lies in another one
        Site(None, 16.05, 108.2),
    ],
)
def test_a_record_that_contradicts_the_code_makes_the_place_unknown(site: Site) -> None:
    assert apart("79014", "48001", x79014=site) is None


@pytest.mark.parametrize("site", [Site("79", 106.7, 10.8), Site("79", 0.0, 0.0), Site("79", 10.8)])
def test_coordinates_outside_the_country_do_not_count(site: Site) -> None:
    assert (apart("79014", "01005", x79014=site) or 0) > 900


def test_a_province_without_its_zero_in_the_record_is_meant() -> None:
    assert apart("97001", "01005", x97001=Site("1")) == 0.0
