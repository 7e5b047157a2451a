"""The script that the server runs for each page.

Who is there is asked first; a page that the officer has no right to is not drawn, and that its
address was opened is written down.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app_pages.admin.accounts import admin_page
from app_pages.admin.own import own_page
from app_pages.desk.page import desk_page
from app_pages.help.page import help_page
from app_pages.review.page import review_page
from app_pages.server.house import House, current
from app_pages.shell.fonts import faces
from app_pages.shell.language import Words, sentence_of
from app_pages.shell.strip import strip
from app_pages.shell.who import entered
from app_pages.what_if.page import what_if_page
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.rights import Actor, Right, may

# Streamlit's own English link in front of the page; the strip is the first thing there anyway.
_HIDDEN = "[data-testid=stSkipToContent]{display:none}"
_ICON = Path(__file__).parent / "shell" / "icon.svg"
_TURNED_AWAY = "turned_away"
_DRAWN = "log_unasked"
_AGAIN_SECONDS = 2.0
# The first one that an officer has a right to is where they land.
PLACES: dict[str, tuple[Right, Callable[[], None], str]] = {
    "desk": (Right.RECEIVE, desk_page, "Tiếp đón BHYT"),
    "giam_dinh": (Right.REVIEW, review_page, "Giám định"),
    "quan_tri": (Right.MANAGE, admin_page, "Quản trị"),
    "tro_giup": (Right.HELP, help_page, "Trợ giúp"),
    "muc_huong": (Right.CHECK, what_if_page, "Mức hưởng"),
    "tai_khoan": (Right.OWN, own_page, "Tài khoản"),
}


def _home() -> None:
    st.switch_page(next(iter(pages.values())))


def _closed(house: House, actor: Actor, name: str, right: Right) -> StreamlitPage:
    """Return what stands at the address of a page that an officer has no right to.

    Without it Streamlit says in English that there is no such page.
    """

    def refuse() -> None:
        with suppress(KioskError):  # going home does not wait for a log that cannot be written
            house.kiosk.note_refused(actor, f"page.{name}", right)
        st.session_state[_TURNED_AWAY] = True  # told on the page that they are led to
        _home()

    return st.Page(refuse, title="Tiếp đón BHYT", url_path=name.replace("_", "-"))


@st.fragment(run_every=_AGAIN_SECONDS)
def _asks_again() -> None:
    """Draw the page anew until the log can be asked: a desk that was left alone comes back."""
    if not st.session_state.pop(_DRAWN, False):
        st.rerun()


st.set_page_config(page_title="Tiếp đón BHYT", page_icon=str(_ICON), layout="wide")
house = current()
try:
    actor = entered(house)
except KioskError as error:  # the log cannot be asked: no page is drawn for anybody
    st.error(sentence_of(error))
    st.session_state[_DRAWN] = True
    _asks_again()
    st.stop()
if actor is None:
    st.stop()
pages = {
    name: st.Page(page, title=title, url_path=name.replace("_", "-"), default=name == "desk")
    for name, (right, page, title) in PLACES.items()
    if may(actor, right)
}
st.session_state["pages"] = pages
closed = [
    _closed(house, actor, name, right)
    for name, (right, _, _) in PLACES.items()
    if name not in pages and name != "desk"  # its address is where everybody lands
]
hidden = [] if "desk" in pages else [st.Page(_home, title="Tiếp đón BHYT", default=True)]
st.html(f"<style>{faces()}{_HIDDEN}</style>")
chosen = st.navigation([*pages.values(), *hidden, *closed], position="hidden")
shown = next((name for name, page in pages.items() if page == chosen), "")
try:
    if shown not in {"desk", "giam_dinh", ""}:  # those draw their own, who is sent home sees none
        strip(house, actor, pages, shown)
    if shown and st.session_state.pop(_TURNED_AWAY, False):
        st.toast(Words(Texts("app_pages.shell"))("page_closed"))
    chosen.run()
except KioskError as error:  # a page that the store cannot fill says why, in one sentence
    st.error(sentence_of(error))
