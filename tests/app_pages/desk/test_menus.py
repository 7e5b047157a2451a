"""What the page draws before the server answers is what the server opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.app_pages.desk.test_fund_view import CENTRAL, Desk, there

if TYPE_CHECKING:
    from app_pages.server.house import House
    from app_pages.shell.language import View

KEYS = ("F1", "F4", "F6", "F8", "F9")


def paths(menu: View, before: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Return every way through the entries that open another menu."""
    found = []
    for index, item in enumerate(menu["items"], 1):
        if item["opens"]:
            way = (*before, index)
            found += [way, *paths(item["opens"], way)]
    return found


def behind(menu: View, way: tuple[int, ...]) -> View:
    for index in way:
        menu = menu["items"][index - 1]["opens"]
    return menu


@pytest.fixture
def desk(house: House) -> Desk:
    """Return a desk with a patient who was received, and is asked how he came."""
    return Desk(there(house, CENTRAL)).scan().press("F2")


@pytest.mark.parametrize("key", KEYS)
def test_each_menu_that_the_page_holds_is_the_one_that_the_server_opens(
    desk: Desk, key: str
) -> None:
    held = desk.view["at_hand"][key]
    assert desk.press(key).view["menu"] == held
    for way in paths(held):
        desk.press("Escape").press(key)
        for index in way:
            menu: Any = desk.view["menu"]
            desk.take(menu["id"], index)
        assert desk.view["menu"] == behind(held, way), way


def test_the_page_knows_which_entry_brings_somebody_else(desk: Desk) -> None:
    without_card = desk.view["at_hand"]["F9"]["items"][7]["opens"]
    emergency = without_card["items"][2]["opens"]
    assert [item["another"] for item in emergency["items"]] == [True]
    assert not any(item["another"] for item in desk.view["at_hand"]["F6"]["items"])


def test_the_left_column_names_a_patient_on_one_line(desk: Desk) -> None:
    (row,) = desk.view["recent"]
    assert re.fullmatch(r"\S+( \S\.)* · …\d{4}", row["who"])
    assert "•" in row["number"]  # the list of the day has room


def test_a_key_that_opens_no_menu_is_not_held(house: House) -> None:
    idle = Desk(there(house, CENTRAL))
    assert set(idle.view["at_hand"]) == {"F1", "F9"}  # nobody is here, and nobody was


def test_a_choice_of_another_patients_menu_does_nothing(desk: Desk) -> None:
    held = desk.view["at_hand"]["F9"]
    note = behind(held, (6,))
    desk.scan("patient-2").press("F2").press("F9").take(held["id"], 6)
    assert desk.view["menu"]["id"] != note["id"]
    desk.take(note["id"], 1)
    assert desk.view["toast"]["tone"] == "no"
