"""How long is waited for the portal, and how often it is tried: data in `limits.toml`."""

from dataclasses import dataclass

from verification.basics.texts import read


@dataclass(frozen=True)
class Seconds:
    """How long each thing may take; see the file."""

    desk: float
    begin: float
    answer: float
    co_payment: float
    connect: float
    login: float
    history: float
    history_most: float
    spare: float
    idle: float
    officer: float
    slow: float
    refused: float
    check: float


@dataclass(frozen=True)
class TokenLife:
    """How long a token is kept; see the file."""

    most: float
    before: float


@dataclass(frozen=True)
class Opening:
    """When the breaker opens, and for how long; see the file."""

    failures: int
    first: float
    growth: float
    most: float


@dataclass(frozen=True)
class Size:
    """What is taken of an answer at most; see the file."""

    most_bytes: int
    most_rows: int
    most_letters: int
    most_note: int


@dataclass(frozen=True)
class Limits:
    """All of them."""

    seconds: Seconds
    token: TokenLife
    breaker: Opening
    reply: Size
    burst: int
    kept: int


def shipped() -> Limits:
    """Return the limits that ship with the code."""
    found = read(__package__ or "", "limits.toml")
    return Limits(
        Seconds(**found["seconds"]),
        TokenLife(**found["token"]),
        Opening(**found["breaker"]),
        Size(**found["reply"]),
        found["rate"]["burst"],
        found["rate"]["kept"],
    )


LIMITS = shipped()
