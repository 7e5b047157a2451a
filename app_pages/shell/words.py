"""The words of the pages, in the language of the officer's desk."""

from typing import Any

import streamlit as st

from verification.basics.errors import KioskError
from verification.basics.texts import Text, catalogue
from verification.kiosk import Kiosk
from verification.reception.screen import Screen

View = dict[str, Any]
"""What a page's component draws, as plain texts."""


class Words:
    """The words of the pages in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **params: str) -> str:
        """Return the words of a key."""
        return catalogue().page(key, self.lang, **params)

    def first(self, *keys: str) -> str:
        """Return the words of the first key that the catalogue has."""
        return self(next(key for key in keys if key in catalogue().pages))


def facility_text(kiosk: Kiosk, code: str | None, words: Words) -> str:
    """Write a facility by code and name."""
    if code is None:
        return "–"
    known = kiosk.cards.facility(code)
    return f"{code} · {known.ten if known else words('facility_unknown')}"


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
