"""The practice portal as a server: on loopback alone, with faults that change while it runs."""

import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Self

from verification.adapters.portal.practice.asked import Asked, Entry
from verification.adapters.portal.practice.calls import Call, Calls, Look, request_of
from verification.adapters.portal.practice.faults import Fault, Faults, UnknownFault, faults_of
from verification.adapters.portal.practice.sending import drip, raw, tear
from verification.adapters.portal.practice.spoiling import Sent, coded, sent, turned_away
from verification.basics.errors import RequestError

LOOPBACK = "127.0.0.1"
CONTROL = "/practice"
ONLY_FROM_HERE = "X-Practice"  # a header that no page of a browser may send unasked
_MOST_BYTES = 1_000_000
_IDLE = 60.0  # seconds that a connection without a question stays open
_UNANSWERED = frozenset({Fault.HANG, Fault.RESET, Fault.DIES})
_QUEUE = 128


_Connection = socket.socket | tuple[bytes, socket.socket]  # the second is never one of TCP


@dataclass(frozen=True)
class Pace:
    """How long answers take.

    Args:
        slow: Seconds of any answer with the fault `slow`.
        usual: Seconds of a look-up without it: a real one is not there at once.
    """

    slow: float = 1.2
    usual: float = 0.0


class Practice:
    """A practice portal; leaving the context ends it.

    Args:
        folder: Of the demo's cards.
        port: Where it listens; 0 for any free one.
        faults: Which are on at the start.
        clock: The time, with time zone.
        pace: How long its answers take.
        tell: Gets each question.
        look: Says what is wrong with a check-in record; None for nothing.

    Raises:
        RequestError: The port is taken.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        clock: Callable[[], datetime],
        faults: Faults | None = None,
        pace: Pace | None = None,
        tell: Callable[[Entry], None] = lambda _: None,
        look: Look = lambda _: None,
    ) -> None:
        self.faults = faults or Faults()
        self.calls = Calls(folder, self.faults, clock, look)
        self.asked = Asked(tell)
        self.clock = clock
        self.pace = pace or Pace()
        self.ended = threading.Event()
        self._turn = threading.Lock()
        self._server: _Server | None = _Server(self, port)
        self.port = int(self._server.server_address[1])
        self._server.begin()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def set(self, faults: Iterable[Fault], only: Collection[Call] | None = None) -> None:
        """Switch exactly these faults on, for all calls or for some.

        One that died and is to live listens again.
        """
        self.faults.set(faults, only)
        self._revive()

    def toggle(self, fault: Fault) -> bool:
        """Switch one fault on or off; tell whether it is on now."""
        on = self.faults.toggle(fault)
        self._revive()
        return on

    def die(self) -> None:
        """Listen no more and drop every connection, until `dies` is switched off."""
        with self._turn:
            server, self._server = self._server, None
        if server:
            server.end()

    def stop(self) -> None:
        """End for good."""
        self.ended.set()
        self.faults.end()
        self.die()

    def _revive(self) -> None:
        with self._turn:
            if self._server or self.ended.is_set() or Fault.DIES in self.faults.on:
                return
            self._server = _Server(self, self.port)
            self._server.begin()


class _Server(socketserver.ThreadingTCPServer):
    """Listens; a plain HTTP server would ask the network for its own name first."""

    allow_reuse_address = os.name != "nt"  # there it would share the port with whoever has it
    daemon_threads = True
    block_on_close = False
    request_queue_size = _QUEUE

    def __init__(self, practice: Practice, port: int) -> None:
        self.practice = practice
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise RequestError(
                f"Không mở được cổng {port} trên máy này: có chương trình khác đang dùng",
                f"Port {port} cannot be opened on this machine: another program uses it",
            ) from error

    def begin(self) -> None:
        """Serve from now on, in a thread of its own."""
        words = {"poll_interval": 0.02}  # what an end waits for
        threading.Thread(target=self.serve_forever, kwargs=words, daemon=True).start()

    def end(self) -> None:
        """Listen no more, and drop who is connected."""
        self.shutdown()
        self.server_close()
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: _Connection, client_address: object) -> None:
        """Remember a connection, so that it can be dropped."""
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Connection) -> None:
        """Forget a connection that ends; one that is to be torn is not said good-bye to."""
        if isinstance(request, socket.socket):
            with self._lock:
                self._open.discard(request)
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who asked went away."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = _IDLE

    def do_POST(self) -> None:
        """Answer a call, or take a change of the faults."""
        body = self._body()
        path, _, query = self.path.partition("?")
        if body is None:
            return
        if path == CONTROL:
            self._control(body)
        elif path in set(Call):
            self._call(Call(path), query, body)
        else:
            self._plain(HTTPStatus.NOT_FOUND, {"message": "No HTTP resource was found."})

    def do_GET(self) -> None:
        """Tell which faults are on and what was asked; every call is a POST."""
        if self.path == CONTROL:
            self._told()
        else:
            self._plain(HTTPStatus.METHOD_NOT_ALLOWED, {"message": "POST"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Say nothing: an address holds a token and a password."""

    def _body(self) -> bytes | None:
        """Return what was sent; None, and an answer, where that cannot be told or is too much."""
        length = self.headers.get("Content-Length", "0")
        told = length.isascii() and length.isdigit() and "Transfer-Encoding" not in self.headers
        if not (told and int(length) <= _MOST_BYTES):
            self.close_connection = True
            self._plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"message": "Content-Length"})
            return None
        return self.rfile.read(int(length))

    def _call(self, call: Call, query: str, body: bytes) -> None:
        practice = self.server.practice
        on = practice.faults.of(call)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = request_of(query, headers, body, str(self.client_address[0]))
        number = request.body.get("maThe", "")
        practice.asked.came(call, number)
        away, code = turned_away(call, on), ""
        if away is None:
            answer = practice.calls.answer(call, request, on)
            away, code = sent(answer, on), coded(answer, on)
        came_of_it = [
            *([] if on & _UNANSWERED else [code]),
            *(f"[{fault}]" for fault in sorted(on)),
        ]
        practice.asked.ended(practice.clock(), call, number, " ".join(filter(None, came_of_it)))
        if call is Call.LOOK_UP:
            practice.ended.wait(practice.pace.usual)
        self._send(away, on)

    def _send(self, away: Sent, on: frozenset[Fault]) -> None:
        practice = self.server.practice
        data = raw(away, date=format_datetime(practice.calls.now()))
        if Fault.DIES in on:
            self.close_connection = True
            self.connection.sendall(data[: len(data) // 2])
            practice.die()
        elif Fault.RESET in on:
            self.close_connection = True
            tear(self.connection)
        elif Fault.HANG in on:
            self.close_connection = True
            practice.faults.wait_over(Fault.HANG)
        elif Fault.SLOW in on:
            drip(self.connection, data, practice.pace.slow, practice.ended)
        else:
            self.connection.sendall(data)

    def _control(self, body: bytes) -> None:
        """Switch the faults on that are named, and all others off."""
        if ONLY_FROM_HERE not in self.headers:
            self._plain(HTTPStatus.FORBIDDEN, {"message": ONLY_FROM_HERE})
            return
        try:
            self.server.practice.set(faults_of(body.decode("utf-8", "replace")))
        except UnknownFault as error:
            self._plain(HTTPStatus.BAD_REQUEST, {"message": str(error)})
            return
        self._told()

    def _told(self) -> None:
        practice = self.server.practice
        on = sorted(practice.faults.on)
        told = {"faults": on, "asked": practice.asked.as_json(), "records": practice.calls.records}
        self._plain(HTTPStatus.OK, told)

    def _plain(self, status: int, told: object) -> None:
        date = format_datetime(self.server.practice.clock())
        body = json.dumps(told, ensure_ascii=False).encode()
        self.connection.sendall(raw(Sent(status, body), date=date))
