"""Rooms: asked after the patient was received, never in the way, changed by a correction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.basics.errors import RequestError
from verification.kiosk import Room, Slips
from verification.log.events import EventKind
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.desk import step
from verification.reception.rooms import ASKED, asked_items
from verification.reception.screen import Input, Screen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

ROOMS = tuple(Room(f"P{at:02d}", f"Khoa {at}") for at in range(1, 21))


@pytest.fixture
def sends(kiosk: Kiosk) -> Kiosk:
    """Return the kiosk of a house with twenty rooms."""
    return replace(kiosk, slips=Slips(rooms=ROOMS))


class At:
    """A desk that does one thing after the other."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self.screen = Screen()
        self._number = 0

    def does(self, kind: str, **more: object) -> Screen:
        """Hand an event to the desk."""
        self._number += 1
        given: Mapping[str, object] = {"answer_id": self.screen.answer_id, **more}
        event = Input("s", self._number, kind, **given)  # type: ignore[arg-type]  # of a test
        self.screen = step(DESK, self._kiosk, self.screen, event)
        return self.screen

    def scans(self, slug: str) -> Screen:
        """Scan a card."""
        return self.does("scan", scan=Scan((payload(slug),)))

    def presses(self, key: str) -> Screen:
        """Press a key."""
        return self.does("key", key=key)

    def answers(self, index: int, text: str = ASKED) -> Screen:
        """Choose an answer of the question on the screen."""
        return self.does("choice", menu_id=self.screen.answer_id, index=index, text=text)

    def chooses(self, index: int) -> Screen:
        """Choose an entry of the open menu."""
        assert self.screen.menu is not None
        return self.does("choice", menu_id=self.screen.menu.id, index=index)

    @property
    def visit(self) -> Visit:
        """Return the visit on the screen."""
        assert self.screen.answer is not None
        assert self.screen.answer.visit is not None
        return self.screen.answer.visit


def test_without_a_list_nothing_is_asked_and_no_menu_offers_a_room(kiosk: Kiosk) -> None:
    desk = At(kiosk)
    answer = desk.scans("patient-1").answer
    assert answer is not None
    assert asked_items(kiosk, answer) == ()
    menu = desk.presses("F6").menu
    assert menu is not None
    assert len(menu.items) == 8


def test_a_room_is_chosen_by_one_key_and_nothing_waits_for_it(sends: Kiosk) -> None:
    desk = At(sends)
    assert desk.scans("patient-1").answer is not None
    assert desk.visit.so_thu_tu == 1
    desk.answers(3)
    assert desk.visit.phong == "P03"
    assert sends.written.visit(desk.visit.visit_id) == desk.visit
    desk.scans("s2")
    desk.scans("s4")  # nobody chose for the one before
    assert desk.visit.phong is None


def test_the_ninth_key_opens_all_of_twenty_rooms(sends: Kiosk) -> None:
    desk = At(sends)
    desk.scans("patient-1")
    assert desk.answers(9).menu is not None
    desk.chooses(20)  # on its third page
    assert desk.visit.phong == "P20"


def test_another_room_later_is_a_correction_and_both_stay_in_the_log(sends: Kiosk) -> None:
    desk = At(sends)
    desk.scans("patient-1")
    desk.answers(1)
    desk.presses("F6")
    desk.chooses(9)
    desk.chooses(2)
    assert desk.visit.phong == "P02"
    events = sends.written.events([EventKind.CORRECTED], desk.visit.happened_at)
    assert [event.codes["phong"] for event in events] == ["P01", "P02"]


def test_a_second_press_of_a_key_chooses_no_second_room(sends: Kiosk) -> None:
    desk = At(sends)
    desk.scans("patient-1")
    desk.answers(1)
    desk.answers(1)
    assert len(sends.written.events([EventKind.CORRECTED], desk.visit.happened_at)) == 1


def test_an_answer_about_the_rate_never_chooses_a_room(sends: Kiosk) -> None:
    desk = At(sends)
    desk.scans("patient-1")
    desk.answers(1, text="")
    assert desk.visit.phong is None


def test_nobody_is_sent_anywhere_before_being_received(sends: Kiosk) -> None:
    desk = At(sends)
    answer = desk.scans("patient-2").answer  # red
    assert answer is not None
    assert asked_items(sends, answer) == ()
    desk.answers(1)
    assert desk.presses("F2").answer is not None
    desk.answers(1)
    assert desk.visit.phong == "P01"


def test_a_room_of_no_list_is_refused_and_one_that_left_it_keeps_its_code(sends: Kiosk) -> None:
    desk = At(sends)
    desk.scans("patient-1")
    with pytest.raises(RequestError, match="P99"):
        corrections.choose_room(DESK, sends, desk.visit.visit_id, "P99")
    desk.answers(1)
    assert Slips().room(desk.visit.phong) == Room("P01", "P01")
