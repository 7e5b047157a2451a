"""Who acts, and by what right: each use case names the one it needs; a role is a set of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, runtime_checkable

from verification.basics.errors import Forbidden

P = ParamSpec("P")
R = TypeVar("R")


class Role(StrEnum):
    """What an officer may do in the house."""

    RECEPTIONIST = "receptionist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class SystemRole(StrEnum):
    """What a system of the hospital may do by its key; never a role of an account."""

    ASKS = "asks"
    TELLS = "tells"
    READS = "reads"


AnyRole = Role | SystemRole
SYSTEM = "his:"
"""What the name of an acting system begins with; no account's name has a colon."""
SYSTEMS_DESK = "he-thong"
"""The chain of what systems of the hospital ask and tell."""
SCHEDULE = "theo-lich"  # the house itself, at its times
COMMAND_LINE = "dong-lenh"
FOLDER = "thu-muc"
"""Imports what lies in the watched folder, where nothing has to be asked."""
TRYING = {
    Role.RECEPTIONIST: "demo-tiep-don",
    Role.AUDITOR: "demo-giam-dinh",
    Role.ADMINISTRATOR: "demo-quan-tri",
}
"""The accounts of "vào thử", which have no password: what they do must end with the demo."""
NOBODY = "quay-thu"
"""Acts where there are no accounts, and where replayed visits name nobody."""


@dataclass(frozen=True)
class Actor:
    """The officer at work.

    Args:
        officer: Account name; `quay-thu` where replayed visits name nobody.
        roles: What the officer may do, or a system by its key.
        desk: The desk that the officer sits at; letters, digits, `.`, `-`, `_`.
    """

    officer: str
    roles: frozenset[AnyRole]
    desk: str


def desk_officer(desk: str) -> Actor:
    """Return the one actor of a kiosk without accounts."""
    return Actor(NOBODY, frozenset({Role.RECEPTIONIST}), desk)


def command_line(desk: str) -> Actor:
    """Return who acts where somebody types commands on the machine itself."""
    return Actor(COMMAND_LINE, frozenset({*Role, *SystemRole}), desk)


def system(name: str, roles: frozenset[SystemRole]) -> Actor:
    """Return a system of the hospital that acts by its key."""
    return Actor(f"{SYSTEM}{name}", frozenset(roles), SYSTEMS_DESK)


class Right(StrEnum):
    """What may be done in the house."""

    OWN = "own"  # change the own password, lock, leave
    CHECK = "check"  # answer a card, see the rules and rates
    HELP = "help"  # the guide, places and codes, difficulties, help that was given
    RECEIVE = "receive"  # present, receive, correct, undo
    VIEW_PERSON = "view_person"  # see a person unmasked; each look is logged
    REVIEW = "review"  # cases and flags
    EXPORT = "export"  # take lists and cases out of the house
    REPORT = "report"  # counts of a week or a month, and what became of difficulties
    MANAGE = "manage"  # see accounts, sessions, who looked at whom, how the house stands
    CHANGE_HOUSE = "change_house"  # accounts, sessions, lists, keys, notes, files that leave
    TELL_VISIT = "tell_visit"  # tell what the hospital's own system knows of a visit
    READ_VISITS = "read_visits"  # fetch a visit, redeem the token of its link


_EVERYBODY = frozenset({Right.OWN, Right.HELP})
RIGHTS: Mapping[AnyRole, frozenset[Right]] = {
    Role.RECEPTIONIST: _EVERYBODY | {Right.CHECK, Right.RECEIVE, Right.VIEW_PERSON},
    Role.AUDITOR: _EVERYBODY
    | {Right.CHECK, Right.VIEW_PERSON, Right.REVIEW, Right.EXPORT, Right.REPORT},
    Role.ADMINISTRATOR: _EVERYBODY | {Right.MANAGE, Right.CHANGE_HOUSE, Right.REPORT},
    SystemRole.ASKS: frozenset({Right.CHECK}),
    SystemRole.TELLS: frozenset({Right.TELL_VISIT}),
    SystemRole.READS: frozenset({Right.READ_VISITS}),
}

USE_CASES: dict[str, Right] = {}
"""Every use case by its full name, with the right it needs."""


@runtime_checkable
class NotesRefusals(Protocol):
    """The house of a use case: it keeps in mind who was refused what."""

    def note_refused(self, actor: Actor, use_case: str, right: str) -> None:
        """Write down that an officer asked for what their roles do not let them do."""


def may(actor: Actor, right: Right) -> bool:
    """Tell whether an officer has a right by any role; who tries out changes nothing that stays."""
    if right is Right.CHANGE_HOUSE and actor.officer in TRYING.values():
        return False
    return any(right in RIGHTS[role] for role in actor.roles)


def needs(
    right: Right,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Refuse a use case to officers without a right, and write the refusal down.

    Args:
        right: What the use case needs; its first argument is the `Actor`.
    """

    def guard(
        use_case: Callable[Concatenate[Actor, P], R],
    ) -> Callable[Concatenate[Actor, P], R]:
        name = f"{use_case.__module__}.{use_case.__qualname__}"
        USE_CASES[name] = right

        @wraps(use_case)
        def guarded(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(actor, right):
                for house in (*args, *kwargs.values()):
                    if isinstance(house, NotesRefusals):
                        house.note_refused(actor, name.removeprefix("verification."), right)
                raise Forbidden(
                    "Tài khoản này không có quyền làm việc đó",
                    "This account has no right to do that",
                )
            return use_case(actor, *args, **kwargs)

        return guarded

    return guard
