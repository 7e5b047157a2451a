"""Pairing: a six-digit code from the desk lets one more screen look, for a day's work."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from verification.basics.limiter import Limiter, Window

COOKIE_SECONDS = 12 * 3600
CODE_SECONDS = 300
TRIES_A_MINUTE = 5  # wrong ones, of one address
TRIES_A_CODE = 20  # wrong ones, of all addresses

Clock = Callable[[], float]


@dataclass
class _Code:
    """A code that pairs one screen."""

    digits: str
    until: float
    officer: str
    wrong: int = 0


@dataclass(frozen=True)
class Paired:
    """A screen that was just paired.

    Args:
        cookie: Opens the window to it; kept nowhere else.
        officer: Who had asked for its code.
    """

    cookie: str
    officer: str


class Pairing:
    """Which screens may look.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._code: _Code | None = None
        self._wrong = Limiter(clock, Window(TRIES_A_MINUTE, 60))
        self._screens: dict[str, float] = {}

    def new_code(self, officer: str) -> str:
        """Return a new six-digit code for an officer; an older one no longer counts."""
        digits = f"{secrets.randbelow(10**6):06}"
        self._code = _Code(digits, self._clock() + CODE_SECONDS, officer)
        return digits

    @property
    def screens(self) -> int:
        """Return how many screens may look now."""
        now = self._clock()
        self._screens = {screen: until for screen, until in self._screens.items() if until > now}
        return len(self._screens)

    def end(self) -> int:
        """Let no screen look any more, nor a code count; return how many had looked."""
        count = self.screens
        self._screens.clear()
        self._code = None
        return count

    def throttled(self, address: str) -> bool:
        """Tell whether an address has to wait."""
        return self._wrong.wait(address) > 0

    def pair(self, digits: str, address: str) -> Paired | None:
        """Give a cookie for a code, once.

        Returns:
            The cookie and whose code it was, or None where the code is wrong, used, expired or
            tried too often.
        """
        code = self._code
        alive = code is not None and self._clock() < code.until and not self.throttled(address)
        if not (code and alive and hmac.compare_digest(code.digits.encode(), digits.encode())):
            self._note_wrong(address)
            return None
        self._code = None
        cookie = secrets.token_urlsafe(32)
        self._screens[_digest(cookie)] = self._clock() + COOKIE_SECONDS
        return Paired(cookie, code.officer)

    def unpair(self, cookie: str) -> None:
        """Take back one cookie."""
        self._screens.pop(_digest(cookie), None)

    def is_paired(self, cookie: str) -> bool:
        """Tell whether a cookie opens the window."""
        return self._clock() < self._screens.get(_digest(cookie), float("-inf"))

    def _note_wrong(self, address: str) -> None:
        self._wrong.note(address)
        if self._code:
            self._code.wrong += 1
            if self._code.wrong >= TRIES_A_CODE:
                self._code = None


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
