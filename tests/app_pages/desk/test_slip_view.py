"""The number at the answer and in the list, the question of the room, and the slip as drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.desk.page import handle
from app_pages.desk.view import screen_view
from tests.app_pages.desk.test_page import key_event, scan_event
from tests.support import DESK
from verification.kiosk import Room, Slips
from verification.log.visit import CancelReason
from verification.reception import corrections, lookup
from verification.reception.screen import Screen

if TYPE_CHECKING:
    from app_pages.server.house import House

ROOMS = Slips(paper="a5", rooms=(Room("P12", "Nội tổng quát"), Room("P07", "Nhi")))


class Drawn:
    """A desk whose page is drawn after each event."""

    def __init__(self, house: House, slips: Slips) -> None:
        self.house = replace(house, kiosk=replace(house.kiosk, slips=slips))
        self.screen = Screen()
        self._number = 0

    def after(self, event: dict[str, Any]) -> dict[str, Any]:
        """Hand an event on and return the page."""
        self._number += 1
        own = event | {"number": self._number, "answer": self.screen.answer_id}
        self.screen = handle(self.house, DESK, self.screen, own)
        recent = lookup.recent_visits(DESK, self.house.kiosk)
        return screen_view(self.house, self.screen, DESK, recent)

    def scan(self, slug: str) -> dict[str, Any]:
        """Scan a card and return the page."""
        return self.after(scan_event(slug))


@pytest.fixture
def desk(house: House) -> Drawn:
    """Return a desk of a house with two rooms."""
    return Drawn(house, ROOMS)


def test_the_number_stands_at_the_answer_and_in_the_list_and_stays_when_undone(desk: Drawn) -> None:
    view = desk.scan("patient-1")
    assert view["answer"]["queue"] == {"label": "Số", "value": "1"}
    assert [row["turn"] for row in view["recent"]] == [1]
    assert "số 1" in desk.scan("patient-1")["answer"]["sentence"]
    assert desk.screen.answer is not None
    assert desk.screen.answer.visit is not None
    visit_id = desk.screen.answer.visit.visit_id
    corrections.undo(DESK, desk.house.kiosk, visit_id, CancelReason.KHAC)
    view = desk.scan("s2")
    assert view["answer"]["queue"]["value"] == "2"
    assert [(row["turn"], row["struck"]) for row in view["recent"]] == [(2, False), (1, True)]
    assert desk.scan("patient-2")["answer"]["queue"] is None  # red, not received


def test_the_room_is_asked_once_the_patient_is_received(desk: Drawn) -> None:
    answer = desk.scan("patient-1")["answer"]
    assert answer["rooms"]["choices"] == ["P12 · Nội tổng quát", "P07 · Nhi"]
    chosen = {"session": "s", "kind": "choice", "id": answer["id"], "index": 2}
    view = desk.after(chosen | {"value": answer["rooms"]["value"]})
    assert view["answer"]["rooms"] is None
    assert ("Phòng", "P07 · Nhi") in [(f["label"], f["value"]) for f in view["answer"]["facts"]]
    assert view["recent"][0]["room"] == "P07"
    assert desk.scan("patient-2")["answer"]["rooms"] is None


def test_a_slip_is_handed_to_the_browser_once(desk: Drawn) -> None:
    assert desk.scan("patient-1")["slip"] is None
    slip = desk.after(key_event("Shift+F3"))["slip"]
    assert (slip["paper"], slip["number"]["value"]) == ("a5", "1")
    assert slip["facility"] == "BV Đa khoa Mẫu"
    assert slip["title"] == {"vi": "Phiếu tiếp nhận", "en": "Received"}
    assert "DN4797900000201" not in "".join(str(slip).split())
    assert desk.after(key_event("F9"))["slip"] is None


def test_a_house_that_prints_nothing_offers_no_key(house: House) -> None:
    keys = [key["key"] for key in Drawn(house, ROOMS).scan("patient-1")["answer"]["keys"]]
    assert "Shift+F3" in keys
    off = Drawn(house, Slips(paper="off"))
    assert "Shift+F3" not in [key["key"] for key in off.scan("s2")["answer"]["keys"]]
    assert off.after(key_event("Shift+F3"))["slip"] is None
