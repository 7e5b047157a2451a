"""How often somebody may do something: one limiter, and the paces that it can keep."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Times = tuple[float, ...]
_MANY = 1_000  # more than any house has desks or screens


class Pace(Protocol):
    """What is remembered of somebody, and when one more fits; moments are seconds of a clock."""

    def noted(self, times: Times, now: float) -> Times:
        """Return what is remembered once one more was done."""
        ...

    def free_at(self, times: Times) -> float:
        """Return from when on one more fits."""
        ...

    def over_at(self, times: Times) -> float:
        """Return from when on nothing of it counts any more."""
        ...


@dataclass(frozen=True)
class Window:
    """So many in so many seconds, whenever these begin."""

    most: int
    seconds: float

    def noted(self, times: Times, now: float) -> Times:
        """Return the last ones, as many as fit."""
        return (*times, now)[-self.most :]

    def free_at(self, times: Times) -> float:
        """Return when the first of them leaves the window."""
        return times[0] + self.seconds if len(times) >= self.most else float("-inf")

    def over_at(self, times: Times) -> float:
        """Return when the last of them leaves the window."""
        return times[-1] + self.seconds


@dataclass(frozen=True)
class Bucket:
    """So many a second, and some at once: a bucket that refills."""

    rate: float
    burst: float

    def noted(self, times: Times, now: float) -> Times:
        """Return when the bucket will be full again."""
        return (max((now, *times)) + 1 / self.rate,)

    def free_at(self, times: Times) -> float:
        """Return when there is one in the bucket."""
        return times[0] - (self.burst - 1) / self.rate

    def over_at(self, times: Times) -> float:
        """Return when the bucket is full."""
        return times[0]


class Limiter:
    """Keeps everybody to a pace, in this process.

    Args:
        clock: Seconds.
        pace: What one may do.
    """

    def __init__(self, clock: Callable[[], float], pace: Pace) -> None:
        self._clock = clock
        self._pace = pace
        self._by: dict[str, Times] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._by)

    def wait(self, who: str) -> float:
        """Return how many seconds somebody has to wait, 0 where one more fits."""
        now = self._clock()
        with self._lock:
            times = self._by.get(who)
        if times is None or self._pace.over_at(times) <= now:
            return 0.0
        return max(0.0, round(self._pace.free_at(times) - now, 6))  # what adding floats leaves over

    def note(self, who: str) -> None:
        """Note that somebody did it."""
        now = self._clock()
        with self._lock:
            if len(self._by) > _MANY:
                living = self._by.items()
                self._by = {key: t for key, t in living if self._pace.over_at(t) > now}
            times = self._by.get(who, ())
            if times and self._pace.over_at(times) <= now:
                times = ()
            self._by[who] = self._pace.noted(times, now)

    def forget(self, who: str) -> None:
        """Let somebody begin anew."""
        with self._lock:
            self._by.pop(who, None)

    def count(self, who: str) -> int:
        """Return how many are remembered of somebody, as far as its pace keeps them apart."""
        now = self._clock()
        with self._lock:
            times = self._by.get(who, ())
        return len(times) if times and self._pace.over_at(times) > now else 0

    def allows(self, who: str) -> bool:
        """Note one more where it fits, and tell whether it did; a refused one costs nothing."""
        fits = self.wait(who) <= 0
        if fits:
            self.note(who)
        return fits
