"""The page "tài khoản": the own password and PIN."""

from collections.abc import Callable

import streamlit as st

from app_pages.server.house import current
from app_pages.shell.language import Words, sentence_of
from app_pages.shell.secret import secret_field
from app_pages.shell.who import here
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.officers import staff
from verification.rights import Right, may

words = Words(Texts("app_pages.admin"))


def own_page() -> None:
    """Draw the page."""
    actor = here(current(), Right.OWN)
    st.subheader(words("go_tai_khoan"))
    account = staff.own_account(actor, current().kiosk)
    if account and account.demo:
        st.info(words("own_demo"))
        return
    left, right = st.columns(2)
    if may(actor, Right.MANAGE):
        right = left
    else:
        with left:
            _pin()
    with right:
        _password()


def _pin() -> None:
    with st.form("pin", clear_on_submit=True):
        st.markdown(f"**{words('own_pin')}**")
        secret = secret_field(words("own_now"), "pin_now")
        new = secret_field(words("own_pin_new"), "pin_new", longest=6)
        if st.form_submit_button(words("menu_save")):
            _try(lambda: staff.set_pin(here(current(), Right.OWN), current().kiosk, secret, new))


def _password() -> None:
    with st.form("password", clear_on_submit=True):
        st.markdown(f"**{words('own_password')}**")
        old = secret_field(words("own_now"), "password_now")
        new = secret_field(words("own_password_new"), "password_new")
        again = secret_field(words("own_again"), "password_again")
        if st.form_submit_button(words("menu_save")):
            if new != again:
                st.error(words("own_unlike"))
                return
            officer = here(current(), Right.OWN)
            _try(lambda: staff.change_password(officer, current().kiosk, old, new))


def _try(change: Callable[[], None]) -> None:
    try:
        change()
    except KioskError as error:
        st.error(sentence_of(error))
    else:
        st.success(words("toast_noted"))
