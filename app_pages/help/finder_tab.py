"""The tab "finder": one box for places, codes and, on Enter, persons; `finder.js` draws it."""

from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import View, Words
from app_pages.shell.script import Script
from verification.basics.texts import Texts
from verification.rights import Actor, Right, may

SCRIPT = Script(Path(__file__).parent, ("finder",), ("finder",))
words = Words(Texts("app_pages.help", "app_pages.shell"))
_SAYS = (
    "label",
    "hint",
    "keys",
    "keys_person",
    "copy",
    "copy_it",
    "copied",
    "not_copied",
    "person",
    "person_barred",
    "number_barred",
    "enter",
    "enter_name",
    "show",
    "clears",
    "no_check",
    "away",
    "busy",
    "searching",
)
_SHOWN_SECONDS = 60  # of a person: a screen that somebody left shows nobody


def draw(house: House, actor: Actor) -> None:
    """Draw the tab."""
    _component(key="finder", data=view_of(house, actor))
    pages: Any = st.session_state.get("pages", {})
    if may(actor, Right.RECEIVE) and (desk := pages.get("desk")):
        st.page_link(desk, label=words("finder.desk"))


def view_of(house: House, actor: Actor) -> View:
    """Return what the component needs: words, and whether it may ask for persons."""
    return {
        "token": house.token,
        "lang": words.lang,
        "may_look": may(actor, Right.VIEW_PERSON),
        "shown_ms": _SHOWN_SECONDS * 1000,
        "texts": {name: words(f"finder.{name}") for name in _SAYS},
    }


_component = SCRIPT.component("kiosk_finder")
