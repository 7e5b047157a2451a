"""Requests that no browser of ours sends: addresses, methods, headers, cookies and bodies bent."""

import json
import random
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote

from app_pages.entry.openings import PAGE_PATHS, STREAMLIT
from app_pages.routes import routes
from app_pages.server.probes import PROBES

PATIENCE = 20.0  # seconds for one answer
DEEP = 20_000
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "LẠ", "")
ADDRESSES = sorted({*(route.path for route in routes()), *PAGE_PATHS, *STREAMLIT, *PROBES})
NASTY: Sequence[str] = (
    "",
    "0",
    "-1",
    "1-3",
    "9" * 400,
    "1e400",
    "NaN",
    "null",
    "../../../etc/passwd",
    "..%2f..%2fkiosk.db",
    "%00",
    "%ff%fe",
    "%ED%A0%80",
    "a\r\nX-A: 1",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "٣٤٥",
    "\u202eDN4797900000011",
    "x" * 3_000,
    "DN4797900000011",
)
_TYPES = ("application/json", "application/x-www-form-urlencoded", "text/plain", "image/png", "a/b")


@dataclass(frozen=True)
class Rough:
    """One request, as it goes over the wire.

    Args:
        method: The method.
        address: The address as it was chosen, for the report.
        sent: All of its bytes.
    """

    method: str
    address: str
    sent: bytes


@dataclass(frozen=True)
class Said:
    """What came back; a status of 0 is a connection closed without an answer."""

    status: int
    body: bytes
    seconds: float


def rough(chance: random.Random, cookies: Mapping[str, str], port: int, token: str) -> Rough:
    """Return the next request."""
    address = chance.choice(ADDRESSES)
    target = _bent(chance, _filled(chance, address))
    body = chance.choice(_BODIES)(chance)
    lines = [f"Host: localhost:{port}", f"Content-Length: {len(body)}", "Connection: close"]
    if chance.random() < 0.7:
        lines.append(f"Origin: http://localhost:{port}")
    if chance.random() < 0.7:
        lines.append(f"X-Kiosk-Token: {token}")
    if sent := _cookies(chance, cookies):
        lines.append(f"Cookie: {sent}")
    lines.append(f"Content-Type: {chance.choice(_TYPES)}")
    if chance.random() < 0.3:
        lines.append(f"{chance.choice(_HEADERS)}: {_line(chance.choice(NASTY))}")
    method = chance.choice(METHODS) if chance.random() < 0.5 else chance.choice(METHODS[:2])
    head = "\r\n".join((f"{method} {target} HTTP/1.1", *lines, "", ""))
    return Rough(method, address, head.encode("utf-8", "surrogatepass") + body)


def say(port: int, sent: bytes) -> Said:
    """Send a request; return what came back."""
    begun = time.monotonic()
    came = b""
    with socket.create_connection(("localhost", port), timeout=PATIENCE) as line:
        with suppress(ConnectionError):  # a refusal may come before all of it was sent
            line.sendall(sent)
        with suppress(ConnectionError):
            while piece := line.recv(65_536):
                came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    return Said(status, body, time.monotonic() - begun)


_HEADERS = (
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Kiosk-Lang",
    "X-Kiosk-Token",
    "Range",
    "If-None-Match",
    "If-Modified-Since",
    "Accept-Language",
    "Sec-Fetch-Site",
    "Authorization",
    "Host",
    "Upgrade",
)


def _filled(chance: random.Random, address: str) -> str:
    """Return an address with something for each of its places."""
    parts = []
    for part in address.split("{"):
        name, closed, rest = part.partition("}")
        parts.append(quote(chance.choice(NASTY), safe="%") + rest if closed else name)
    return "".join(parts) or "/"


def _bent(chance: random.Random, target: str) -> str:
    match chance.randrange(8):
        case 0:
            names = ("ma", "lang", "ngay", "ve", "form", "den", "a[]", "session")
            asked = (
                f"{chance.choice(names)}={quote(chance.choice(NASTY), safe='%')}" for _ in "12"
            )
            return f"{target}?{'&'.join(asked)}"
        case 1:
            return f"{target}/{quote(chance.choice(NASTY), safe='%')}"
        case 2:
            return target.replace("/", chance.choice(("//", "/./", "/%2e%2e/", "\\")))
        case 3:
            return target.upper()
        case _:
            return target


def _cookies(chance: random.Random, cookies: Mapping[str, str]) -> str:
    kept = dict(cookies)
    if kept and chance.random() < 0.1:
        name = chance.choice(sorted(kept))
        kept[name] = chance.choice((kept[name][:-3], kept[name] + "x", "", "é" * 40, "a" * 4_000))
    if chance.random() < 0.05:
        kept["kiosk_x"] = _line(chance.choice(NASTY))
    return "; ".join(f"{name}={value}" for name, value in kept.items())


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _json(chance: random.Random) -> bytes:
    value: object = chance.choice(NASTY)
    for _ in range(chance.randrange(3)):
        key = chance.choice(("text", "q", "visit", "number", "lang", "kind", "vai"))
        value = [value] if chance.random() < 0.3 else {key: value}
    return json.dumps(value).encode()


_RAW = (
    b"",
    b"{",
    b"null",
    b"NaN",
    b"[Infinity, -Infinity]",
    b'{"text": "\\ud800"}',
    b'{"text": 1, "text": 2}',
    b"9" * 5_000,
    b"[" * DEEP + b"]" * DEEP,
    b'{"text":' * 2_000 + b"1" + b"}" * 2_000,
    b"\xff\xfe\x00",
    b"\xed\xa0\x80",
)


def _form(chance: random.Random) -> bytes:
    names = ("dau", "ve", "ma", "vai", "ten", "mat_khau", "quay", "so")
    return _fields(chance, names, 4).encode()


def _fields(chance: random.Random, names: Sequence[str], count: int) -> str:
    chosen = ((chance.choice(names), chance.choice(NASTY)) for _ in range(count))
    return "&".join(f"{name}={quote(value, safe='%')}" for name, value in chosen)


def _bytes(chance: random.Random) -> bytes:
    head = chance.choice(
        (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n", b"PK\x03\x04", b"")
    )
    return head + chance.randbytes(chance.choice((0, 10, 1_000, 40_000)))


_BODIES = (_json, lambda chance: chance.choice(_RAW), _form, _bytes)
