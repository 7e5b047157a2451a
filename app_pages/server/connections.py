"""Puts the door in front of uvicorn: what is accepted, read and waited for.

Streamlit starts uvicorn and passes none of its limits on, so they are set from inside, before it
listens: the settings that uvicorn has, and two subclasses for what it has no setting for. A
connection counts from the moment it is accepted, a TLS handshake that never ends included.
"""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Protocol

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from app_pages.server.door import Doing, Door, Place
from app_pages.server.limits import LIMITS, Limits
from verification.basics.limiter import Bucket, Limiter

if sys.platform != "win32":
    import resource

_PLACE = "kiosk place"
_PIECES = b"transfer-encoding"
_PLENTY = 4_096  # files, where the system does not say


def place_of(scope: Scope) -> Place | None:
    """Return the connection that a request came through, None where another server passed it on."""
    found = scope.get("state", {}).get(_PLACE)
    return found if isinstance(found, Place) else None


def door_of(scope: Scope) -> Door | None:
    """Return the door that a request came through."""
    found = scope.get("state", {}).get("door")
    return found if isinstance(found, Door) else None


class _Listener(socket.socket):
    """The listening socket: gives each connection its place, a few at a time."""

    entrance: "Entrance"
    _in_turn = 0

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection.

        Raises:
            BlockingIOError: There is none, or those that came are to be read first.
            ConnectionAbortedError: There was no room for it.
        """
        self._in_turn += 1
        if self._in_turn > self.entrance.limits.connections.accepts_at_once:
            self._in_turn = 0
            raise BlockingIOError
        try:
            plain, address = super().accept()
        except BlockingIOError:
            self._in_turn = 0
            raise
        return self.entrance.accepted(plain, address), address


class _Accepted(socket.socket):
    """A connection that gives its place back when it is closed."""

    left: Callable[[], None] = staticmethod(lambda: None)

    def close(self) -> None:
        """Close it."""
        self.left()
        super().close()


class Entrance:
    """Gives places to what is accepted, and finds the place of a transport."""

    def __init__(
        self, door: Door, limits: Limits, admits: Callable[[str], bool] = lambda _: True
    ) -> None:
        self._admits = admits
        self.door = door
        self.limits = limits
        self._places: dict[int, Place] = {}

    def accepted(self, plain: socket.socket, address: Any) -> socket.socket:  # noqa: ANN401
        """Return a new connection with its place.

        Raises:
            ConnectionAbortedError: There is none.
        """
        conn = _Accepted(plain.family, plain.type, plain.proto, plain.detach())
        place = self._entered(str(address[0]), partial(_hang_up, conn))
        if place is None:
            conn.close()
            raise ConnectionAbortedError
        # Streamlit's socket does not say that it is TCP, so asyncio leaves this out: the body of an
        # answer would wait 40 ms for the other side to acknowledge its head
        with suppress(OSError):
            conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = conn.fileno()
        self._places[number] = place
        conn.left = partial(self._left, number, place)
        return conn

    def place(self, transport: asyncio.Transport) -> Place:
        """Return the place of a transport; where the system accepts by itself, a new one."""
        number = transport.get_extra_info("socket").fileno()
        place = self._places.get(number)
        if place is None:
            address = (transport.get_extra_info("peername") or ("",))[0]
            place = self._entered(address, transport.abort)
            if place is None:
                transport.abort()
                place = Place(address, self.door.clock(), transport.abort)
        place.close = transport.abort
        return place

    def _entered(self, address: str, close: Callable[[], None]) -> Place | None:
        return self.door.enters(address, close) if self._admits(address) else None

    def _left(self, number: int, place: Place) -> None:
        if self._places.get(number) is place:
            del self._places[number]
        self.door.leaves(place)


def _hang_up(conn: socket.socket) -> None:
    with suppress(OSError):  # the other side was first
        conn.shutdown(socket.SHUT_RDWR)


class _Held(Protocol):
    transport: asyncio.Transport


def _unread(held: _Held, is_paused: Callable[[], bool]) -> int:
    """Return what a connection has not taken, once the server waits for it to be taken."""
    if is_paused() or held.transport.is_closing():
        return held.transport.get_write_buffer_size()
    return 0


async def _with_place(
    app: ASGIApp, door: Door, place: Place, scope: Scope, receive: Receive, send: Send
) -> None:
    scope["state"] |= {_PLACE: place, "door": door}
    await app(scope, receive, send)


class _Measured(h11.Connection):
    """HTTP whose bodies say how long they are, as all of a browser do.

    A body in pieces costs by their number, which only its sender knows, and that even after it was
    answered; with a length beside it, it is a request of whose end two servers think differently.
    """

    def next_event(self) -> Any:  # noqa: ANN401  # h11's own word
        """Return the next event.

        Raises:
            h11.RemoteProtocolError: It is no request, or one without a measure.
        """
        event = super().next_event()
        if isinstance(event, h11.Request) and any(name == _PIECES for name, _ in event.headers):
            raise h11.RemoteProtocolError("a body in pieces", error_status_hint=411)
        return event


class _Connection(H11Protocol):
    """uvicorn's HTTP, which notes what it is waiting for."""

    def __init__(self, entrance: Entrance, **given: Any) -> None:  # noqa: ANN401
        super().__init__(**given)
        self.conn = _Measured(h11.SERVER, entrance.limits.sizes.head_bytes)
        self._entrance = entrance
        self._place: Place | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Find its place."""
        super().connection_made(transport)
        self._place = place = self._entrance.place(transport)
        place.turns(Doing.HEAD, self._entrance.door.clock())
        place.unread = partial(_unread, self, lambda: self.flow.write_paused)
        self.app = partial(_with_place, self.app, self._entrance.door, place)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give its place back."""
        super().connection_lost(exc)
        if self._place:
            self._entrance.door.leaves(self._place)

    def data_received(self, data: bytes) -> None:
        """Take what was sent."""
        if self._place:
            self._place.received += len(data)
        super().data_received(data)
        self._note()

    def on_response_complete(self) -> None:
        """Note that it is the other's turn again; a stranger gets one answer at a time.

        No browser asks again before it has its answer: who sends hundreds of requests in one packet
        only wants the server to be busy.
        """
        sent_ahead = self.conn.their_state is h11.DONE and bool(self.conn.trailing_data[0])
        if sent_ahead and self._place and self._place.session is None:
            self.transport.close()
        super().on_response_complete()
        self._note()

    def _note(self) -> None:
        if self._place is None or self._place.doing is Doing.SOCKET:
            return
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            doing = Doing.BODY
        elif state is h11.IDLE:
            begun = self.cycle is None or bool(self.conn.trailing_data[0])
            doing = Doing.HEAD if begun else Doing.KEPT
        else:
            doing = Doing.ANSWER
        self._place.turns(doing, self._entrance.door.clock())


class _Socket(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which does not collect endless pieces or answer endless pings."""

    def __init__(self, entrance: Entrance, **given: Any) -> None:  # noqa: ANN401
        super().__init__(**given)
        self._entrance = entrance
        most = entrance.limits.sockets
        self._pieces = most.pieces
        self._pings = Limiter(time.monotonic, Bucket(most.pings_a_second, most.pings_at_once))
        self._place: Place | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Find the place that it had before it became one."""
        super().connection_made(transport)
        self._place = place = self._entrance.place(self.transport)
        place.unread = partial(_unread, self, lambda: not self.writable.is_set())
        app = partial(_with_place, self.app, self._entrance.door, place)
        self.app = app

    def connection_lost(self, exc: Exception | None) -> None:
        """Give its place back."""
        super().connection_lost(exc)
        if self._place:
            self._entrance.door.leaves(self._place)

    def handle_cont(self, event: Frame) -> None:
        """Take one more piece of a message."""
        super().handle_cont(event)
        if len(self.frames) > self._pieces:
            self.transport.abort()

    def handle_ping(self) -> None:
        """Answer, unless nobody but an attacker would ask."""
        if self._pings.allows(""):
            super().handle_ping()
        else:
            self.transport.abort()


def files_allowed() -> int:
    """Return how many files the system lets this process open."""
    if sys.platform == "win32":
        return _PLENTY
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _PLENTY if soft == resource.RLIM_INFINITY else soft


def _limit(config: Config, entrance: Entrance) -> None:
    limits = entrance.limits
    config.timeout_keep_alive = limits.waiting.idle
    config.timeout_graceful_shutdown = limits.ending.requests
    config.h11_max_incomplete_event_size = limits.sizes.head_bytes
    config.ws_max_size = limits.sockets.message_bytes
    config.http_protocol_class = partial(_Connection, entrance)  # type: ignore[assignment]
    config.ws_protocol_class = partial(_Socket, entrance)  # type: ignore[assignment]


@asynccontextmanager
async def guarded_listening(
    limits: Limits = LIMITS,
    told: Callable[[], None] = lambda: None,
    admits: Callable[[str], bool] = lambda _: True,
    shared: Callable[[str], bool] = lambda _: False,
) -> AsyncIterator[Door]:
    """Guard all that this event loop will listen on, and look after it.

    Args:
        limits: What there may be.
        told: Is called whenever the server has begun to listen.
        admits: Tells whether a machine, by its address, may connect at all.
        shared: Tells whether an address is a proxy's, of many.

    Raises:
        TypeError: The server that is about to listen is not the one that this was written for.
    """
    loop = asyncio.get_running_loop()
    door = Door(limits, time.monotonic, files_allowed(), shared)
    entrance = Entrance(door, limits, admits)
    listen = loop.create_server

    async def create_server(factory: Any, *where: Any, **given: Any) -> asyncio.Server:  # noqa: ANN401
        probe = factory()
        if not isinstance(probe, H11Protocol):
            raise TypeError(f"connections of {type(probe).__name__} cannot be limited")
        _limit(probe.config, entrance)
        if plain := given.pop("sock", None):
            given["sock"] = sock = _Listener(plain.family, plain.type, plain.proto, plain.detach())
            sock.set_inheritable(False)  # no process that we start keeps the port
            sock.entrance = entrance
        if given.get("ssl"):
            given["ssl_handshake_timeout"] = limits.waiting.tls
        server = await listen(factory, *where, **given)
        told()
        return server

    loop.create_server = create_server  # type: ignore[method-assign,assignment]
    looking = asyncio.create_task(_look(door, limits.waiting.look_every))
    try:
        yield door
    finally:
        looking.cancel()


async def _look(door: Door, every: float) -> None:
    while True:
        await asyncio.sleep(every)
        door.looks()
