"""A web address of a hospital system: each message is one POST, its answer a status.

No redirect is followed, no proxy of the environment taken, and of the answer nothing is read but
the status and `Retry-After`. What a library says of a failure is not passed on, only its kind.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from threading import Event, Timer
from time import monotonic
from typing import Self
from urllib.parse import urlsplit

from verification.basics.texts import read
from verification.exchange.handover.errand import HisCause
from verification.exchange.handover.message import Message
from verification.exchange.sending import Sent

_MILLI = 1000
_TAKEN = frozenset({*range(200, 300), HTTPStatus.CONFLICT})  # a conflict: it knows it already
_CAUSES: Mapping[int, HisCause] = {
    **dict.fromkeys(range(300, 400), HisCause.MOVED),
    **dict.fromkeys(range(400, 500), HisCause.REFUSED),
    **dict.fromkeys((401, 402, 403, 404, 405, 407, 421, 426), HisCause.DENIED),
    **dict.fromkeys((408, 425, 429, 503), HisCause.BUSY),
    HTTPStatus.GONE: HisCause.GONE,
}


@dataclass(frozen=True)
class Limits:
    """How long is waited, in seconds.

    Args:
        connect: Until there is a connection.
        answer: For all of a message.
        retry_after: The longest that a receiver may put it off.
    """

    connect: float
    answer: float
    retry_after: float

    @classmethod
    def shipped(cls) -> Self:
        """Return them as they are shipped."""
        return cls(**read("verification.adapters.hospital", "limits.toml"))


@dataclass(frozen=True)
class WebhookCarrier:
    """Posts messages to a web address.

    Args:
        address: Of the receiver; it may hold a secret.
        ca: A file of authorities to believe, None for the machine's.
        limits: How long is waited.
    """

    address: str = field(repr=False)
    ca: Path | None = None
    limits: Limits = field(default_factory=Limits.shipped)
    to: str = "webhook"

    def carry(self, message: Message, headers: Mapping[str, str]) -> Sent:
        """Post a message."""
        begun, late = monotonic(), Event()
        try:
            status, after = self._posted(message, headers, late)
        except Exception as error:  # noqa: BLE001  # a typed outcome, whatever was met
            cause = HisCause.TIMEOUT if late.is_set() else _cause(error)
            return Sent(ok=False, to=self.to, cause=cause, detail=type(error).__name__)
        ms = round((monotonic() - begun) * _MILLI)
        if status in _TAKEN:
            return Sent(ok=True, to=self.to, ms=ms)
        cause = _CAUSES.get(status, HisCause.DOWN)
        put_off = min(after, self.limits.retry_after) if cause is HisCause.BUSY else 0.0
        told = f"HTTP {status}"
        return Sent(ok=False, to=self.to, cause=cause, detail=told, ms=ms, after=put_off)

    def _posted(
        self, message: Message, headers: Mapping[str, str], late: Event
    ) -> tuple[int, float]:
        path = urlsplit(self.address)
        target = (path.path or "/") + (f"?{path.query}" if path.query else "")
        with self._connected(late) as line:
            more = {"Content-Type": "application/json", "User-Agent": "kiosk-bhyt"}
            line.request("POST", target, message.body, {**more, **headers})
            answer = line.getresponse()
            if late.is_set():  # what was cut may look whole
                raise TimeoutError
            return answer.status, _after(answer)

    @contextmanager
    def _connected(self, late: Event) -> Iterator[HTTPConnection]:
        """Open a connection that is cut when its time is over, however slowly it drips."""
        line = self._line()

        def cut() -> None:
            late.set()
            with suppress(OSError, AttributeError):
                line.sock.shutdown(socket.SHUT_RDWR)

        timer = Timer(self.limits.answer, cut)
        timer.daemon = True
        timer.start()
        try:
            line.connect()
            line.sock.settimeout(self.limits.answer)
            yield line
        finally:
            timer.cancel()
            line.close()

    def _line(self) -> HTTPConnection:
        parts, wait = urlsplit(self.address), self.limits.connect
        host = parts.hostname or ""
        if parts.scheme == "http":
            return HTTPConnection(host, parts.port, timeout=wait)
        believed = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
        return HTTPSConnection(host, parts.port, timeout=wait, context=believed)


def _after(answer: HTTPResponse) -> float:
    """Return the seconds that a receiver asks to wait, 0 for none."""
    text = (answer.getheader("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year beyond all calendars
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)


def _cause(error: Exception) -> HisCause:
    match error:
        case socket.gaierror():
            return HisCause.DNS
        case ssl.SSLError():
            return HisCause.TLS
        case TimeoutError():
            return HisCause.TIMEOUT
        case OSError() | HTTPException():
            return HisCause.CONNECTION
    return HisCause.DOWN
