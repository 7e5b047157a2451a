"""The guide in the patient's window, moved from the tab of the guide: what it shows, next, off.

The window alone knows what it shows: a scan at the desk ends the guide while this page stands open.
"""

import streamlit as st

from app_pages.server.desks import DeskPlace
from app_pages.server.house import House
from app_pages.server.window import Guided
from app_pages.shell.language import Words, in_language
from app_pages.shell.who import cookies, session_of
from verification.basics.texts import Texts
from verification.reception.guide.guide import GUIDES
from verification.reception.guide.languages import ShortGuide
from verification.rights import Actor

words = Words(Texts("app_pages.help"))
_EVERY = 2.0  # seconds; a guide that ended must not stand here as shown


def draw(house: House, actor: Actor, key: str, step: int = 1) -> None:
    """Draw what the patient's window of this desk shows, and the keys to move it.

    Args:
        house: The open kiosk.
        actor: Who helps; the window is that of their desk.
        key: The guide that is open in the tab.
        step: Where it would begin, from 1.
    """
    st.subheader(words("window.title"))
    place = house.desks.place(actor.desk)
    if place is None:
        st.caption(words("window.no_desk"))
    elif not house.pairing.screens(actor.desk):
        st.caption(words("window.not_paired"))
    elif not place.guest.follows(_browser(house)):
        st.caption(words("window.elsewhere"))
    else:
        every = _EVERY if place.guest.guided() else None
        st.fragment(_controls, run_every=every)(house, place, key, step)


def move(house: House, actor: Actor, key: str, step: int) -> None:
    """Let the window go along to another step, where it shows this guide; it begins nothing.

    Args:
        house: The open kiosk.
        actor: Who helps.
        key: The guide that is open in the tab.
        step: The step that the patient is at now, from 1.
    """
    place = house.desks.place(actor.desk)
    shown = place.guest.guided() if place else None
    if place and shown and not shown.short and shown.key == key:
        _show(house, place, key, min(step, len(GUIDES[key].steps)))


def _controls(house: House, place: DeskPlace, key: str, step: int) -> None:
    shown = place.guest.guided()
    with st.container(horizontal=True, vertical_alignment="center", key="window_keys"):
        if shown is None or shown.short or shown.key != key:
            _button(house, place, "show", (key, step))
        elif not shown.short:
            _button(house, place, "back", (key, shown.step - 1), off=shown.step == 1)
            last = shown.step == len(GUIDES[key].steps)
            _button(house, place, "next", (key, shown.step + 1), off=last)
        if shown and st.button(words("window.end"), key="window_end"):
            place.guest.end_guide(_browser(house))
            st.rerun()
    st.caption(_told(house, shown))
    _languages(house, place, shown)


def _button(
    house: House, place: DeskPlace, name: str, to: tuple[str, int], *, off: bool = False
) -> None:
    kind = "secondary" if name == "back" else "primary"
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
