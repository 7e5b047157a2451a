"""The reception page: hand each event of the desk on, draw the screen that comes back."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.components.desk import desk
from app_pages.house import House, current
from app_pages.view import screen_view, unset_view
from verification import visits
from verification.checkin import Scan, scan_of
from verification.desk import step
from verification.screen import Input, Screen

_KEY = "screen"
_MOST_PAYLOADS = 8  # codes of one picture that are looked at
_MOST_CHARS = 1_400_000  # base64 of the longest text that is looked at


def page() -> None:
    """Draw the page once."""
    house = current()
    actor = house.actor()
    screen: Screen = st.session_state.setdefault(_KEY, Screen())
    if actor is None or house.kiosk.facility is None:
        desk(unset_view(house, screen.lang), _ignore)
        return
    if screen.goto:
        st.session_state[_KEY] = replace(screen, goto=None)
        st.switch_page(st.session_state["pages"][screen.goto])
    recent = visits.recent_visits(actor, house.kiosk)
    desk(screen_view(house, screen, actor.desk, recent), _handle)


def handle(house: House, screen: Screen, event: Mapping[str, Any]) -> Screen:
    """Return the screen after an event of the browser; one of another shape changes nothing."""
    actor = house.actor()
    given = event_input(house, event)
    return screen if given is None or actor is None else step(actor, house.kiosk, screen, given)


def event_input(house: House, event: Mapping[str, Any]) -> Input | None:
    """Read an event as the component sends it, None where it has another shape."""
    try:
        return Input(
            session=str(event["session"])[:64],
            number=int(event["number"]),
            kind=str(event["kind"]),
            answer_id=event.get("answer") or event.get("id"),
            key=str(event.get("key", "")),
            menu_id=str(event.get("id", "")),
            index=int(event.get("index", 0)),
            text=str(event.get("value") or "")[:1_000],
            scan=_scan(house, event) if event["kind"] == "scan" else None,
        )
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None


def _scan(house: House, event: Mapping[str, Any]) -> Scan:
    texts = [str(text)[:_MOST_CHARS] for text in event["payloads"][:_MOST_PAYLOADS]]
    payloads = tuple(base64.b64decode(text) for text in texts)
    return scan_of(payloads, house.kiosk.today(), by_hand=event.get("source") == "typed")


def _handle() -> None:
    event = getattr(st.session_state.get("desk"), "event", None)
    if isinstance(event, Mapping):
        st.session_state[_KEY] = handle(current(), st.session_state[_KEY], event)


def _ignore() -> None:
    """Take no event while the kiosk is not set up."""
