"""The tab "dữ liệu": rows that cannot be read, and whether the card file is the imported one."""

from collections.abc import Sequence

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, sentence_of
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.log.card_files import Fit
from verification.log.unreadable import Unreadable
from verification.officers.store_state import StoreState, read_all, store_state
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_MOST_ROWS = 200
_AMBER = frozenset({Fit.OTHER, Fit.UNKNOWN, Fit.GONE})


def unread_warnings(house: House, actor: Actor) -> None:
    """Say above all tabs what is wrong."""
    line = st.container(key="unread")  # always there: what follows keeps its place and its open tab
    state = store_state(actor, house.kiosk)
    if state.noticed:
        line.warning(words("unread_count", count=len(state.noticed)), icon="⚠️")
    if state.cards in _AMBER:
        line.warning(_cards(state), icon="⚠️")


def unread_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    state = store_state(actor, house.kiosk)
    if state.cards not in _AMBER:
        st.caption(_cards(state))
    st.caption(words("unread_how"))
    found = state.noticed
    if st.button(words("unread_read_all")):
        try:
            found = read_all(actor, house.kiosk)
        except KioskError as error:
            st.error(sentence_of(error))
            return
        st.caption(words("unread_count", count=len(found)))
    _table(found)


def _cards(state: StoreState) -> str:
    key = f"cards_{state.cards.value}" if state.cards else "cards_reckoned"
    return words(key, in_use=state.in_use, noted=state.noted)


def _table(found: Sequence[Unreadable]) -> None:
    if not found:
        st.caption(words("unread_none"))
        return
    rows = [
        {words("unread_row"): one.row, words("unread_cause"): in_language(one.why)}
        for one in found[:_MOST_ROWS]
    ]
    st.dataframe(rows, hide_index=True)
