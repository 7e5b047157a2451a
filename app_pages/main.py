"""The script that the server runs for each page."""

from pathlib import Path

import streamlit as st

from app_pages import reception

_ICON = Path(__file__).with_name("icon.svg")

st.set_page_config(page_title="Tiếp đón BHYT", page_icon=str(_ICON), layout="wide")
reception.page()
