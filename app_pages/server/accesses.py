"""What systems of the hospital asked since the server started: the last of it, and when by whom."""

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

NO_ADDRESS = "?"
"""Stands for what was asked for where there is no such address."""
_LAST = 50


@dataclass(frozen=True)
class Accessed:
    """One request that had a key.

    Args:
        at: When.
        system: Whose key it was.
        key: Which of its keys.
        what: What was asked for, a code.
        status: The HTTP status of the answer.
        result: What was answered, a code.
        persons: Whom the answer showed, by reference.
        ms: How long it took.
    """

    at: datetime
    system: str
    key: str
    what: str
    status: int
    result: str
    persons: tuple[str, ...] = ()
    ms: int = 0


class Accesses:
    """The last accesses; whom they showed stands in the log too."""

    def __init__(self) -> None:
        self._last: deque[Accessed] = deque(maxlen=_LAST)
        self._used: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def note(self, one: Accessed) -> None:
        """Note a request that was answered."""
        with self._lock:
            self._last.append(one)
            self._used[one.key] = one.at

    def last(self) -> Sequence[Accessed]:
        """Return the last accesses, newest first."""
        with self._lock:
            return tuple(self._last)[::-1]

    def used(self, key: str) -> datetime | None:
        """Return when a key was used last, None where it was not since the start."""
        return self._used.get(key)
