"""Wrong attempts to sign in: how long an account, a name and an address must wait.

An account's count stands in its row; a stranger's attempts fill it. What is counted here lives as
long as the process: addresses, names that no account has (they must wait like the others, or the
wait would tell), and the one-time code of the first administrator. So are the attempts from a
session or a browser that the account is known from: these wait by themselves, whatever a stranger
did elsewhere, and nobody elsewhere waits for them.
"""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from verification.basics.clocks import stopwatch
from verification.basics.errors import SignInError
from verification.basics.limiter import Limiter, Times, Window
from verification.kiosk import Kiosk
from verification.officers.elapsed import Elapsed

FREE = 5
_FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
_OF_ADDRESS = Window(20, seconds=15 * 60)
_NAMES_KEPT = timedelta(days=1)  # as an account's count outlasts its wait
_PINS_OF_ACCOUNT = Window(20, seconds=24 * 60 * 60)
_DOUBLINGS = 4  # by then it is the longest wait


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after some wrong attempts: a minute after five, doubling to 15."""
    if failures < FREE:
        return None
    doublings = min(failures - FREE, _DOUBLINGS)
    return min(_FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


class _Doubling:
    """The waits of an account, for a name that has none."""

    def noted(self, times: Times, now: float) -> Times:
        return (*times, now)[-FREE - _DOUBLINGS :]

    def free_at(self, times: Times) -> float:
        wait = wait_after(len(times))
        return times[-1] + wait.total_seconds() if wait else float("-inf")

    def over_at(self, times: Times) -> float:
        return times[-1] + _NAMES_KEPT.total_seconds()


def refuse_for(seconds: float) -> None:
    """Refuse an attempt that has to wait.

    Raises:
        SignInError: It is too early; the sentence says how many seconds are left.
    """
    if seconds > 0:
        left = math.ceil(seconds)
        raise SignInError(
            f"Sai quá nhiều lần, hãy thử lại sau {left} giây",
            f"Too many wrong attempts, try again in {left} seconds",
        )


class Memory:
    """What one process remembers of wrong attempts.

    Args:
        clock: The machine's clock.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.code: str | None = None  # SHA-256 of the first administrator's one-time code
        self.elapsed = Elapsed(clock)
        steady = stopwatch(clock)
        self._addresses = Limiter(steady, _OF_ADDRESS)
        self._names = Limiter(steady, _Doubling())
        self._known = Limiter(steady, _Doubling())
        self._pins = Limiter(steady, _PINS_OF_ACCOUNT)

    def refuse(self, address: str, name: str | None) -> None:
        """Refuse an attempt of an address, or of a name without an account, before its time.

        Raises:
            SignInError: It must wait.
        """
        refuse_for(self._addresses.wait(address) if address else 0)
        refuse_for(self._names.wait(name) if name else 0)

    def wrong(self, address: str, name: str | None) -> None:
        """Note a wrong attempt; the name only where it has no account."""
        self._addresses.note(address)
        if name:
            self._names.note(name)

    def wait_of_known(self, key: str) -> float:
        """Return for how many seconds a place of an account's own must wait."""
        return self._known.wait(key)

    def wrong_of_known(self, key: str, account: str, *, pin: bool) -> None:
        """Note a wrong attempt from a place of an account's own."""
        if pin and self._known.count(key) < FREE:  # later ones are no guesses, none of them counts
            self._pins.note(account)
        self._known.note(key)

    def right(self, key: str, account: str, *, pin: bool) -> None:
        """Forget the wrong attempts from there; those by PIN after the password alone."""
        self._known.forget(key)
        if not pin:
            self._pins.forget(account)

    def takes_pin(self, key: str, account: str) -> bool:
        """Tell whether a PIN may be tried: four digits are soon tried through, here or by many."""
        return self._known.count(key) < FREE and self._pins.wait(account) <= 0


_MEMORIES: "WeakKeyDictionary[object, tuple[object, Memory]]" = WeakKeyDictionary()


def memory_of(kiosk: Kiosk) -> Memory:
    """Return what is remembered beside a kiosk's open log, by the clock that it has."""
    clock, found = _MEMORIES.get(kiosk.written, (None, None))
    if found is None or clock is not kiosk.clock:
        fresh = (kiosk.clock, Memory(kiosk.clock))
        if found is not None:
            _MEMORIES[kiosk.written] = fresh
        _, found = _MEMORIES.setdefault(kiosk.written, fresh)
    return found
