"""A card holds on both its ends, and its validity is one fact."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from verification.card.facts import Card

BEGIN, END = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("card", "first", "last"),
    [
        (Card(gt_the_tu=BEGIN, gt_the_den=END), BEGIN, END),
        (Card(gt_the_tu=BEGIN), BEGIN, None),
        (Card(gt_the_den=END), None, END),
    ],
)
def test_a_card_holds_from_its_first_day_to_its_last(
    card: Card, first: date | None, last: date | None
) -> None:
    assert card.holds_on(first or date.min)
    assert card.holds_on(last or date.max)
    assert first is None or not card.holds_on(first - DAY)
    assert last is None or not card.holds_on(last + DAY)


@pytest.mark.parametrize("stated", [Card(gt_the_tu=BEGIN), Card(gt_the_den=END)])
def test_validity_is_never_mixed_from_two_sources(stated: Card) -> None:
    other = Card(gt_the_tu=BEGIN - DAY, gt_the_den=END + DAY, gioi_tinh="1")
    filled = stated.filled_from(other)
    assert (filled.gt_the_tu, filled.gt_the_den) == (stated.gt_the_tu, stated.gt_the_den)
    assert filled.gioi_tinh == "1"


def test_a_card_without_validity_takes_both_dates_and_keeps_what_it_has() -> None:
    filled = Card(gioi_tinh="2").filled_from(Card(gt_the_tu=BEGIN, gt_the_den=END, gioi_tinh="1"))
    assert filled == Card(gt_the_tu=BEGIN, gt_the_den=END, gioi_tinh="2")
