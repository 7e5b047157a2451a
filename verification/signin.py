"""Signing in, locking, changing the officer: who is let in, and for how long.

These take no `Actor`: they make one.
"""

from verification.accounts import Place, SessionState, Signed
from verification.actor import Actor, Role
from verification.kiosk import Kiosk


def sign_in(kiosk: Kiosk, name: str, password: str, place: Place) -> Signed:
    """Open a session with a password.

    Raises:
        SignInError: Wrong, disabled, or tried too often; the sentence says how long to wait.
    """
    raise NotImplementedError


def try_out(kiosk: Kiosk, role: Role, place: Place) -> Signed:
    """Open a session of the demo as receptionist or auditor, without a password.

    Raises:
        SignInError: The store is not the demo's.
    """
    raise NotImplementedError


def change_officer(kiosk: Kiosk, digest: str, name: str, pin: str, place: Place) -> Signed:
    """End a session and open one for another officer, by the PIN after a full login that day.

    Raises:
        SignInError: Wrong PIN, none set, no full login today, or tried too often.
    """
    raise NotImplementedError


def unlock(kiosk: Kiosk, digest: str, secret: str, place: Place) -> None:
    """Unlock a session by its officer's password or PIN.

    Raises:
        SignInError: Wrong, or tried too often.
    """
    raise NotImplementedError


def lock(kiosk: Kiosk, digest: str) -> None:
    """Lock a session."""
    raise NotImplementedError


def sign_out(kiosk: Kiosk, digest: str) -> None:
    """End a session."""
    raise NotImplementedError


def state(kiosk: Kiosk, digest: str) -> SessionState:
    """Tell whether a session may be served now; an idle one is locked, read from the store."""
    raise NotImplementedError


def actor(kiosk: Kiosk, digest: str) -> Actor | None:
    """Return who acts in a session, None unless it is live."""
    raise NotImplementedError


def touch(kiosk: Kiosk, digest: str) -> None:
    """Note a sign of a person; written at most every half minute (a tenth of a shorter idle)."""
    raise NotImplementedError


def first_code(kiosk: Kiosk) -> str | None:
    """Return a one-time code that makes the first administrator, None where one exists."""
    raise NotImplementedError


def make_first(kiosk: Kiosk, code: str, name: str, password: str, place: Place) -> Signed:
    """Make the first administrator with the one-time code and sign in.

    Raises:
        SignInError: The code is wrong or used.
        RequestError: The name or the password cannot be taken; the sentence says why.
    """
    raise NotImplementedError
