"""Officers' accounts and their sessions, as values."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from verification.basics.errors import RequestError
from verification.rights import COMMAND_LINE, FOLDER, SCHEDULE, Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}", re.ASCII)
_TAKEN = re.compile(rf"{COMMAND_LINE}|{FOLDER}|{SCHEDULE}|quay-thu|nguoi-ngoai|demo-.*")


@dataclass(frozen=True)
class Account:
    """An officer's account.

    Args:
        name: Of the account: 3 to 32 of `a-z 0-9 . - _`.
        roles: What the officer may do.
        ho_ten: The officer's name, for the portal; sealed in the store.
        so_cccd: The officer's citizen number, for the portal; sealed in the store.
        password: Argon2 hash.
        pin: Argon2 hash of the PIN for the quick change, None while there is none.
        disabled: True once it lets nobody in.
        failures: Wrong passwords or PINs since the last right one.
        locked_until: When it may be tried again, None when now.
        full_login_at: Last sign-in with the password; a PIN counts on that day only.
        demo: True for the two of "vào thử".
        event_id: The event of the log that last changed it; None for one of "vào thử".
        sound: False where the store's row was changed by somebody without the key, or put back to
            an older one. Then it has no role, and nobody is let in by what it says.
    """

    name: str
    roles: frozenset[Role]
    ho_ten: str
    so_cccd: str
    password: str
    pin: str | None = None
    disabled: bool = False
    failures: int = 0
    locked_until: datetime | None = None
    full_login_at: datetime | None = None
    demo: bool = False
    event_id: str | None = None
    sound: bool = True


@dataclass(frozen=True)
class Session:
    """One officer signed in on one browser.

    Args:
        digest: SHA-256 of its token, hex; the token itself is in the browser's cookie alone.
        officer: Account name.
        desk: Where.
        address: Network address that signed in.
        opened_at: When.
        active_at: Last sign of a person at it.
        ends_at: When it ends whatever happens.
        locked: True until its officer unlocks it.
        event_id: The event of the log that opened it.
        sound: False where the store's row was made, changed or put back without the key.
    """

    digest: str
    officer: str
    desk: str
    address: str
    opened_at: datetime
    active_at: datetime
    ends_at: datetime
    locked: bool = False
    event_id: str | None = None
    sound: bool = True


class SessionState(StrEnum):
    """Whether a session may be served."""

    LIVE = "live"
    LOCKED = "locked"
    ENDED = "ended"


@dataclass(frozen=True)
class Place:
    """Where somebody signs in.

    Args:
        desk: The desk.
        address: The network address.
        source: What is known to be the officer's own: the session that is unlocked, or a browser on
            which the account signed in before. Wrong attempts from there count there alone.
    """

    desk: str
    address: str
    source: str = ""


@dataclass(frozen=True)
class Signed:
    """A session just opened, and the token for its cookie, kept nowhere else."""

    token: str
    session: Session


@dataclass(frozen=True)
class Policy:
    """How long a session lasts.

    Args:
        idle: Without a sign of a person it locks.
        longest: It ends, whatever happens.
    """

    idle: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=12)


def only_sound(kept: Account | Session) -> None:
    """Refuse to keep what somebody without the key has written.

    Raises:
        ValueError: It is such a one; whoever may set it right makes another of it.
    """
    if not kept.sound:
        raise ValueError(f"{type(kept).__name__} is not sound")


def is_name(text: str) -> bool:
    """Tell whether an account may be called so, those of "vào thử" included."""
    return _NAME.fullmatch(text) is not None


def checked_name(typed: str) -> str:
    """Return the name of an account in small letters.

    Raises:
        RequestError: It cannot be one.
    """
    name = typed.strip().lower()
    if not _NAME.fullmatch(name) or _TAKEN.fullmatch(name):
        raise RequestError(
            "Tên tài khoản cần 3 đến 32 ký tự a-z 0-9 . - _, không dùng tên dành riêng",
            "An account name is 3 to 32 of a-z 0-9 . - _, and none that is reserved",
        )
    return name
