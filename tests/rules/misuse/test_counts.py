"""What a hit counts, and how far above its threshold it stands: the auditor reads both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.support import each
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Facts, Occasion
from verification.rules.misuse.policy import shipped

POLICY = shipped()
RULES = engine.CARD_RULES | engine.DESK_RULES
NOW = int(datetime(2026, 6, 17, 2, tzinfo=UTC).timestamp())  # 09:00 in Vietnam
TODAY = Occasion("now", NOW, "p", "79014", "1", "an", ma_benh="J06", born=1980)


def before(days: float, **facts: Any) -> Occasion:
    """Return a visit some days ago, named by them."""
    at = NOW - round(days * 86_400)
    return replace(TODAY, **({"id": f"{days:g}", "at": at} | facts))


def a_line(days: list[float], **facts: Any) -> tuple[Occasion, ...]:
    """Return one visit for each number of days."""
    return tuple(before(day, **facts) for day in days)


def places(days: list[float], **facts: Any) -> tuple[Occasion, ...]:
    """Return one visit for each number of days, each in another house."""
    return tuple(before(day, ma_cskcb=f"7903{n}", **facts) for n, day in enumerate(days))


DRUGS = {"ma_benh": "I10", "so_ngay_thuoc": 30}
CLINICS = tuple(
    before(n / 20, ma_benh=b) for n, b in enumerate(("H10", "K02", "L30", "M54", "R51"), 1)
)
ILLS = tuple(before(n, ma_benh=f"K{n}0") for n in range(1, 6))
WITHDRAWN, REDUCED = {"reasons": ("withdrawn",)}, {"reasons": ("reduced",)}
OTHER: dict[str, Any] = {"compared": {"document": "other"}}
WITH_B = replace(TODAY, cccd="b")
TYPED = replace(TODAY, typed=True)


def shared(count: int) -> dict[str, Any]:
    """Return visits of so many other people with one document."""
    return {"shared": tuple(before(9 + n, cccd="b", person_ref=f"q{n}") for n in range(count))}


@each(
    ("rule", "case", "now", "past", "more", "numbers", "excess"),
    [
        ("M01", "two", TODAY, a_line([0.1]), {}, {"count": 2, "clinics": 1}, 0),
        ("M01", "many", TODAY, a_line([0.1, 0.2]), {}, {"count": 3, "clinics": 1}, 0),
        ("M01", "many", TODAY, a_line([0.1, 0.2, 0.3]), {}, {"count": 4, "clinics": 1}, 1),
        ("M01", "two", TODAY, CLINICS[:3], {}, {"count": 4, "clinics": 4}, 0),
        ("M01", "many", TODAY, CLINICS[:4], {}, {"count": 5, "clinics": 5}, 0),
        ("M01", "many", TODAY, CLINICS, {}, {"count": 6, "clinics": 6}, 1),
        ("M02", "many", TODAY, places([0.1, 0.2]), {}, {"count": 3, "extra": 2}, 0),
        ("M02", "many", TODAY, places([0.1, 0.2, 0.3]), {}, {"count": 4, "extra": 3}, 1),
        ("M04", "places", TODAY, places([4, 8, 12, 16]), {}, {"count": 5, "places": 5}, 0),
        ("M04", "places", TODAY, places([4, 8, 12, 16, 20]), {}, {"count": 6, "places": 6}, 1),
        ("M04", "week", TODAY, ILLS[:4], {}, {"count": 5, "begun": 5}, 0),
        ("M04", "week", TODAY, ILLS, {}, {"count": 6, "begun": 6}, 1),
        (
            *("M06", "stacked", replace(TODAY, ma_benh="I10"), places([2, 3], **DRUGS), {}),
            *({"left": 28, "total": 55, "sources": 2}, 1),
        ),
        (
            *("M06", "stacked", replace(TODAY, ma_benh="I10"), places([2, 3, 4], **DRUGS), {}),
            *({"left": 28, "total": 81, "sources": 3}, 2),
        ),
        ("M07", "withdrawn", TODAY, (), WITHDRAWN, {"before": 0}, 0),
        (
            "M07",
            "withdrawn",
            TODAY,
            a_line([1, 2], reason="withdrawn"),
            WITHDRAWN,
            {"before": 2},
            2,
        ),
        ("M07", "again", TODAY, a_line([1], reason="reduced"), REDUCED, {"before": 1}, 0),
        ("M07", "again", TODAY, a_line([1, 2], reason="reduced"), REDUCED, {"before": 2}, 1),
        ("M09", "several", WITH_B, a_line([9], cccd="a"), {}, {"count": 2}, 0),
        ("M09", "several", WITH_B, a_line([9], cccd="c"), {}, {"count": 2}, 0),
        ("M10", "visit", TODAY, a_line([9], outcome="tu_vong"), {}, {"days": 9}, 0),
        (
            *("M09", "several", WITH_B, (before(9, cccd="a"), before(10, cccd="c")), {}),
            *({"count": 3}, 1),
        ),
        ("M09", "shared", WITH_B, (), shared(1), {"count": 2}, 0),
        ("M09", "shared", WITH_B, (), shared(2), {"count": 3}, 1),
        ("M09", "other", WITH_B, (), OTHER, {"before": 0}, 0),
        ("M09", "other_again", WITH_B, a_line([9, 10], cccd="b"), OTHER, {"before": 2}, 2),
        (
            *("M09", "patients", replace(TODAY, ma_bn="2")),
            *((before(9, ma_bn="1"), before(10, ma_bn="2"), before(11, ma_bn="1")), {}),
            *({"count": 2}, 3),
        ),
        ("M14", "one_officer", TYPED, a_line([2, 3], typed=True), {}, {"count": 3, "days": 90}, 0),
        ("M14", "one_officer", TYPED, a_line([2, 3, 4], typed=True), {}, {"count": 4}, 1),
    ],
)
def test_a_hit_says_how_many_and_how_far_above_its_threshold(
    rule: str,
    case: str,
    now: Occasion,
    past: tuple[Occasion, ...],
    more: dict[str, Any],
    numbers: dict[str, int],
    excess: int,
) -> None:
    hit = RULES[rule](Facts(now, past=past, **more), POLICY.rules[rule], POLICY)
    assert hit
    assert hit.case == case
    assert {name: hit.numbers[name] for name in numbers} == numbers
    assert max(hit.excess, 0) == excess


def test_a_hit_names_the_visits_it_counted_and_this_one_is_not_among_them() -> None:
    facts = Facts(TODAY, past=a_line([0.1, 0.2, 3]))
    hit = RULES["M01"](facts, POLICY.rules["M01"], POLICY)
    assert hit
    assert hit.visits == ("0.1", "0.2")


def test_a_stay_elsewhere_says_where_and_for_how_many_days() -> None:
    day = TODAY.day
    lasting = before(3, ma_cskcb="79024", end_day=day + 1)
    hit = RULES["M03"](Facts(TODAY, past=(lasting,)), POLICY.rules["M03"], POLICY)
    assert hit
    assert (hit.numbers, hit.visits) == ({"place": "79024", "days": 3}, ("3",))
    stay, visit = before(20, end_day=day - 15), before(18, ma_cskcb="79024")
    hit = RULES["M03"](Facts(TODAY, past=(visit, stay)), POLICY.rules["M03"], POLICY)
    assert hit
    assert hit.numbers == {"place": "79014", "other": "79024", "days": 18}
    assert hit.visits == ("20", "18")


def test_two_provinces_say_how_many_minutes_lay_between() -> None:
    far = before(0.0625, ma_cskcb="01004")  # an hour and a half
    hit = RULES["M17"](Facts(TODAY, past=(far,)), POLICY.rules["M17"], POLICY)
    assert hit
    assert hit.numbers == {"minutes": 90, "place": "01004", "km": 1009}
