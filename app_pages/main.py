"""The script that the server runs for each page."""

from pathlib import Path

import streamlit as st

from app_pages import entitlement, reception

_ICON = Path(__file__).with_name("icon.svg")

st.set_page_config(page_title="Tiếp đón BHYT", page_icon=str(_ICON), layout="wide")
PAGES = {
    "desk": st.Page(reception.page, title="Tiếp đón BHYT", default=True),
    "muc_huong": st.Page(entitlement.page, title="Mức hưởng", url_path="muc-huong"),
}
st.session_state["pages"] = PAGES
st.navigation(list(PAGES.values()), position="hidden").run()
