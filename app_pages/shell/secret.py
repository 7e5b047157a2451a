"""What is typed into a secret field is used in one run; the next one has a new, empty field."""

import streamlit as st


def secret_field(label: str, name: str, longest: int = 200) -> str:
    """Draw a field for a password or PIN.

    Streamlit keeps what was typed for as long as the field is drawn again under its key.

    Args:
        label: What is to be typed.
        name: Of the field, on this page.
        longest: Characters that it takes.
    """
    used = f"{name} used"
    at = st.session_state.get(used, 0)
    typed = st.text_input(
        label,
        type="password",
        max_chars=longest,
        key=f"{name} {at}",
        autocomplete="new-password",
    )
    if typed:
        st.session_state[used] = at + 1
    return typed
