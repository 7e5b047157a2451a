"""What is typed into a secret field is used once; then there is a new, empty field."""

import streamlit as st


def secret_field(label: str, form: str, name: str, longest: int = 200) -> str:
    """Draw a field for a password or PIN.

    Streamlit keeps what was typed for as long as the field is drawn again under its key; it also
    ends a run halfway and begins it anew, and then the field must still be the one that was sent.

    Args:
        label: What is to be typed.
        form: That it belongs to, on this page.
        name: Of the field, in this form.
        longest: Characters that it takes.
    """
    return st.text_input(
        label,
        type="password",
        max_chars=longest,
        key=f"{form} {name} {st.session_state.get(_sent(form), 0)}",
        autocomplete="new-password",
    )


def forget_secrets(form: str) -> None:
    """Put new fields in place of those of a form that was sent; `st.rerun` must follow."""
    st.session_state[_sent(form)] = st.session_state.get(_sent(form), 0) + 1


def _sent(form: str) -> str:
    return f"{form} sent"
