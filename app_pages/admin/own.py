"""The page "tài khoản": the own password and PIN."""

import streamlit as st

from app_pages.admin.forms import refused, take
from app_pages.server.house import current
from app_pages.shell.language import Words
from app_pages.shell.secret import secret_field
from app_pages.shell.who import here
from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.officers import staff
from verification.rights import Actor, Right, may

_TEXTS = Texts("app_pages.admin")
words = Words(_TEXTS)


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
        secret = secret_field(words("own_now"), "pin", "now")
        new = secret_field(words("own_pin_new"), "pin", "new", longest=6)
        refused("pin")
        if st.form_submit_button(words("menu_save")):
            officer = here(current(), Right.OWN)
            take("pin", lambda: staff.set_pin(officer, current().kiosk, secret, new))


def _password() -> None:
    with st.form("password", clear_on_submit=True):
        st.markdown(f"**{words('own_password')}**")
        old = secret_field(words("own_now"), "password", "now")
        new = secret_field(words("own_password_new"), "password", "new")
        again = secret_field(words("own_again"), "password", "again")
        refused("password")
        if st.form_submit_button(words("menu_save")):
            officer = here(current(), Right.OWN)
            take("password", lambda: _change(officer, old, new, again))


def _change(officer: Actor, old: str, new: str, again: str) -> None:
    if new != again:
        raise RequestError(*vars(_TEXTS("own_unlike")).values())
    staff.change_password(officer, current().kiosk, old, new)
