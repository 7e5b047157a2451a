"""Who is at the page: every run and every event asks the session store first."""

from collections.abc import Mapping

import streamlit as st

from app_pages.server.house import House
from verification.basics.texts import Texts
from verification.officers import signin, staff
from verification.rights import Actor, Right, Role, may

_SESSION = "session"
_TEXTS = Texts("app_pages.shell")


def cookies() -> Mapping[str, str]:
    """Return the cookies that the page's WebSocket was opened with."""
    return st.context.cookies


def session_of(house: House) -> str:
    """Return the digest of the page's session, empty where it has none."""
    return house.signer.session(cookies()) or ""


def entered(house: House) -> Actor | None:
    """Return who is at the page, for one run of it; what another session left on it is gone."""
    digest = session_of(house)
    actor = signin.actor(house.kiosk, digest) if digest else None
    if actor and st.session_state.get(_SESSION) != digest:
        st.session_state.clear()
        st.session_state[_SESSION] = digest
    return actor


def acting(house: House) -> Actor | None:
    """Return who is at the page, for an event of it; None where another session began."""
    digest = session_of(house)
    same = bool(digest) and st.session_state.get(_SESSION) == digest
    return signin.actor(house.kiosk, digest) if same else None


def here(house: House, right: Right) -> Actor:
    """Return who is at the page, or end the run where nobody is who has the right."""
    actor = acting(house)
    if actor is None or not may(actor, right):
        st.stop()
    return actor


def title(house: House, actor: Actor, lang: str = "vi") -> str:
    """Return name and roles of an officer, for the strip."""
    account = staff.own_account(actor, house.kiosk)
    held = [role.value for role in Role if role in actor.roles]
    roles = [_TEXTS(f"role_{role}").in_language(lang) for role in held]
    name = account.ho_ten if account and account.ho_ten else actor.officer
    return f"{name} · {', '.join(roles)}"
