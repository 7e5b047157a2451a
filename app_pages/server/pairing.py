"""Pairing: a six-digit code of a desk lets one more screen look at that desk, for a day's work."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock

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
class _Screen:
    desk: str
    until: float


@dataclass(frozen=True)
class Paired:
    """A screen that was just paired.

    Args:
        cookie: Opens the window of its desk to it; kept nowhere else.
        desk: The desk that had made its code.
        officer: Who had asked for its code.
    """

    cookie: str
    desk: str
    officer: str


class Pairing:
    """Which screens may look, and at which desk.

    All desks have one register, so that no two of them show the same digits. What a cookie opens is
    kept here under its digest: nothing in the cookie itself names a desk.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._codes: dict[str, _Code] = {}
        self._wrong = Limiter(clock, Window(TRIES_A_MINUTE, 60))
        self._screens: dict[str, _Screen] = {}
        self._lock = RLock()  # codes are asked for by Streamlit's threads, tried by the event loop

    def new_code(self, desk: str, officer: str) -> str:
        """Return a new six-digit code for an officer; an older one of that desk counts no more."""
        with self._lock:
            self._codes.pop(desk, None)
            taken = {code.digits for code in self._codes.values()}
            while (digits := f"{secrets.randbelow(10**6):06}") in taken:
                pass
            self._codes[desk] = _Code(digits, self._clock() + CODE_SECONDS, officer)
        return digits

    def screens(self, desk: str) -> int:
        """Return how many screens may look at a desk now."""
        now = self._clock()
        with self._lock:
            self._screens = {one: s for one, s in self._screens.items() if s.until > now}
            return sum(screen.desk == desk for screen in self._screens.values())

    def end(self, desk: str) -> int:
        """Let no screen look at a desk any more, nor its code count; return how many had looked."""
        with self._lock:
            count = self.screens(desk)
            self._screens = {one: s for one, s in self._screens.items() if s.desk != desk}
            self._codes.pop(desk, None)
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
        with self._lock:
            desk = None if self.throttled(address) else self._desk_with(digits)
            if desk is None:
                self._note_wrong(address)
                return None
            code = self._codes.pop(desk)
            cookie = secrets.token_urlsafe(32)
            self._screens[_digest(cookie)] = _Screen(desk, self._clock() + COOKIE_SECONDS)
        return Paired(cookie, desk, code.officer)

    def unpair(self, cookie: str) -> None:
        """Take back one cookie."""
        with self._lock:
            self._screens.pop(_digest(cookie), None)

    def desk_of(self, cookie: str) -> str | None:
        """Return the desk whose window a cookie opens, None where it opens none."""
        with self._lock:
            screen = self._screens.get(_digest(cookie))
        return screen.desk if screen and self._clock() < screen.until else None

    def _desk_with(self, digits: str) -> str | None:
        """Return the desk that has made a code, every living one compared."""
        now, sent = self._clock(), digits.encode()
        alive = [(desk, code) for desk, code in self._codes.items() if now < code.until]
        hits = [d for d, code in alive if hmac.compare_digest(code.digits.encode(), sent)]
        return hits[0] if hits else None

    def _note_wrong(self, address: str) -> None:
        self._wrong.note(address)
        for code in self._codes.values():  # a wrong try was one at each of them
            code.wrong += 1
        self._codes = {desk: c for desk, c in self._codes.items() if c.wrong < TRIES_A_CODE}


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
