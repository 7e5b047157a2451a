"""The kiosk's decision against a second, plain writing of the table: over products of inputs."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.rules.law.oracle import Outcome, outcomes
from tests.support import share
from verification.rules.law.entitlement import Entitlement, decide
from verification.rules.law.tables import Benefit, shipped
from verification.rules.law.visit_inputs import Inputs

if TYPE_CHECKING:
    from collections.abc import Iterator

LAW = shipped()
NOV, JUNE, SUMMER, SPRING, BEFORE = (
    date(2026, 11, 22),
    date(2026, 6, 30),
    date(2025, 8, 1),
    date(2025, 3, 3),
    date(2024, 12, 31),
)
MAYBE = (True, False, None)
LEVELS = ("ban_dau", "co_ban", "chuyen_sau", "unknown")
POINTS = ("lt50", "50_70", "ge70", "tam", "unknown")
TIERS = ("xa", "huyen", "tinh", "tw", "none")
RATES = (Fraction(4, 5), Fraction(19, 20), Fraction(1))
PLACES = [
    {"level": level, "points": points, "old_tier": tier}
    for level, points, tier in itertools.product(LEVELS, POINTS, TIERS)
]
NOTHING = {
    "registered": False,
    "emergency": False,
    "inpatient": False,
    "referral": False,
    "reappointment": False,
    "stay_change": False,
    "special": False,
    "disease": "none",
}
ALL: dict[str, tuple[Any, ...]] = {
    "on": (NOV, JUNE, SUMMER, SPRING, BEFORE, date(2026, 7, 1), date(2025, 6, 18)),
    "valid": (True, True, True, True, False, None),
    "in_stay": (False, False, True),
    "level": LEVELS,
    "points": POINTS,
    "old_tier": TIERS,
    "kind12": (False, False, False, True),
    "registered": (False, False, True, None),
    "registered_level": LEVELS,
    **dict.fromkeys(("emergency", "inpatient", "referral"), MAYBE),
    **dict.fromkeys(("reappointment", "stay_change", "special"), MAYBE),
    "disease": ("I", "II", "none", None),
    "newborn": (None, None, None, False, True),
    "donor": (None, None, None, False, True),
    "drug_pickup": (False, False, False, True),
    "first_visit_cost": (None, None, 350_999, 379_499, 379_500),
    "copay_exempt": (None, None, False, True),
}


def visit(on: date = NOV, rate: Fraction = RATES[0], **known: Any) -> Inputs:
    return Inputs(on, benefit=Benefit("4", rate, None), **(NOTHING | known))


def spoken(found: Entitlement) -> dict[str, Any]:
    return {
        "code": found.ma_doituong_kcb,
        "low": found.rate_low,
        "high": found.rate_high,
        "rate": found.rate,
    }


def expected(ways: frozenset[Outcome]) -> dict[str, Any]:
    codes = {way.code for way in ways}
    rates = [way.rate for way in ways]
    known = [rate for rate in rates if rate is not None]
    low, high = (min(known), max(known)) if len(known) == len(rates) else (None, None)
    return {
        "code": codes.pop() if len(codes) == 1 else None,
        "low": low,
        "high": high,
        "rate": low if low == high else None,
    }


def agrees(given: Inputs) -> None:
    ways = outcomes(given)
    assert spoken(decide(given, LAW)) == expected(ways), (given, ways)


def _product(**choices: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    for values in itertools.product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


@pytest.mark.parametrize("on", share([NOV, JUNE, SUMMER, SPRING], NOV))
def test_who_comes_by_himself_is_decided_by_place_bed_and_disease(on: date) -> None:
    who = list(_product(inpatient=MAYBE, disease=("I", "II", "none", None), special=(True, False)))
    for place, known in itertools.product(PLACES, who):
        agrees(visit(on, **place, **known))


@pytest.mark.parametrize("registered_level", share(LEVELS, "ban_dau", "unknown"))
def test_a_change_of_stay_is_decided_by_where_the_card_is_registered(registered_level: str) -> None:
    how = list(_product(stay_change=(True, None), inpatient=MAYBE, emergency=MAYBE))
    for place, known in itertools.product(PLACES, how):
        agrees(visit(registered_level=registered_level, **place, **known))


@pytest.mark.parametrize("registered", share(MAYBE, None))
def test_papers_stand_before_an_emergency_and_both_before_the_place(
    registered: bool | None,
) -> None:
    papers = list(
        _product(
            referral=MAYBE, reappointment=MAYBE, emergency=MAYBE, donor=(None, True),
            newborn=(None, True), kind12=(False, True),
        )
    )  # fmt: skip
    some = [place for place in PLACES if place["points"] == "50_70"]
    for place, known in itertools.product(some, papers):
        agrees(visit(registered=registered, **place, **known))


@pytest.mark.parametrize("seed", share(range(8), 0, 1, 2))
def test_any_visit_is_decided_as_the_table_reads(seed: int) -> None:
    chance = random.Random(seed)  # a sample of the product, the same at each run
    for _ in range(250):
        drawn = {name: chance.choice(values) for name, values in ALL.items()}
        agrees(visit(rate=chance.choice(RATES), **drawn))


def test_the_setting_of_row_13_is_the_only_code_that_may_differ() -> None:
    given = visit(level="co_ban", points="unknown", old_tier="huyen")
    assert {way.row for way in outcomes(given)} == {"13"}
    agrees(replace(given, inpatient=None, disease=None))
