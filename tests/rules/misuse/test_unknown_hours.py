"""An hour that is not known makes no flag, and hides none for which the day suffices."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.misuse_support import case, now, seen

if TYPE_CHECKING:
    from verification.rules.misuse.facts import Occasion

MIDNIGHT = 9 * 60  # minutes before now at 09:00


def day_only(days: int = 0, **facts: Any) -> Occasion:
    """Return a visit of which only the day is known."""
    return seen(days=days, minutes=MIDNIGHT, timed=False, **facts)


def test_nothing_is_again_today_by_an_hour_that_is_not_known() -> None:
    assert case("M01", now(), day_only(), day_only(id="2"), day_only(id="3")) is None
    assert case("M01", now(timed=False), seen(minutes=90), seen(minutes=200)) is None
    assert case("M01", now(), seen(minutes=90), day_only()) == "two"


def test_two_provinces_on_a_day_without_hours_are_no_impossible_way() -> None:
    assert case("M17", now(), day_only(ma_cskcb="01004")) is None
    assert case("M17", now(timed=False), seen(minutes=10, ma_cskcb="01004")) is None
    night = replace(now(), at=now().at - MIDNIGHT * 60 + 60)  # one minute past midnight
    assert case("M17", night, day_only(ma_cskcb="01004")) is None


def test_three_houses_a_day_are_three_without_hours_too() -> None:
    places = [day_only(ma_cskcb="79024"), day_only(ma_cskcb="79030")]
    assert case("M02", now(timed=False), *places) == "many"
    assert case("M02", now(), *places) == "many"


def test_too_frequent_and_drugs_left_need_days_alone() -> None:
    week = [day_only(d, ma_benh=b) for d, b in ((1, "K29"), (3, "M54"), (4, "R51"), (6, "L30"))]
    assert case("M04", now(timed=False), *week) == "week"
    left = day_only(3, so_ngay_thuoc=30, ma_cskcb="79024")
    assert case("M06", now(timed=False), left) == "elsewhere"


def test_a_stay_of_days_is_one_and_one_of_this_day_may_have_begun_later() -> None:
    stay = day_only(3, ma_cskcb="79024", end_day=now().day + 1)
    assert case("M03", now(), stay) == "open"
    assert case("M03", now(timed=False), stay) == "open"
    today = day_only(ma_cskcb="79024", end_day=now().day + 3)
    assert case("M03", now(), today) is None
    assert case("M03", now(timed=False), replace(today, timed=True)) is None
    assert case("M03", now(), replace(today, timed=True)) == "open"


def test_an_overlap_of_the_past_needs_its_order() -> None:
    stay = day_only(20, ma_cskcb="79014", end_day=now().day - 15)
    first = seen(days=20, ma_cskcb="79024")
    assert case("M03", now(), stay, first) is None
    assert case("M03", now(), stay, seen(days=19, ma_cskcb="79024")) == "past"


def test_a_death_of_this_day_may_have_come_after_this_visit() -> None:
    assert case("M10", now(), day_only(outcome="tu_vong")) is None
    assert case("M10", now(timed=False), seen(minutes=60, outcome="tu_vong")) is None
    assert case("M10", now(), day_only(1, outcome="tu_vong")) == "visit"
    assert case("M10", now(), seen(minutes=60, outcome="tu_vong")) == "visit"


@pytest.mark.parametrize("hidden", ["now", "other", "both"])
def test_the_owner_of_a_document_may_have_been_here_just_now(hidden: str) -> None:
    here = now(cccd="c", timed=hidden == "other")
    owner = seen(minutes=300, person_ref="q", cccd="c", timed=hidden == "now")
    assert case("M09", here, shared=(owner,), compared={"document": "other"}) == "carer"
    before = replace(owner, at=owner.at - 86_400)
    assert case("M09", here, shared=(before,), compared={"document": "other"}) == "other"


def test_cards_typed_at_no_known_hour_are_neither_fast_nor_late() -> None:
    typed = {"typed": True, "ma_doituong_kcb": "1.1"}
    desk = tuple(day_only(id=str(n), shown=str(n), **typed) for n in range(8))
    assert case("M13", desk[0], desk=desk) is None
    tried = tuple(replace(v, reason="not_in_store") for v in desk)
    assert case("M13", tried[0], desk=tried) is None
    late = now(**typed, shown="x")
    assert case("M13", late, desk=(late, *desk)) is None


def test_a_ring_needs_evenings_and_midnight_is_none() -> None:
    def typed(day: int, person: str, *, timed: bool) -> Occasion:
        at = {"minutes": -10 * 60} if timed else {"minutes": MIDNIGHT}
        return seen(days=day, **at, typed=True, person_ref=person, timed=timed, id=f"{day}{person}")

    ring = [(d, p) for d in (7, 14, 21) for p in "ab"]
    here = typed(0, "a", timed=True)
    assert case("M18", here, evenings=tuple(typed(d, p, timed=True) for d, p in ring)) == "ring"
    assert case("M18", here, evenings=tuple(typed(d, p, timed=False) for d, p in ring)) is None
    assert case("M18", replace(here, timed=False), evenings=()) is None
