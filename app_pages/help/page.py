"""The page "trợ giúp": one tab for each thing that the letters ask beyond the card."""

from collections.abc import Callable

import streamlit as st

from app_pages.help import difficulties_tab, finder_tab, guide_tab, manual_tab, reports_tab
from app_pages.server.house import House, current
from app_pages.shell.language import Words
from app_pages.shell.who import here
from verification.basics.texts import Texts
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.help"))
Tab = Callable[[House, Actor], None]
# Its words, the right that it needs, what draws it; an officer sees the tabs of their rights.
_TABS: tuple[tuple[str, Right, Tab], ...] = (
    ("guide", Right.HELP, guide_tab.draw),
    ("finder", Right.HELP, finder_tab.draw),
    ("difficulties", Right.HELP, difficulties_tab.draw),
    ("reports", Right.REPORT, reports_tab.draw),
    ("manual", Right.HELP, manual_tab.draw),
)


def help_page() -> None:
    """Draw the page."""
    house = current()
    actor = here(house, Right.HELP)
    shown = [(name, draw) for name, right, draw in _TABS if may(actor, right)]
    tabs = st.tabs([words(f"tab.{name}") for name, _ in shown], key="help_tabs")
    for tab, (_, draw) in zip(tabs, shown, strict=True):
        with tab:
            draw(house, actor)
