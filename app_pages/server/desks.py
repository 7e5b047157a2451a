"""The desks that this server works for, and what each of them has of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from app_pages.server.window import Guest
from verification.adapters.scanning.live import LiveDecoder

NO_DESK = "-"
"""Stands in the log for who is at no desk, and for a house whose desk has no name yet."""


@dataclass
class DeskPlace:
    """What one desk has of its own, so that nothing of it is another's.

    Args:
        live: Reads the frames of the desk's camera.
        guest: What the patient's window beside the desk shows.
        sessions: Those whose page of this desk was drawn; some of them may have ended.
    """

    live: LiveDecoder
    guest: Guest
    sessions: frozenset[str] = field(default=frozenset())

    def is_shared(self, session: str, living: frozenset[str]) -> bool:
        """Note that a session's page of this desk is drawn; tell whether another's is open too.

        Args:
            session: Its digest.
            living: The sessions that have not ended.
        """
        self.sessions = (self.sessions & living) | {session}
        return len(self.sessions) > 1


class Desks:
    """The places of the desks by name; there are never more of them than names in the list.

    Args:
        names: The desks of this server, as they are now.
        usual: The one of several that is meant where nobody chose, None where it must be chosen.
        make: Makes the place of a desk, when it is first asked for.
    """

    def __init__(
        self, names: Callable[[], tuple[str, ...]], usual: str | None, make: Callable[[], DeskPlace]
    ) -> None:
        self._names = names
        self._usual = usual
        self._make = make
        self._places: dict[str, DeskPlace] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names; empty where this house has no desk yet."""
        return self._names()

    @property
    def usual(self) -> str | None:
        """Return the desk where nobody chose: the only one, or the one that is set."""
        names = self.names
        return names[0] if len(names) == 1 else self._usual

    @property
    def with_camera(self) -> str | None:
        """Return the desk that a camera of the server belongs to: the usual one, else the first."""
        return self.usual or next(iter(self.names), None)

    def place(self, name: str | None) -> DeskPlace | None:
        """Return a desk's place, None where this server has no desk of that name."""
        if name is None or name not in self.names:
            return None
        with self._lock:
            if name not in self._places:
                self._places[name] = self._make()
            return self._places[name]
