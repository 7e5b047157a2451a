"""What one desk does at another one's: it sees masked rows, and prints and answers nothing."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

import anyio
import cv2
import numpy as np
import pytest
from starlette.responses import Response

from app_pages.desk.page import handle
from app_pages.desk.routes import _frame
from app_pages.desk.view import screen_view
from app_pages.server.desks import NO_DESK
from app_pages.server.house import current
from tests.app_pages.desk.test_page import key_event, scan_event
from tests.app_pages.entry.test_where import given, housed, request
from tests.support import payload
from verification.card.presented import read_all
from verification.reception import lookup, today_list
from verification.reception.screen import Screen
from verification.rights import Actor, Role, desk_officer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app_pages.server.house import House

GREEN, OTHER_GREEN, RED = "patient-1", "s2", "patient-2"


class Desk:
    """A desk whose page is drawn after each event; all desks name their scans alike."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.actor = house, desk_officer(name)
        self.screen = Screen()
        self._number = count(1)

    def after(self, event: dict[str, Any]) -> dict[str, Any]:
        """Hand an event on and return the page."""
        own = {"answer": self.screen.answer_id} | event | {"number": next(self._number)}
        self.screen = handle(self.house, self.actor, self.screen, own)
        recent = lookup.recent_visits(self.actor, self.house.kiosk)
        glance = today_list.at_a_glance(self.actor, self.house.kiosk)
        return screen_view(self.house, self.screen, self.actor, recent, glance=glance)


@pytest.fixture
def house(prepared: Path, tmp_path: Path) -> Iterator[House]:
    with housed(prepared, tmp_path, KIOSK_DESKS="1,2") as opened:
        yield opened


@pytest.fixture
def two(house: House) -> tuple[Desk, Desk]:
    return Desk(house, "1"), Desk(house, "2")


def secrets(slug: str) -> list[str]:
    """Return what the card says that no list may."""
    facts = read_all((payload(slug),), current().kiosk.today()).counts.card
    assert facts is not None
    said = payload(slug).decode().split("|")
    name = bytes.fromhex(said[1]).decode()
    return [said[0], said[0][-10:], name, name.upper(), said[2]]


def test_the_list_of_all_desks_hands_the_browser_masked_rows_alone(two: tuple[Desk, Desk]) -> None:
    one, other = two
    for slug in (GREEN, OTHER_GREEN, RED):
        one.after(scan_event(slug))
    assert other.after(key_event("F10"))["today"]["rows"] == []
    view = other.after({"session": "s", "kind": "today", "id": "desks"})
    assert len(view["today"]["rows"]) == 3
    assert (view["recent"], view["waiting"]["count"]) == ([], 0)  # at a glance only its own
    text = "".join(json.dumps(view, ensure_ascii=False).split())
    found = [word for slug in (GREEN, OTHER_GREEN, RED) for word in secrets(slug)]
    assert [word for word in found if "".join(word.split()) in text] == []


def test_what_names_another_desks_answer_prints_and_changes_nothing(
    two: tuple[Desk, Desk],
) -> None:
    one, other = two
    shown = one.after(scan_event(GREEN))["answer"]["id"]
    other.after(scan_event(OTHER_GREEN))
    visits = lookup.recent_visits(other.actor, other.house.kiosk)
    for key in ("Shift+F3", "F2", "F3", "F7", "Shift+F7"):
        view = other.after(key_event(key) | {"answer": shown})
        assert view["slip"] is None
        assert (other.screen.copied, other.screen.number_shown) == (None, False)
    for index in range(1, 10):
        other.after({"session": "s", "kind": "choice", "id": shown, "index": index})
    assert lookup.recent_visits(other.actor, other.house.kiosk) == visits
    assert [v.desk for v, _ in lookup.recent_visits(one.actor, one.house.kiosk)] == ["1"]
    slip = one.after(key_event("Shift+F3"))["slip"]
    assert slip["when"].endswith("Quầy 1")
    again = other.after(key_event("Shift+F3"))["slip"]
    assert again["when"].endswith("Quầy 2")
    assert again["name"] != slip["name"]


def _sent(house: House, actor: Actor, cookie: str) -> int:
    jpeg = cv2.imencode(".jpg", np.full((40, 40, 3), 128, np.uint8))[1].tobytes()
    asked = request({"kiosk_desk": cookie})
    asked.scope["actor"] = actor
    assert house is current()
    return anyio.run(_frame, asked, jpeg).status_code


def test_a_frame_goes_to_the_sessions_desk_whatever_desk_the_cookie_names(house: House) -> None:
    kept = Response()
    house.signer.keep_desk(kept, {}, "1")
    cookie = given(kept)["kiosk_desk"]
    windows = [place.guest for place in map(house.desks.place, ("1", "2")) if place]
    for window in windows:
        window.watch()
    windows[0].follow(house.signer.desk({"kiosk_desk": cookie})[1])
    assert _sent(house, desk_officer("2"), cookie) == 200
    assert [window.picture() is not None for window in windows] == [False, True]
    nobody = Actor("binh.gd", frozenset({Role.RECEPTIONIST}), NO_DESK)
    assert _sent(house, nobody, cookie) == 409
    assert [window.picture() is not None for window in windows] == [False, True]
