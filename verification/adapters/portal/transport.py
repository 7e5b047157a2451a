"""One request to the portal and what came of it: bytes or a cause, never an exception.

The address of a look-up carries token and password, and what `requests` says of a failure carries
the address: nothing that it says is passed on, and what its library notes is kept out of the logs.
"""

import logging
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as lower
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool

from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.limits import LIMITS, Limits
from verification.card.portal import Cause

_CHUNK = 16_384
_LEAST = 0.001  # seconds; a time-out of 0 is refused by the library
PROXY_SETTING = "KIOSK_PORTAL_PROXY"
_OF_THE_PROXY = (requests.exceptions.ProxyError, lower.ProxyError)
_SECRET = ("token=", "password=")
_NOTING = ("urllib3.connectionpool", "urllib3.util.retry", "urllib3.response")


@dataclass(frozen=True)
class Sent:
    """What is sent.

    Args:
        path: Below the base address.
        query: What stands in the address; it holds secrets.
        form: A body as a form, or None.
        json: A body as JSON, or None.
        headers: More of them; they hold secrets.
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Reply:
    """What came back.

    Args:
        status: Of HTTP.
        body: As it came, not more than may be.
        date: What the server says of the time, or None.
    """

    status: int
    body: bytes = field(repr=False)
    date: str | None = None


@dataclass(frozen=True)
class Failed:
    """Why nothing came back that can be read.

    Args:
        cause: Why.
        detail: What more may be told.
    """

    cause: Cause
    detail: str | None = None


class _TooLargeError(Exception):
    """More came than an answer can be."""


class _Late(Exception):  # it is no error, the time is over
    """The time was over while the answer came."""


class Transport:
    """Sends one request at a time over a connection that is kept.

    Args:
        account: How the portal is reached.
        seconds: Of a clock that nobody sets.
        limits: How long is waited, and how much is taken.
    """

    def __init__(
        self, account: PortalAccount, seconds: Callable[[], float], limits: Limits = LIMITS
    ) -> None:
        self._account = account
        self._seconds = seconds
        self._limits = limits
        self._line = _Line(account)
        self._used = seconds()
        _keep_out_of_logs()

    def send(self, sent: Sent, until: float) -> Reply | Failed:
        """Send, and read what comes; at most until a moment of the clock."""
        left = until - self._seconds()
        if left <= 0:
            return Failed(Cause.TIMEOUT)
        if self._seconds() - self._used > self._limits.seconds.idle:
            self._line.session.close()
        try:
            return self._sent(sent, until, max(left, _LEAST))
        except Exception as error:  # noqa: BLE001  # a typed outcome, whatever was met
            return _failed(error)
        finally:
            self._used = self._seconds()

    def abort(self) -> None:
        """End the request that is under way, from another thread; the next begins anew."""
        line, self._line = self._line, _Line(self._account)
        line.abort()

    def _sent(self, sent: Sent, until: float, left: float) -> Reply:
        with self._line.session.post(
            self._account.url + sent.path,
            params=sent.query,
            data=sent.form,
            json=sent.json,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **sent.headers},
            timeout=(min(left, self._limits.seconds.connect), left),
            allow_redirects=False,
            stream=True,
        ) as found:
            body = b"".join(self._read(found, until))
            return Reply(found.status_code, body, found.headers.get("Date"))

    def _read(self, found: requests.Response, until: float) -> Iterator[bytes]:
        size = 0
        for chunk in found.iter_content(_CHUNK):
            size += len(chunk)
            if size > self._limits.reply.most_bytes:
                raise _TooLargeError
            if self._seconds() > until:
                raise _Late
            yield chunk


class _Line:
    """A session and the connection that it has open."""

    def __init__(self, account: PortalAccount) -> None:
        self._open: list[HTTPConnection] = []
        self.session = requests.Session()
        self.session.trust_env = False  # no proxies, no .netrc of the machine's
        self.session.verify = str(account.ca) if account.ca else True
        if account.proxy:
            self.session.proxies = {"http": account.proxy, "https": account.proxy}
        self.session.headers["User-Agent"] = "kiosk-bhyt"
        adapter = _Adapter(self._opened)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def _opened(self, connection: HTTPConnection) -> None:
        self._open = [connection]

    def abort(self) -> None:
        for connection in self._open:
            # closing alone wakes nobody who reads from it
            with suppress(OSError, AttributeError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        with suppress(Exception):
            self.session.close()


class _Adapter(HTTPAdapter):
    """Tells which connection it opened, so that it can be ended from outside."""

    def __init__(self, opened: Callable[[HTTPConnection], None]) -> None:
        self._opened = opened
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(self, *words: Any, **more: Any) -> ConnectionPool:  # noqa: ANN401  # the library's own signature
        pool = super().get_connection_with_tls_context(*words, **more)
        if isinstance(pool, HTTPConnectionPool) and "ConnectionCls" not in vars(pool):
            kind = _telling(pool.ConnectionCls, self._opened)
            pool.ConnectionCls = kind  # of this pool alone
        return pool


def _telling(kind: Any, opened: Callable[[HTTPConnection], None]) -> type[HTTPConnection]:  # noqa: ANN401  # http's or https's
    class Telling(kind):  # type: ignore[misc]  # the library's own class, whichever it is
        def connect(self) -> None:
            opened(self)
            super().connect()

    return Telling


def _failed(error: Exception) -> Failed:
    """Return the cause; of what the library says only the kind is passed on."""
    chain = _chain(error)
    if any(isinstance(one, _OF_THE_PROXY) for one in chain):
        return Failed(Cause.CONNECTION, PROXY_SETTING)
    for one in chain:
        match one:
            case lower.NameResolutionError() | socket.gaierror():
                return Failed(Cause.DNS)
            case ConnectionError() | lower.NewConnectionError():  # the second calls itself late
                return Failed(Cause.CONNECTION, type(one).__name__)
            case _Late() | requests.Timeout() | lower.TimeoutError() | TimeoutError():
                return Failed(Cause.TIMEOUT)
            case requests.exceptions.SSLError() | lower.SSLError():
                return Failed(Cause.TLS)
            case _TooLargeError():
                return Failed(Cause.NOT_READABLE, "size")
            case lower.IncompleteRead() | requests.exceptions.ContentDecodingError():
                return Failed(Cause.NOT_READABLE, "cut")
    return Failed(Cause.CONNECTION, type(error).__name__)


def _chain(error: BaseException) -> Sequence[BaseException]:
    """Return an exception and what is wrapped in it, the inmost first."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found[::-1]


class _NoSecrets(logging.Filter):
    """Keeps addresses with a token or a password out of the logs, whatever level is set."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        return not any(secret in said for secret in _SECRET)


_NO_SECRETS = _NoSecrets()


def _keep_out_of_logs() -> None:
    for name in _NOTING:
        logging.getLogger(name).addFilter(_NO_SECRETS)  # the same one twice is one
