"""One officer, evenings, typed numbers: a ring of cards, or a shift whose scanner is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.misuse_support import case as case_of
from tests.misuse_support import now, seen
from tests.support import each

if TYPE_CHECKING:
    from verification.rules.misuse.facts import Occasion

SIX_PM = -9 * 60  # minutes before now at 09:00


def typed(day: float, person: str, hour: float = 18, **facts: Any) -> Occasion:
    """Return what the officer typed alone some evenings before."""
    at = SIX_PM - (hour - 18) * 60
    usual: dict[str, Any] = {"typed": True, "person_ref": person, "id": f"{day}-{person}-{hour}"}
    return seen(days=day, minutes=at, **(usual | facts))


def said(person: str, *evenings: Occasion, **facts: Any) -> str | None:
    """Return what the rule says of one more evening visit."""
    ordered = tuple(sorted(evenings, key=lambda v: -v.at))
    return case_of("M18", typed(0, person, 21.5, **facts), evenings=ordered)


def ring(pairs: str, gap: int = 7, hour: float = 18) -> list[Occasion]:
    """Return two cards an evening, the newest evening first: `ab ac` is two evenings."""
    days = enumerate(pairs.split(), 1)
    return [typed(n * gap, p, hour + k / 10) for n, pair in days for k, p in enumerate(pair)]


@each(
    ("person", "pairs", "gap"),
    [
        *(("a", "ab ab", 7), ("b", "ab ab ab", 4), ("a", "ab ac bc", 7), ("c", "ab ac bc", 7)),
        *(("a", "ab cd ab", 7), ("d", "ab cd ab", 7), ("e", "ab ce ad be", 7)),
        *(("f", "ab cd ef ab", 7), ("a", "ab ab ab ab ab ab", 3)),
    ],
)
@each("hour", [17, 19.5, 21])
def test_two_typed_visits_an_evening_of_a_few_cards_are_found(
    person: str, pairs: str, gap: int, hour: float
) -> None:
    assert said(person, *ring(pairs, gap, hour)) == "ring"


def test_a_shift_that_types_everybody_is_no_ring() -> None:
    shift = [typed(n, f"p{n}-{k}", 17 + k / 2) for n in range(1, 20) for k in range(6)]
    assert said("new", *shift) is None
    assert said("p3-1", *shift) is None
    shown = [typed(n, "abc"[k], 17 + k, cccd="c") for n in (7, 14, 21) for k in range(3)]
    assert said("a", *shown) is None
    mixed = [
        *ring("ab cd ef"),
        *(typed(n, f"q{n}{k}", 20, cccd="c") for n in (7, 14) for k in "xyz"),
    ]
    assert said("a", *mixed) is None


@each(
    "evenings",
    [
        [],
        ring("ab"),  # twice is no habit
        ring("ab ab", 3),  # within one week
        ring("ab cd ef"),  # nobody comes back
        ring("a a a"),  # one regular patient, alone
        ring("ab ab ab", 7, hour=10),  # by day
        [typed(n, p, ma_benh="N18.5") for n in (7, 14, 21) for p in "ab"],  # dialysis
        [typed(n, p, doi_chieu="cccd") for n in (7, 14, 21) for p in "ab"],
        [typed(n, p, ma_doituong_kcb="2") for n in (7, 14, 21) for p in "ab"],
    ],
)
def test_what_is_no_habit_or_has_a_reason_is_no_ring(evenings: list[Occasion]) -> None:
    assert said("new", *evenings) is None


def test_a_visit_with_a_document_or_scanned_is_not_flagged_itself() -> None:
    evenings = ring("ab ab ab")
    assert said("a", *evenings) == "ring"
    assert said("a", *evenings, cccd="c") is None
    assert said("a", *evenings, doi_chieu="vneid") is None
    assert said("a", *evenings, typed=False) is None
    assert case_of("M18", now(typed=True, person_ref="a"), evenings=tuple(evenings)) is None


def test_a_ring_of_an_officer_whose_scanner_was_broken_too_is_found() -> None:
    shift = [
        typed(n, f"x{n}{k}", 17 + k, cccd="c" if k else None)
        for n in (2, 3, 4, 5, 6)
        for k in range(4)
    ]
    assert said("a", *ring("ab ab ab"), *shift) == "ring"
    assert said("new", *ring("ab ab ab"), *shift) is None
    on_a_day_of_the_shift = typed(3, "x32", 18)
    assert said("x32", *shift, on_a_day_of_the_shift) is None


def test_three_times_typed_by_a_shift_that_types_all_is_no_made_up_visit() -> None:
    past = [typed(d, "p", 18) for d in (2, 9)]
    here = typed(0, "p")
    shown = [typed(n, f"p{n}-{k}", 17 + k, cccd="c") for n in (0.1, 2, 9) for k in range(2)]
    alone = [typed(n, f"q{n}", 19.5) for n in (2, 9)]
    assert case_of("M14", here, *past) == "one_officer"
    assert case_of("M14", here, *past, evenings=(*shown, *alone)) == "typed"
    assert case_of("M14", here, *past, evenings=tuple(alone)) == "one_officer"


def test_a_night_clinic_on_the_day_of_another_visit_counts_once() -> None:
    days = [
        visit
        for day in (3, 9, 16)
        for visit in (
            seen(days=day, ma_cskcb=f"7902{day % 2}", ma_benh="M54"),
            seen(days=day, minutes=SIX_PM, ma_benh="J06"),
        )
    ]
    assert case_of("M04", now(), *days) is None
    noon = [seen(days=d, minutes=-180, ma_benh="J06") for d in (3, 9, 16)]
    mornings = [v for v in days if v.ma_cskcb != "79014"]
    assert case_of("M04", now(), *mornings, *noon) == "places"
