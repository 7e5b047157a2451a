"""Who holds a connection open, for how long, and who gives way when there is no room.

Whoever is new is let in; the one that has waited longest of those that have most gives way. So a
thousand connections that say nothing push out each other, and never those of a live session.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from app_pages.server.limits import Connections, Limits, Sockets, Waiting
from verification.basics.limiter import Bucket, Limiter


class Doing(Enum):
    """What a connection is at."""

    HANDSHAKE = "handshake"  # nothing that could be read has come
    HEAD = "head"
    BODY = "body"
    ANSWER = "answer"  # the server's turn
    KEPT = "kept"  # answered, open for what comes next
    SOCKET = "socket"


_WAITS = frozenset({Doing.HANDSHAKE, Doing.HEAD, Doing.BODY, Doing.KEPT})


@dataclass(eq=False)
class Place:
    """One open connection.

    Args:
        address: Where it comes from.
        began: When it began with what it is doing, in seconds of the door's clock.
        close: Ends it at once.
        unread: Tells how many bytes it has not taken, where it holds up the server with them.
        session: The live session that it belongs to, None for a stranger's.
        doing: What it is at.
        received: Bytes since then.
        body_at_most: For how many seconds this one may send its body, None for as long as any.
    """

    address: str
    began: float
    close: Callable[[], None] = field(repr=False)
    unread: Callable[[], int] = field(default=lambda: 0, repr=False)
    session: str | None = None
    doing: Doing = Doing.HANDSHAKE
    received: int = 0
    body_at_most: float | None = None
    _held: tuple[int, float] | None = None

    @property
    def group(self) -> str:
        """Return whose it is: a session's, or an address's."""
        return f"session {self.session}" if self.session else f"address {self.address}"

    @property
    def waits(self) -> bool:
        """Tell whether the server waits for it; else it is being served."""
        return self.doing in _WAITS

    def turns(self, doing: Doing, now: float) -> None:
        """Note what it is doing from now on."""
        if doing is not self.doing:
            self.doing, self.began, self.received = doing, now, 0
            self.body_at_most = None

    def is_late(self, waiting: Waiting, now: float) -> bool:
        """Tell whether it has been waited for long enough."""
        since = now - self.began
        if self.doing is Doing.HANDSHAKE:
            return since > waiting.tls
        if self.doing is Doing.HEAD:
            return since > waiting.head
        if self.doing is Doing.BODY:
            allowed = waiting.body + self.received / waiting.slowest
            return since > min(allowed, self.body_at_most or waiting.body_at_most)
        # the server closes a kept one by itself, unless it hangs
        return self.doing is Doing.KEPT and since > waiting.idle + waiting.head

    def holds_up(self, waiting: Waiting, now: float) -> bool:
        """Tell whether it takes what it asked for too slowly, or not at all."""
        left = self.unread()
        if not left:
            self._held = None
        elif self._held is None:
            self._held = (left, now)
        elif now - self._held[1] >= waiting.unread:
            taken = self._held[0] - left
            if taken < waiting.slowest * waiting.unread:
                return True
            self._held = (left, now)
        return False


class Door:
    """All open connections.

    Args:
        limits: What there may be.
        clock: Seconds.
        files: How many files the system lets the server open.
        shared: Tells whether many come from an address until they have said who they are: a
            proxy's.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float],
        files: int,
        shared: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._shared = shared
        room = min(limits.connections.in_all, files // 2)
        self._most: Connections = limits.connections
        self._in_all = room
        self._strangers = min(limits.connections.strangers, room // 3)
        self._by_address = min(limits.connections.by_address, self._strangers)
        self._sockets: Sockets = limits.sockets
        self._waiting = limits.waiting
        self.clock = clock
        pace = Bucket(limits.sockets.opens_a_second, limits.sockets.opens_at_once)
        self._opening = Limiter(clock, pace)
        self._groups: dict[str, dict[Place, None]] = {}

    @property
    def count(self) -> int:
        """Return how many connections are open."""
        return _size(self._groups.values())

    def enters(self, address: str, close: Callable[[], None]) -> Place | None:
        """Return a place for a new connection, None where everybody is being served."""
        place = Place(address, self.clock(), close)
        theirs = self._groups.get(place.group, {})
        most = self._strangers if self._shared(address) else self._by_address
        if len(theirs) >= most and not self._gives_way(theirs):
            return None
        strangers = [group for name, group in self._groups.items() if _is_strangers(name)]
        if _size(strangers) >= self._strangers and not self._largest_gives_way(strangers):
            return None
        if self.count >= self._in_all and not self._largest_gives_way(self._groups.values()):
            return None
        self._groups.setdefault(place.group, {})[place] = None
        return place

    def leaves(self, place: Place) -> None:
        """Note that a connection has ended."""
        group = self._groups.get(place.group, {})
        group.pop(place, None)
        if not group:
            self._groups.pop(place.group, None)

    def belongs(self, place: Place, session: str | None) -> None:
        """Note whose a connection is: the session that asked through it, or nobody's."""
        self._moves(place, place.address, session)

    def asks_for(self, place: Place, address: str) -> None:
        """Note for whom a proxy asks through a connection."""
        self._moves(place, address, place.session)

    def _moves(self, place: Place, address: str, session: str | None) -> None:
        same = (place.address, place.session) == (address, session)
        if same or place not in self._groups.get(place.group, {}):
            return
        self.leaves(place)
        place.address, place.session = address, session
        group = self._groups.setdefault(place.group, {})
        most = self._most.by_session if session else self._by_address
        if len(group) >= most:
            self._gives_way(group)
        # one that gave way may have been the last of its group
        self._groups.setdefault(place.group, group)[place] = None

    def opens_socket(self, place: Place) -> bool:
        """Note that a connection becomes a WebSocket; False where its session has enough."""
        open_ = [p for group in self._groups.values() for p in group if p.doing is Doing.SOCKET]
        if sum(p.session == place.session for p in open_) >= self._sockets.by_session:
            return False
        if not self._opening.allows(place.group):
            return False
        here = [p for p in open_ if p.address == place.address]
        if len(here) >= self._sockets.by_address:
            self._close(_oldest_of_most(here))
        elif len(open_) >= self._sockets.in_all:
            self._close(_oldest_of_most(open_))
        place.turns(Doing.SOCKET, self.clock())
        return True

    def looks(self) -> None:
        """Close what keeps the server waiting for too long."""
        now = self.clock()
        for place in [place for group in self._groups.values() for place in group]:
            if place.is_late(self._waiting, now) or place.holds_up(self._waiting, now):
                self._close(place)

    def _largest_gives_way(self, groups: Iterable[dict[Place, None]]) -> bool:
        return any(self._gives_way(group) for group in sorted(groups, key=len, reverse=True))

    def _gives_way(self, group: dict[Place, None]) -> bool:
        waiting = [place for place in group if place.waits]
        if waiting:
            self._close(min(waiting, key=lambda place: place.began))
        return bool(waiting)

    def _close(self, place: Place) -> None:
        self.leaves(place)
        place.close()


def _is_strangers(group: str) -> bool:
    return group.startswith("address ")


def _size(groups: Iterable[dict[Place, None]]) -> int:
    return sum(map(len, groups))


def _oldest_of_most(places: list[Place]) -> Place:
    """Return the oldest of the session that has most of them."""
    count = Counter(place.session for place in places)
    session = max(count, key=lambda session: count[session])
    return min((p for p in places if p.session == session), key=lambda place: place.began)
