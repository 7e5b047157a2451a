"""How much one request may send, and what the server gives to strangers and to colleagues."""

import tomllib
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
class Limits:
    """All of it, table by table."""

    connections: Connections
    sockets: Sockets
    waiting: Waiting
    sizes: Sizes
    ending: Ending
    records: Records


def _read(source: str) -> Limits:
    tables = tomllib.loads(source)
    return Limits(
        Connections(**tables["connections"]),
        Sockets(**tables["sockets"]),
        Waiting(**tables["waiting"]),
        Sizes(**tables["sizes"]),
        Ending(**tables["ending"]),
        Records(**tables["records"]),
    )


LIMITS = _read(resources.files("app_pages.server").joinpath("limits.toml").read_text("utf-8"))


async def body_within(request: Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it is too large."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)
