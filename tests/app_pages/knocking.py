"""Knocks at a real server's door: plain requests, forms and raw WebSockets, no browser."""

from __future__ import annotations

import base64
import os
import re
import socket
import struct
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.running import PATIENCE, wait_for

if TYPE_CHECKING:
    from typing import Self

    from tests.browser.running import Server

FIELD = re.compile(r'name="(dau|ve|ma)" value="([^"]*)"')
TOKEN = re.compile(rb'"token": ?"([^"]+)"')
CLOSE = 8


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Caller:
    """A browser's cookies, without the browser."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self, path: str, data: bytes | None = None, method: str | None = None, **headers: str
    ) -> Answer:
        """Ask once; redirects are not followed."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        url = f"{self.server.url}{quote(path, safe='/?=&%')}"
        request = urllib.request.Request(url, data=data, headers=sent, method=method)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            reply = opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            reply = error
        with reply:
            for cookie in reply.headers.get_all("set-cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            lower = {name.lower(): value for name, value in reply.headers.items()}
            return Answer(reply.status, lower, reply.read().decode("utf-8", "replace"))

    def form(self, path: str = "/") -> dict[str, str]:
        """Return the hidden fields of the first form shown at an address."""
        return dict(FIELD.findall(self.ask(path).body.partition("</form>")[0]))

    def post(self, act: str, origin: str | None = None, **fields: str) -> Answer:
        """Send a form from its own page, or from where the test says."""
        data = urllib.parse.urlencode(fields).encode()
        return self.ask(f"/dang-nhap/{act}", data, Origin=origin or self.server.url)

    def try_out(self, role: str = "receptionist") -> Self:
        """Enter by the demo's button."""
        self.ask("/")
        page = self.ask("/").body
        mark = FIELD.findall(page.partition('action="/dang-nhap/thu"')[2])[0][1]
        assert self.post("thu", dau=mark, vai=role).status == 303
        return self

    def sign_in(self, name: str, password: str) -> Answer:
        """Enter by name and password, in turn where too many tried at once."""
        answers: list[Answer] = []

        def judged() -> bool:
            answers.append(self.post("vao", **self.form(), ten=name, mat_khau=password))
            return "Thử quá nhiều lần, chờ vài giây" not in answers[-1].body

        wait_for(judged)
        return answers[-1]


class RawSocket:
    """A WebSocket by hand."""

    def __init__(self, caller: Caller, path: str = "/_stcore/stream", **headers: str) -> None:
        port = caller.server.port
        key = base64.b64encode(os.urandom(16)).decode()
        cookie = "; ".join(f"{k}={v}" for k, v in caller.cookies.items())
        lines = {
            "Host": f"localhost:{port}",
            "Origin": caller.server.url,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Protocol": "streamlit",
            "Cookie": cookie,
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
        self._socket = socket.create_connection(("localhost", port), timeout=PATIENCE)
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        self._read = self._socket.makefile("rb")
        self.status = int(self._read.readline().split()[1])
        while self._read.readline().strip():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._socket.close()

    def receive(self) -> tuple[int, bytes]:
        """Return kind and content of the next frame."""
        first, second = self._read.read(2)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack(">H", self._read.read(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._read.read(8))[0]
        return first & 0x0F, self._read.read(size)

    def close_code(self) -> int:
        """Wait for the close frame; return its code."""
        kind, body = self.receive()
        while kind != CLOSE:
            kind, body = self.receive()
        return int(struct.unpack(">H", body[:2])[0])

    def page_token(self) -> str:
        """Run the page as a browser does; return the token that it hands to its own requests."""
        self.send(BackMsg(rerun_script={}).SerializeToString())
        found = None
        while not found:
            found = TOKEN.search(self.receive()[1])
        return found[1].decode()

    def send(self, payload: bytes) -> None:
        """Send one binary message."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._socket.sendall(bytes([0x82]) + _masked_size(len(payload)) + mask + masked)

    def is_silent(self, seconds: float) -> bool:
        """Tell whether nothing comes for a while."""
        self._socket.settimeout(seconds)
        try:
            return not self._read.read(1)
        except TimeoutError:
            return True


def _masked_size(size: int) -> bytes:
    """Return the length of a masked frame as WebSockets write it (RFC 6455, 5.2)."""
    if size < 126:
        return bytes([0x80 | size])
    return struct.pack(">BH", 0xFE, size) if size < 65_536 else struct.pack(">BQ", 0xFF, size)
