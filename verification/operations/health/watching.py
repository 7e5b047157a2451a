"""Looks at the kiosk once a minute while the server runs: pages ask what was found last."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event

from verification.kiosk import Kiosk
from verification.operations.beside import beside
from verification.operations.health.line import Line, Tone
from verification.operations.health.looked_at import House, keep_reserve, look
from verification.rights import Actor, Right, needs

EVERY_SECONDS = 60.0
_AT_THE_DESK = frozenset({"clock", "cards", "portal"})  # which the strip says by itself
_log = logging.getLogger(__name__)


class Health:
    """The state of the kiosk, about a minute old; no page waits for a look.

    Args:
        house: What is looked at.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._lines: Sequence[Line] = ()

    def look(self) -> Sequence[Line]:
        """Look now; what a full disk used is kept again where there is room."""
        keep_reserve(self._house.settings)
        self._lines = look(self._house)
        return self._lines

    def for_the_desk(self) -> Sequence[Line]:
        """Return what the desk is told: red lines; amber ones are the administrator's to see."""
        return [line for line in self.red() if line.key not in _AT_THE_DESK]

    def found(self) -> Sequence[Line]:
        """Return what was found a minute ago at most."""
        return self._lines

    def is_amber(self, key: str) -> bool:
        """Tell whether a thing was amber a minute ago at most."""
        return any(line.key == key and line.tone is Tone.WAIT for line in self._lines)

    def red(self) -> Sequence[Line]:
        """Return what was red a minute ago at most."""
        return [line for line in self._lines if line.tone is Tone.BAD]


@contextmanager
def looking(house: House, every: float = EVERY_SECONDS) -> Iterator[Health]:
    """Look once a minute, first at once."""
    health = Health(house)
    keep_reserve(house.settings)  # before a desk writes
    with beside("health", partial(_look_until, health, every)):
        yield health


def _look_until(health: Health, every: float, ended: Event) -> None:
    while True:
        try:
            health.look()
        except Exception as error:  # noqa: BLE001  # the looking goes on whatever was met
            _log.warning("health: %s", type(error).__name__)
        if ended.wait(every):
            return


@needs(Right.MANAGE)
def state(_actor: Actor, _kiosk: Kiosk, health: Health) -> Sequence[Line]:
    """Return how everything stands now."""
    return health.look()
