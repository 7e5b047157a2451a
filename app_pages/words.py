"""The words of the pages that Streamlit draws, in the language of the officer's desk."""

import streamlit as st

from verification.errors import KioskError
from verification.screen import Screen
from verification.texts import Text, catalogue


def lang() -> str:
    """Return the page's language."""
    screen: Screen = st.session_state.get("screen", Screen())
    return screen.lang


def in_language(text: Text) -> str:
    """Return a text in the page's language."""
    return text.in_language(lang())


def words(key: str) -> str:
    """Return the words of a key of the catalogue."""
    return in_language(catalogue().pages[key])


def told(error: KioskError) -> str:
    """Return the sentence of an error."""
    return in_language(Text(error.vi, error.en))
