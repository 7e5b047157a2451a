"""What happens to the house itself: its card file, its keys, its log, its screens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from verification.log.events import EventKind, Happening


@dataclass(frozen=True)
class CardsImported(Happening):
    """Another card file is in use from now on.

    Args:
        why: `import`, `demo`, `upgrade` where only its tables changed, or `undo`: it holds the
            cards from before the import that table, source and counts name.
        table: What the list held: `cards`, `facilities`, `offices`.
        card_file: Name of the file.
        digest: SHA-256 of the file, hex.
        source: SHA-256 of the list that was imported, hex.
        counts: By name: `read, added, changed, same, removed, lifted, rejected`.
    """

    kind: ClassVar = EventKind.CARDS_IMPORTED
    why: str
    card_file: str
    digest: str
    table: str | None = None
    source: str | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class KeysRotated(Happening):
    """New keys are in use; `what` names which, `unread` counts contents that no key opened."""

    kind: ClassVar = EventKind.KEYS_ROTATED
    what: tuple[str, ...]
    unread: int = 0


@dataclass(frozen=True)
class Rebuilt(Happening):
    """What is kept beside the log was made from it again.

    Args:
        visits: How many there are.
        cases: How many there are.
        unread: Contents that no key opened; of their events only the codes are in it.
        kept: Name of the file as it stood before, where it was damaged.
    """

    kind: ClassVar = EventKind.REBUILT
    visits: int
    cases: int
    unread: int = 0
    kept: str | None = None


@dataclass(frozen=True)
class LogNoted(Happening):
    """An older log was restored, and somebody says so; why is personal content.

    Args:
        heads: `DESK:COUNT:HASH` of each desk as it stood then.
        over: Heads, likewise, that were noted before and that the log no longer has to fit.
    """

    kind: ClassVar = EventKind.LOG_NOTED
    heads: tuple[str, ...]
    over: tuple[str, ...]


@dataclass(frozen=True)
class LogVerified(Happening):
    """The log was verified, and what came of it; only codes and counts.

    Args:
        how: `page` or `command`.
        events: How many events were looked at.
        findings: How many places were wrong.
        kinds: What was wrong there, as `verify-log` names it.
        unchecked: Checks that were not made.
    """

    kind: ClassVar = EventKind.LOG_VERIFIED
    how: str
    events: int
    findings: int = 0
    kinds: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountsBound(Happening):
    """Accounts from before they were bound to the key were bound as they stood; once a house."""

    kind: ClassVar = EventKind.ACCOUNTS_BOUND
    count: int


@dataclass(frozen=True)
class RightRefused(Happening):
    """Somebody asked for what their roles do not let them do."""

    kind: ClassVar = EventKind.RIGHT_REFUSED
    use_case: str
    right: str


@dataclass(frozen=True)
class ScreenPaired(Happening):
    """A screen beside the desk was paired by the desk's code."""

    kind: ClassVar = EventKind.SCREEN_PAIRED
    address: str


@dataclass(frozen=True)
class PairingEnded(Happening):
    """The paired screens of the desk look no more; `screens` counts them."""

    kind: ClassVar = EventKind.PAIRING_ENDED
    screens: int
    why: str = ""
