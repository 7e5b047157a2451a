"""The reception page: hand each event of the desk on, draw the screen that comes back."""

import base64
import binascii
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from app_pages.desk.component import desk
from app_pages.desk.view import cameras, desk_trouble, screen_view, trouble_view
from app_pages.server.guarded import roles_of
from app_pages.server.house import House, current
from app_pages.shell.language import View
from app_pages.shell.who import acting, cookies, here, session_of
from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.card.presented import MAX_BYTES
from verification.log.house_events import PairingEnded
from verification.log.writing import write_alone
from verification.operations.metrics import ScanSource
from verification.reception import lookup, today_list
from verification.reception.answer import Answer, Scan, scan_of
from verification.reception.desk import step
from verification.reception.menus import Menu, pairing, pairing_ended
from verification.reception.screen import Input, Screen
from verification.rights import Actor, Right, may

GUEST_PAGE, GUEST_END = "khach", "khach_het"
_KEY = "screen"
_DESK = "desk"
_SCANNED = {"camera", "scanner", "picture"}
_WAITED = timedelta(seconds=20)
_LONGEST_WAIT = timedelta(days=2)  # an older time is a wrong clock, not a long wait
_MOST_PAYLOADS = 8  # codes of one picture that are looked at
_MOST_CHARS = 4 * (MAX_BYTES // 3 + 1)  # base64 of the longest text, and of one that is longer


def desk_page() -> None:
    """Draw the page once; what the disk refuses is said on it."""
    house = current()
    actor, session = here(house, Right.RECEIVE), session_of(house)
    screen: Screen = st.session_state.setdefault(_KEY, house.screens.of(session))
    if screen.goto in {GUEST_PAGE, GUEST_END}:
        screen = replace(screen, goto=None, menu=_pairing(house, actor, screen.goto))
    _keep(house, session, replace(screen, goto=None))
    if screen.goto in st.session_state["pages"]:
        st.switch_page(st.session_state["pages"][screen.goto])
    mark = house.signer.mark(_DESK, session)
    view = _view(house, actor, screen) | cameras(house, actor.desk)
    desk(view | {"mark": mark, "roles": roles_of(actor)}, _handle)


def _pairing(house: House, actor: Actor, asked: str) -> Menu:
    """Return the menu of the desk's patient's screens, after what was asked for was done."""
    place = house.desks.place(actor.desk)
    if place is None or asked == GUEST_END:
        ended = house.pairing.end(actor.desk)
        if place:
            place.guest.end()
        with suppress(KioskError):  # they look no more, whether it could be noted or not
            write_alone(house.kiosk.written, actor, PairingEnded(ended, "desk"))
        return pairing_ended(ended)
    place.guest.follow(_browser(house))
    code = house.pairing.new_code(actor.desk, actor.officer)
    return pairing(code, house.pairing.screens(actor.desk))


def _browser(house: House) -> str:
    return house.signer.desk(cookies())[1]


def _keep(house: House, session: str, screen: Screen) -> None:
    st.session_state[_KEY] = screen
    house.screens.keep(session, screen)


def _view(house: House, actor: Actor, screen: Screen) -> View:
    try:
        if unset := desk_trouble(house, actor.desk):
            return trouble_view(house, screen, unset, comes_back=False)
        if screen.trouble:
            return trouble_view(house, screen, screen.trouble)
        recent = lookup.recent_visits(actor, house.kiosk)
        glance = today_list.at_a_glance(actor, house.kiosk, recent)
        return screen_view(
            house, screen, actor, recent, glance=glance, shared=_is_shared(house, actor)
        )
    except KioskError as error:
        return trouble_view(house, screen, Text(error.vi, error.en))


def _is_shared(house: House, actor: Actor) -> bool:
    place = house.desks.place(actor.desk)
    return bool(place and place.is_shared(session_of(house), house.screens.sessions()))


def is_own(house: House, session: str, event: Mapping[str, Any]) -> bool:
    """Tell whether an event was made in this session; another officer's is not this one's act."""
    return house.signer.holds(_DESK, session, str(event.get("by", "")))


def handle(house: House, actor: Actor, screen: Screen, event: Mapping[str, Any]) -> Screen:
    """Return the screen after an event of the browser; one of another shape changes nothing."""
    given = event_input(house, event)
    if given is None:
        return screen
    if desk_trouble(
        house, actor.desk
    ):  # nobody is received at a desk that this house does not have
        return replace(screen, handled={given.session: given.number})
    if given.kind == "copay":
        given = replace(given, paid=house.paying.found(actor.desk, given.menu_id))
    return step(actor, house.kiosk, screen, given)


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
            look=event.get("look") is True,
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError, binascii.Error):
        return None


def _scan(house: House, event: Mapping[str, Any]) -> Scan:
    texts = [str(text)[:_MOST_CHARS] for text in event["payloads"][:_MOST_PAYLOADS]]
    payloads = tuple(base64.b64decode(text) for text in texts)
    scanned = event.get("source") in _SCANNED and not event.get("text_edited")
    return scan_of(
        payloads, house.kiosk.likely_day(), quet=scanned, happened_at=_queued_since(house, event)
    )


def _queued_since(house: House, event: Mapping[str, Any]) -> datetime | None:
    """Return when a scan was made that had to wait for the server, None for a fresh one.

    How long it waited is told by the browser's clock alone, which may be another than the server's.
    """
    now = house.kiosk.clock()
    sent = int(event.get("sent") or now.timestamp() * 1000)
    age = timedelta(milliseconds=sent - int(event.get("at") or 0))
    if not _WAITED < age < _LONGEST_WAIT:
        return None
    with suppress(KioskError):  # the desk itself tells what the store refuses
        return now - age if house.kiosk.doubt() is None else None
    return None


def _handle() -> None:
    event = getattr(st.session_state.get("desk"), "event", None)
    house = current()
    actor = acting(house)
    if not (isinstance(event, Mapping) and is_own(house, session_of(house), event)):
        return
    if actor and may(actor, Right.RECEIVE):
        before: Screen = st.session_state[_KEY]
        begun = time.perf_counter()
        after = handle(house, actor, before, event)
        took = time.perf_counter() - begun
        if after.answer and after.answer is not before.answer:
            house.asking.ask(after.answer)  # beside the answer that stands now
        if after.answer and after.copay and after.copay is not before.copay:
            house.paying.ask(actor.desk, after.answer, again=after.copay.again)
        if after.shift and after.shift != before.shift:
            house.sink.send_now()  # the head of the log that the sheet names
        _keep(house, session_of(house), after)
        if event.get("kind") == "clear" and before.answer and not after.answer:
            house.screens.clear(session_of(house), before.answer)
        kind = event.get("kind")
        if ends_guide(str(kind), before, after):
            _end_guide(house, actor)
        if after.answer and after.answer is not before.answer and kind == "scan":
            house.metrics.scanned(str(event.get("source") or ScanSource.TYPED), took)
            _note_answer(house, actor, after.answer)


def ends_guide(kind: str, before: Screen, after: Screen) -> bool:
    """Tell whether an event takes the guide off the patient's window.

    A scan does, and whatever brings another person's answer or takes one away by hand. An answer
    that its timer takes off, or that the portal changes, is nobody new.
    """
    return kind == "scan" or (kind != "clear" and after.presented != before.presented)


def _end_guide(house: House, actor: Actor) -> None:
    """Take the guide off the patient's window: another person may stand there now."""
    if place := house.desks.place(actor.desk):
        place.guest.end_guide(_browser(house))


def _note_answer(house: House, actor: Actor, answer: Answer) -> None:
    if place := house.desks.place(actor.desk):
        is_card = answer.verdict.card is not None
        place.guest.note_answer(read_as_card=is_card, browser=_browser(house))
