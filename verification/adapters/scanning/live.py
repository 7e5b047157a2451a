"""Read the frames of one live camera within a share of the server."""

import time
from collections.abc import Callable
from threading import Lock

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.decoder import look
from verification.adapters.scanning.gray import Gray, open_picture, to_gray
from verification.adapters.scanning.headers import is_frame
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.locator import Candidate
from verification.adapters.scanning.rescue.passes import LIVE_STEPS

BUDGET_MS_PER_SECOND = 200.0
STEP_SECONDS = 0.15  # of CPU that one rescue step of a live frame is worth


class LiveDecoder:
    """The decoder of one desk's camera: the plain frame, then at most one rescue step in turn.

    Each desk has its own, so that a hard code at one desk takes nothing from another.

    Args:
        budget_ms_per_second: CPU time for rescue steps in a second; what is left over lasts a
            second. The plain frame is always read.
        clock: Seconds, for the budget.
        cpu: CPU seconds of the thread that reads.
    """

    def __init__(
        self,
        budget_ms_per_second: float = BUDGET_MS_PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.thread_time,
    ) -> None:
        self._budget = budget_ms_per_second
        self._clock, self._cpu = clock, cpu
        self._left, self._filled = budget_ms_per_second, clock()
        self._turn = 0
        self._lock = Lock()  # of turn and budget; two frames of a desk may overlap

    def read_picture(self, data: bytes) -> Reading | None:
        """Read a frame that was posted as a picture file; None where it is none or too large."""
        gray = open_picture(data) if is_frame(data) else None
        return None if gray is None else self.read(gray)

    def read(self, frame: object) -> Reading:
        """Read a frame.

        Args:
            frame: An array of any shape and dtype; height x width, gray, BGR or BGRA is read.

        Returns:
            What it shows; where something like a code stays unread, that and why.
        """
        gray = to_gray(frame)
        if gray is None:
            return Reading()
        reading, candidates = look(gray)
        if not candidates:
            return reading
        turn = self._next_turn()
        return reading if turn is None else self._rescued(gray, candidates, turn) or reading

    def _next_turn(self) -> int | None:
        """Return which rescue it is, or None where the budget is spent."""
        with self._lock:
            now = self._clock()
            gained = (now - self._filled) * self._budget
            self._left, self._filled = min(self._budget, self._left + gained), now
            if self._left <= 0:
                return None
            self._turn += 1
            return self._turn - 1

    def _rescued(self, gray: Gray, candidates: list[Candidate], turn: int) -> Reading | None:
        names = list(LIVE_STEPS)
        name = names[turn % len(names)]
        candidate = candidates[turn // len(names) % len(candidates)]
        begun = self._cpu()
        payloads = LIVE_STEPS[name](gray, candidate, Deadline(STEP_SECONDS))
        with self._lock:
            self._left -= (self._cpu() - begun) * 1000
        return Reading(tuple(dict.fromkeys(payloads)), name) if payloads else None
