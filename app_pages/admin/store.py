"""The tab "kho dữ liệu": whether what the log makes can be read, and making it again."""

from collections.abc import Sequence

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import Words, sentence_of
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.officers import upkeep
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_PARTS = ("visit", "scan", "review_case", "case_event", "history", "outbox", "portal")
_SEEN, _ASKED = "store_seen", "store_asked"


def store_line(house: House, actor: Actor) -> None:
    """Say over the tabs what is damaged; it is looked for once a session, and when asked."""
    line = st.container(key="store")  # always there: what follows keeps its place
    try:
        if _SEEN not in st.session_state:
            st.session_state[_SEEN] = tuple(upkeep.damaged(actor, house.kiosk))
    except KioskError as error:
        line.error(sentence_of(error), icon="⚠️")
        return
    if damaged := st.session_state[_SEEN]:
        line.error(words("store_damaged", parts=_named(damaged)), icon="⚠️")


def store_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    if not st.session_state.get(_SEEN):
        st.caption(words("store_sound"))
    if st.button(words("store_look"), key="store_look"):
        _look_again()
    st.caption(words("store_how"))
    if not st.session_state.get(_ASKED):
        if st.button(words("store_rebuild"), key="store_rebuild"):
            st.session_state[_ASKED] = True
            st.rerun()
        return
    st.warning(words("store_sure"))
    yes, no = st.columns(2)
    if no.button(words("store_no"), key="store_no"):
        del st.session_state[_ASKED]
        st.rerun()
    if yes.button(words("store_yes"), key="store_yes"):
        _rebuild(house, actor)


def _rebuild(house: House, actor: Actor) -> None:
    del st.session_state[_ASKED]
    try:
        done = upkeep.rebuild(actor, house.kiosk)
    except KioskError as error:
        st.error(sentence_of(error))
        return
    st.toast(words("store_done", visits=done.visits, cases=done.cases))
    _look_again()


def _look_again() -> None:
    st.session_state.pop(_SEEN, None)
    st.rerun()


def _named(parts: Sequence[str]) -> str:
    names = [words(f"store_{part if part in _PARTS else 'other'}") for part in parts]
    return ", ".join(dict.fromkeys(names))
