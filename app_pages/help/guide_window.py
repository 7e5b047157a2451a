"""The guide in the patient's window, moved from the tab of the guide: what it shows, next, off.

No screen, or one that follows another browser, is said in words, with how to pair it. The window
alone knows what it shows: a scan at the desk ends the guide while this page stands open.
"""

from typing import Literal

import streamlit as st

from app_pages.server.desks import DeskPlace
from app_pages.server.house import House
from app_pages.server.window import Guided
from app_pages.shell.language import Words, in_language
from app_pages.shell.who import cookies, session_of
from verification.basics.texts import Texts
from verification.reception.guide.guide import GUIDES, Guide
from verification.reception.guide.languages import ShortGuide
from verification.rights import Actor

words = Words(Texts("app_pages.help"))
_AT = "guide_window_at"
_EVERY = 2.0  # seconds; a guide that ended must not stand here as shown


def draw(house: House, actor: Actor, guide: Guide | None, number: int = 1) -> None:
    """Draw what the patient's window of this desk shows, and the keys to move it.

    A step that is ticked takes the window along to the next one.

    Args:
        house: The open kiosk.
        actor: Who helps; the window is that of their desk.
        guide: The branch that is open in the tab, None while one is chosen.
        number: The step that is next, from 1.
    """
    place = house.desks.place(actor.desk)
    if place is None:
        st.caption(words("window.no_desk"))
    elif not house.pairing.screens(actor.desk):
        st.caption(words("window.not_paired"))
    elif not place.guest.follows(_browser(house)):
        st.caption(words("window.elsewhere"))
    else:
        _go_along(house, place, guide, number)
        every = _EVERY if place.guest.guided() else None
        st.fragment(_controls, run_every=every)(house, place, guide, number)


def _go_along(house: House, place: DeskPlace, guide: Guide | None, number: int) -> None:
    """Let the window go on with the ticks, where it shows this branch; it begins nothing."""
    key, shown = guide.key if guide else "", place.guest.guided()
    branch, before = st.session_state.get(_AT, ("", 0))
    st.session_state[_AT] = (key, number)
    # fewer ticks than before are another person's, who begins by the desk's own hand
    if guide and shown and branch == key == _branch(shown) and number > before:
        _show(house, place, key, number)


def end(house: House, actor: Actor) -> None:
    """Take the guide off the window: whoever was helped is done."""
    if place := house.desks.place(actor.desk):
        place.guest.end_guide(_browser(house))


def _branch(shown: Guided) -> str:
    return "" if shown.short else shown.key


def _controls(house: House, place: DeskPlace, guide: Guide | None, number: int) -> None:
    shown = place.guest.guided()
    with st.container(horizontal=True, vertical_alignment="center", key="window_keys"):
        if guide and shown and _branch(shown) == guide.key:
            _button(house, place, "back", (guide.key, shown.step - 1), off=shown.step == 1)
            last = shown.step == len(guide.steps)
            _button(house, place, "next", (guide.key, shown.step + 1), off=last)
        elif guide:
            _button(house, place, "show", (guide.key, number))
        if shown and st.button(words("window.end"), key="window_end"):
            place.guest.end_guide(_browser(house))
            st.rerun()
        st.text(_told(house, shown), width="content")
    _languages(house, place, shown)


def _button(
    house: House, place: DeskPlace, name: str, to: tuple[str, int], *, off: bool = False
) -> None:
    kind: Literal["primary", "secondary"] = "secondary" if name == "back" else "primary"
    if st.button(words(f"window.{name}"), key=f"window_{name}", disabled=off, type=kind):
        _show(house, place, *to)
        st.rerun()


def _languages(house: House, place: DeskPlace, shown: Guided | None) -> None:
    """Draw a key for each language that the hospital has a short guide in."""
    found = house.guides.read().guides
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="window_languages"):
        st.text(words("window.languages"), width="content")
        for guide in found.values():
            chosen = shown is not None and shown.short and shown.key == guide.lang
            label = _label(guide)
            if st.button(label, key=f"window_in_{guide.lang}", disabled=chosen):
                _show(house, place, guide.lang, 1, short=True)
                st.rerun()


def _label(guide: ShortGuide) -> str:
    return f"{guide.name} ({guide.lang})"


def _told(house: House, shown: Guided | None) -> str:
    if shown is None:
        return words("window.nothing")
    if shown.short:
        found = house.guides.read().guides.get(shown.key)
        return words("window.shows_short", name=_label(found) if found else shown.key)
    guide = GUIDES[shown.key]
    title = in_language(guide.title)
    return words("window.shows", title=title, n=shown.step, m=len(guide.steps))


def _show(house: House, place: DeskPlace, key: str, step: int, *, short: bool = False) -> None:
    place.guest.show_guide(
        key, step, short=short, session=session_of(house), browser=_browser(house)
    )


def _browser(house: House) -> str:
    return house.signer.desk(cookies())[1]
