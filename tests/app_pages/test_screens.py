"""What a desk showed comes back, to the same session alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app_pages.reception import handle
from app_pages.screens import Screens
from tests.app_pages.test_reception import scan_event
from tests.support import DESK
from verification.menus import undo
from verification.screen import Screen, Toast
from verification.texts import Text

if TYPE_CHECKING:
    from app_pages.house import House

CLEAR = {"session": "s", "number": 2, "kind": "clear"}


@pytest.fixture
def shown(house: House) -> Screen:
    """Return the screen of a desk with a patient on it."""
    return handle(house, DESK, Screen(), scan_event("patient-1"))


def test_the_patient_comes_back_without_menu_number_and_messages(shown: Screen) -> None:
    screens = Screens()
    told = Toast("s:1", Text("đã ghi", "noted"), "ok")
    screens.keep("a", replace(shown, menu=undo([]), number_shown=True, toast=told, copied="x"))
    back = screens.of("a")
    assert back.answer is shown.answer
    assert back.handled == shown.handled
    assert (back.menu, back.number_shown, back.toast, back.copied) == (None, False, None, None)


def test_an_answer_that_had_cleared_itself_comes_back_after_an_unlock_alone(
    house: House, shown: Screen
) -> None:
    screens = Screens()
    screens.keep("a", shown)
    cleared = handle(house, DESK, shown, CLEAR | {"id": shown.answer_id})
    assert cleared.answer is None
    screens.keep("a", cleared)
    assert screens.of("a").answer is None
    screens.recall("a")
    assert screens.of("a").answer is shown.answer


def test_another_session_sees_nothing_of_it_and_nothing_is_left_at_its_end(shown: Screen) -> None:
    screens = Screens()
    screens.keep("a", shown)
    assert screens.of("b") == Screen()
    screens.recall("b")
    screens.drop("a")
    screens.recall("a")
    assert screens.of("a") == Screen()
    assert not screens.sessions()
