"""The receiver as a server on loopback; a proxy with the certificate stands before it."""

import os
import socketserver
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Self

from verification.adapters.store.postgres.province.shards import AT_ONCE
from verification.basics.errors import RequestError
from verification.operations.province.answering import Answering

_LOOPBACK = "127.0.0.1"
_MOST_BYTES = 1_000_000
_SLOWEST = 15.0  # seconds; a house waits no longer either


class Receiver(socketserver.ThreadingTCPServer):
    """Takes requests until it is left.

    Args:
        answering: What answers them.
        port: Where it listens; 0 for any free one.

    Raises:
        RequestError: The port is taken.
    """

    allow_reuse_address = os.name != "nt"
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, answering: Answering, port: int = 0) -> None:
        self.answering = answering
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        try:
            super().__init__((_LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            raise RequestError(
                f"Không mở được cổng {port} trên máy này: có chương trình khác đang dùng",
                f"Port {port} cannot be opened on this machine: another program uses it",
            ) from error

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{_LOOPBACK}:{self.server_address[1]}"

    def __enter__(self) -> Self:
        """Serve from now on, in a thread of its own."""
        words = {"poll_interval": 0.02}
        threading.Thread(target=self.serve_forever, kwargs=words, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who asked went away, and is not told that it was taken."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Receiver
    timeout = _SLOWEST

    def do_POST(self) -> None:
        """Answer one request; nothing of its body is kept but what the answer says."""
        length = self.headers.get("Content-Length", "")
        told = length.isascii() and length.isdigit() and "Transfer-Encoding" not in self.headers
        if not (told and int(length) <= _MOST_BYTES):
            self.close_connection = True
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"")
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # cut on the way
            self.close_connection = True
            return
        if not self.server.turns.acquire(timeout=_SLOWEST / 3):
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, b"")
            return
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = self.server.answering.answer(self.path, headers, body)
        finally:
            self.server.turns.release()
        self._send(status, answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Say nothing: a house is told by its answer."""

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        with suppress(OSError):  # who asked is gone, and asks again
            self.send_response(status)
            if status is not HTTPStatus.NO_CONTENT:
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
            if status is HTTPStatus.SERVICE_UNAVAILABLE:
                self.send_header("Retry-After", "5")
            self.end_headers()
            self.wfile.write(body)
