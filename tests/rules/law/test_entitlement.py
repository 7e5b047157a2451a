"""The decision against the cases that were written from the law, and what must hold for all."""

from __future__ import annotations

import csv
import itertools
from collections import Counter, defaultdict
from dataclasses import fields, replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support import FIXTURES, ROOT, TODAY, each
from verification.basics.dates import parse_partial
from verification.basics.rates import rate_text
from verification.basics.texts import Texts
from verification.card.facts import Card, Facility
from verification.rules.law.decision_table import rules_in_force
from verification.rules.law.entitlement import Entitlement, decide
from verification.rules.law.tables import Benefit, Law, LawRow, load_table, shipped
from verification.rules.law.visit_inputs import (
    Inputs,
    Said,
    contradiction,
    inputs_for,
)

LAW = shipped()
HERE = "79001"
FLAGS = (
    *("emergency", "inpatient", "referral", "reappointment", "stay_change", "special"),
    *("newborn", "donor", "copay_exempt"),
)
TEXTS = Texts("verification.rules.law")
ASKABLE = list(TEXTS.group("ask"))
EXAMPLES = (
    "ex-dn4-registered ex-cn3-remap ex-ht3-outpatient ex-dn4-central-outpatient "
    "ex-dn4-central-inpatient ex-te1-right-route ex-dn4-emergency ex-gd4-station "
    "ex-qn5-right-route in-emergency-former-province in-emergency-former-central "
    "in-k2-dt2-inpatient in-former-district-60 in-private-clinic ex-split-year range-32-80 "
    "in-split-year-r in-te-october in-te-september"
)


def _cases() -> list[dict[str, str]]:
    with (FIXTURES / "entitlement_cases.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CASES = _cases()


def three(cell: str) -> bool | None:
    return {"y": True, "n": False, "": None}[cell]


def day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def dong(cell: str) -> int | None:
    return int(cell) if cell else None


def card_of(case: dict[str, str]) -> Card | None:
    if case["trang_thai"] == "khong_the":
        return None
    registered = {"y": HERE, "n": "79999", "": None}[case["registered"]]
    return Card(
        ma_the=case["ma_the"] or None,
        ma_dkbd=registered,
        gt_the_tu=day(case["gt_the_tu"]),
        gt_the_den=day(case["gt_the_den"]),
        ngay_du_5_nam=day(case["ngay_du_5_nam"]),
        ngay_sinh=parse_partial(case["ngay_sinh"]) if case["ngay_sinh"] else None,
    )


def said_of(case: dict[str, str]) -> Said:
    return Said(
        **{flag: three(case[flag]) for flag in FLAGS},
        disease=case["disease"] or None,
        drug_pickup=case["drug_pickup"] == "y",
        area=case["area"] or None,
        first_visit_cost=dong(case["first_visit_cost"]),
        copay_before_july=dong(case["copay_before_july"]),
        copay_since=dong(case["copay_since"]),
        admitted=day(case["admitted"]),
    )


def inputs_of(case: dict[str, str]) -> Inputs:
    place = (case["level"] or None, case["points"] or None, case["old_tier"] or None)
    facility = Facility(HERE, "Mẫu", "79", *place, loai_12=case["kind12"] == "y")
    blocked = case["trang_thai"] in {"thu_hoi", "bao_giam", "tu_vong"}
    on = date.fromisoformat(case["on"])
    home = Facility("79999", "Mẫu", "79", case["registered_level"] or None)
    said = said_of(case)
    return inputs_for(card_of(case), facility, on, said, law=LAW, home=home, blocked=blocked)


def shown(rate: Fraction | None) -> str:
    return "" if rate is None else rate_text(rate)


def condition_kind(found: Entitlement) -> str:
    """Tell which of the conditional sentences it is, by the words that mark it."""
    if found.condition is None:
        return ""
    if "100 % nếu" in found.condition.vi:
        return "certain"
    return "lifted" if "miễn cùng chi trả" in found.condition.vi else "ask"


@each("case", CASES)
def test_the_case_is_decided_as_the_law_says(case: dict[str, str]) -> None:
    found = decide(inputs_of(case), LAW)
    assert {
        "code": found.ma_doituong_kcb or "",
        "rate": shown(found.rate),
        "rate_low": shown(found.rate_low),
        "rate_high": shown(found.rate_high),
        "ask": " ".join(question.input for question in found.ask),
        "condition": condition_kind(found),
    } == {
        key: case[key] for key in ("code", "rate", "rate_low", "rate_high", "ask", "condition")
    }, case["note"]


@each("case", CASES)
def test_the_childs_date_and_the_rest_of_the_copayment_are_as_written(case: dict[str, str]) -> None:
    card, inputs = card_of(case), inputs_of(case)
    end = LAW.child_card_end(card, inputs.on) if card else None
    assert str(end or "") == case["card_end_by_age"]
    if case["copay_remaining"]:
        assert inputs.copay_remaining == int(case["copay_remaining"])


def test_every_rule_has_seven_cases_and_every_case_a_rule() -> None:
    counted = Counter(case["rule"] for case in CASES)
    rules = {row["id"] for row in load_table("entitlement_rules")}
    assert set(counted) == rules
    assert {rule for rule in rules if counted[rule] < 7} == set()


def test_case_ids_are_unique_and_every_worked_example_is_there() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))
    assert set(EXAMPLES.split()) <= set(ids)


def test_every_row_of_the_decision_is_in_the_table_in_order() -> None:
    ids = " ".join(row["id"] for row in load_table("entitlement_rules"))
    wanted = "0 1 2 4 5a 5b 6 7 7a 7b 8 9 10 12 11 13 14 15 16 17 18 19 20 21a 21b 22"
    assert ids == wanted  # the numbers of the table, 12 before 11 on purpose


def test_declared_inputs_are_the_inputs_read_over_all_cases() -> None:
    read: dict[str, set[str]] = defaultdict(set)
    for case in CASES:
        for rule, names in (decide(inputs_of(case), LAW).reads or {}).items():
            read[rule] |= names
    declared = {row["id"]: set(row["inputs"].split()) for row in load_table("entitlement_rules")}
    assert dict(read) == declared


def test_every_rule_decides_a_case_of_its_own() -> None:
    hit = set()
    for case in CASES:
        hit |= {step.id for step in decide(inputs_of(case), LAW).ladder if step.hit}
    hit |= {"5b"}  # doubted: it never decides alone
    assert hit == {row["id"] for row in load_table("entitlement_rules")}


@pytest.mark.parametrize("on", [TODAY, date(2025, 10, 17), date(2025, 6, 19)])
def test_every_code_of_a_rule_is_in_the_list_of_codes(on: date) -> None:
    known = {row["ma_doituong_kcb"] for row in LAW.rows("ma_doituong_kcb", on)}
    assert {rule.code for rule in rules_in_force(LAW, on)} - {None} <= known
    assert len(known) == 27


def test_the_older_codes_read_old_rows_only() -> None:
    old, new = codes_on(date(2025, 6, 18)), codes_on(date(2025, 10, 17))
    assert {"1.8", "1.9", "1.10", "3.4", "3.5", "3.7", "7.1"} == old - new
    assert {"1.2", "10", *(f"1.{n}" for n in range(11, 19))} == new - old


def codes_on(day: date) -> set[str]:
    return {row["ma_doituong_kcb"] for row in LAW.rows("ma_doituong_kcb", day)}


@pytest.mark.parametrize(
    ("day", "decision"),
    [
        (date(2023, 2, 14), None),
        (date(2023, 2, 15), "QĐ 824/QĐ-BYT"),
        (date(2025, 6, 18), "QĐ 824/QĐ-BYT"),
        (date(2025, 6, 19), "QĐ 2010/QĐ-BYT"),
        (date(2025, 10, 16), "QĐ 2010/QĐ-BYT"),
        (date(2025, 10, 17), "QĐ 3276/QĐ-BYT"),
        (TODAY, "QĐ 3276/QĐ-BYT"),
    ],
)
def test_each_day_has_one_list_of_codes(day: date, decision: str | None) -> None:
    rows = [r for r in LAW.rows("ma_doituong_kcb", day) if r["ma_doituong_kcb"] != "3.3"]
    assert {r["source"].split(" ")[1] for r in rows} == (
        {decision.split()[1]} if decision else set()
    )


def test_what_is_only_inferred_of_a_list_says_so() -> None:
    rows = [r for r in load_table("ma_doituong_kcb") if r["id"].endswith("@2010")]
    assert {r["confidence"] for r in rows} == {"INF"}


def test_visit_kinds_are_strings_and_ten_and_more_begin_in_august_2026() -> None:
    kinds = [row["ma_loai_kcb"] for row in LAW.rows("ma_loai_kcb", date(2026, 7, 31))]
    assert kinds == [f"{n:02d}" for n in range(1, 10)]
    later = {row["ma_loai_kcb"] for row in LAW.rows("ma_loai_kcb", date(2026, 8, 1))}
    assert later == {f"{n:02d}" for n in range(1, 17)}


TABLES = ("entitlement_rules", "facility_levels", "ma_doituong_kcb", "ma_loai_kcb")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_names_its_source_and_how_sure_it_is(name: str) -> None:
    rows = load_table(name)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["source"].strip(), row["id"]
        assert row["confidence"] in {"C2", "C1", "INF", "MEM"}, row["id"]
        assert row["checked_by"] == "", "a row is signed off by a hospital, not here"


DOC = (ROOT / "docs" / "entitlement.md").read_text(encoding="utf-8")


@each("row", load_table("entitlement_rules"))
def test_every_rule_stands_in_the_docs_with_its_words_and_source(row: LawRow) -> None:
    (line,) = [line for line in DOC.splitlines() if line.startswith(f"| {row['id']} |")]
    assert row["vi"] in line
    assert row["source"] in line
    assert f"| {row['confidence']} |" in line


# ---- what a decree and a signature change


def changed(**over: tuple[LawRow, ...]) -> Law:
    tables = {name: load_table(name) for name in (*TABLES, "parameters", "benefit_digits")}
    tables |= {name: load_table(name) for name in ("object_codes", "provinces")}
    return Law(tables | over)


def case_named(id_: str) -> Inputs:
    return inputs_of(next(case for case in CASES if case["id"] == id_))


def edited(table: str, **columns: str) -> tuple[LawRow, ...]:
    rows = load_table(table)
    return tuple(LawRow({**row.values, **columns}, row.valid_from, row.valid_to) for row in rows)


def test_a_signature_on_every_row_used_ends_the_disclaimer() -> None:
    inputs = case_named("ex-dn4-registered")
    assert decide(inputs, LAW).unchecked
    signed = changed(
        entitlement_rules=edited("entitlement_rules", checked_by="BHXH 22/11/2026"),
        parameters=edited("parameters", checked_by="BHXH 22/11/2026"),
    )
    assert decide(inputs, signed).unchecked, "the benefit digit is not signed yet"
    assert inputs.benefit is not None
    mine = replace(inputs, benefit=replace(inputs.benefit, checked=True))
    assert not decide(mine, signed).unchecked


def test_the_setting_of_row_13_changes_its_code_and_not_its_rate() -> None:
    rows = tuple(
        LawRow({**row.values, "value": "1.13"}, None, None)
        if row["id"] == "former_district_code"
        else row
        for row in load_table("parameters")
    )
    found = decide(case_named("in-former-district-60"), changed(parameters=rows))
    assert (found.ma_doituong_kcb, found.rate) == ("1.13", Fraction(4, 5))


def test_row_13_waits_for_the_office_to_confirm_its_code() -> None:
    found = decide(case_named("in-former-district-60"), LAW)
    assert "Chờ BHXH xác nhận mã đối tượng KCB" in [note.vi for note in found.notes]
    assert found.confidence == "C1"


def test_a_new_decree_is_data_alone() -> None:
    rows = tuple(
        LawRow({**row.values, "factor": "3/5"}, row.valid_from, row.valid_to)
        if row["id"] == "21a"
        else row
        for row in load_table("entitlement_rules")
    )
    found = decide(case_named("ex-dn4-central-inpatient"), changed(entitlement_rules=rows))
    assert found.rate == Fraction(12, 25)


def test_without_any_rules_there_is_no_answer() -> None:
    assert decide(case_named("ex-dn4-registered"), changed(entitlement_rules=())) == Entitlement()


# ---- what is said beside the rate


@pytest.mark.parametrize(
    ("on", "limit"),
    [("2026-11-22", "379.500"), ("2026-07-01", "379.500"), ("2026-06-30", "351.000")],
)
def test_the_conditional_sentence_has_the_threshold_of_the_visit_date(on: str, limit: str) -> None:
    inputs = replace(case_named("ex-dn4-registered"), on=date.fromisoformat(on))
    found = decide(inputs, LAW).condition
    assert found is not None
    assert found.vi == f"80 % (100 % nếu chi phí lượt khám < {limit} đ)"
    assert limit in found.en


def test_a_changed_digit_names_its_resolution() -> None:
    found = decide(case_named("ex-cn3-remap"), LAW)
    assert "Nghị quyết 261/2025/QH15" in (found.basis or "")
    assert found.confidence == "C1"


def test_the_same_card_on_both_sides_of_1_july_2026_climbs_the_same_ladder() -> None:
    inputs = case_named("14-1")
    june, july = (
        decide(replace(inputs, on=on), LAW) for on in (date(2026, 6, 30), date(2026, 7, 1))
    )
    assert june.ladder == july.ladder
    assert (june.rate, july.rate) == (Fraction(0), Fraction(2, 5))


def test_the_ladder_ends_with_the_row_that_hits_and_says_why_the_others_do_not() -> None:
    ladder = decide(case_named("ex-dn4-emergency"), LAW).ladder
    ids = ["0", "1", "2", "4", "5a", "5b", "6", "7", "7a", "7b"]
    assert [step.id for step in ladder] == ids
    assert [step.hit for step in ladder] == [False] * 9 + [True]
    assert "đúng nơi ĐKBĐ: không" in ladder[1].why.vi
    assert "registered here: no" in ladder[1].why.en


def test_a_row_that_depends_on_an_unknown_input_is_neither_hit_nor_missed() -> None:
    ladder = {step.id: step.hit for step in decide(case_named("range-32-80"), LAW).ladder}
    assert (ladder["7b"], ladder["21a"], ladder["20"]) == (None, None, False)


def test_other_rows_of_the_same_kind_that_fit_are_alternatives() -> None:
    inputs = replace(case_named("ex-dn4-registered"), referral=True, reappointment=True)
    found = decide(inputs, LAW)
    assert found.ma_doituong_kcb == "1.1"
    assert [(a.ma_doituong_kcb, a.rate) for a in found.alternatives] == [
        ("1.3", Fraction(4, 5)),
        ("1.5", Fraction(4, 5)),
    ]


def test_a_card_that_is_not_valid_has_no_alternative() -> None:
    assert decide(case_named("0-2"), LAW).alternatives == ()


def test_a_doubted_code_is_an_alternative_without_a_rate() -> None:
    found = decide(replace(case_named("5b-22"), referral=True), LAW)
    assert found.ma_doituong_kcb == "1.3"
    assert [(a.ma_doituong_kcb, a.rate) for a in found.alternatives] == [("1.4", None)]


def test_a_doubted_change_of_stay_spans_what_follows_without_it_up_to_the_cards_rate() -> None:
    doubted = case_named("5b-22")
    found = decide(doubted, LAW)
    assert (found.ma_doituong_kcb, found.rate) == (None, None)
    assert (found.rate_low, found.rate_high) == (Fraction(2, 5), Fraction(4, 5))
    assert found.notes == (TEXTS("note.stay_level"),)
    assert "hỏi cơ quan BHXH: 1.4 hay không" in found.notes[0].vi
    assert found.ask == ()  # no answer at the desk settles it
    assert found.confidence == "C1"
    steps = {step.id: step.hit for step in found.ladder}
    assert (steps["5b"], steps["14"]) == (None, None)
    without = decide(replace(doubted, stay_change=False), LAW)
    assert (without.rate, without.notes) == (Fraction(2, 5), ())


def test_a_card_of_which_nobody_knows_whether_it_is_valid_shows_no_single_rate() -> None:
    registered = case_named("ex-dn4-registered")
    assert decide(registered, LAW).rate is not None
    assert decide(replace(registered, valid=None), LAW).rate is None


def test_a_doubt_about_papers_is_told_where_somebody_spoke_of_them() -> None:
    doubted = case_named("5b-22")
    note = TEXTS("note.stay_level")
    assert note in decide(replace(doubted, emergency=None), LAW).notes
    assert note not in decide(replace(doubted, stay_change=None), LAW).notes
    assert note not in decide(replace(doubted, registered_level="co_ban"), LAW).notes
    assert decide(case_named("22-7"), LAW).notes == (TEXTS("note.unknown"),)  # an emergency or 22


def test_an_unknown_facility_or_no_card_gives_nothing_that_looks_like_an_answer() -> None:
    card = Card(ma_the="DN4797900000011", ma_dkbd=HERE)
    assert decide(inputs_for(card, None, TODAY, law=LAW), LAW) == Entitlement()
    facility = Facility(HERE, "Mẫu", "79", "co_ban")
    assert decide(inputs_for(None, facility, TODAY, law=LAW), LAW) == Entitlement()
    assert Inputs(TODAY).answerable  # only these two are not
    assert Entitlement().unchecked  # what nobody decided, nobody has signed


@each(
    ("said", "area", "case"),
    [
        (Said(special=False, area="K1"), None, "area"),
        (Said(special=False), "K2", "area"),
        (Said(newborn=True, donor=True), None, "newborn_donor"),
        (Said(newborn=True), None, None),
        (Said(donor=True), None, None),
        (Said(drug_pickup=True), None, None),
        (Said(drug_pickup=True, emergency=True), None, "drug_pickup"),
        (Said(special=False, area="none"), "K2", None),
        (Said(special=True, area="none"), None, None),
        (Said(special=False), None, None),
        (Said(admitted=date(2026, 11, 23)), None, "admitted"),
        (Said(admitted=date(2027, 1, 1), inpatient=True), None, "admitted"),
        (Said(admitted=date(2026, 11, 22)), None, None),
        (Said(admitted=date(2026, 11, 7)), None, None),
    ],
)
def test_answers_that_contradict_each_other_are_named(
    said: Said, area: str | None, case: str | None
) -> None:
    found = contradiction(said, Card(ma_kv=area), date(2026, 11, 22))
    params = {"area": said.area or area or ""}
    assert found == (TEXTS(f"contradiction.{case}", **params) if case else None)


# ---- for all inputs

maybe = st.sampled_from([None, True, False])
benefits = st.sampled_from(
    [None, *(Benefit("9", rate, None) for rate in (Fraction(1), Fraction(19, 20), Fraction(4, 5)))]
)
dates = st.one_of(st.dates(date(2024, 12, 1), date(2027, 2, 1)), st.dates())
all_inputs = st.builds(
    Inputs,
    on=dates,
    answerable=st.sampled_from([True, True, True, False]),
    valid=st.sampled_from([True, True, False]),
    in_stay=st.booleans(),
    benefit=benefits,
    level=st.sampled_from(["ban_dau", "co_ban", "chuyen_sau", "unknown"]),
    points=st.sampled_from(["lt50", "50_70", "ge70", "tam", "unknown"]),
    old_tier=st.sampled_from(["xa", "huyen", "tinh", "tw", "none"]),
    kind12=st.booleans(),
    registered=maybe,
    registered_level=st.sampled_from(["ban_dau", "co_ban", "chuyen_sau", "unknown"]),
    disease=st.sampled_from([None, "I", "II", "none"]),
    drug_pickup=st.booleans(),
    first_visit_cost=st.sampled_from([None, 0, 350_999, 379_499, 379_500, 10**12]),
    **dict.fromkeys(FLAGS, maybe),
)


@given(all_inputs)
def test_a_rate_lies_between_nothing_and_all_and_the_keys_agree(inputs: Inputs) -> None:
    found = decide(inputs, LAW)
    assert (found.rate_low is None) == (found.rate_high is None)
    assert len(found.ask) <= 2
    assert all(getattr(inputs, question.input) is None for question in found.ask)
    if found.rate_low is not None and found.rate_high is not None:
        assert 0 <= found.rate_low <= found.rate_high <= 1
        assert (found.rate is None) == (found.rate_low != found.rate_high)
    if found.rate is not None:
        assert found.ask == ()
        assert found.rate == found.rate_low == found.rate_high


@given(all_inputs)
def test_emergency_never_lowers_a_rate(inputs: Inputs) -> None:
    yes, no = (decide(replace(inputs, emergency=e), LAW) for e in (True, False))
    assume(yes.rate_low is not None and no.rate_low is not None)
    assert yes.rate_low is not None
    assert no.rate_low is not None
    assert yes.rate_high is not None
    assert no.rate_high is not None
    assert yes.rate_low >= no.rate_low
    assert yes.rate_high >= no.rate_high


@given(all_inputs)
def test_a_higher_right_on_the_same_route_never_pays_less(inputs: Inputs) -> None:
    rates = [Fraction(4, 5), Fraction(19, 20), Fraction(1)]
    found = [decide(replace(inputs, benefit=Benefit("4", rate, None)), LAW) for rate in rates]
    for less, more in itertools.pairwise(found):
        assert (less.rate_low is None) == (more.rate_low is None)
        if less.rate_low is not None and more.rate_low is not None:
            assert less.rate_low <= more.rate_low


@given(all_inputs)
def test_a_card_that_is_not_valid_pays_nothing(inputs: Inputs) -> None:
    dead = replace(inputs, valid=False, in_stay=False, newborn=None, donor=None, answerable=True)
    found = decide(dead, LAW)
    assert (found.ma_doituong_kcb, found.rate) == ("9", 0)


@given(all_inputs, st.data())
def test_adding_knowledge_never_widens_the_range(inputs: Inputs, data: st.DataObject) -> None:
    open_ = [name for name in (*ASKABLE, "registered") if getattr(inputs, name) is None]
    assume(open_)
    name = data.draw(st.sampled_from(open_))
    values = ["I", "II", "none"] if name == "disease" else [True, False]
    before = decide(inputs, LAW)
    after = decide(replace(inputs, **{name: data.draw(st.sampled_from(values))}), LAW)
    if before.rate_low is not None and after.rate_low is not None:
        assert before.rate_high is not None
        assert after.rate_high is not None
        assert before.rate_low <= after.rate_low
        assert after.rate_high <= before.rate_high


@given(all_inputs)
def test_the_range_is_exactly_what_its_completions_give(inputs: Inputs) -> None:
    names = [name for name in (*ASKABLE, "registered") if getattr(inputs, name) is None]
    assume(len(names) <= 4)
    choices = [("I", "II", "none") if name == "disease" else (True, False) for name in names]
    whole = decide(inputs, LAW)
    each = [
        decide(replace(inputs, **dict(zip(names, values, strict=True))), LAW)
        for values in itertools.product(*choices)
    ]
    rates = [(e.rate_low, e.rate_high) for e in each if e.rate_low is not None]
    if whole.rate_low is not None:
        assert whole.rate_low == min(low for low, _ in rates if low is not None)
        assert whole.rate_high == max(high for _, high in rates if high is not None)
    elif whole.rate_low is None and inputs.answerable:
        assert len(rates) < len(each)


@given(
    on=st.dates(),
    begin=st.none() | st.dates(),
    length=st.integers(0, 4000),
    admitted=st.none() | st.dates(),
    paid=st.none() | st.integers(0, 10**9),
    since=st.none() | st.integers(0, 10**9),
    digit=st.sampled_from("1234567X"),
    blocked=st.booleans(),
)
def test_no_input_raises(  # noqa: PLR0917
    on: date, begin: date | None, length: int, admitted: date | None, paid: int | None,
    since: int | None, digit: str, blocked: bool,
) -> None:  # fmt: skip
    end = begin + timedelta(min(length, (date.max - begin).days)) if begin else None
    card = Card(ma_the=f"DN{digit}797900000011", gt_the_tu=begin, gt_the_den=end, ngay_du_5_nam=end)
    said = Said(admitted=admitted, copay_before_july=paid, copay_since=since)
    facility = Facility(HERE, "Mẫu", "79", "lạ", "lạ", "lạ")
    inputs = inputs_for(card, facility, on, said, law=LAW, blocked=blocked)
    found = decide(inputs, LAW)
    if end and not inputs.in_stay and (blocked or on > end):
        assert (found.ma_doituong_kcb, found.rate) == ("9", 0)
    assert {field.name for field in fields(Entitlement)} >= set(vars(found))
