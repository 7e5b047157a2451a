"""The tab "manual" of the page "trợ giúp": the parts of the manual, each beside the page."""

import streamlit as st

from app_pages.help.manual import ADDRESS, KEY_CARD, PARTS
from app_pages.server.house import House
from app_pages.shell.language import Words, lang
from verification.basics.texts import Texts
from verification.rights import Actor

words = Words(Texts("app_pages.help"))


def draw(_house: House, _actor: Actor) -> None:
    """Draw the tab."""
    st.caption(words("manual.about"))
    titles = {part.name: part.title.in_language(lang()) for part in PARTS.values()}
    for name, title in {**titles, KEY_CARD: words("manual.phim")}.items():
        st.link_button(title, f"{ADDRESS}/{name}?lang={lang()}")
