"""One-time leave to fetch a file, for the session that proved its password a moment ago."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

_SECONDS = 60.0
_MOST = 100


@dataclass(frozen=True)
class _Ticket:
    session: str
    what: str
    until: float


class Tickets:
    """What may be fetched once, in memory alone.

    Args:
        clock: Returns the seconds that waiting is measured by.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._turn = Lock()
        self._given: dict[str, _Ticket] = {}

    def give(self, session: str, what: str) -> str:
        """Return a new ticket.

        Args:
            session: Digest of the session that may use it.
            what: May be fetched.
        """
        ticket = secrets.token_urlsafe(24)
        with self._turn:
            now = self._clock()
            live = [(name, one) for name, one in self._given.items() if one.until > now]
            self._given = dict(live[-_MOST:])
            self._given[ticket] = _Ticket(session, what, now + _SECONDS)
        return ticket

    def take(self, session: str, ticket: str, what: str) -> bool:
        """Use a ticket up; tell whether it lets this session fetch this now."""
        with self._turn:
            given = self._given.pop(ticket, None)
            in_time = given is not None and self._clock() < given.until
        return in_time and given is not None and (given.session, given.what) == (session, what)
