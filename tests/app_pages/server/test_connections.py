"""Strangers who hold connections open: a small server on real sockets, with short patience."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import ssl
import threading
import time
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from app_pages.server.connections import (
    Entrance,
    door_of,
    files_allowed,
    guarded_listening,
    place_of,
)
from app_pages.server.door import Doing, Door
from app_pages.server.limits import LIMITS
from tests.browser.running import wait_for
from verification.__main__ import main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from app_pages.server.limits import Limits

QUICK = replace(
    LIMITS,
    connections=replace(LIMITS.connections, in_all=30, strangers=20, by_address=8, by_session=4),
    sockets=replace(LIMITS.sockets, by_session=2, message_bytes=1_000, pieces=20),
    waiting=replace(
        LIMITS.waiting, head=0.4, body=0.4, body_at_most=2.0, idle=1, unread=0.4, look_every=0.05
    ),
)
PATIENT = replace(QUICK, waiting=LIMITS.waiting)
LARGE = bytes(30_000_000)
OKAY = b"HTTP/1.1 200"


class Small:
    """A server with a few routes, its door, and what came of it."""

    def __init__(self, limits: Limits, **given: Any) -> None:
        self.limits = limits
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
        self.port = self.listening.getsockname()[1]
        self.door: Door | None = None
        self.said: list[str] = []
        routes = [
            Route("/", self._page, methods=["GET", "POST"]),
            Route("/large", self._large),
            WebSocketRoute("/socket", self._socket),
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        config = uvicorn.Config(app, log_config=None, ws="websockets-sansio", **given)
        self.server = uvicorn.Server(config)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_exception_handler(
            lambda _loop, context: self.said.append(str(context["message"]))
        )
        async with guarded_listening(self.limits) as self.door:
            yield

    def _note(self, scope: object, who: str | None) -> None:
        door, place = door_of(scope), place_of(scope)  # type: ignore[arg-type]
        assert door
        assert place
        door.belongs(place, who)

    async def _page(self, request: Request) -> Response:
        self._note(request.scope, request.headers.get("x-session"))
        return PlainTextResponse(f"{len(await request.body())}")

    async def _large(self, request: Request) -> Response:
        self._note(request.scope, "large")
        return Response(LARGE)

    async def _socket(self, websocket: WebSocket) -> None:
        self._note(websocket.scope, websocket.headers.get("x-session"))
        door, place = door_of(websocket.scope), place_of(websocket.scope)
        assert door
        assert place
        if not door.opens_socket(place):
            await websocket.close()
            return
        await websocket.accept()
        with suppress(Exception):
            while True:
                await websocket.send_bytes(await websocket.receive_bytes())

    def connect(self, sent: bytes = b"") -> socket.socket:
        """Open a connection and send something."""
        opened = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        opened.sendall(sent)
        return opened

    def ask(self, session: str = "", held: socket.socket | None = None) -> bytes:
        """Ask for the page, through a connection that is there or a new one."""
        head = f"GET / HTTP/1.1\r\nHost: x\r\nX-Session: {session}\r\n\r\n"
        used = held or self.connect()
        used.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"\r\n\r\n0"):
            piece = used.recv(1000)
            assert piece, answer
            answer += piece
        if held is None:
            used.close()
        return answer

    def upgrade(self, session: str = "a") -> socket.socket:
        """Open a WebSocket."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": "x",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            "X-Session": session,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return self.connect(f"GET /socket HTTP/1.1\r\n{head}\r\n".encode())

    def places(self) -> int:
        """Return how many connections there are."""
        assert self.door
        return self.door.count


@contextmanager
def serving(limits: Limits, **given: Any) -> Iterator[Small]:
    small = Small(limits, **given)
    thread = threading.Thread(target=small.server.run, args=([small.listening],))
    thread.start()
    wait_for(lambda: small.server.started)
    try:
        yield small
    finally:
        small.server.should_exit = True
        thread.join(30)
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def quick() -> Iterator[Small]:
    with serving(QUICK) as small:
        yield small


@pytest.fixture(scope="module")
def patient() -> Iterator[Small]:
    with serving(PATIENT) as small:
        yield small


def is_closed(opened: socket.socket) -> bool:
    """Tell whether the server has closed a connection."""
    opened.settimeout(0.01)
    try:
        return not opened.recv(100_000)
    except TimeoutError:
        return False
    except OSError:
        return True


def drips(opened: socket.socket, drop: bytes = b"x") -> bool:
    """Send a little more; tell whether the server has closed the connection."""
    with suppress(OSError):
        opened.sendall(drop)
    return is_closed(opened)


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
SLOW = {
    "nothing": b"",
    "a letter": b"G",
    "a head without end": b"GET / HTTP/1.1\r\nX-A: ",
    "a body that never comes": HEAD + b"Content-Length: 1000\r\n\r\n",
    "a body that comes in drops": HEAD + b"Content-Length: 100000\r\n\r\nxx",
    "a body nobody reads": b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
    "a piece of a handshake": b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n",
    "expects the server to ask": HEAD + b"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n",
    "a second head after an answer": b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HT",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW.keys())
def test_who_does_not_come_to_an_end_is_hung_up_on(quick: Small, sent: bytes) -> None:
    with quick.connect(sent) as slow:
        drop = b"" if sent.endswith(b"x\r\n") or not sent else b"x"
        wait_for(lambda: drips(slow, drop), 30)
    wait_for(lambda: quick.places() == 0, 30)


def test_a_header_that_is_too_large_is_refused(quick: Small) -> None:
    with quick.connect(b"GET / HTTP/1.1\r\nX-A: " + b"a" * 20_000) as large:
        assert large.recv(100).startswith(b"HTTP/1.1 400")
        wait_for(lambda: is_closed(large), 30)


def answers_to(small: Small, *heads: bytes) -> int:
    """Send requests all at once; return how many are answered until there is silence."""
    with small.connect(b"".join(heads)) as raw:
        answer = bytearray()
        with suppress(OSError):
            while piece := raw.recv(10_000):
                answer += piece
                if answer.count(b"HTTP/1.1 200") == len(heads):
                    break
    return answer.count(b"HTTP/1.1 200")


def test_a_stranger_who_asks_before_the_answer_gets_one_answer(patient: Small) -> None:
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    assert answers_to(patient, *[asked] * 50) == 1
    of_session = asked.replace(b"\r\n\r\n", b"\r\nX-Session: e\r\n\r\n")
    assert answers_to(patient, *[of_session] * 5) == 5
    wait_for(lambda: patient.places() == 0)
    assert patient.said == []


PIECES = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + PIECES + b"\r\n" + b"1\r\na\r\n" * 100_000,
        b"GET / HTTP/1.1\r\nHost: x\r\n" + PIECES + b"\r\n" + b"1\r\na\r\n" * 100_000,
        HEAD + PIECES + b"Content-Length: 5\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD
        + b"Content-Length: 5\r\n"
        + PIECES
        + b"\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + PIECES + b"\r\n0\r\n" + b"A: b\r\n" * 1_000 + b"\r\n",
        HEAD + PIECES + b"\r\n1;" + b"a" * 100_000,
        HEAD + PIECES + b"\r\nno number\r\n",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["post", "get", "length after", "length before", "trailers", "extension", "torn", "gzip"],
)
def test_a_body_in_pieces_is_refused_at_its_head(patient: Small, sent: bytes) -> None:
    with patient.connect() as raw:
        with suppress(OSError):  # refused before all was sent
            raw.sendall(sent)
        answer = bytearray()
        with suppress(OSError):
            while piece := raw.recv(10_000):
                answer += piece
    assert answer.count(b"HTTP/1.1") == answer.count(b"HTTP/1.1 400") <= 1
    assert patient.ask().startswith(OKAY)
    wait_for(lambda: patient.places() == 0)
    assert patient.said == []


def test_an_answer_that_nobody_takes_is_given_up(quick: Small) -> None:
    with quick.connect(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"):
        wait_for(lambda: quick.places() == 1, 30)
        wait_for(lambda: quick.places() == 0, 30)


def test_an_answer_that_is_taken_slowly_but_steadily_comes_whole(quick: Small) -> None:
    with quick.connect(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as reader:
        came = 0
        while piece := reader.recv(200_000):
            came += len(piece)
    assert came > len(LARGE)


def test_a_body_at_a_good_pace_may_take_longer_than_the_first_patience(quick: Small) -> None:
    with quick.connect(HEAD + b"Content-Length: 50000\r\nConnection: close\r\n\r\n") as steady:
        for _ in range(10):
            steady.sendall(b"x" * 5_000)
            threading.Event().wait(0.06)  # in all longer than `body`, faster than `slowest`
        assert b"50000" in steady.recv(1000) + steady.recv(1000)


def test_a_thousand_that_say_nothing_push_out_each_other(patient: Small) -> None:
    with patient.connect() as mine, ExitStack() as opened:
        assert patient.ask("desk", mine).startswith(OKAY)
        many = range(min(1000, files_allowed() // 2))
        idle = [opened.enter_context(patient.connect()) for _ in many]
        assert patient.ask("desk", mine).startswith(OKAY)  # a live session's stays
        assert patient.ask().startswith(OKAY)  # who is new is let in
        assert patient.places() <= QUICK.connections.by_address + 1
        wait_for(lambda: sum(map(is_closed, idle)) >= len(idle) - QUICK.connections.by_address)
    wait_for(lambda: patient.places() == 0)
    assert patient.said == []


def test_a_session_has_its_own_share_and_takes_no_others(patient: Small) -> None:
    with patient.connect() as mine, ExitStack() as opened:
        patient.ask("desk", mine)
        greedy = []
        for _ in range(12):
            greedy.append(opened.enter_context(patient.connect()))
            assert patient.ask("greedy", greedy[-1]).startswith(OKAY)
        assert patient.places() == 1 + QUICK.connections.by_session
        wait_for(lambda: sum(map(is_closed, greedy)) == 12 - QUICK.connections.by_session)
        assert patient.ask("desk", mine).startswith(OKAY)


def test_a_session_opens_so_many_sockets_and_another_its_own(patient: Small) -> None:
    with ExitStack() as opened:
        sockets = [opened.enter_context(patient.upgrade(name)) for name in "aaab"]
        statuses = [one.recv(12) for one in sockets]
    assert statuses == [b"HTTP/1.1 101"] * 2 + [b"HTTP/1.1 403"] + [b"HTTP/1.1 101"]


@pytest.mark.parametrize(
    ("frame", "times"),
    [
        (b"\x89\x80\0\0\0\0", 100),  # pings
        (b"\x82\xfe\x20\x00\0\0\0\0" + bytes(0x2000), 1),  # a message larger than allowed
        (b"\x02\x80\0\0\0\0" + b"\x00\x80\0\0\0\0" * 30, 1),  # pieces with nothing in them
        (b"\xf2\x80\0\0\0\0", 1),  # no frame at all
    ],
    ids=["pings", "large", "pieces", "broken"],
)
def test_a_socket_that_only_costs_is_closed(patient: Small, frame: bytes, times: int) -> None:
    with patient.upgrade("c") as raw:
        assert raw.recv(1000).startswith(b"HTTP/1.1 101")
        with suppress(OSError):
            raw.sendall(frame * times)
        wait_for(lambda: is_closed(raw))


def test_a_handshake_that_is_never_made_counts_and_is_hung_up_on(tmp_path: Path) -> None:
    assert main(["certificate", "--name", "localhost", "--out", str(tmp_path)]) == 0
    files = {"ssl_certfile": tmp_path / "cert.pem", "ssl_keyfile": tmp_path / "key.pem"}
    most = QUICK.connections.by_address
    ours = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    with serving(PATIENT, **files) as small, ExitStack() as opened:
        idle = [opened.enter_context(small.connect()) for _ in range(3 * most)]
        wait_for(lambda: small.places() == most)
        wait_for(lambda: sum(map(is_closed, idle)) == 2 * most)
        plain = opened.enter_context(small.connect())
        with ours.wrap_socket(plain, server_hostname="localhost") as safe:
            assert small.ask("desk", safe).startswith(OKAY)
            assert small.ask("desk", safe).startswith(OKAY)
            assert small.door
            short = replace(QUICK.waiting, tls=0.05)
            small.door._waiting = short
            wait_for(lambda: sum(map(is_closed, idle)) == 3 * most)
            assert small.ask("desk", safe).startswith(OKAY)
        assert small.said == []


def test_the_body_of_an_answer_waits_for_no_acknowledgement_of_its_head() -> None:
    door = Door(QUICK, time.monotonic, 1_000)
    with socket.socket() as listening:  # as Streamlit makes it: not said to be TCP
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with (
            socket.create_connection(listening.getsockname()),
            Entrance(door, QUICK).accepted(*listening.accept()) as accepted,
        ):
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_place_is_the_connections_from_its_first_request_to_its_socket(patient: Small) -> None:
    with patient.upgrade("d") as raw:
        assert raw.recv(1000).startswith(b"HTTP/1.1 101")
        assert patient.door
        found = [p for group in patient.door._groups.values() for p in group if p.session == "d"]
        assert [place.doing for place in found] == [Doing.SOCKET]


def test_another_kind_of_server_is_refused_instead_of_left_unguarded() -> None:
    async def listen() -> None:
        async with guarded_listening(QUICK):
            await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 0)

    with pytest.raises(TypeError, match="cannot be limited"):
        asyncio.run(listen())
