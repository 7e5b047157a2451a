"""Clocks: the machine's, and the seconds by which waiting is measured, which nobody sets."""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from verification.basics.dates import VIETNAM

# the one that goes on while the machine sleeps, where the system has it
_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


@runtime_checkable
class Steady(Protocol):
    """A clock that has, beside its date, seconds that nobody sets."""

    def steady(self) -> float:
        """Return seconds that never run back, whatever the date is set to."""


class MachineClock:
    """The clock of this machine, with the date of Vietnam."""

    def __call__(self) -> datetime:
        """Return the present time."""
        return datetime.now(VIETNAM)

    def steady(self) -> float:
        """Return seconds that pass while the machine runs or sleeps."""
        return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


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
