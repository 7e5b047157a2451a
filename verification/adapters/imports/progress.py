"""How far an import is, told now and then, and when it keeps how far it came."""

import time
from collections.abc import Callable
from dataclasses import dataclass

_KEEPS_AFTER = 3.0  # seconds of work that a kill may cost
_SHARE = 15  # of the time goes at most one part into keeping


@dataclass(frozen=True)
class Progress:
    """How far an import is.

    Args:
        read: Rows read so far.
        total: How many there will be, reckoned from the bytes read; None where nobody knows.
        rate: Rows a second.
        rest_seconds: How long reading them will take; None likewise.
        goes_on_at: The row of the file at which it went on, where one was ended before.
    """

    read: int
    total: int | None
    rate: float
    rest_seconds: float | None
    goes_on_at: int | None = None


Told = Callable[[Progress], None]


class Watch:
    """Looks at the clock between rows.

    Args:
        told: Is told the progress, about once a second; None for nobody.
        share: Returns which share of the file was read; None where nobody knows.
        clock: Seconds.
    """

    def __init__(
        self,
        told: Told | None = None,
        share: Callable[[], float] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._told, self._share, self._clock = told, share, clock
        self._begun = self._last_told = self._last_kept = clock()
        self._first = 0
        self._at: int | None = None
        self._wait = _KEEPS_AFTER

    def goes_on(self, read: int, at: int) -> None:
        """Note that so many rows were read by an import that was ended."""
        self._first, self._at = read, at
        self._begun = self._clock()
        self._tell(read)

    def read(self, read: int) -> None:
        """Tell how many rows were read, if it is time to."""
        if self._told and self._clock() >= self._last_told + 1:
            self._tell(read)

    def is_time_to_keep(self) -> bool:
        """Tell whether what was read since the last time is worth keeping."""
        return self._clock() >= self._last_kept + self._wait

    def kept(self, begun: float) -> None:
        """Note that it was kept: what takes long is done less often.

        Args:
            begun: When keeping began, by `now`.
        """
        self._last_kept = self._clock()
        self._wait = max(_KEEPS_AFTER, _SHARE * (self._last_kept - begun))

    def now(self) -> float:
        """Return seconds of its clock."""
        return self._clock()

    def _tell(self, read: int) -> None:
        self._last_told = now = self._clock()
        if self._told is None:
            return
        rate = (read - self._first) / (now - self._begun) if now > self._begun else 0.0
        share = self._share() if self._share else 0.0
        total = max(read, round(read / share)) if share > 0 else None
        rest = (total - read) / rate if total is not None and rate else None
        self._told(Progress(read, total, rate, rest, self._at))
