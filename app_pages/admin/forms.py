"""A form that is refused keeps what was typed, but no secret; one that is taken begins anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from app_pages.shell.language import Words, sentence_of
from app_pages.shell.secret import forget_secrets
from verification.basics.errors import KioskError
from verification.basics.texts import Texts

words = Words(Texts("app_pages.admin", "app_pages.shell"))


@contextmanager
def in_words() -> Iterator[None]:
    """Draw a part of the page; what the store refuses is said in its place, the rest stays."""
    try:
        yield
    except KioskError as error:
        st.error(sentence_of(error))


def field(form: str, name: str) -> str:
    """Return the key of a form's field: another one once the form was taken."""
    return f"{form} {name} {st.session_state.get(f'{form} taken', 0)}"


def refused(form: str) -> None:
    """Say why a form was not taken, where it was not."""
    if said := st.session_state.pop(f"{form} refused", ""):
        st.error(said)


def take(form: str, change: Callable[[], object], done: str = "toast_noted") -> None:
    """Do what a form asks for and draw the page again, so that no secret stands on it."""
    try:
        change()
    except KioskError as error:
        st.session_state[f"{form} refused"] = sentence_of(error)
    else:
        st.session_state[f"{form} taken"] = st.session_state.get(f"{form} taken", 0) + 1
        st.toast(words(done))
    forget_secrets(form)
    st.rerun()
