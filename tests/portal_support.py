"""A small portal on loopback that answers as a test says, and notes what it was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import click

from tests.serving import serving
from verification.adapters.portal.account import PortalAccount
from verification.basics.dates import parse_partial
from verification.card.portal import PortalOfficer, Question
from verification.operations.commands.certificate import certificate

if TYPE_CHECKING:
    from pathlib import Path

TAKE = "/api/token/take"
LOOK_UP = "/api/egw/KQNhanLichSuKCB2024"
HISTORY = "/api/egw/Lskcb2025"
CO_PAYMENT = "/api/TraCuuCCT/TraCuuTienMCCT"
OFFICER = PortalOfficer("Lê Thị Quầy", "079190000001")
OTHER = PortalOfficer("Trần Văn Trưởng", "079180000002")
NUMBER = "DN4797936000001"
PASSWORD = "Bí mật 1!"
QUESTION = Question(NUMBER, "Nguyễn Thị Mẫu", parse_partial("17/04/1994"), OFFICER)
GOOD_TOKEN = {
    "maKetQua": "200",
    "APIKey": {"access_token": "tok-1", "id_token": "id-1", "token_type": "Bearer"},
}
CARD = {
    "maKetQua": "000",
    "ghiChu": "Thông tin thẻ chính xác",
    "maThe": NUMBER,
    "hoTen": "Nguyễn Thị Mẫu",
    "ngaySinh": "17/04/1994",
    "gioiTinh": "Nữ",
    "diaChi": "Phường Bến Nghé",
    "maDKBD": "79014",
    "cqBHXH": "BHXH TP. Hồ Chí Minh",
    "gtTheTu": "01/01/2026",
    "gtTheDen": "31/12/2026",
    "maKV": "",
    "ngayDu5Nam": "01/01/2020",
    "maSoBHXH": "7936000001",
    "dsLichSuKCB2018": None,
    "dsLichSuKT2018": None,
}
NO_HISTORY = {"maKetQua": "000", "ghiChu": None, "dsLichSuKCB2025": None}


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    path: str
    query: dict[str, str]
    words: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Says:
    """An answer: a body, or what is to be done instead of one."""

    body: object = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[BaseHTTPRequestHandler], object] | None = None


Script = dict[str, Says | list[Says] | Callable[[Asked], Says]]


def certified(folder: Path, name: str = "localhost") -> ssl.SSLContext:
    """Return what a server on this machine shows, signed by an authority of `folder`'s own."""
    assert certificate.callback
    with click.Context(certificate):
        certificate.callback(names=(name,), folder=folder, emit=lambda *_: None)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return tls


class LittlePortal:
    """Answers by path; a list is answered one after the other, its last for ever."""

    def __init__(self, url: str, script: Script) -> None:
        self.url = url
        self.asked: list[Asked] = []
        self.script: Script = {
            TAKE: Says(GOOD_TOKEN),
            LOOK_UP: Says(CARD),
            HISTORY: Says(NO_HISTORY),
            **script,
        }

    def account(self, **changes: Any) -> PortalAccount:
        """Return the account that asks it."""
        told: dict[str, Any] = {"officer": OTHER, "rate": 6000, **changes}
        return PortalAccount(self.url, "79014_BV", PASSWORD, **told)

    def paths(self) -> list[str]:
        """Return the last parts of the paths that were asked, in their order."""
        return [one.path.rpartition("/")[2] for one in self.asked]

    def answer(self, asked: Asked) -> Says:
        """Return what is said to a request."""
        self.asked.append(asked)
        said = self.script.get(asked.path, Says("", 404))
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        return said(asked) if callable(said) else said


@contextmanager
def little_portal(
    script: Script | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[LittlePortal]:
    """Run one on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            parts = urlsplit(self.path)
            told = "json" in self.headers.get("content-type", "")
            words = json.loads(body) if told else _flat(parse_qs(body.decode()))
            said = portal.answer(
                Asked(parts.path, _flat(parse_qs(parts.query)), words, dict(self.headers))
            )
            if said.before and said.before(self) is False:
                self.close_connection = True
                return
            content = said.body
            raw = content if isinstance(content, bytes) else _written(content)
            self.send_response_only(said.status)  # no date of its own
            for name, value in {"Content-Length": str(len(raw)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_words: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_words: object) -> None: ...  # a client that went away

    with Server(("127.0.0.1", 0), Handler) as server:
        scheme = "https" if tls else "http"
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        portal = LittlePortal(f"{scheme}://localhost:{server.server_port}", script or {})
        with serving(server):
            yield portal


@contextmanager
def little_proxy() -> Iterator[tuple[str, list[str]]]:
    """Run a proxy on a free port; return its address, and what it is asked to connect to."""
    connected: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            connected.append(self.path)
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port)), 5) as other:
                self.send_response_only(200)
                self.end_headers()
                back = threading.Thread(target=_pass_on, args=(other, self.connection), daemon=True)
                back.start()
                _pass_on(self.connection, other)
            self.close_connection = True

        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        with serving(server):
            yield f"http://127.0.0.1:{server.server_port}", connected


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while told := one.recv(65_536):
            other.sendall(told)
        other.shutdown(socket.SHUT_WR)


def _flat(found: dict[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in found.items()}


def _written(content: object) -> bytes:
    return content.encode() if isinstance(content, str) else json.dumps(content).encode()
