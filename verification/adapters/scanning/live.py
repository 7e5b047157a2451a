"""Read the frames of one live camera within a share of the server."""

import time
from collections.abc import Callable
from threading import Lock

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.decoder import look
from verification.adapters.scanning.gray import Gray, open_picture, to_gray
from verification.adapters.scanning.headers import is_frame
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.faint import faint_places
from verification.adapters.scanning.rescue.locator import Candidate, Changes
from verification.adapters.scanning.rescue.passes import LIVE_STEPS

BUDGET_MS_PER_SECOND = 200.0
STEP_SECONDS = 0.15  # of CPU that one rescue step of a live frame is worth
_POSTS = 1.0  # seconds after its last frame that a camera still has a part of what is dealt


class Together:
    """What the cameras of all desks may spend on rescues, dealt evenly to those that look now.

    A hard code at one desk takes nothing from another, and fifty desks leave room for check-ins.

    Args:
        ms_per_second: CPU time in a second.
    """

    def __init__(self, ms_per_second: float) -> None:
        self._all = ms_per_second
        self._looked: dict[int, float] = {}
        self._lock = Lock()

    def part(self, camera: object, now: float) -> float:
        """Return the part of a camera that looks now, CPU milliseconds a second."""
        with self._lock:
            self._looked[id(camera)] = now
            gone = [one for one, last in self._looked.items() if now - last > _POSTS]
            for one in gone:
                del self._looked[one]
            return self._all / len(self._looked)


class LiveDecoder:
    """The decoder of one desk's camera: the plain frame, then at most one rescue step in turn.

    Each desk has its own, so that a hard code at one desk takes nothing from another.

    Args:
        budget_ms_per_second: CPU time for rescue steps in a second, and for looking where a code
            stands in the dark; what is left over lasts a second. The plain frame is always read.
        together: What all desks may spend; None for a camera that is alone.
        clock: Seconds, for the budget.
        cpu: CPU seconds of the thread that reads.
    """

    def __init__(
        self,
        budget_ms_per_second: float = BUDGET_MS_PER_SECOND,
        *,
        together: Together | None = None,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.thread_time,
    ) -> None:
        self._budget, self._together = budget_ms_per_second, together
        self._clock, self._cpu = clock, cpu
        self._left, self._filled = budget_ms_per_second, clock()
        self._turn = 0
        self._dark: list[Candidate] = []
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
        self._fill()
        reading, candidates = look(gray, self._in_the_dark)
        if not candidates:
            return reading
        turn = self._next_turn()
        return reading if turn is None else self._rescued(gray, candidates, turn) or reading

    def _fill(self) -> None:
        with self._lock:
            now = self._clock()
            rate = self._budget
            if self._together:
                rate = min(rate, self._together.part(self, now))
            gained = (now - self._filled) * rate
            self._left, self._filled = min(self._budget, self._left + gained), now

    def _next_turn(self) -> int | None:
        """Return which rescue it is, or None where the budget is spent."""
        with self._lock:
            if self._left <= 0:
                return None
            self._turn += 1
            return self._turn - 1

    def _in_the_dark(self, gray: Gray, seen: Changes) -> list[Candidate]:
        """Return where a code stands in the dark; what was seen last, where the budget is spent.

        A bare desk with a grain costs ten times the plain frame here.
        """
        with self._lock:
            if self._left <= 0:
                return self._dark
        begun = self._cpu()
        found = faint_places(gray, seen)
        with self._lock:
            self._dark = found
            self._left -= (self._cpu() - begun) * 1000
        return found

    def _rescued(self, gray: Gray, candidates: list[Candidate], turn: int) -> Reading | None:
        names = list(LIVE_STEPS)
        name = names[turn % len(names)]
        candidate = candidates[turn // len(names) % len(candidates)]
        begun = self._cpu()
        payloads = LIVE_STEPS[name](gray, candidate, Deadline(STEP_SECONDS))
        with self._lock:
            self._left -= (self._cpu() - begun) * 1000
        return Reading(tuple(dict.fromkeys(payloads)), name) if payloads else None
