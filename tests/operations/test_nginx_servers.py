"""nginx in front of several servers, as shipped: a desk stays with one until that is gone."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import free_port
from tests.nginx_support import run_nginx
from tests.support import ROOT
from verification.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "kiosk.benhvien.lan"
DESKS = [f"127.0.0.{desk}" for desk in range(11, 31)]
TABLET = "127.0.0.99"


class Kiosk:
    """A server that says its name, and counts what it was sent.

    Args:
        tls: Folder of its certificate.
    """

    def __init__(self, tls: Path) -> None:
        self.posts: list[str] = []
        self.unknown: dict[str, int] = {}
        kiosk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(str(kiosk.port))

            def do_POST(self) -> None:
                kiosk.posts.append(self.path)
                if self.path == "/ends":  # taken in, and gone before it is answered
                    self.connection.close()
                else:
                    self.answer(str(kiosk.port))

            def answer(self, text: str) -> None:
                self.send_response(kiosk.unknown.get(self.path, 200))
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None: ...

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None: ...

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        secure.load_cert_chain(tls / "cert.pem", tls / "key.pem")
        self._server.socket = secure.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        """End it; what asks is refused."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Desks:
    """Machines of desks, each with an address of its own.

    Args:
        port: Of nginx.
        ca: The authority that they believe.
    """

    def __init__(self, port: int, ca: Path) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(ca))

    def ask(self, desk: str, path: str = "/", how: str = "GET") -> str:
        """Return what the server that a desk comes to says, or the status that nginx answers."""
        raw = socket.create_connection(("127.0.0.1", self._port), 60, source_address=(desk, 0))
        connection = HTTPConnection(NAME)
        connection.sock = self._context.wrap_socket(raw, server_hostname=NAME)
        try:
            connection.request(how, path, headers={"host": NAME})
            reply = connection.getresponse()
            said = reply.read().decode()
            return said if reply.status == 200 else str(reply.status)
        finally:
            connection.close()


def shipped(folder: Path, https: int, kiosks: list[Kiosk]) -> str:
    """Return the shipped configuration with these ports, and this machine for the others."""
    text = (ROOT / "deploy/nginx-servers.conf").read_text(encoding="utf-8")
    for at, kiosk in zip(("10.0.0.11:8501", "10.0.0.12:8501"), kiosks, strict=True):
        assert text.count(f"server {at} ") == 1
        text = text.replace(at, f"127.0.0.1:{kiosk.port}")
    text = text.replace("/etc/kiosk/tls", str(folder / "tls"))
    text = text.replace("# 10.0.1.51  10.0.1.21;", f"{TABLET} {DESKS[0]};")
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{https} ", text)
    return text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")


def is_open(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


@contextmanager
def in_front(folder: Path, tls: Path) -> Iterator[tuple[Desks, dict[str, Kiosk]]]:
    """Run nginx in front of two servers with a certificate; return them by what they say."""
    assert main(["certificate", "--name", NAME, "--out", str(folder / "tls")]) == 0
    kiosks, https = [Kiosk(tls) for _ in range(2)], free_port()
    try:
        with run_nginx(folder, shipped(folder, https, kiosks), lambda: is_open(https)):
            yield (
                Desks(https, folder / "tls/ca.pem"),
                {str(kiosk.port): kiosk for kiosk in kiosks},
            )
    finally:
        for kiosk in kiosks:
            kiosk.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Desks, dict[str, Kiosk]]]:
    with in_front(tmp_path, tmp_path / "tls") as made:
        yield made


def test_a_desk_stays_with_one_server_until_that_is_gone_and_only_its_own_desks_move(
    house: tuple[Desks, dict[str, Kiosk]],
) -> None:
    desks, kiosks = house
    reached = {desk: {desks.ask(desk) for _ in range(3)} for desk in DESKS}
    assert all(len(servers) == 1 for servers in reached.values())
    places = {desk: server for desk, (server,) in reached.items()}
    assert set(places.values()) == set(kiosks)
    assert desks.ask(TABLET) == places[DESKS[0]]
    gone = places[DESKS[0]]
    (other,) = kiosks.keys() - {gone}
    kiosks[gone].stop()
    # one that was to be sent is sent to the other: nothing of it had reached the first
    assert desks.ask(DESKS[0], "/kiosk/frame", "POST") == other
    assert {desks.ask(desk) for desk in (*DESKS, TABLET)} == {other}
    kept = [desk for desk in DESKS if places[desk] == other]
    assert kept


def test_what_a_server_took_in_before_it_went_is_sent_to_no_other_by_nginx(
    house: tuple[Desks, dict[str, Kiosk]],
) -> None:
    desks, kiosks = house
    assert desks.ask(DESKS[0], "/ends", "POST") == "502"
    assert [path for kiosk in kiosks.values() for path in kiosk.posts] == ["/ends"]


def test_a_server_with_a_certificate_of_somebody_else_gets_nothing(tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert main(["certificate", "--name", NAME, "--out", str(other)]) == 0
    with in_front(tmp_path, other) as (desks, kiosks):
        assert desks.ask(DESKS[0], "/kiosk/frame", "POST") == "502"
        assert not any(kiosk.posts for kiosk in kiosks.values())


def test_what_one_server_holds_alone_is_asked_for_at_the_other_where_one_does_not_know_it(
    house: tuple[Desks, dict[str, Kiosk]],
) -> None:
    desks, kiosks = house
    asked = {"/api/handover": 404, "/khach/pair": 403, "/khach/state": 403}
    for knows, other in (kiosks.values(), [*kiosks.values()][::-1]):
        knows.unknown, other.unknown = {}, asked
        answers = {desks.ask(DESKS[0], path, "POST") for path in asked}
        assert answers == {str(knows.port)}
    for kiosk in kiosks.values():
        kiosk.unknown, kiosk.posts = asked | {"/kiosk/the": 404}, []
    assert desks.ask(DESKS[0], "/khach/pair", "POST") == "403"
    assert desks.ask(DESKS[0], "/kiosk/the", "POST") == "404"  # nothing else is asked twice
    assert len([path for kiosk in kiosks.values() for path in kiosk.posts]) == 2 + 1
