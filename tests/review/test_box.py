"""What an auditor writes into the one box."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import each
from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.review.box import Asked, day_of, understood

TODAY = date(2026, 11, 26)
OFFICERS = {"an", "le-tan", "hoa.nt"}


def asked(text: str, *, as_name: bool = False) -> Asked:
    return understood(text, TODAY, OFFICERS.__contains__, as_name=as_name)


@pytest.mark.parametrize(
    "text",
    [
        "DN4790000000011",
        "dn 4 79 000 000 0011",
        "0790000011",
        "079194000011",
        "DN4790000000011|a|b",
    ],
)
def test_a_whole_number_in_any_form_is_a_number(text: str) -> None:
    assert asked(text) == Asked(number=text)


@pytest.mark.parametrize(
    ("text", "head", "tail"),
    [
        ("DN479…0011", "DN479", "0011"),
        ("DN479...0011", "DN479", "0011"),
        ("DN 4 79 ••• ••• 0011", "DN479", "0011"),
        ("dn4 79***0011", "DN479", "0011"),
        ("•••• 0011", "", "0011"),
        ("…011", "", "011"),
        ("0011", "", "0011"),
    ],
)
def test_what_a_mask_leaves_of_a_number_is_enough(text: str, head: str, tail: str) -> None:
    assert asked(text) == Asked(head=head, tail=tail)


@pytest.mark.parametrize("text", ["2026-0012", "HS 2026-0012", "hồ sơ 2026-0012", "Case 2026-0012"])
def test_a_case_is_found_by_its_number(text: str) -> None:
    assert asked(text) == Asked(case="2026-0012")


def test_an_account_is_an_officer_unless_it_is_said_to_be_a_name() -> None:
    assert (
        asked("le-tan") == asked("@le-tan") == asked("nhân viên LE-TAN") == Asked(officer="le-tan")
    )
    assert asked("Hoa.NT") == Asked(officer="hoa.nt")
    assert asked("an", as_name=True) == Asked(words=("AN",))
    assert asked("@hoa.nt nguyễn thị") == Asked(officer="hoa.nt", words=("NGUYEN", "THI"))
    assert asked("An Bình").words == ("AN", "BINH")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("12/11", date(2026, 11, 12), date(2026, 11, 12)),
        ("ngày 12/11/2026", date(2026, 11, 12), date(2026, 11, 12)),
        ("từ 1/11 đến 12/11", date(2026, 11, 1), date(2026, 11, 12)),
        ("1/11 - 12/11", date(2026, 11, 1), date(2026, 11, 12)),
        ("30/12", date(2025, 12, 30), date(2025, 12, 30)),
        ("hôm qua", date(2026, 11, 25), date(2026, 11, 25)),
        ("Hôm nay", TODAY, TODAY),
    ],
)
def test_days_may_stand_alone(text: str, first: date, last: date) -> None:
    assert asked(text) == Asked(first=first, last=last)


def test_days_stand_beside_what_else_is_asked_for() -> None:
    yesterday = date(2026, 11, 25)
    assert asked("le-tan hôm qua") == Asked(officer="le-tan", first=yesterday, last=yesterday)
    on = date(2026, 11, 12)
    assert asked("DN479…0011 12/11") == Asked(head="DN479", tail="0011", first=on, last=on)
    assert asked("mau nguyen ngày 12/11") == Asked(words=("MAU", "NGUYEN"), first=on, last=on)


def test_a_year_or_an_early_day_beside_a_name_is_a_birth() -> None:
    assert asked("mẫu nguyễn 1994") == Asked(words=("MAU", "NGUYEN"), birth=PartialDate(1994))
    assert asked("Mẫu, sinh năm 1994").words == ("MAU",)
    assert asked("Mẫu 05/03/1994") == Asked(words=("MAU",), birth=PartialDate(1994, 3, 5))


@each("text", ["", "a", "DN4790", "DN47900000000112", "!!", "31/2", "Mẫu 12x", "1 2"])
def test_what_is_nothing_is_refused_in_words(text: str) -> None:
    with pytest.raises(RequestError):
        asked(text)


def test_a_day_is_written_as_it_is_read() -> None:
    assert day_of("12/11/2026", TODAY) == day_of(" 12/11 ", TODAY) == date(2026, 11, 12)
    assert (day_of("", TODAY), day_of("hôm nay", TODAY)) == (None, TODAY)
    for wrong in ("2026-11-12", "12", "40/1"):
        with pytest.raises(RequestError):
            day_of(wrong, TODAY)
