"""Which card counts of all that the store has of a person; the answers are in `test_verdict`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.support import TODAY, a_card, a_record
from verification.card.facts import Card, Record, Status
from verification.card.memory import MemoryCards
from verification.rules.law.tables import shipped
from verification.rules.law.which_card import UNUSABLE, CountingCard, best, which_card

LAW = shipped()
OWN, MERIT = "DN4797900000011", "CB2797900000011"
ENDED: dict[str, Any] = {"gt_the_den": date(2026, 6, 30)}


def counting(shown: Card, *records: Record) -> CountingCard:
    return which_card(shown, MemoryCards(list(records)), LAW, TODAY)


def test_a_valid_card_counts_before_a_higher_one_that_ended() -> None:
    ended = a_record(ma_the=MERIT, **ENDED)
    assert best([ended, a_record()], LAW, TODAY) == a_record()


@pytest.mark.parametrize("status", sorted({*UNUSABLE} - {Status.TU_VONG}))
def test_a_card_that_nobody_may_use_counts_last(status: Status) -> None:
    gone = a_record(status, ma_the=MERIT)
    assert best([gone, a_record()], LAW, TODAY) == a_record()


@pytest.mark.parametrize(
    "card", [a_card(), Card(ma_so_bhxh="7900000011"), Card(so_cccd="079194000011")]
)
def test_who_is_dead_by_one_card_is_dead_by_all(card: Card) -> None:
    dead = a_record(Status.TU_VONG, ma_the=MERIT)
    for records in ((dead, a_record()), (a_record(), dead)):
        assert counting(card, *records).record == dead


def test_of_no_card_there_is_no_best() -> None:
    assert best([], LAW, TODAY) is None


def test_the_stores_facts_go_before_those_presented_and_these_fill_its_gaps() -> None:
    shown = a_card(ho_ten="Nguyễn Thị Khác", dia_chi="Đường Mẫu")
    facts = counting(shown, a_record()).facts(shown)
    assert (facts.ho_ten, facts.dia_chi) == ("Nguyễn Thị Mẫu", "Đường Mẫu")


def test_nothing_that_was_presented_is_taken_for_the_card_that_replaced_it() -> None:
    shown = a_card(dia_chi="Đường Mẫu", **ENDED)
    old = a_record(Status.THE_MOI, MERIT, ma_the=OWN, **ENDED)
    found = counting(shown, old, a_record(ma_the=MERIT))
    assert found.replaced
    assert (found.facts(shown).ma_the, found.facts(shown).dia_chi) == (MERIT, None)


def test_where_the_store_has_none_what_was_presented_is_all_there_is() -> None:
    found = counting(a_card())
    assert (found.record, found.notes, found.facts(a_card())) == (None, (), a_card())


THIRD = "HT3797900000011"
BARRED = (Status.TU_VONG, Status.THU_HOI, Status.TAM_KHOA)
AHEAD: dict[str, Any] = {"gt_the_tu": date(2039, 1, 1), "gt_the_den": date(2039, 12, 31)}


@pytest.mark.parametrize("status", BARRED)
@pytest.mark.parametrize("dates", [{}, ENDED], ids=["runs", "ended"])
def test_an_old_card_is_not_taken_for_a_new_one_that_bars_its_holder(
    status: Status, dates: dict[str, Any]
) -> None:
    old = a_record(Status.THE_MOI, MERIT, ma_the=OWN)
    new = a_record(status, ma_the=MERIT, **dates)
    assert counting(a_card(), old, new).record == new


@pytest.mark.parametrize("status", BARRED)
def test_a_card_that_bars_its_holder_does_so_from_the_middle_and_the_end_of_a_line(
    status: Status,
) -> None:
    first = a_record(Status.THE_MOI, MERIT, ma_the=OWN)
    barred = a_record(status, ma_the=THIRD)
    second = a_record(Status.THE_MOI, THIRD, ma_the=MERIT)
    assert counting(a_card(), first, second, barred).record == barred


@pytest.mark.parametrize("status", [Status.THU_HOI, Status.TAM_KHOA])
def test_a_new_card_that_was_barred_before_it_began_leaves_the_old_one(status: Status) -> None:
    old = a_record(Status.THE_MOI, MERIT, ma_the=OWN)
    assert counting(a_card(), old, a_record(status, ma_the=MERIT, **AHEAD)).record == old


def test_a_holder_known_as_dead_by_a_coming_card_is_dead() -> None:
    old = a_record(Status.THE_MOI, MERIT, ma_the=OWN)
    new = a_record(Status.TU_VONG, ma_the=MERIT, **AHEAD)
    assert counting(a_card(), old, new).record == new


@pytest.mark.parametrize("status", BARRED)
def test_no_better_card_is_taken_in_place_of_one_that_bars_its_holder(status: Status) -> None:
    barred = a_record(status, ma_the=OWN)
    assert counting(a_card(), barred, a_record(ma_the=MERIT)).record == barred


def test_a_reduced_card_leaves_the_person_another() -> None:
    other = a_record(ma_the=MERIT)
    assert counting(a_card(), a_record(Status.BAO_GIAM, ma_the=OWN), other).record == other


BARE = Card(ma_so_bhxh="7900000011")


@pytest.mark.parametrize("status", [Status.THU_HOI, Status.TAM_KHOA])
@pytest.mark.parametrize("known_by", [None, "7900000011"])
def test_what_bars_the_number_shown_is_lifted_by_no_row_of_a_longer_one(
    status: Status, known_by: str | None
) -> None:
    barred = a_record(status, ma_the=known_by)
    for records in ((barred, a_record()), (a_record(), barred)):
        assert counting(BARE, *records).record == barred


@pytest.mark.parametrize("status", [Status.HIEU_LUC, Status.BAO_GIAM])
def test_what_does_not_bar_it_leaves_the_better_card(status: Status) -> None:
    assert counting(BARE, a_record(status, ma_the=None), a_record(ma_the=MERIT)).record == (
        a_record(ma_the=MERIT)
    )


def test_who_is_dead_is_dead_before_a_number_is_withdrawn() -> None:
    dead = a_record(Status.TU_VONG)
    assert counting(BARE, a_record(Status.THU_HOI, ma_the=None), dead).record == dead
