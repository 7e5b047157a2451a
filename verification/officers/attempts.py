"""Wrong attempts to sign in: how long an account, a name and an address must wait.

An account's count stands in its row. What is counted here lives as long as the process: addresses,
names that no account has (they must wait like the others, or the wait would tell), and the one-time
code of the first administrator.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from verification.basics.errors import SignInError

FREE = 5
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(minutes=15)
_OF_ADDRESS = 20
_WINDOW = timedelta(minutes=15)
_NAMES_KEPT = timedelta(days=1)  # as an account's count outlasts its wait


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after some wrong attempts: a minute after five, doubling to 15."""
    if failures < FREE:
        return None
    doublings = min(failures - FREE, 4)  # by then it is the longest
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def refuse_until(until: datetime | None, now: datetime) -> None:
    """Refuse an attempt before its time.

    Raises:
        SignInError: It is too early; the sentence says how many seconds are left.
    """
    if until is not None and until > now:
        left = -((now - until) // timedelta(seconds=1))
        raise SignInError(
            f"Sai quá nhiều lần, hãy thử lại sau {left} giây",
            f"Too many wrong attempts, try again in {left} seconds",
        )


@dataclass
class Memory:
    """What one process remembers of wrong attempts."""

    code: str | None = None  # SHA-256 of the first administrator's one-time code
    _by: dict[str, list[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuse(self, address: str, name: str | None, now: datetime) -> None:
        """Refuse an attempt of an address, or of a name without an account, before its time.

        Raises:
            SignInError: It must wait.
        """
        with self._lock:
            self._forget(now)
            wrong = self._by.get(f"@{address}", [])
            unknown = self._by.get(f"={name}", [])
        if address and len(wrong) >= _OF_ADDRESS:
            refuse_until(wrong[-_OF_ADDRESS] + _WINDOW, now)
        wait = wait_after(len(unknown))
        if wait:
            refuse_until(unknown[-1] + wait, now)

    def wrong(self, address: str, name: str | None, now: datetime) -> None:
        """Note a wrong attempt; the name only where it has no account."""
        with self._lock:
            for key in (f"@{address}", *([f"={name}"] if name else ())):
                self._by.setdefault(key, []).append(now)

    def _forget(self, now: datetime) -> None:
        kept = {"@": _WINDOW, "=": _NAMES_KEPT}
        for key, times in list(self._by.items()):
            if times[-1] + kept[key[0]] <= now:
                del self._by[key]


_MEMORIES: "WeakKeyDictionary[object, Memory]" = WeakKeyDictionary()


def memory_of(log: object) -> Memory:
    """Return what is remembered beside an open log."""
    return _MEMORIES.setdefault(log, Memory())
