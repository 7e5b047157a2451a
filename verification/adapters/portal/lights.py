"""How the portal is, in one word: what the newest question that was sent says of it."""

import threading
from collections.abc import Callable
from datetime import datetime

from verification.adapters.portal.codes import OF_ONE_CARD
from verification.card.portal import (
    Cause,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
)

_OURS = frozenset({Cause.ACCOUNT, Cause.RIGHT, Cause.OFFICER, Cause.NO_OFFICER})


class Lights:
    """Remembers the newest light and since when it is on.

    Args:
        clock: The time.
        slow: Seconds from which an answer is a slow one.
    """

    def __init__(self, clock: Callable[[], datetime], slow: float) -> None:
        self._clock = clock
        self._slow = slow
        self._lock = threading.Lock()
        self._light = PortalLight.UNTRIED
        self._since: datetime | None = None
        self._cause: Cause | None = None

    def note(self, answer: PortalAnswer) -> None:
        """Take notice of how a question ended that was sent."""
        self._heard(self._light_of(answer), answer.cause)

    def checked(self, cause: Cause | None) -> None:
        """Take notice of what a check found."""
        bad = PortalLight.REFUSES_US if cause in _OURS else PortalLight.DOWN
        self._heard(bad if cause else PortalLight.WELL, cause)

    def _heard(self, light: PortalLight, cause: Cause | None) -> None:
        with self._lock:
            self._set(light)
            self._cause = cause

    def state(self, *, down: bool, waiting: int) -> PortalState:
        """Return how the portal is.

        Args:
            down: Whether the breaker is open.
            waiting: Questions that wait for their turn.
        """
        with self._lock:
            if down:
                self._set(PortalLight.DOWN)
            return PortalState(self._light, self._since, self._cause, waiting)

    def _light_of(self, answer: PortalAnswer) -> PortalLight:
        if answer.outcome is PortalOutcome.SILENT and answer.code not in OF_ONE_CARD:
            late = answer.cause is Cause.TIMEOUT
            return PortalLight.SLOW if late else PortalLight.DOWN
        if answer.cause in _OURS:
            return PortalLight.REFUSES_US
        return PortalLight.SLOW if answer.ms > self._slow * 1000 else PortalLight.WELL

    def _set(self, light: PortalLight) -> None:
        if light is not self._light:
            self._light, self._since = light, self._clock()
