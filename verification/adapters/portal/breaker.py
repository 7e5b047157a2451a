"""Keeps questions from a portal that just failed, and lets one try again from time to time."""

import threading
from collections.abc import Callable

from verification.adapters.portal.limits import LIMITS, Opening


class Breaker:
    """Opens after failures in a row; once its time is over one question tries, and closes it.

    Args:
        seconds: Of a clock that nobody sets.
        opening: When it opens, and for how long.
    """

    def __init__(self, seconds: Callable[[], float], opening: Opening = LIMITS.breaker) -> None:
        self._seconds = seconds
        self._opening = opening
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None
        self._wait = opening.first

    @property
    def is_open(self) -> bool:
        """Tell whether it opened and nothing succeeded since."""
        return self._opened_at is not None

    def may_try(self) -> bool:
        """Tell whether a question may be sent now."""
        with self._lock:
            return self._opened_at is None or self._seconds() >= self._opened_at + self._wait

    def failed(self) -> None:
        """Note that a question got no answer."""
        with self._lock:
            self._failures += 1
            if self._opened_at is not None:
                self._wait = min(self._wait * self._opening.growth, self._opening.most)
                self._opened_at = self._seconds()
            elif self._failures >= self._opening.failures:
                self._wait = self._opening.first
                self._opened_at = self._seconds()

    def went_well(self) -> None:
        """Note that a question was answered, whatever the answer."""
        with self._lock:
            self._failures = 0
            self._opened_at = None
