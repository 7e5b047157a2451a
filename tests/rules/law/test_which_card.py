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


@pytest.mark.parametrize("status", UNUSABLE)
def test_a_card_that_nobody_may_use_counts_last(status: Status) -> None:
    gone = a_record(status, ma_the=MERIT)
    assert best([gone, a_record()], LAW, TODAY) == a_record()


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
