"""How long ago something was, and how long it is until something: by seconds that nobody sets.

The store holds moments of the machine's clock, so that a restarted server and a second process see
the same. Within a process each such moment is laid onto the steady seconds once, when it is written
or first seen; from then on the clock may jump as it will.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from verification.basics.clocks import stopwatch

_STEP = timedelta(seconds=5)  # by so much a clock is set right now and then, while people work
_MOST = 10_000  # moments of sessions and accounts; more than any house has open
_NEVER = timedelta.max


class Elapsed:
    """Times that passed in this process.

    Args:
        clock: The machine's clock.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._steady = stopwatch(clock)
        self._turn = threading.Lock()
        self._laid: dict[str, tuple[datetime, float]] = {}

    def note(self, name: str, moment: datetime, ahead: timedelta = timedelta(0)) -> None:
        """Lay a moment that was just written onto the steady seconds.

        Args:
            name: What it is the moment of.
            moment: As the store has it.
            ahead: How far ahead it lies.
        """
        with self._turn:
            self._lay(name, moment, ahead)

    def since(self, name: str, moment: datetime) -> timedelta:
        """Return how long ago a moment was.

        One that this process did not see, and that lies ahead of the clock, was nobody knows when.
        """
        with self._turn:
            if not self._is_laid(name, moment):
                ahead = moment - self._clock()
                if ahead > _STEP:
                    return _NEVER
                self._lay(name, moment, min(ahead, timedelta(0)))
            return timedelta(seconds=self._steady() - self._laid[name][1])

    def left(self, name: str, until: datetime, longest: timedelta) -> timedelta:
        """Return how long it is until a moment, negative once it is over.

        Args:
            name: What ends then.
            until: As the store has it.
            longest: What it lasts at most; a clock that was set back makes it no longer.
        """
        with self._turn:
            if not self._is_laid(name, until):
                self._lay(name, until, min(until - self._clock(), longest))
            return timedelta(seconds=self._laid[name][1] - self._steady())

    def _is_laid(self, name: str, moment: datetime) -> bool:
        return name in self._laid and self._laid[name][0] == moment

    def _lay(self, name: str, moment: datetime, ahead: timedelta) -> None:
        self._laid.pop(name, None)
        self._laid[name] = (moment, self._steady() + ahead.total_seconds())
        if len(self._laid) > _MOST:
            del self._laid[next(iter(self._laid))]
