"""The dialog "báo vướng mắc" of every page but the desk, which has its own menu for it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, sentence_of
from app_pages.shell.who import here
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.exchange.difficulties import LONGEST, OTHER, categories, report_difficulty
from verification.rights import Right

words = Words(Texts("app_pages.shell"))
_TOLD = "trouble told"


def trouble_button(house: House, page: str) -> None:
    """Draw the key that opens the dialog, and say once that a difficulty was kept.

    Args:
        house: The open kiosk.
        page: Name of the page that it stands on.
    """
    if told := st.session_state.pop(_TOLD, ""):
        st.toast(told)
    if st.button(words("trouble.button"), key="strip_trouble"):
        st.dialog(words("trouble.button"), width="medium")(_ask)(house, page)


def kinds() -> list[str]:
    """Return the kinds of difficulties as they are offered: another one comes last."""
    return [*(key for key in categories() if key != OTHER), OTHER]


def _ask(house: House, page: str) -> None:
    kind = st.radio(
        words("trouble.kind"),
        kinds(),
        index=None,
        format_func=lambda key: in_language(categories()[key].text),
        key="trouble_kind",
    )
    note = st.text_area(words("trouble.note"), max_chars=LONGEST, height=80, key="trouble_note")
    said = st.empty()  # a refusal takes its place: below the key it would be out of sight
    said.caption(words("trouble.no_names"))
    if st.button(words("menu_save"), type="primary", key="trouble_save"):
        _tell(house, page, kind or "", note, said)


def _tell(house: House, page: str, kind: str, note: str, said: DeltaGenerator) -> None:
    actor = here(house, Right.HELP)
    try:
        report_difficulty(actor, house.kiosk, kind, note, page=page)
    except KioskError as error:
        said.error(sentence_of(error))
        return
    st.session_state[_TOLD] = words("trouble.told", what=categories()[kind].text)
    st.rerun()
