"""Several servers behind the shipped nginx: who is away is passed over, who knows is asked."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from tests.nginx_support import NAME, NGINX, nginx

if TYPE_CHECKING:
    from pathlib import Path


class Knows(BaseHTTPRequestHandler):
    """Answers as the server that has paired the window, and made the token."""

    unknown = False
    came: ClassVar[list[object]] = []

    def do_GET(self) -> None:
        """Answer."""
        self.came.append(self.server)
        unknown = 404 if self.path == "/api/handover" else 403
        self.send_response(unknown if self.unknown and self.path != "/" else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers["content-length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class KnowsNeither(Knows):
    """Answers as another."""

    unknown = True


def asked(https: int, path: str, body: bytes | None = None) -> int:
    """Return the status of an answer."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with closing(HTTPConnection("127.0.0.1", https)) as connection:
        bare = socket.create_connection(("127.0.0.1", https), 20)
        connection.sock = trusting.wrap_socket(bare, server_hostname=NAME)
        connection.request("POST" if body else "GET", path, body, {"Host": NAME})
        return connection.getresponse().status


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed: the shipped file is not tried")
def test_what_one_server_holds_alone_is_found_and_a_dead_server_is_passed_over(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        servers = [ThreadingHTTPServer(("127.0.0.1", 0), one) for one in (Knows, KnowsNeither)]
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        https, _ = stack.enter_context(nginx(tmp_path, *(one.server_port for one in servers)))
        for handlers in ((Knows, KnowsNeither), (KnowsNeither, Knows)):
            for server, handler in zip(servers, handlers, strict=True):
                server.RequestHandlerClass = handler
            assert asked(https, "/khach/state") == 200
            assert asked(https, "/khach/pair", b"code=123456") == 200
            assert asked(https, "/api/handover", b"{}") == 200
        servers[1].RequestHandlerClass = KnowsNeither
        servers[0].RequestHandlerClass = KnowsNeither
        assert asked(https, "/khach/state") == 403
        Knows.came.clear()
        assert [asked(https, "/", b"a check-in") for _ in range(3)] == [200] * 3
        (first,) = {one for one in servers if one in Knows.came}  # one machine, one server
        first.shutdown()
        first.server_close()
        assert [asked(https, "/", b"a check-in") for _ in range(3)] == [200] * 3
        assert len(Knows.came) == 6
