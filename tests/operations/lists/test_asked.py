"""How a list is to be imported: the day in a file's name, and what cannot be asked for."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import each
from verification.basics.errors import RequestError
from verification.card.facts import Origin
from verification.operations.lists.asked import Asked, day_in

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "name",
    [
        "the-2026-11-20.csv",
        "20261120.xlsx",
        "the_20-11-2026.csv",
        "BHXH 2026.11.20 lần 2.xlsx",
        "2026-11-20 (bản 2026-11-20).csv",
        "20.11.2026.csv",
    ],
)
def test_the_one_day_in_a_files_name_is_its_day(name: str) -> None:
    assert day_in(name, TODAY) == date(2026, 11, 20)


@each(
    "name",
    [
        "the.csv",
        "the-2026-11-20-den-2026-11-21.csv",
        "the-2026-13-20.csv",
        "the-2026-11-23.csv",
        "the-120261120.csv",
        "the-2026-11.csv",
        "the-20-11-26.csv",
        "0000-00-00.csv",
        "the-2026-02-30 2026-11-20.csv",
    ],
)
def test_none_two_a_wrong_one_and_one_to_come_are_no_day(name: str) -> None:
    assert day_in(name, TODAY) is None


@pytest.mark.parametrize(
    "asked",
    [
        Asked(origin=Origin.BHXH),
        Asked(as_of=date(2026, 11, 23)),
        Asked(replace=True, delta=True),
        Asked("visits"),
    ],
)
def test_what_cannot_be_asked_for_is_said(asked: Asked) -> None:
    with pytest.raises(RequestError):
        asked.checked(TODAY)


def test_what_was_asked_for_comes_back_as_it_was_kept() -> None:
    for asked in (Asked(), Asked("cards", Origin.BHXH, TODAY, replace=True), Asked("offices")):
        assert Asked.of(asked.kept()) == asked
