"""Each rule: a hit, none just below its threshold, and what honest life explains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.misuse_support import DAY, NOW, POLICY, case, found, now, seen
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Facts, Hit, Level, Occasion

SERIES = [
    {"ma_benh": "Z49.1"},
    {"ma_benh": "N18.5"},
    {"ma_benh": "Z51.1"},
    {"ma_benh": "C50"},
    {"ma_benh": "Z50.1"},
    {"ma_benh": "Z34"},
    {"ma_benh": "O26"},
    {"ma_benh": "Z48.0"},
    {"ma_benh": "P59"},
    {"ma_loai_kcb": "02"},
    {"ma_loai_kcb": "07"},
    {"ma_doituong_kcb": "1.5"},
    {"ma_doituong_kcb": "1.3"},
    {"ma_doituong_kcb": "2"},
]
MOVES = [
    {"ma_doituong_kcb": "1.3"},
    {"ma_doituong_kcb": "2"},
    {"ma_doituong_kcb": "1.5"},
    {"ma_doituong_kcb": "1.7"},
]
by_facts = pytest.mark.parametrize


def name_of(facts: dict[str, str]) -> str:
    """Return a name for the list of tests."""
    return "-".join(facts.values())


# ---- M01


def test_a_second_visit_today_after_half_an_hour_is_noted() -> None:
    assert case("M01", now(), seen(minutes=31)) == "two"
    assert case("M01", now(), seen(minutes=30)) is None
    assert case("M01", now(), seen(minutes=90, ma_cskcb="79024")) is None


def test_the_same_disease_three_times_a_day_is_reviewed_three_clinics_are_not() -> None:
    assert case("M01", now(), seen(minutes=40), seen(minutes=80)) == "many"
    clinics = (seen(minutes=40, ma_benh="H10"), seen(minutes=80, ma_benh="K02"))
    assert case("M01", now(), *clinics) == "two"


@by_facts("explained", SERIES, ids=name_of)
def test_a_course_may_bring_somebody_twice_a_day(explained: dict[str, str]) -> None:
    assert case("M01", now(**explained), seen(minutes=40), seen(minutes=80)) is None


# ---- M02


def test_three_places_a_day_are_urgent_two_are_noted() -> None:
    one = seen(minutes=100, ma_cskcb="79024", ma_benh="K02")
    assert case("M02", now(), one) == "two"
    assert case("M02", now(), replace(one, ma_benh="J06.9")) == "same_disease"
    assert case("M02", now(), one, seen(minutes=200, ma_cskcb="79030")) == "many"
    assert case("M02", now(), seen(days=1, ma_cskcb="79024")) is None


def test_two_places_on_two_days_of_a_month_are_reviewed() -> None:
    before = (seen(days=10), seen(days=10, minutes=60, ma_cskcb="79030"))
    today = seen(minutes=100, ma_cskcb="79024")
    assert case("M02", now(), today, *before) == "repeated"
    older = (seen(days=30), seen(days=30, minutes=60, ma_cskcb="79030"))
    assert case("M02", now(), today, *older) == "same_disease"


def test_repeated_places_name_every_visit_of_the_month_and_none_before_it() -> None:
    month = (seen(days=10, id="a"), seen(days=10, minutes=60, ma_cskcb="79030", id="b"))
    today = seen(minutes=100, ma_cskcb="79024", id="c")
    facts = Facts(now(), past=(today, *month, seen(days=30, id="d")))
    flag = found("M02", facts)
    assert flag
    assert flag.visits == ("c", "a", "b")


@by_facts("moved", MOVES, ids=name_of)
def test_a_transfer_explains_two_places(moved: dict[str, str]) -> None:
    places = [seen(minutes=100 + n, ma_cskcb=f"7902{n}") for n in range(3)]
    assert case("M02", now(**moved), *places) is None
    assert case("M02", now(), *(replace(p, **moved) for p in places)) is None
    sent = [replace(p, outcome="chuyen_vien") for p in places]
    assert case("M02", now(), *sent) is None


# ---- M03


def test_a_stay_elsewhere_that_lasts_is_urgent() -> None:
    stay = seen(days=3, ma_cskcb="79024", end_day=now().day + 1)
    assert case("M03", now(), stay) == "open"
    assert case("M03", now(), replace(stay, end_day=now().day)) is None
    assert case("M03", now(), replace(stay, ma_cskcb="79014")) is None
    for facts in ({"ma_doituong_kcb": "1.3"}, {"ma_benh": "P59"}, {"ma_doituong_kcb": "1.7"}):
        assert case("M03", now(**facts), stay) is None


def test_an_overlap_that_is_over_is_found_at_the_next_visit() -> None:
    stay = seen(days=20, end_day=now().day - 15)
    elsewhere = seen(days=18, ma_cskcb="79024")
    assert case("M03", now(), stay, elsewhere) == "past"
    assert case("M03", now(), stay, replace(elsewhere, ma_doituong_kcb="1.3")) is None
    assert case("M03", now(), stay, seen(days=15, ma_cskcb="79024")) is None


# ---- M04, M05


def test_back_with_one_illness_at_one_facility_is_no_misuse_in_a_week() -> None:
    back = [seen(days=n) for n in (1, 3, 4, 6)]
    assert case("M04", now(), *back) == "one_illness"
    assert case("M04", now(ma_benh="J20.9"), *back[:3], replace(back[3], ma_benh="K02")) != "week"
    around = [replace(v, ma_cskcb=f"7902{n % 2}") for n, v in enumerate(back)]
    assert case("M04", now(ma_benh="K02"), *around) == "places"
    untold = [replace(v, ma_benh="") for v in back]
    assert case("M04", now(ma_benh=""), *untold) == "week"
    month = [seen(days=n) for n in range(2, 16, 2)]
    assert case("M04", now(), *month) == "month"


def test_too_many_visits_in_a_week_or_a_month_are_found() -> None:
    new = [seen(days=d, ma_benh=b) for d, b in ((1, "K29"), (3, "M54"), (4, "R51"), (6, "L30"))]
    assert case("M04", now(), *new) == "week"
    assert case("M04", now(), *new[:3]) is None
    assert case("M04", now(), *new[:3], seen(days=7, ma_benh="L30")) is None
    month = [seen(days=4 * n) for n in range(1, 8)]
    assert case("M04", now(), *month) == "month"
    assert case("M04", now(), *month[:6]) is None
    spread = [seen(days=8, ma_cskcb="79024"), seen(days=16, ma_cskcb="79030")]
    assert case("M04", now(), *spread, seen(days=20), seen(days=24)) == "places"
    assert case("M04", now(), spread[0], seen(days=16), seen(days=20), seen(days=24)) is None


def test_two_clinics_a_day_are_one_visit() -> None:
    twice = [seen(days=n, minutes=m) for n in (1, 3, 6) for m in (0, 50)]
    assert case("M04", now(), *twice) is None


@by_facts("explained", SERIES, ids=name_of)
def test_a_course_is_never_too_frequent(explained: dict[str, str]) -> None:
    course = [seen(days=n, **explained) for n in range(1, 110)]
    assert case("M04", now(**explained), *course) is None
    assert case("M04", now(), *course) is None
    assert case("M05", now(**explained), *course) is None
    assert case("M05", now(), *course) is None


def test_a_year_of_visits_is_counted() -> None:
    assert case("M05", now(), *(seen(days=3 * n) for n in range(1, 50))) == "some"
    assert case("M05", now(), *(seen(days=3 * n) for n in range(1, 49))) is None
    assert case("M05", now(), *(seen(days=3 * n) for n in range(1, 100))) == "many"


# ---- M06


def test_drugs_that_are_left_from_another_house_are_reviewed() -> None:
    supplied = seen(days=5, ma_cskcb="79024", ma_benh="I10", so_ngay_thuoc=30)
    assert case("M06", now(ma_benh="I10"), supplied) == "elsewhere"
    assert case("M06", now(ma_benh="I10"), replace(supplied, so_ngay_thuoc=29)) == "here"
    assert case("M06", now(ma_benh="E11"), supplied) is None
    assert case("M06", now(ma_benh=""), supplied) is None
    own = seen(days=20, ma_benh="I10", so_ngay_thuoc=27)
    assert case("M06", now(ma_benh="I10.9"), own) == "here"
    assert case("M06", now(ma_benh="I10"), replace(own, so_ngay_thuoc=26)) is None
    assert case("M06", now(ma_benh="I10"), supplied, replace(own, so_ngay_thuoc=36)) == "stacked"


def test_what_was_supplied_on_the_same_day_is_not_left_over() -> None:
    same_day = seen(minutes=90, ma_cskcb="79024", ma_benh="I10", so_ngay_thuoc=30)
    assert case("M06", now(ma_benh="I10"), same_day) is None


@by_facts("explained", SERIES[-5:], ids=name_of)
def test_a_transfer_explains_a_new_supply(explained: dict[str, str]) -> None:
    supplied = seen(days=1, ma_cskcb="79024", ma_benh="I10", so_ngay_thuoc=30)
    assert case("M06", now(**{"ma_benh": "I10", **explained}), supplied) is None


# ---- M07


def test_an_expired_card_is_noted_once_and_grave_when_it_was_told() -> None:
    told = seen(days=5, reason="expired")
    expired = {"reasons": ("expired",), "compared": {"expired_days": 46}}
    assert case("M07", now(), **expired) == "once"
    assert case("M07", now(), told, **expired) == "again"
    renewing = {"reasons": ("expired",), "compared": {"expired_days": 45}}
    assert case("M07", now(), told, **renewing) == "once"
    long = {"reasons": ("expired",), "compared": {"expired_days": 61}}
    assert case("M07", now(), **long) == "long"
    assert case("M07", now(), reasons=("withdrawn",)) == "withdrawn"
    assert case("M07", now(), reasons=("reduced",)) == "once"
    assert case("M07", now(), told, reasons=("reduced",)) == "again"
    assert case("M07", now(), told, reasons=("valid",)) is None


@pytest.mark.parametrize("unsure", ["renewal_unknown", "refused_row", "clock_wrong"])
def test_a_card_that_may_hold_is_no_invalid_one(unsure: str) -> None:
    told = seen(days=5, reason="expired")
    for reasons in ((unsure,), (unsure, "validity_differs"), ("withdrawn", unsure)):
        assert case("M07", now(), told, reasons=reasons) is None
        long = {"expired_days": 100}
        assert case("M07", now(), told, reasons=reasons, compared=long) is None


def test_a_locked_card_is_an_invalid_one() -> None:
    assert case("M07", now(), reasons=("locked",)) == "once"
    assert case("M07", now(), seen(days=5, reason="locked"), reasons=("locked",)) == "again"


def test_an_age_that_is_not_known_is_no_wrong_age() -> None:
    past: dict[str, Any] = {"reasons": ("child_past_72_months",)}
    assert case("M11", now(code="TE1"), **past) == "child"
    assert case("M11", now(code="TE1"), **past, compared={"child": "unsure"}) is None


# ---- M08


def test_a_person_who_differs_is_weighed_by_how_much() -> None:
    assert case("M08", now(), reasons=("name_differs",)) == "name"
    assert case("M08", now(), reasons=("birth_differs", "sex_differs")) == "several"
    assert case("M08", now(), reasons=("sex_differs",)) == "one"
    apart = {"reasons": ("birth_differs",), "compared": {"born_apart": 3}}
    assert case("M08", now(), **apart) == "other"
    near = {"reasons": ("birth_differs",), "compared": {"born_apart": 2}}
    assert case("M08", now(), **near) == "one"
    assert case("M08", now(), reasons=("name_differs_little",)) is None
    assert case("M08", now(typed=True), compared={"name": "other"}) == "typed"
    assert case("M08", now(ma_benh="P59"), reasons=("name_differs",)) is None


# ---- M09


def test_another_persons_document_is_reviewed_and_grave_the_second_time() -> None:
    other = {"compared": {"document": "other"}}
    assert case("M09", now(cccd="b"), **other) == "other"
    assert case("M09", now(cccd="b"), seen(days=9, cccd="b"), **other) == "other_again"
    assert case("M09", now(cccd="b"), compared={"document": "near"}) == "near"
    assert case("M09", now(cccd="a"), compared={"document": "same"}) is None


def test_a_child_has_no_document_of_its_own() -> None:
    other = {"compared": {"document": "other"}}
    assert case("M09", now(cccd="b", born=2010), **other) == "other"
    assert case("M09", now(cccd="b", born=2011), **other) is None
    assert case("M09", now(cccd="b", ma_doituong_kcb="1.7"), **other) is None


def test_a_relative_who_is_here_too_may_show_the_own_document() -> None:
    other: dict[str, Any] = {"compared": {"document": "other"}}
    relative = seen(minutes=120, cccd="b", person_ref="q")
    earlier = replace(relative, at=relative.at - 1)
    assert case("M09", now(cccd="b"), shared=(relative,), **other) == "carer"
    assert case("M09", now(cccd="b"), shared=(earlier,), **other) == "other"


def test_a_relative_who_was_received_with_another_document_may_show_the_own_one() -> None:
    minutes = {"document": "other", "owner_minutes": 120}
    assert case("M09", now(cccd="b"), compared=minutes) == "carer"
    assert case("M09", now(cccd="b"), compared=minutes | {"owner_minutes": 121}) == "other"


def test_without_a_store_the_usual_number_is_the_own_one() -> None:
    assert case("M09", now(cccd="b"), seen(days=9, cccd="a")) == "several"
    assert (
        case("M09", now(cccd="a"), *(seen(days=n, cccd=c) for n, c in ((1, "b"), (2, "a")))) is None
    )
    assert case("M09", now(cccd="a"), seen(days=9, cccd="a")) is None


def test_one_document_with_the_cards_of_two_people_is_reviewed() -> None:
    other = seen(days=9, cccd="a", person_ref="q")
    assert case("M09", now(cccd="a"), shared=(other,)) == "shared"
    child = replace(other, born=2015)
    assert case("M09", now(cccd="a"), shared=(child,)) is None
    mistyped = replace(other, typed=True, reason="not_in_store")
    assert case("M09", now(cccd="a"), shared=(mistyped,)) is None
    own = {"compared": {"document": "same"}}
    assert case("M09", now(cccd="a"), shared=(other,), **own) is None


def test_patient_numbers_that_take_turns_are_reviewed_a_second_one_is_noted() -> None:
    assert case("M09", now(ma_bn="2"), seen(days=9, ma_bn="1")) == "patient"
    turns = (seen(days=9, ma_bn="1"), seen(days=12, ma_bn="2"))
    assert case("M09", now(ma_bn="2"), *turns) == "patients"
    assert case("M09", now(ma_bn="1"), seen(days=9, ma_bn="1")) is None


def test_a_patient_number_of_another_house_and_a_visit_without_one_say_nothing() -> None:
    assert case("M09", now(ma_bn="2"), seen(days=9, ma_bn="1", ma_cskcb="79024")) is None
    assert case("M09", now(ma_bn="2"), seen(days=9)) is None


# ---- M10 to M12


def test_whoever_died_does_not_come() -> None:
    assert case("M10", now(), seen(days=9, outcome="tu_vong")) == "visit"
    assert case("M10", now(), reasons=("holder_deceased",)) == "store"
    assert case("M10", now(), seen(days=9, outcome="chuyen_vien")) is None


@by_facts(
    ("code", "age", "hit"),
    [
        *(("HS4", 21, True), ("HS4", 20, False), ("SV4", 31, True), ("HT3", 44, True)),
        *(("HT3", 45, False), ("LH2", 74, True), ("LH2", 75, False), ("DN4", 90, False)),
    ],
)
def test_an_object_code_has_its_age(code: str, age: int, hit: bool) -> None:
    assert (case("M11", now(code=code, born=2026 - age)) == "age") is hit


def test_a_childs_card_past_its_age_is_noted() -> None:
    assert case("M11", now(code="TE1", born=2016), reasons=("child_past_72_months",)) == "child"


def test_a_body_cannot_do_everything() -> None:
    assert case("M12", now(ma_benh="O80", sex="1")) == "sex"
    assert case("M12", now(ma_benh="O80", sex="2")) is None
    assert case("M12", now(ma_benh="O80", sex="2"), seen(days=150, ma_benh="O82")) == "births"
    assert case("M12", now(ma_benh="O80", sex="2"), seen(days=180, ma_benh="O82")) is None
    assert case("M12", now(ma_benh="O80", sex="2"), seen(days=14, ma_benh="O80")) is None


# ---- M13


def tries(count: int, **facts: Any) -> tuple[Occasion, ...]:
    """Return different numbers at a desk, ten seconds apart, newest first."""
    return tuple(
        seen(minutes=n / 6, id=f"1-t{n}", **{"shown": f"s{n}", "typed": True, **facts})
        for n in range(count)
    )


def test_six_unknown_numbers_in_ten_minutes_are_reviewed() -> None:
    failed = tries(6, reason="not_in_store")
    assert case("M13", failed[0], desk=failed) == "probing"
    assert case("M13", failed[0], desk=failed[:5]) is None
    assert case("M13", failed[0], desk=failed, stored=False) is None
    same = tuple(replace(v, shown="s") for v in failed)
    assert case("M13", same[0], desk=same) is None
    slow = tuple(replace(v, at=NOW - 121 * n) for n, v in enumerate(failed))
    assert case("M13", slow[0], desk=slow) is None


@by_facts("count", [6, 8])
def test_each_unknown_number_beyond_the_sixth_weighs_more(count: int) -> None:
    failed = tries(count, reason="not_in_store")
    hit = engine.DESK_RULES["M13"](Facts(failed[0], desk=failed), POLICY.rules["M13"], POLICY)
    assert hit
    assert (hit.numbers["count"], hit.excess) == (count, count - 6)


def test_cards_typed_faster_than_people_walk_up_are_reviewed() -> None:
    fast = tries(6, doi_chieu="chua", reason="valid")
    assert case("M13", fast[0], desk=fast) == "fast"
    assert case("M13", fast[0], desk=fast[:5]) is None
    assert case("M13", fast[0], desk=tries(6, cccd="a", reason="valid")) is None
    assert case("M13", fast[0], desk=tries(6, doi_chieu="cccd", reason="valid")) is None
    others = (fast[0], *(replace(v, officer="bo") for v in fast[1:]))
    assert case("M13", fast[0], desk=others) is None


def test_cards_typed_at_night_are_reviewed_unless_it_is_an_emergency() -> None:
    night = NOW + 10 * 3600
    late = tuple(replace(v, at=v.at + 10 * 3600) for v in tries(3, ma_doituong_kcb="1.1"))
    assert late[0].at == night
    assert case("M13", late[0], desk=late) == "late"
    assert case("M13", late[0], desk=late[:2]) is None
    for code in ("2", ""):  # an emergency, or nothing is known
        told = tuple(replace(v, ma_doituong_kcb=code) for v in late)
        assert case("M13", told[0], desk=told) is None


# ---- M14 to M17


def test_one_officer_who_types_a_card_three_times_is_reviewed() -> None:
    typed = [seen(days=n, typed=True, doi_chieu="chua") for n in (10, 20)]
    assert case("M14", now(typed=True), *typed) == "one_officer"
    assert case("M14", now(typed=True), typed[0]) is None
    assert case("M14", now(), *typed) is None
    assert case("M14", now(typed=True, doi_chieu="cccd"), *typed) == "typed"
    other = [replace(v, officer="bo") for v in typed]
    assert case("M14", now(typed=True), *other) == "typed"
    assert case("M14", now(typed=True, ma_benh="Z49.1"), *typed) == "typed"
    monthly = [seen(days=n, typed=True, doi_chieu="chua", ma_benh="J06.9") for n in (21, 42)]
    assert case("M14", now(typed=True), *monthly) == "typed"
    assert case("M14", now(typed=True, ma_benh="K29"), *monthly) == "one_officer"
    old = [replace(v, at=v.at - 80 * DAY) for v in typed]
    assert case("M14", now(typed=True), *old) is None


def test_a_card_that_is_prolonged_by_its_qr_alone_is_urgent() -> None:
    known = {"den": 100, "stored": 1, "expired_days": 46}
    over: dict[str, Any] = {"reasons": ("expired",), "compared": known}
    assert case("M15", now(gt_the_den="2026-12-31"), **over) == "prolonged"
    shown_before = seen(days=50, gt_the_den="2026-12-31", reason="valid")
    assert case("M15", now(gt_the_den="2026-12-31"), shown_before, **over) == "later"
    for more in ({"renewed": 1}, {"expired_days": 45}):
        told: dict[str, Any] = {"reasons": ("expired",), "compared": {**known, **more}}
        assert case("M15", now(), **told) == "later"
    valid = {"reasons": ("valid",), "compared": {"den": 100, "stored": 1}}
    assert case("M15", now(), **valid) == "later"
    unsure = {"reasons": ("renewal_unknown", "validity_differs"), "compared": known}
    assert case("M15", now(gt_the_den="2026-12-31"), **unsure) == "later"
    earlier = {"reasons": ("valid",), "compared": {"den": -100, "stored": 1}}
    assert case("M15", now(), **earlier) is None


def test_without_a_store_a_moved_end_is_reviewed_a_new_period_is_not() -> None:
    before = seen(days=50, code="DN4", gt_the_tu="2026-01-01", gt_the_den="2026-06-30")
    same = {"code": "DN4", "gt_the_tu": "2026-01-01"}
    assert case("M15", now(**same, gt_the_den="2026-12-31"), before) == "moved"
    assert case("M15", now(**same, gt_the_den="2026-06-30"), before) is None
    renewed = now(code="DN4", gt_the_tu="2026-07-01", gt_the_den="2027-06-30")
    assert case("M15", renewed, before) is None
    digit = now(code="DN2", gt_the_tu="2026-01-01", gt_the_den="2026-06-30")
    assert case("M15", digit, before) == "digit"
    assert case("M15", replace(digit, code="HT3"), before) is None
    assert case("M15", replace(digit, code="CN3"), before) is None
    assert case("M15", now(code="DN2"), seen(days=50, code="DN4")) == "digit"  # no dates known


def test_a_photo_that_nobody_compares_is_noted() -> None:
    unseen = [seen(days=n, doi_chieu="chua") for n in (1, 2, 3)]
    assert case("M16", now(), *unseen) == "never"
    assert case("M16", now(), *unseen[:2]) is None
    assert case("M16", now(), *unseen[:2], seen(days=3, doi_chieu="cccd")) is None


# ---- the engine


def broken(*_: object) -> Hit:
    """Fail."""
    raise KeyError("Nguyễn Thị Mẫu")


def test_a_broken_rule_is_an_error_that_names_nobody_and_stops_no_other() -> None:
    rules = {"M01": broken, "M10": engine.CARD_RULES["M10"]}
    facts = Facts(now(), reasons=("holder_deceased",))
    error, hit = engine.run(facts, POLICY, rules)
    assert (error.state, error.level, error.score) == ("error", Level.NONE, 0)
    assert error.numbers == {"error": "KeyError"}
    assert (hit.rule, hit.state) == ("M10", "hit")


def test_a_snoozed_rule_is_seen_and_counts_nothing() -> None:
    facts = Facts(now(), reasons=("holder_deceased",))
    (flag,) = engine.run(facts, POLICY, {"M10": engine.CARD_RULES["M10"]}, frozenset({"M10"}))
    assert (flag.state, flag.level, flag.score) == ("snoozed", Level.NONE, 0)


def test_a_rule_holds_on_its_days_only() -> None:
    data = replace(POLICY.rules["M10"], end=date(2026, 6, 16))
    ended = replace(POLICY, rules={"M10": data})
    facts = Facts(now(), reasons=("holder_deceased",))
    assert engine.run(facts, ended, engine.CARD_RULES) == []


def test_each_unit_above_a_threshold_adds_a_step_up_to_a_limit() -> None:
    past = tuple(seen(days=n) for n in range(1, 29))
    assert [found("M04", Facts(now(), past=past[:n])).score for n in (7, 9, 28)] == [50, 60, 80]  # type: ignore[union-attr]


@by_facts("rule", sorted(engine.CARD_RULES | engine.DESK_RULES))
def test_every_rule_has_data_with_sentences_and_questions_that_exist(rule: str) -> None:
    data = POLICY.rules[rule]
    assert data.source
    for kind in data.cases.values():
        assert kind.text.vi
        assert kind.text.en
        assert kind.question is None or kind.question in POLICY.questions


def test_no_flag_keeps_a_diagnosis_or_an_age() -> None:
    man = found("M12", Facts(now(ma_benh="O80", sex="1")))
    pupil = found("M11", Facts(now(code="HS4", born=1980)))
    assert man is not None
    assert pupil is not None
    assert (man.numbers, pupil.numbers) == ({"case": "sex"}, {"case": "age", "code": "HS"})


def test_a_flag_names_all_visits_it_rests_on() -> None:
    year = tuple(seen(days=n, ma_benh=f"J{n:02}") for n in range(2, 110, 2))
    flag = found("M05", Facts(now(), past=year))
    assert flag is not None
    assert flag.visits == tuple(v.id for v in year)
    others = tuple(seen(days=n, cccd=f"c{n}") for n in range(1, 9))
    flag = found("M09", Facts(now(cccd="other"), past=others))
    assert flag is not None
    assert len(flag.visits) == len(others)
    many = Facts(now(), past=tuple(seen(days=n, ma_benh="J00") for n in range(1, 130)))
    flag = found("M05", many)
    assert flag is not None
    assert len(flag.visits) == 60


def test_a_rule_with_a_wrong_begin_stops_no_other() -> None:
    wrong: Any = replace(POLICY.rules["M10"], begin="2025")
    policy = replace(POLICY, rules={**POLICY.rules, "M10": wrong})
    facts = Facts(now(), past=(seen(minutes=40), seen(days=3, outcome="tu_vong")))
    flags = engine.run(facts, policy, engine.CARD_RULES)
    assert {f.rule: f.state for f in flags} == {"M01": "hit", "M10": "error"}


def test_a_sentence_says_no_code_and_claims_only_what_is_known() -> None:
    numbers = {"case": "again", "reason": "expired", "before": 2}
    said = POLICY.sentence("M07", numbers)
    assert said.vi == "Thẻ đã hết hạn lại được dùng, dù đã được báo 2 lần"
    assert "expired" not in said.en
    assert "chưa ghi nhận hẹn" in POLICY.sentence("M04", {"case": "week"}).vi


def test_what_is_about_staff_is_not_asked_at_the_desk() -> None:
    assert POLICY.question("M14", {"case": "one_officer"}) is None
    assert not any(c.question for c in POLICY.rules["M13"].cases.values())


def test_a_sentence_is_as_true_in_a_case_of_last_month_as_at_the_desk() -> None:
    cases = [c for data in POLICY.rules.values() for c in data.cases.values()]
    told = " ".join(f"{c.text.vi} {c.text.en}" for c in cases)
    for word in ("ôm nay", "ngày trước", "phút trước", " today", " ago"):
        assert word not in told
