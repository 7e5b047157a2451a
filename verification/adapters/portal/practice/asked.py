"""What the practice portal was asked: counted for tests, told with masked numbers."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from verification.adapters.portal.practice.calls import Call
from verification.card.numbers import compact, kind_of, mask


@dataclass(frozen=True)
class Entry:
    """One question, as it is told.

    Args:
        at: When it came.
        call: What was asked.
        number: Of whom, masked; empty where it is of nobody.
        came_of_it: A code, or the fault that kept it from being answered.
    """

    at: datetime
    call: Call
    number: str
    came_of_it: str

    @property
    def line(self) -> str:
        """Return it as a line of the console."""
        words = (f"{self.at:%H:%M:%S}", f"{self.call.word:<20}", self.number, self.came_of_it)
        return "  ".join(word for word in words if word)


class Asked:
    """Counts questions; safe for several threads.

    Args:
        tell: Gets each one.
    """

    def __init__(self, tell: Callable[[Entry], None] = lambda _: None) -> None:
        self._tell = tell
        self._calls: Counter[Call] = Counter()
        self._of: Counter[tuple[Call, str]] = Counter()
        self._lock = threading.Lock()

    def came(self, call: Call, number: str) -> None:
        """Count a question that came in."""
        with self._lock:
            self._calls[call] += 1
            self._of[call, number] += 1

    def ended(self, at: datetime, call: Call, number: str, came_of_it: str) -> None:
        """Tell what came of it."""
        self._tell(Entry(at, call, _masked(number), came_of_it))

    def times(self, call: Call, number: str | None = None) -> int:
        """Return how often something was asked, of one number or of all."""
        with self._lock:
            return self._calls[call] if number is None else self._of[call, number]

    def twice(self, call: Call) -> int:
        """Return how many numbers were asked about more than once."""
        with self._lock:
            return sum(n > 1 for (which, _), n in self._of.items() if which is call)

    def as_json(self) -> dict[str, int]:
        """Return how often each call came, by name."""
        with self._lock:
            return {call.word: self._calls[call] for call in Call}


def _masked(number: str) -> str:
    """Mask a number; what is none is not told at all."""
    plain = compact(number)
    shown = mask(plain) if kind_of(plain) else "?"
    return (shown or "") if number else ""
