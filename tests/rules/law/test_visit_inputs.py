"""The inputs of the decision: money of the year, places, stays, what is known and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.support import TODAY, a_card, a_record, each
from verification.card.facts import Card, Facility, Origin, Status
from verification.card.memory import MemoryCards
from verification.card.presented import read
from verification.card.reasons import Finding, Reason
from verification.rules.law.copayment import Copayment, copayment, visit_threshold
from verification.rules.law.entitlement import decide
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Outcome, Rules, Verdict, judge
from verification.rules.law.visit_inputs import (
    Inputs,
    Said,
    in_unfinished_stay,
    inputs_for,
    is_blocked,
    stay_until,
)

LAW = shipped()
HERE = Facility("79014", "BV Đa khoa Mẫu", "79", "co_ban", "50_70", "huyen")
JULY = date(2026, 7, 1)


def gathered(card: Card | None = None, said: Said | None = None, on: date = TODAY) -> Inputs:
    return inputs_for(card or a_card(), HERE, on, said or Said(), law=LAW)


# ---- money


@pytest.mark.parametrize(
    ("on", "threshold"),
    [
        (date(2023, 6, 30), None),
        (date(2023, 7, 1), 270_000),
        (date(2024, 7, 1), 351_000),
        (date(2026, 6, 30), 351_000),
        (date(2026, 7, 1), 379_500),
        (TODAY, 379_500),
    ],
)
def test_the_one_visit_threshold_follows_the_base_salary(on: date, threshold: int | None) -> None:
    assert visit_threshold(LAW, on) == threshold


def test_the_worked_example_of_the_split_year() -> None:
    assert copayment(LAW, TODAY, 3_510_000, 0) == Copayment(11_385_000, passed=False)


@each(
    ("on", "before", "since", "expected"),
    [
        # 2026: strictly more than R since July, but at once with six months of the old salary
        (TODAY, 3_510_000, 11_385_000, Copayment(11_385_000, passed=False)),
        (TODAY, 3_510_000, 11_385_001, Copayment(11_385_000, passed=True)),
        (TODAY, 3_510_000, None, Copayment(11_385_000, passed=None)),
        (TODAY, 14_040_000, None, Copayment(0, passed=True)),
        (TODAY, 14_040_000, 0, Copayment(0, passed=True)),
        (TODAY, 14_040_001, 0, Copayment(0, passed=True)),
        (TODAY, 14_039_999, 0, Copayment(1, passed=False)),
        (TODAY, 14_039_999, 1, Copayment(1, passed=False)),
        (TODAY, 14_039_999, 2, Copayment(1, passed=True)),
        (TODAY, 0, 15_180_000, Copayment(15_180_000, passed=False)),
        (TODAY, 0, 15_180_001, Copayment(15_180_000, passed=True)),
        (TODAY, None, 99_000_000, Copayment(None, passed=True)),  # whatever was paid before
        (TODAY, None, 15_180_000, Copayment(None, None)),
        (TODAY, None, None, Copayment(None, None)),
        (JULY, 3_510_000, None, Copayment(11_385_000, passed=None)),  # that day may be paid already
        (JULY, 3_510_000, 0, Copayment(11_385_000, passed=False)),
        # before 1 July 2026: one salary, strictly more than six months
        (date(2026, 6, 30), 14_040_000, None, Copayment(0, passed=False)),
        (date(2026, 6, 30), 14_040_001, None, Copayment(0, passed=True)),
        # 2025 and 2027: one salary all year
        (date(2025, 11, 1), 10_000_000, 4_040_000, Copayment(4_040_000, passed=False)),
        (date(2025, 11, 1), 10_000_000, 4_040_001, Copayment(4_040_000, passed=True)),
        (date(2027, 8, 1), 15_180_000, None, Copayment(0, passed=None)),
        (date(2027, 8, 1), 15_180_001, None, Copayment(0, passed=True)),
        # no salary known in the tables
        (date(2020, 5, 1), 99_000_000, 99_000_000, Copayment(None, None)),
    ],
)
def test_six_months_of_base_salary(
    on: date, before: int | None, since: int | None, expected: Copayment
) -> None:
    assert copayment(LAW, on, before, since) == expected


@pytest.mark.parametrize(
    ("full", "before", "since", "exempt"),
    [
        (date(2026, 11, 22), 3_510_000, 11_385_001, True),
        (date(2026, 11, 23), 3_510_000, 11_385_001, False),
        (date(2020, 1, 1), 3_510_000, 11_385_000, False),
        (date(2020, 1, 1), None, None, None),
        (date(2027, 1, 1), None, None, False),
        (None, 3_510_000, 11_385_001, None),
        (None, 3_510_000, 0, False),
    ],
)
def test_five_years_and_the_threshold_are_both_needed(
    full: date | None, before: int | None, since: int | None, *, exempt: bool | None
) -> None:
    said = Said(copay_before_july=before, copay_since=since)
    assert gathered(a_card(ngay_du_5_nam=full), said).copay_exempt is exempt


def test_what_the_desk_was_told_of_the_exemption_counts_over_the_sum() -> None:
    said = Said(copay_exempt=True, copay_before_july=0, copay_since=0)
    assert gathered(a_card(ngay_du_5_nam=date(2020, 1, 1)), said).copay_exempt is True


# ---- card and place


def test_the_facility_gives_level_points_former_tier_and_kind() -> None:
    found = gathered()
    assert (found.level, found.points, found.old_tier) == ("co_ban", "50_70", "huyen")
    assert found.registered is True
    bare = inputs_for(a_card(), Facility("79036", "x", "79"), TODAY, law=LAW)
    assert (bare.level, bare.points, bare.old_tier) == ("unknown", "unknown", "none")
    assert bare.registered is False


def test_a_card_without_its_place_leaves_open_where_it_is_registered() -> None:
    found = gathered(a_card(ma_dkbd=None, ma_the=None))
    assert found.registered is None
    assert found.benefit is None


def test_a_temporary_number_is_registered_nowhere_and_gives_all() -> None:
    found = gathered(a_card(ma_the="TE1797900000237", ma_dkbd="79000"))
    assert found.registered is False
    assert found.benefit is not None
    assert found.benefit.rate == 1


@pytest.mark.parametrize(
    ("on", "digit", "rate"),
    [(date(2025, 12, 31), "3", Fraction(19, 20)), (date(2026, 1, 1), "2", Fraction(1))],
)
def test_the_near_poor_rise_on_1_january_2026(on: date, digit: str, rate: Fraction) -> None:
    found = gathered(a_card(ma_the="CN3797900000011", gt_the_tu=None), on=on).benefit
    assert found is not None
    assert (found.digit, found.rate) == (digit, rate)


@pytest.mark.parametrize("area", ["K1", "K2", "K3"])
def test_an_area_makes_a_special_person(area: str) -> None:
    assert gathered(a_card(ma_kv=area)).special is True
    assert gathered(said=Said(area=area)).special is True
    assert gathered(a_card(ma_kv=area), Said(area="none")).special is None
    assert gathered(a_card(ma_kv=area), Said(area="none", special=False)).special is False


@pytest.mark.parametrize(
    ("home", "level"),
    [
        (Facility("79027", "x", "79", "co_ban"), "co_ban"),
        (Facility("79001", "x", "79", "chuyen_sau"), "chuyen_sau"),
        (Facility("79021", "x", "79", "ban_dau"), "ban_dau"),
        (Facility("79099", "x", "79"), "unknown"),
        (Facility("79098", "x", "79", ""), "unknown"),
        (Facility("79097", "x", "79", "hạng I"), "unknown"),
        (None, "unknown"),  # such as `79000` of a temporary number
    ],
)
def test_the_level_of_the_place_of_registration_comes_from_its_facility(
    home: Facility | None, level: str
) -> None:
    found = inputs_for(a_card(), HERE, TODAY, law=LAW, home=home)
    assert found.registered_level == level
    assert found.level == "co_ban"


@each("stated", ["emergency", "newborn", "donor"])
@each("word", ["referral", "reappointment", "stay_change"])
def test_papers_that_nobody_spoke_of_count_as_not_shown_beside_what_was_stated(
    word: str, stated: str
) -> None:
    assert getattr(gathered(said=Said(**{stated: True})), word) is False
    assert getattr(gathered(said=Said(**{stated: True, word: True})), word) is True
    assert getattr(gathered(said=Said(**{stated: False})), word) is None
    assert getattr(gathered(), word) is None


def test_whoever_only_collects_drugs_is_no_emergency_and_in_no_bed() -> None:
    found = gathered(said=Said(drug_pickup=True))
    assert (found.emergency, found.inpatient) == (False, False)
    assert found.referral is None  # a slip may still be shown
    assert (gathered().emergency, gathered().inpatient) == (None, None)


def test_a_card_whose_renewal_nobody_knows_of_is_neither_valid_nor_not() -> None:
    card = a_card(gt_the_den=date(2025, 12, 31))
    found = inputs_for(card, HERE, TODAY, law=LAW, doubtful=True)
    assert found.valid is None
    answer = decide(found, LAW)
    assert (answer.ma_doituong_kcb, answer.rate) == (None, None)
    assert (answer.rate_low, answer.rate_high) == (0, Fraction(4, 5))
    dead = inputs_for(card, HERE, TODAY, law=LAW)
    assert (decide(dead, LAW).ma_doituong_kcb, decide(dead, LAW).rate) == ("9", 0)
    runs = a_card(gt_the_den=date(2026, 12, 31))
    assert inputs_for(runs, HERE, TODAY, law=LAW, doubtful=True).valid is True
    assert inputs_for(card, HERE, TODAY, law=LAW, blocked=True, doubtful=True).valid is False


@pytest.mark.parametrize(
    "reason", [Reason.WITHDRAWN, Reason.REDUCED, Reason.LOCKED, Reason.HOLDER_DECEASED]
)
def test_a_card_that_stands_badly_is_not_valid_whatever_its_dates(reason: Reason) -> None:
    verdict = replace(judged(), reasons=(Finding(reason), Finding(Reason.RENEWAL_UNKNOWN)))
    assert is_blocked(verdict)
    found = inputs_for(a_card(), HERE, TODAY, law=LAW, blocked=is_blocked(verdict))
    assert found.valid is False


def test_nothing_told_stays_unknown() -> None:
    found = gathered()
    asked = ("emergency", "inpatient", "referral", "reappointment", "stay_change", "special")
    assert {getattr(found, name) for name in asked} == {None}
    assert found.disease is None


# ---- an unfinished stay

ENDED = a_card(gt_the_den=date(2026, 11, 7))


@pytest.mark.parametrize(
    ("on", "admitted", "until"),
    [
        (date(2026, 11, 7), date(2026, 11, 5), None),
        (date(2026, 11, 8), date(2026, 11, 5), date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 11, 7), date(2026, 11, 22)),
        (date(2026, 11, 23), date(2026, 11, 7), None),
        (date(2026, 11, 22), date(2026, 11, 8), None),
        (date(2026, 11, 22), date(2025, 12, 31), None),
        (date(2026, 11, 22), None, None),
    ],
)
def test_a_stay_that_began_on_a_valid_card_counts_fifteen_days(
    on: date, admitted: date | None, until: date | None
) -> None:
    assert stay_until(ENDED, on, admitted, LAW) == until


def test_a_stay_at_the_end_of_the_calendar_ends_there() -> None:
    card = a_card(gt_the_den=date(9999, 12, 30))
    assert stay_until(card, date.max, date(2026, 2, 1), LAW) == date.max


def test_whoever_was_admitted_is_an_inpatient_unless_said_otherwise() -> None:
    assert gathered(said=Said(admitted=TODAY)).inpatient is True
    assert gathered(said=Said(admitted=TODAY, inpatient=False)).inpatient is False


def judged(status: Status = Status.HIEU_LUC, **facts: object) -> Verdict:
    record = a_record(status, **facts)
    reading = read(b"DN4797900000011", TODAY)
    return judge(reading, MemoryCards([record]), Rules(LAW), TODAY, TODAY)


def test_the_verdict_of_an_unfinished_stay_is_a_warning_and_eligible() -> None:
    verdict = judged(gt_the_den=date(2026, 11, 7), origin=Origin.BHXH)
    assert verdict.outcome is Outcome.NOT_ELIGIBLE
    stay = in_unfinished_stay(verdict, date(2026, 11, 5), LAW)
    assert (stay.outcome, stay.headline.reason) == (Outcome.ELIGIBLE, Reason.EXPIRED_IN_STAY)
    assert "22/11/2026" in stay.headline.sentence.vi
    assert in_unfinished_stay(verdict, date(2026, 11, 8), LAW) is verdict
    assert in_unfinished_stay(verdict, None, LAW) is verdict


def test_a_stay_needs_no_renewal() -> None:
    verdict = judged(gt_the_den=date(2026, 11, 7))
    assert verdict.headline.reason is Reason.RENEWAL_UNKNOWN
    stay = in_unfinished_stay(verdict, date(2026, 11, 5), LAW)
    assert (stay.outcome, stay.headline.reason) == (Outcome.ELIGIBLE, Reason.EXPIRED_IN_STAY)


def with_a_gap(ended: Status = Status.HIEU_LUC, begins: date = date(2027, 1, 1)) -> Verdict:
    """Return the verdict on a card that ended on 7 November and begins again later."""
    first = a_record(ended, gt_the_tu=date(2026, 1, 1), gt_the_den=date(2026, 11, 7))
    later = a_record(gt_the_tu=begins, gt_the_den=None)
    reading = read(b"DN4797900000011", TODAY)
    return judge(reading, MemoryCards([first, later]), Rules(LAW), TODAY, TODAY)


@pytest.mark.parametrize("begins", [date(2026, 11, 23), date(2026, 12, 1), date(2027, 1, 1)])
@pytest.mark.parametrize("admitted", [date(2026, 1, 1), date(2026, 11, 7)])
def test_a_stay_goes_by_the_period_of_its_admission_though_the_next_begins_later(
    begins: date, admitted: date
) -> None:
    verdict = with_a_gap(begins=begins)
    assert verdict.headline.reason is Reason.NOT_YET_VALID
    stay = in_unfinished_stay(verdict, admitted, LAW)
    assert (stay.outcome, stay.headline.reason) == (Outcome.ELIGIBLE, Reason.EXPIRED_IN_STAY)
    assert "07/11/2026" in stay.headline.sentence.vi
    assert gathered(stay.card, Said(admitted=admitted)).in_stay


def test_a_stay_of_no_period_or_of_one_that_was_ended_stays_without_a_card() -> None:
    for admitted in (date(2025, 12, 31), date(2026, 11, 8), None):
        verdict = with_a_gap()
        assert in_unfinished_stay(verdict, admitted, LAW) is verdict
    ended = with_a_gap(Status.BAO_GIAM)
    assert in_unfinished_stay(ended, date(2026, 11, 5), LAW).outcome is Outcome.NOT_ELIGIBLE
    later = replace(with_a_gap(), on=date(2026, 11, 23))  # the sixteenth day
    assert in_unfinished_stay(later, date(2026, 11, 5), LAW) is later


def test_whether_a_card_was_renewed_not_known_leaves_the_rate_open() -> None:
    ended = a_card(gt_the_den=date(2026, 11, 7))
    for doubtful, valid in ((True, None), (False, False)):
        found = inputs_for(ended, None, TODAY, law=LAW, doubtful=doubtful)
        assert found.valid is valid
    assert inputs_for(ended, None, TODAY, law=LAW, doubtful=True, blocked=True).valid is False
    runs = a_card(gt_the_den=date(2026, 12, 31))
    assert inputs_for(runs, None, TODAY, law=LAW, doubtful=True).valid is True
    # of a child's card past its years whose last day nobody knows
    assert inputs_for(a_card(), None, TODAY, law=LAW, doubtful=True).valid is None


def test_a_withdrawn_card_stays_blocked_in_a_stay() -> None:
    verdict = judged(Status.THU_HOI, gt_the_den=date(2026, 11, 7))
    assert is_blocked(verdict)
    stay = in_unfinished_stay(verdict, date(2026, 11, 5), LAW)
    assert stay.outcome is Outcome.NOT_ELIGIBLE
    assert not is_blocked(judged())


def test_rubbish_has_no_stay() -> None:
    verdict = judge(read(b"", TODAY), MemoryCards(), Rules(LAW), TODAY, TODAY)
    assert in_unfinished_stay(verdict, TODAY, LAW) is verdict
    nobody = inputs_for(None, HERE, TODAY, law=LAW)
    assert not nobody.answerable
    assert replace(nobody, answerable=True).registered is False
