"""Known cards near a number that nobody knows."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import each
from verification.card.facts import Card, Origin, Record, Status
from verification.card.memory import MemoryCards
from verification.card.near import MOST_NEAR, is_whole, near

ASKED: list[str] = []


def record(ma_the: str, so_cccd: str | None = None) -> Record:
    card = Card(ma_the=ma_the, ma_so_bhxh=ma_the[-10:], so_cccd=so_cccd, ho_ten="Mẫu")
    return Record(card, Status.HIEU_LUC, Origin.BHXH, date(2026, 11, 1))


KNOWN = MemoryCards(
    [
        record("DN4797900000201", "079187000201"),
        record("HS4797900000344"),
        record("TE1010100000033"),
        record("DN4797900000044"),
        record("HT3797900000044"),
    ]
)


@each(
    ("typed", "known", "place"),
    [
        ("DN4797900000211", "DN4797900000201", 14),
        ("DN4797900000210", "DN4797900000201", 14),  # two neighbours exchanged
        ("DN4797900001201", "DN4797900000201", 12),
        ("DN4797900X00201", "DN4797900000201", 10),  # what can never stand there
        ("HX4797900000344", "HS4797900000344", 2),  # another group, the person's own digits
        ("HS4017900000344", "HS4797900000344", 4),
        ("HS8797900000344", "HS4797900000344", 3),
        ("7900000211", "7900000201", 9),
        ("9700000201", "7900000201", 1),
        ("079187000211", "079187000201", 11),
        ("079178000201", "079187000201", 5),
    ],
)
def test_one_digit_off_or_two_exchanged_is_near(typed: str, known: str, place: int) -> None:
    (found,) = near(typed, KNOWN)
    assert (found.number, found.place) == (known, place)


@each(
    "typed",
    [
        "DN4797900000299",  # two digits off
        "HS4797900000202",  # another group and a digit off
        "DN4797900XX0201",
        "0000000000",
        "000000000000",
        "DN479790000020",
        "DN47979000002011",
        "",
    ],
)
def test_what_is_further_away_is_nobodys(typed: str) -> None:
    assert list(near(typed, KNOWN)) == []


def test_a_person_with_two_cards_is_offered_with_both() -> None:
    assert {one.number for one in near("7900000045", KNOWN)} == {"7900000044"}
    assert {one.number for one in near("TE4797900000044", KNOWN)} == {
        "DN4797900000044",
        "HT3797900000044",
    }


def test_a_citizen_number_of_several_people_offers_each() -> None:
    both = MemoryCards(
        [record("DN4797900000201", "079187000201"), record("TE1797900000299", "079187000201")]
    )
    found = near("079187000201", both)
    assert [(one.number, one.place) for one in found] == [
        ("DN4797900000201", 0),
        ("TE1797900000299", 0),
    ]


class Counting(MemoryCards):
    """Counts what it is asked."""

    def by_bhxh(self, ma_so_bhxh: str) -> list[Record]:
        ASKED.append(ma_so_bhxh)
        return []

    def by_citizen(self, so_cccd: str) -> list[Record]:
        ASKED.append(so_cccd)
        return []


@pytest.mark.parametrize(
    ("typed", "most"), [("DN4797900000211", 100), ("1234567890", 99), ("123456789012", 120)]
)
def test_the_store_is_asked_so_many_times_at_most(typed: str, most: int) -> None:
    ASKED.clear()
    cards = Counting()
    assert list(near(typed, cards)) == []
    assert 0 < len(ASKED) <= most


def test_no_more_are_shown_than_can_be_read() -> None:
    many = MemoryCards([record(f"DN479790000020{n}") for n in range(1, 10)])
    assert len(near("DN4797900000200", many)) == MOST_NEAR


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("DN4797900000201", True),
        ("DN8797900000201", True),
        ("7900000271", True),
        ("079194000011", True),
        ("DN479790000020", False),
        ("NGUYENTHIMAULAN", False),
        ("DN47900O0000201", True),
    ],
)
def test_only_a_number_of_full_length_has_neighbours(text: str, *, whole: bool) -> None:
    assert is_whole(text) is whole
