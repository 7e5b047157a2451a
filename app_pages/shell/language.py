"""What the pages say, in the language of the officer's desk."""

import re
from typing import Any

import streamlit as st

from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.log.clock import Doubt
from verification.reception.screen import Screen

View = dict[str, Any]
"""What a page's component draws, as plain texts."""


class Words:
    """The words of a page in one language.

    Args:
        texts: What the page says.
        language: `vi` or `en`; that of the running page where not given.
    """

    def __init__(self, texts: Texts, language: str | None = None) -> None:
        self._texts = texts
        self._language = language

    @property
    def lang(self) -> str:
        """Return the language."""
        return self._language or lang()

    def __call__(self, key: str, /, **params: object) -> str:
        """Return the words of a key, filled in."""
        return self._texts(key, **params).in_language(self.lang)


def facility_text(kiosk: Kiosk, code: str | None, words: Words) -> str:
    """Write a facility by code and name."""
    if code is None:
        return "–"
    known = kiosk.cards.facility(code)
    return f"{code} · {known.ten if known else words('facility_unknown')}"


def clock_text(doubt: Doubt, words: Words) -> str:
    """Write why the clock is wrong, what contradicts it, and the way out."""
    what = words(f"clock.{doubt.params['case']}", **doubt.params)
    return words("clock.way_out", what=what)


_MARKS = re.compile(r"[\\`*_\[\]$~<>]")


def lang() -> str:
    """Return the page's language."""
    screen: Screen = st.session_state.get("screen", Screen())
    return screen.lang


def in_language(text: Text) -> str:
    """Return a text in the page's language."""
    return text.in_language(lang())


def sentence_of(error: KioskError) -> str:
    """Return the sentence of an error in the page's language."""
    return in_language(Text(error.vi, error.en))


def plainly(text: str) -> str:
    """Return a text whose signs Streamlit's messages show as they are: a file may be called so."""
    return _MARKS.sub(r"\\\g<0>", text)
