"""Over the list of difficulties: the month's file for the insurer, and marking them as sent."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import Words, sentence_of
from app_pages.shell.who import here
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.figures import dotted
from verification.basics.texts import Texts
from verification.exchange.difficulties import Trouble
from verification.exchange.moving import mark_sent, taken_at, to_send
from verification.exchange.reports.report import ReportKind
from verification.rights import Right

words = Words(Texts("app_pages.help"))
_FORMS = ("pdf", "xlsx", "csv")
_ASKED, _SAID = "difficulties asked", "difficulties said"


def sending(house: House, found: Sequence[Trouble], month: date) -> None:
    """Draw it.

    Args:
        house: The open kiosk.
        found: The difficulties of the month.
        month: Its first day.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="difficulties_file"):
        st.text(words("difficulties.file", month=f"{month:%m/%Y}"), width="content")
        for form in _FORMS:
            address = f"/kiosk/bao-cao/{ReportKind.DIFFICULTIES.value}.{form}?ngay={month}"
            st.link_button(form.upper(), address)
        waiting = to_send(found)
        if waiting:
            st.text(words("difficulties.wait", count=dotted(len(waiting))), width="content")
            if st.button(words("difficulties.sent"), key="difficulties_sent"):
                st.session_state[_ASKED] = month
    if said := st.session_state.pop(_SAID, ""):
        st.warning(said)
    if waiting and st.session_state.get(_ASKED) == month:
        _ask(house, waiting, month)


def _ask(house: House, waiting: Sequence[Trouble], month: date) -> None:
    at = taken_at(house.kiosk.written, waiting)
    if at is None:
        st.warning(words("difficulties.not_taken"))
        return
    count = dotted(len(waiting))
    told = {"at": f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}", "month": f"{month:%m/%Y}"}
    st.warning(words("difficulties.sure", count=count, **told))
    with st.container(horizontal=True):
        if st.button(
            words("difficulties.yes", count=count), type="primary", key="difficulties_yes"
        ):
            _mark(house, waiting)
        if st.button(words("difficulties.no"), key="difficulties_no"):
            st.session_state.pop(_ASKED)
            st.rerun()


def _mark(house: House, waiting: Sequence[Trouble]) -> None:
    st.session_state.pop(_ASKED, None)
    try:
        count = mark_sent(here(house, Right.REPORT), house.kiosk, waiting)
    except KioskError as error:
        st.session_state[_SAID] = sentence_of(error)
    else:
        st.toast(words("difficulties.marked", count=dotted(count)))
    st.rerun()
