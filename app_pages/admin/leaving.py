"""A file that leaves the house: by the password again, and by an address that gives it once."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app_pages.server.house import House
from app_pages.shell.language import sentence_of
from app_pages.shell.secret import forget_secrets
from app_pages.shell.who import session_of
from verification.basics.errors import KioskError
from verification.officers import staff
from verification.rights import Actor


def ask(
    form: str,
    house: House,
    actor: Actor,
    secret: str,
    what: str,
    link: Callable[[str], tuple[str, str]],
) -> None:
    """Take what a form asked for, and draw the page again so that no password stands on it.

    Args:
        form: Of which the secrets are forgotten.
        house: The open kiosk.
        actor: Who asks.
        secret: The password as typed.
        what: What the ticket is for.
        link: Returns words and address for a ticket.
    """
    try:
        staff.prove_again(actor, house.kiosk, secret)
        said = link(house.tickets.give(session_of(house), what))
    except KioskError as error:
        said = (sentence_of(error), "")
    st.session_state[_said(form)] = said
    forget_secrets(form)
    st.rerun()


def show(form: str, place: DeltaGenerator) -> None:
    """Show once what became of it: an address, or why there is none."""
    said, link = st.session_state.pop(_said(form), ("", ""))
    if link:
        place.link_button(said, link)
    elif said:
        place.error(said)


def _said(form: str) -> str:
    return f"{form}_said"
