"""Requests that cost time, one behind the other."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import Lock


class Line:
    """Requests that are answered in turn: one of each sender at a time, the others wait.

    Whoever sends what takes long waits for it alone. It is asked before the body is read, so that
    what waits takes no memory.

    Args:
        each: How many one sender may have here, the one being answered included.
        most: How many all of them together may have.
        of_session: True where a sender is one session, False where it is a desk.
    """

    def __init__(self, each: int, most: int, *, of_session: bool = False) -> None:
        self.of_session = of_session
        self._each, self._most = each, most
        self._here: Counter[str] = Counter()
        self._turns: dict[str, Lock] = {}

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[bool]:
        """Wait for one's turn; True where it has come, False where too many wait."""
        if self._here[who] >= self._each or self._here.total() >= self._most:
            yield False
            return
        self._here[who] += 1
        try:
            async with self._turns.setdefault(who, Lock()):
                yield True
        finally:
            self._here[who] -= 1
            if not self._here[who]:
                del self._here[who], self._turns[who]
