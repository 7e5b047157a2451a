"""What happens to accounts and sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from verification.log.events import EventKind, Happening


@dataclass(frozen=True)
class _LetIn(Happening):
    """Somebody was let in, or not: by what, and from which network address."""

    how: str
    address: str


@dataclass(frozen=True)
class SignedIn(_LetIn):
    """A session was opened."""

    kind: ClassVar = EventKind.SIGNED_IN


@dataclass(frozen=True)
class SignInFailed(_LetIn):
    """Somebody was not let in.

    Args:
        account: Only where there is one, never the name as typed.
        known: True where the attempt counts for its session or browser alone, not for the account.
    """

    kind: ClassVar = EventKind.SIGN_IN_FAILED
    account: str | None = None
    known: bool = False


@dataclass(frozen=True)
class OfficerChanged(_LetIn):
    """Another officer took a session over from the one `before`; its opening is `ended`."""

    kind: ClassVar = EventKind.OFFICER_CHANGED
    before: str
    ended: str | None = None


@dataclass(frozen=True)
class Unlocked(_LetIn):
    """A locked session goes on; `session` is the event that opened it."""

    kind: ClassVar = EventKind.UNLOCKED
    session: str | None = None


@dataclass(frozen=True)
class Locked(Happening):
    """A session was locked: `idle`, or by its `officer`; `session` is the event that opened it."""

    kind: ClassVar = EventKind.LOCKED
    why: str
    session: str | None = None


@dataclass(frozen=True)
class SignedOut(Happening):
    """A session was ended by its officer; `ended` is the event that opened it."""

    kind: ClassVar = EventKind.SIGNED_OUT
    ended: str | None = None


NO_CHANGE = frozenset({"session_ended"})
"""What was done about an account and left it as it was."""
ENDS_SESSIONS = frozenset({"disabled", "password", "own_password", "set_right"})
"""What ends all sessions that an account has."""


@dataclass(frozen=True)
class AccountChanged(Happening):
    """An account was made or changed.

    Args:
        account: Its name.
        what: Was done, a code.
        roles: What it may do from now on.
        fields: Which facts of the officer were changed; the log says which, not what.
        ended: The event that opened the session which was ended.
    """

    kind: ClassVar = EventKind.ACCOUNT_CHANGED
    account: str
    what: str
    roles: tuple[str, ...] | None = None
    fields: tuple[str, ...] | None = None
    ended: str | None = None


@dataclass(frozen=True)
class ClockNoted(Happening):
    """An administrator noted a time as recorded with a wrong clock; why is personal content.

    Args:
        first: Its begin by the wrong clock, UTC.
        last: Its end, included. Before `first` where nothing was recorded wrongly and the clock,
            as it stands, was confirmed.
    """

    kind: ClassVar = EventKind.CLOCK_NOTED
    first: datetime
    last: datetime
