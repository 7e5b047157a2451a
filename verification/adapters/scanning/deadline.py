"""How long a search may go on: rescue is worth a share of a second, never all of it."""

import time
from collections.abc import Callable


class Deadline:
    """An amount of CPU time from now on.

    Args:
        seconds: How much.
        cpu: CPU seconds of the thread that reads.
    """

    def __init__(self, seconds: float, cpu: Callable[[], float] = time.thread_time) -> None:
        self._cpu, self._end = cpu, cpu() + seconds

    @property
    def over(self) -> bool:
        """Tell whether it is used up."""
        return self._cpu() >= self._end
