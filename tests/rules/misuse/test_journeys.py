"""Two places and the time between them: impossible, too little for an errand, or honest."""

from __future__ import annotations

from dataclasses import replace

from tests.misuse_support import case, now, seen
from tests.support import each
from verification.rules.misuse.places import Site

HOUR = 60


def gone(hours: float, code: str = "01004", **facts: object) -> str | None:
    """Return what M17 says of a place some hours before now at 79014."""
    return case("M17", now(), seen(minutes=hours * HOUR, ma_cskcb=code, **facts))


@each(
    ("code", "hours"),
    [
        *(("01004", 1.9), ("01004", 3.2), ("31005", 2.5), ("48015", 2.3), ("40012", 2.7)),
        *(("66011", 1.0), ("92018", 0.6), ("96002", 1.2), ("52009", 1.9), ("38007", 1.0)),
    ],
)
def test_a_way_that_nobody_can_make_is_urgent(code: str, hours: float) -> None:
    assert gone(hours, code) == "far"


@each(
    ("code", "hours"),
    [
        *(("01004", 4.9), ("31005", 4.5), ("48015", 4.0), ("92018", 2.0), ("96002", 3.0)),
        *(("66011", 3.0), ("94006", 2.3), ("91007", 3.0), ("56021", 3.8)),
    ],
)
def test_a_way_too_long_for_an_errand_is_reviewed(code: str, hours: float) -> None:
    assert gone(hours, code) == "errand"


@each(
    ("code", "hours"),
    [
        *(("01004", 6.5), ("48015", 5.5), ("92018", 3.7), ("96002", 5.0), ("66011", 5.5)),
        *(("91007", 5.0), ("94006", 4.2), ("56021", 6.0), ("01004", 23.0)),
    ],
)
def test_a_traveller_who_had_the_time_is_not(code: str, hours: float) -> None:
    assert gone(hours, code) is None


@each(
    "code",
    [
        *("79024", "77001", "74001", "75003", "70001", "80001", "72005", "82004", "87003"),
        *("97045", "98013", "99001", "97", "12C", "0100500000123", "BV Bạch Mai", "", "79014"),
        *(" 79014", "79-014", "79014.0", "７９０１４"),
    ],
)
def test_the_same_the_next_and_an_unknown_province_are_never_far(code: str) -> None:
    for minutes in (1, 20, 60, 110, 300):
        assert case("M17", now(), seen(minutes=minutes, ma_cskcb=code)) is None
    assert case("M02", now(), seen(minutes=60, ma_cskcb=code)) in {None, "same_disease"}


@each(
    ("own", "written"),
    [
        *(("01005", "1005"), ("01234", "1234"), ("01005", "01 005"), ("01C54", "01 - c54")),
        *(("01005", "1005.0"), ("04021", "4021"), ("01005", "'01005"), ("01C54", "01c54")),
        *(("01005", "0100500000123"), ("08021", "8021"), ("79014", "79.014")),
    ],
)
@each("rule", ["M02", "M03", "M04", "M06", "M17"])
def test_a_facility_never_makes_a_flag_against_itself(rule: str, own: str, written: str) -> None:
    before = {"ma_cskcb": written, "so_ngay_thuoc": 30, "end_day": now().day + 2}
    past = [seen(minutes=50, **before), seen(days=5, **before), seen(days=9, **before)]
    here = now(ma_cskcb=own)
    cases = {case(rule, here, *past), case(rule, replace(here, ma_cskcb=written), *past)}
    assert cases <= {None, "here", "hoard"}, cases


def test_what_explains_a_transfer_explains_the_way() -> None:
    far = seen(minutes=119, ma_cskcb="01004")
    assert case("M17", now(), replace(far, outcome="chuyen_vien")) is None
    assert case("M17", now(), replace(far, end_day=now().day)) is None
    for moved in ("1.3", "1.5", "1.7", "2"):
        assert case("M17", now(ma_doituong_kcb=moved), far) is None
    slow = seen(minutes=4.9 * HOUR, ma_cskcb="01004", ma_doituong_kcb="2")
    assert case("M17", now(), slow) is None  # an emergency on a journey, then at home
    assert case("M17", now(), replace(far, ma_doituong_kcb="2")) == "far"


def test_two_other_places_of_the_days_before_are_found_at_the_next_visit() -> None:
    here, there = seen(days=4), seen(days=4, minutes=-90, ma_cskcb="01004")
    assert case("M17", now(), here, there) == "past"
    assert case("M17", now(), here, replace(there, ma_doituong_kcb="2")) is None
    assert case("M17", now(), seen(days=31), seen(days=31, minutes=-90, ma_cskcb="01004")) is None


def test_an_army_hospital_is_far_only_where_its_record_says_so() -> None:
    army = seen(minutes=60, ma_cskcb="97045")
    far, near = {"97045": Site("01")}, {"97045": Site("79")}
    assert case("M17", now(), army) is None
    assert case("M17", now(), army, sites=far) == "far"
    assert case("M17", now(), army, sites=near) is None
    own = now(ma_cskcb="97045")
    assert case("M17", own, seen(minutes=60, ma_cskcb="01004"), sites=far) is None
    assert case("M17", own, seen(minutes=60, ma_cskcb="01004"), sites=near) == "far"


def test_a_night_clinic_after_work_is_no_second_place_of_the_month() -> None:
    evening = {"minutes": -9 * HOUR}  # 18:00
    days = [
        visit
        for day in (3, 9)
        for visit in (
            seen(days=day, ma_cskcb="79024", ma_benh="M54"),
            seen(days=day, **evening, ma_benh="J06"),
        )
    ]
    assert case("M02", now(), *days) is None
    same = [replace(v, ma_benh="M54") for v in days]
    assert case("M02", now(), *same) == "repeated"
