"""What a desk showed comes back, to the same session alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app_pages.desk.page import handle
from app_pages.server.screens import Screens
from tests.app_pages.desk.test_page import scan_event
from tests.support import DESK, Clock
from verification.basics.texts import Text
from verification.log.visit import CancelReason
from verification.reception import corrections as visits
from verification.reception.menus import undo
from verification.reception.screen import Screen, Toast

if TYPE_CHECKING:
    from app_pages.server.house import House

CLEAR = {"session": "s", "number": 2, "kind": "clear"}


@pytest.fixture
def shown(house: House) -> Screen:
    """Return the screen of a desk with a patient on it."""
    return handle(house, DESK, Screen(), scan_event("patient-1"))


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the screens."""
    return Clock()


@pytest.fixture
def screens(house: House, clock: Clock) -> Screens:
    """Return kept screens whose clock a test moves."""
    return Screens(replace(house.kiosk, clock=clock))


def clear(house: House, screens: Screens, shown: Screen) -> Screen:
    """Take the answer off as its timer does."""
    assert shown.answer
    cleared = handle(house, DESK, shown, CLEAR | {"id": shown.answer_id})
    assert cleared.answer is None
    screens.keep("a", cleared)
    screens.clear("a", shown.answer)
    return cleared


def test_the_patient_comes_back_without_menu_number_and_messages(
    screens: Screens, shown: Screen
) -> None:
    told = Toast("s:1", Text("đã ghi", "noted"), "ok")
    screens.keep("a", replace(shown, menu=undo([]), number_shown=True, toast=told, copied="x"))
    back = screens.of("a")
    assert back.answer is shown.answer
    assert back.handled == shown.handled
    assert (back.menu, back.number_shown, back.toast, back.copied) == (None, False, None, None)


def test_an_answer_that_had_cleared_itself_comes_back_after_an_unlock_alone(
    house: House, screens: Screens, shown: Screen
) -> None:
    screens.keep("a", shown)
    screens.keep("a", clear(house, screens, shown))  # drawn again
    assert screens.of("a").answer is None
    screens.recall("a")
    assert screens.of("a").answer == shown.answer


def test_an_answer_cleared_long_ago_does_not_come_back(
    house: House, screens: Screens, shown: Screen, clock: Clock
) -> None:
    clear(house, screens, shown)
    clock.forward(seconds=house.settings.idle_seconds + 61)
    screens.recall("a")
    assert screens.of("a").answer is None


def test_an_undone_visit_does_not_come_back_whoever_undid_it_and_when(
    house: House, screens: Screens, shown: Screen
) -> None:
    screens.keep("a", shown)
    assert shown.answer
    assert shown.answer.visit
    clear(house, screens, shown)
    visits.undo(DESK, house.kiosk, shown.answer.visit.visit_id, CancelReason.NHAM_NGUOI)
    screens.recall("a")
    assert screens.of("a").answer is None
    screens.keep("a", shown)
    screens.keep("a", replace(shown, answer=None, handled={"s": 9}))  # F4, not the timer
    screens.recall("a")
    assert screens.of("a").answer is None


def test_an_answer_comes_back_no_more_once_the_desk_went_on_or_could_not_log(
    house: House, screens: Screens, shown: Screen
) -> None:
    cleared = clear(house, screens, shown)
    screens.keep("a", replace(cleared, trouble=Text("đầy đĩa", "disk full")))
    screens.recall("a")
    assert screens.of("a").answer is None
    cleared = clear(house, screens, shown)
    screens.keep("a", replace(cleared, handled={"s": 9}))
    screens.recall("a")
    assert screens.of("a").answer is None


def test_another_session_sees_nothing_of_it_and_nothing_is_left_at_its_end(
    screens: Screens, shown: Screen
) -> None:
    screens.keep("a", shown)
    assert screens.of("b") == Screen()
    screens.recall("b")
    screens.drop("a")
    screens.recall("a")
    assert screens.of("a") == Screen()
    assert not screens.sessions()
