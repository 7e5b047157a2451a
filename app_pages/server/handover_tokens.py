"""Tokens by which a visit is opened in the hospital system: random, short-lived, of one use."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

SECONDS = 600.0
_MOST = 1_000  # of a busy house in ten minutes


@dataclass(frozen=True)
class _Given:
    visit_id: str
    until: float


class HandoverTokens:
    """Which visit each token stands for, in memory alone: a new start knows none of them.

    A token says nothing by itself and is of use only to a system that has a key of this house; it
    is kept as its digest.

    Args:
        clock: Returns the seconds that waiting is measured by.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turn = Lock()
        self._given: dict[bytes, _Given] = {}

    def give(self, visit_id: str) -> str:
        """Return a new token of a visit; the oldest give way where there are too many."""
        token = secrets.token_urlsafe(24)
        with self._turn:
            now = self._clock()
            live = [(name, one) for name, one in self._given.items() if one.until > now]
            self._given = dict(live[-(_MOST - 1) :])
            self._given[_digest(token)] = _Given(visit_id, now + SECONDS)
        return token

    def redeem(self, token: str) -> str | None:
        """Use a token up; return its visit, None where there is no such token or it is too old."""
        with self._turn:
            given = self._given.pop(_digest(token), None)
            return given.visit_id if given and self._clock() < given.until else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
