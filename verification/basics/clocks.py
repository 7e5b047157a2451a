"""The seconds by which waiting is measured: nobody sets them."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable


@runtime_checkable
class Steady(Protocol):
    """A clock that has, beside its date, seconds that nobody sets."""

    def steady(self) -> float:
        """Return seconds that never run back, whatever the date is set to."""


def stopwatch(clock: Callable[[], datetime]) -> Callable[[], float]:
    """Return the seconds that waiting is measured by: the clock's steady ones, if it has any."""
    return clock.steady if isinstance(clock, Steady) else forward_only(clock)


def forward_only(clock: Callable[[], datetime]) -> Callable[[], float]:
    """Return seconds of a clock that has a date and nothing steadier beside it.

    What it is set back counts as no time at all.
    """
    turn = threading.Lock()
    last = clock().timestamp()
    passed = 0.0

    def seconds() -> float:
        nonlocal last, passed
        with turn:
            now = clock().timestamp()
            passed += max(0.0, now - last)
            last = now
            return passed

    return seconds
