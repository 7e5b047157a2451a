"""Read the frames of one live camera within a share of the server."""

import time
from collections.abc import Callable
from threading import Lock

import cv2
import numpy as np

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.decoder import look
from verification.adapters.scanning.gray import Gray, open_picture, to_gray
from verification.adapters.scanning.headers import is_frame
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.faint import faint_places
from verification.adapters.scanning.rescue.locator import Candidate, Changes, are_alike
from verification.adapters.scanning.rescue.passes import LIVE_STEPS

BUDGET_MS_PER_SECOND = 200.0
STEP_SECONDS = 0.15  # of CPU that one rescue step of a live frame is worth
BARE_FRAMES = 2
BARE_STEPS = 2  # gray that each part of it may differ by: noise, in the mean of some hundred pixels
_TINY = (48, 27)  # parts of a frame
BARE_MOVES = 24  # gray steps that no noise makes and a hand does
MOVED_FRAMES = 3  # in a row: then it is a trembling hand, or a place found anew each time
LEAVES_SECONDS = 0.4  # behind a frame that was read: the phone is the same, on its way out


class Budget:
    """CPU time that may be spent on rescues; what is left over lasts a second.

    Args:
        ms_per_second: How much comes in.
    """

    def __init__(self, ms_per_second: float) -> None:
        self._each = self._left = ms_per_second
        self._filled = 0.0
        self._lock = Lock()

    def has_left(self, now: float) -> bool:
        """Take in what came until now, in steady seconds; tell whether anything is there."""
        with self._lock:
            self._left = min(self._each, self._left + (now - self._filled) * self._each)
            self._filled = now
            return self._left > 0

    def spend(self, seconds: float) -> None:
        """Take away what was spent, which may be more than was there."""
        with self._lock:
            self._left -= seconds * 1000


class _Moving:
    """Frames in a row in which something moves: it is smeared, and the next one costs less.

    After a few it counts as still once: a hand may tremble, or a place is found anew each time.
    """

    def __init__(self) -> None:
        self._frames = 0

    def goes_on(self, *, moves: bool) -> bool:
        """Take the next frame; tell whether to wait for one in which nothing moves."""
        self._frames = self._frames + 1 if moves and self._frames < MOVED_FRAMES else 0
        return self._frames > 0


class Bare:
    """What the camera saw when nothing stood in the dark: a desk looks the same for many frames."""

    def __init__(self) -> None:
        self._look: Gray | None = None
        self._last: Gray | None = None
        self._frames = 0
        self._moving = _Moving()

    def is_it(self, look: Gray) -> bool:
        """Tell whether a frame shows that again; after a while it is searched anew."""
        self._frames += 1
        if self._look is None or self._frames > BARE_FRAMES:
            return False
        return _apart(look, self._look) <= BARE_STEPS

    def moves(self, look: Gray) -> bool:
        """Tell whether a frame is far from the one before."""
        before, self._last = self._last, look
        moves = before is not None and _apart(look, before) > BARE_MOVES
        return self._moving.goes_on(moves=moves)

    def note(self, look: Gray) -> None:
        """Remember a frame."""
        self._look, self._frames = look, 0


class Places:
    """Where something like a code was a frame ago."""

    def __init__(self) -> None:
        self._before: list[Candidate] = []
        self._moving = _Moving()

    def steady(self, places: list[Candidate]) -> list[Candidate]:
        """Return those that were there a frame ago; none where what comes or goes is waited for."""
        before, self._before = self._before, places
        stayed = [one for one in places if any(are_alike(one, two) for two in before)]
        waits = self._moving.goes_on(moves=bool(places) and not stayed)
        return stayed if stayed or waits else places


class LiveDecoder:
    """The decoder of one desk's camera: the plain frame, then at most one rescue step in turn.

    Each desk has its own, so that a hard code at one desk takes nothing from another.

    Args:
        budget_ms_per_second: CPU time for rescue steps in a second, and for looking where a code
            stands in the dark; what is left over lasts a second. The plain frame is always read.
        together: What the cameras of all desks may spend, so that many of them leave room for
            check-ins; None for a camera that is alone.
        clock: Seconds that nobody sets.
        cpu: CPU seconds of the thread that reads.
    """

    def __init__(
        self,
        budget_ms_per_second: float = BUDGET_MS_PER_SECOND,
        *,
        together: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.thread_time,
    ) -> None:
        self._budgets = [Budget(budget_ms_per_second), *([together] if together else [])]
        self._clock, self._cpu = clock, cpu
        self._turn = 0
        self._dark: list[Candidate] = []
        self._bare, self._places = Bare(), Places()
        self._read_at = float("-inf")
        self._lock = Lock()  # of the turn; two frames of a desk may overlap

    def read_picture(self, data: bytes, *, rescue: bool = True) -> Reading | None:
        """Read a frame that was posted as a picture file; None where it is none or too large."""
        gray = open_picture(data) if is_frame(data) else None
        return None if gray is None else self.read(gray, rescue=rescue)

    def read(self, frame: object, *, rescue: bool = True) -> Reading:
        """Read a frame.

        Args:
            frame: An array of any shape and dtype; height x width, gray, BGR or BGRA is read.
            rescue: False where others wait for their plain frame.

        Returns:
            What it shows; where something like a code stays unread, that and why.
        """
        gray = to_gray(frame)
        if gray is None:
            return Reading()
        now = self._clock()
        may = rescue and now - self._read_at >= LEAVES_SECONDS
        may = may and all(one.has_left(now) for one in self._budgets)
        reading, candidates = look(gray, self._in_the_dark if may else self._as_before)
        if reading.payloads:
            self._dark, self._read_at = [], now
        steady = self._places.steady(candidates)
        if not steady or not may:
            return reading
        return self._rescued(gray, steady, self._next_turn()) or reading

    def _next_turn(self) -> int:
        with self._lock:
            self._turn += 1
            return self._turn - 1

    def _in_the_dark(self, gray: Gray, seen: Changes) -> list[Candidate]:
        """Return where a code stands in the dark: for that a bare desk costs ten plain frames."""
        look = _tiny(gray)
        if self._bare.moves(look) or self._bare.is_it(look):
            self._dark = []
            return []
        begun = self._cpu()
        self._dark = faint_places(gray, seen)
        self._spend(begun)
        if not self._dark:
            self._bare.note(look)
        return self._dark

    def _as_before(self, _gray: Gray, _seen: Changes) -> list[Candidate]:
        """Return what was seen last: a page posts on as long as a code stays unread."""
        return self._dark

    def _spend(self, begun: float) -> None:
        took = self._cpu() - begun
        for one in self._budgets:
            one.spend(took)

    def _rescued(self, gray: Gray, candidates: list[Candidate], turn: int) -> Reading | None:
        names = list(LIVE_STEPS)
        name = names[turn % len(names)]
        candidate = candidates[turn // len(names) % len(candidates)]
        begun = self._cpu()
        payloads = LIVE_STEPS[name](gray, candidate, Deadline(STEP_SECONDS))
        self._spend(begun)
        return Reading(tuple(dict.fromkeys(payloads)), name) if payloads else None


def _apart(one: Gray, two: Gray) -> int:
    return int(cv2.absdiff(one, two).max())


def _tiny(gray: Gray) -> Gray:
    return np.asarray(cv2.resize(gray, _TINY, interpolation=cv2.INTER_AREA), np.uint8)
