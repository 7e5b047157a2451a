"""How much one request may send, and what the server gives to strangers and to colleagues."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

from starlette.requests import ClientDisconnect, Request


@dataclass(frozen=True)
class Connections:
    """How many connections may be open; `limits.toml` says of what."""

    in_all: int
    strangers: int
    by_address: int
    by_session: int
    accepts_at_once: int


@dataclass(frozen=True)
class Sockets:
    """How many WebSockets may be open, and what comes through one."""

    in_all: int
    by_address: int
    by_session: int
    opens_a_second: float
    opens_at_once: int
    message_bytes: int
    messages_a_second: float
    messages_at_once: int
    pings_a_second: float
    pings_at_once: int
    pieces: int


@dataclass(frozen=True)
class Waiting:
    """For how many seconds the server waits for somebody, and the slowest pace it goes along."""

    tls: float
    head: float
    body: float
    body_at_most: float
    idle: int
    unread: float
    slowest: int
    look_every: float


@dataclass(frozen=True)
class Sizes:
    """How large what is asked may be."""

    head_bytes: int
    bodies_by_session: int
    bodies_in_all: int


@dataclass(frozen=True)
class Uploads:
    """What somebody may send that is written to the disk as it comes."""

    bytes: int
    at_once: int
    at_most: float
    stall: float
    piece: int


@dataclass(frozen=True)
class Ending:
    """How many seconds an ending server has."""

    requests: int
    whatever_runs: float


@dataclass(frozen=True)
class Records:
    """What the server's own records may take of the disk."""

    file_bytes: int
    files: int
    alike_a_minute: float
    alike_at_once: int
    shown_a_minute: float
    shown_at_once: int


@dataclass(frozen=True)
class Guide:
    """How long the patient's window shows a step of the guide that nobody moves."""

    seconds: float


@dataclass(frozen=True)
class Limits:
    """All of it, table by table."""

    connections: Connections
    sockets: Sockets
    waiting: Waiting
    sizes: Sizes
    uploads: Uploads
    ending: Ending
    records: Records
    guide: Guide


def _read(source: str) -> Limits:
    tables = tomllib.loads(source)
    return Limits(
        Connections(**tables["connections"]),
        Sockets(**tables["sockets"]),
        Waiting(**tables["waiting"]),
        Sizes(**tables["sizes"]),
        Uploads(**tables["uploads"]),
        Ending(**tables["ending"]),
        Records(**tables["records"]),
        Guide(**tables["guide"]),
    )


LIMITS = _read(resources.files("app_pages.server").joinpath("limits.toml").read_text("utf-8"))


class Bodies:
    """The bytes of all bodies that are being sent or worked on.

    Args:
        sizes: How many there may be.
    """

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._by: Counter[str] = Counter()

    @contextmanager
    def of(self, session: str) -> Iterator[Callable[[int], bool]]:
        """Give what takes in bytes of one body, and tells whether they fit; in the end they go."""
        mine = 0

        def takes(count: int) -> bool:
            nonlocal mine
            fits = self._by[session] + count <= self._sizes.bodies_by_session
            fits = fits and self._by.total() + count <= self._sizes.bodies_in_all
            if fits:
                mine += count
                self._by[session] += count
            return fits

        try:
            yield takes
        finally:
            self._by[session] -= mine
            if not self._by[session]:
                del self._by[session]


async def body_within(
    request: Request, limit: int, takes: Callable[[int], bool] = lambda _count: True
) -> bytes | None:
    """Return the body, or None as soon as it is too large or there is no room for it."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            if len(body) + len(chunk) > limit or not takes(len(chunk)):
                return None
            body += chunk
    except ClientDisconnect:
        return b""
    return bytes(body)
