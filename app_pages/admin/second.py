"""The tab "người thứ hai": what waits, and the one-time code for somebody from outside."""

import streamlit as st

from app_pages.server.house import House
from app_pages.shell.language import Words, sentence_of
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.review.outsider import issue_code
from verification.review.waiting import Waiting, waiting
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell", "verification.review"))
_FORM = "%H:%M %d/%m/%Y"


def second_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    above = st.container()  # the code is to be seen at once, also on a low screen
    found = waiting(actor, house.kiosk)
    if not found:
        st.caption(words("second_none"))
        return
    since = f"{found[0].since.astimezone(VIETNAM):%d/%m/%Y}"
    st.caption(words("second_count", n=len(found), since=since))
    st.dataframe([_row(one) for one in found], hide_index=True)
    named = {one.case: one for one in found if one.outsider}
    if not named:
        st.caption(words("second_nobody"))
        return
    with st.form("code", clear_on_submit=True):
        st.markdown(f"**{words('second_code')}**")
        st.caption(words("second_how"))
        labels = {case: f"{case} · {_outsider(one)}" for case, one in named.items()}
        case = st.selectbox(words("second_case"), [*labels], format_func=lambda c: labels[c])
        asked = st.form_submit_button(words("second_issue"))
    if asked and case:
        with above:
            _issue(house, actor, case, named[case])


def _issue(house: House, actor: Actor, case: str, one: Waiting) -> None:
    try:
        code = issue_code(actor, house.kiosk, case)
    except KioskError as error:
        st.error(sentence_of(error))
        return
    st.success(words("second_issued", who=_outsider(one), case=case))
    st.code(code, language=None)


def _row(one: Waiting) -> dict[str, str]:
    until = f"{one.until.astimezone(VIETNAM):{_FORM}}" if one.until else ""
    return {
        words("second_case"): one.case,
        words("second_what"): words(f"proposed.{one.what.value}"),
        words("second_maker"): one.maker,
        words("second_since"): f"{one.since.astimezone(VIETNAM):{_FORM}}",
        words("second_outsider"): _outsider(one),
        words("second_until"): until,
    }


def _outsider(one: Waiting) -> str:
    who = one.outsider
    return f"{who.ho_ten}, {who.co_quan}, {who.so_cccd}" if who else ""
