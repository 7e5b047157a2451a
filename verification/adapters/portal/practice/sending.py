"""How an answer travels: at once, drop by drop, half, or not at all."""

import socket
import struct
import threading
from http.client import responses

from verification.adapters.portal.practice.spoiling import Sent

_DROPS = 8
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: a close tears the connection


def raw(sent: Sent, *, date: str) -> bytes:
    """Return an answer with its head."""
    phrase = responses.get(sent.status, "")
    headers = {"Date": date, "Content-Type": sent.kind, "Content-Length": str(len(sent.body))}
    head = "".join(f"{k}: {v}\r\n" for k, v in (headers | dict(sent.headers or {})).items())
    return f"HTTP/1.1 {sent.status} {phrase}\r\n{head}\r\n".encode("latin-1") + sent.body


def drip(connection: socket.socket, data: bytes, seconds: float, ended: threading.Event) -> None:
    """Send it late: the first half of the time nothing comes, then a drop at a time."""
    size = -(-len(data) // _DROPS)
    ended.wait(seconds / 2)
    for at in range(0, len(data), size):
        ended.wait(seconds / 2 / _DROPS)
        connection.sendall(data[at : at + size])


def tear(connection: socket.socket) -> None:
    """Make the next close a reset instead of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
