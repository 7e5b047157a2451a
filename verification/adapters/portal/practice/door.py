"""Who may ask the practice portal: its one account, and the tokens that it gave out."""

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from verification.adapters.portal.practice.faults import Fault, Faults

_LIFE = timedelta(minutes=10)
_BEHIND = timedelta(hours=26)


@dataclass(frozen=True)
class Account:
    """Who may ask.

    Args:
        user: `xxxxx_BV`.
        password: In plain; it is sent as its MD5.
    """

    user: str
    password: str

    def opens_with(self, user: str, md5: str) -> bool:
        """Tell whether name and MD5 are right, in either case of its letters."""
        # the portal's own way; it protects nothing here
        right = hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()
        return user == self.user and secrets.compare_digest(md5.lower().encode(), right.encode())


@dataclass(frozen=True)
class Pass:
    """What a caller shows with each question."""

    token: str
    id_token: str
    user: str
    md5: str
    address: str


@dataclass(frozen=True)
class _Given:
    id_token: str
    address: str
    until: datetime


class Door:
    """Gives out tokens and asks for them.

    Args:
        account: The one account.
        faults: What is wrong at the moment.
        clock: The time, with time zone.
    """

    def __init__(self, account: Account, faults: Faults, clock: Callable[[], datetime]) -> None:
        self._account = account
        self._faults = faults
        self._clock = clock
        self._given: dict[str, _Given] = {}
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return what the portal takes for the time."""
        return self._clock() - (_BEHIND if Fault.CLOCK_SKEW in self._faults.on else timedelta())

    def take(self, fields: Mapping[str, str], address: str) -> dict[str, Any]:
        """Answer `api/token/take`."""
        user = fields.get("username", "")
        if not self._account.opens_with(user, fields.get("password", "")):
            return {"maKetQua": "401", "APIKey": None}
        token, id_token = (secrets.token_urlsafe(24) for _ in range(2))
        with self._lock:
            now = self._clock()
            self._given = {t: g for t, g in self._given.items() if g.until > now}
            self._given[token] = _Given(id_token, address, now + _LIFE)
        until = f"{(self.now() + _LIFE).astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}1Z"  # as .NET writes
        key = {"access_token": token, "id_token": id_token, "token_type": "bearer"}
        return {"maKetQua": "200", "APIKey": {**key, "username": user, "expires_in": until}}

    def lets_in(self, shown: Pass, on: frozenset[Fault]) -> bool:
        """Tell whether a question is answered at all, with the faults that it meets."""
        if Fault.TOKEN_ADDRESS in on:  # who asks is not where the token was taken
            return False
        with self._lock:
            given = self._given.get(shown.token)
            if Fault.TOKEN_EXPIRED in on or (given and given.until <= self._clock()):
                self._given.pop(shown.token, None)
            once = Fault.ONCE_401 in on and self._faults.take_once()
            if Fault.ALWAYS_401 in on or once:
                self._given.pop(shown.token, None)
                return False
        right = self._account.opens_with(shown.user, shown.md5)
        return bool(right and given and self._fits(given, shown))

    def _fits(self, given: _Given, shown: Pass) -> bool:
        same = secrets.compare_digest(given.id_token.encode(), shown.id_token.encode())
        return same and given.address == shown.address and given.until > self._clock()
