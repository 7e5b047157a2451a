"""Drugs fetched long before they are used up: once for a reason, or as a habit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.misuse_support import case, now, seen
from tests.support import each

if TYPE_CHECKING:
    from verification.rules.misuse.facts import Occasion


def line(supply: int, *days: int, place: str = "79014", disease: str = "I10") -> list[Occasion]:
    """Return fetches so many days before now."""
    facts = {"ma_benh": disease, "so_ngay_thuoc": supply, "ma_cskcb": place, "ma_loai_kcb": "05"}
    return [seen(days=day, **facts) for day in days]


def today(past: list[Occasion], **facts: str) -> str | None:
    """Return what M06 says of one more fetch."""
    return case("M06", now(**({"ma_benh": "I10"} | facts)), *past)


@each(
    ("supply", "days"),
    [
        *((30, (10, 20)), (30, (8, 16)), (30, (12, 24)), (28, (9, 19)), (28, (12, 24))),
        *((60, (10, 20)), (90, (11, 23)), (30, (15, 30, 45)), (20, (12, 24, 36)), (20, (9, 18))),
        *((14, (7, 14, 21)), (30, (18, 36, 54)), (30, (10, 20, 30, 40, 50))),
    ],
)
def test_a_supply_fetched_again_and_again_at_one_counter_is_reviewed(
    supply: int, days: tuple[int, ...]
) -> None:
    assert today(line(supply, *days)) == "hoard"


@each(
    ("supply", "days"),
    [
        ((30), (30, 60, 90)),  # as the law says
        (30, (28, 57, 88)),
        (30, (21, 42, 63)),  # a week early each time
        (30, (5, 35, 65)),  # a lost blister
        (30, (18, 30, 60)),  # the blister lost on the 12th day, then on the old day
        (30, (25, 30, 60)),
        (30, (15, 30, 60)),  # lost in the middle
        (28, (14, 28, 56)),
        (30, (10, 40, 70)),  # a changed dose
        (30, (16, 46, 76)),  # before the Tet
        (28, (14, 42, 70)),
        (60, (60, 75, 135)),
        (10, (5, 10, 15)),  # an acute illness
        (7, (2, 4, 6)),
        (30, (1, 2, 32)),  # a prescription written anew the next day
        (30, ()),
    ],
)
def test_once_for_a_reason_is_not(supply: int, days: tuple[int, ...]) -> None:
    assert today(line(supply, *days)) != "hoard"


def test_another_disease_another_house_and_a_course_are_no_habit_here() -> None:
    assert today(line(30, 10, disease="E11") + line(30, 20)) != "hoard"
    assert today(line(30, 10, 20, place="79024")) == "stacked"
    assert today(line(30, 10, 20, place="BV")) != "hoard"
    course = line(30, 10, 20, disease="C50")
    assert case("M06", now(ma_benh="C50"), *course) is None


def test_an_appointment_explains_no_habit() -> None:
    past = line(30, 10, 20)
    assert today(past, ma_doituong_kcb="1.5") == "hoard"
    assert today(past, ma_loai_kcb="07") == "hoard"
    assert today(past[:1], ma_doituong_kcb="1.5") is None


def test_a_code_with_a_lost_zero_is_the_same_counter() -> None:
    here = now(ma_benh="I10", ma_cskcb="01005")
    past = [
        replace(v, ma_cskcb=c) for v, c in zip(line(30, 10, 20), ("1005", " 01005"), strict=True)
    ]
    assert case("M06", here, *past) == "hoard"
