"""Who acts: every use case takes one first."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer may do in the house."""

    RECEPTIONIST = "receptionist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


COMMAND_LINE = "dong-lenh"


@dataclass(frozen=True)
class Actor:
    """The officer at work.

    Args:
        officer: Account name; `quay-thu` until accounts exist.
        roles: What the officer may do.
        desk: The desk that the officer sits at; letters, digits, `.`, `-`, `_`.
    """

    officer: str
    roles: frozenset[Role]
    desk: str


def desk_officer(desk: str) -> Actor:
    """Return the one actor of a kiosk without accounts."""
    return Actor("quay-thu", frozenset({Role.RECEPTIONIST}), desk)


def command_line(desk: str) -> Actor:
    """Return who acts where somebody types commands on the machine itself."""
    return Actor(COMMAND_LINE, frozenset(Role), desk)
