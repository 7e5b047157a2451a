"""How long a search may go on: rescue is worth a share of a second, never all of it."""

import time
from collections.abc import Callable


class Deadline:
    """An amount of time from now on; of the CPU, where no other clock is given.

    Args:
        seconds: How much.
        clock: Seconds; CPU seconds of the thread that reads where it is left out.
        within: What it is a part of, so that it ends no later.
    """

    def __init__(
        self,
        seconds: float,
        clock: Callable[[], float] = time.thread_time,
        within: "Deadline | None" = None,
    ) -> None:
        self._clock, self._end, self._within = clock, clock() + seconds, within

    @property
    def left(self) -> float:
        """Return how many seconds are left of it, by its own clock or that of the whole."""
        own = self._end - self._clock()
        return own if self._within is None else min(own, self._within.left)

    @property
    def over(self) -> bool:
        """Tell whether it is used up."""
        return self._clock() >= self._end or (self._within is not None and self._within.over)
