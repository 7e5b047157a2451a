"""What the letters of the insurer ask beyond the card: difficulties, help, closed shifts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from verification.log.events import EventKind, Happening

REFUSED_HELP = "declined"
"""How help ended that the patient did not want."""


@dataclass(frozen=True)
class Difficulty(Happening):
    """Something made trouble; the words, and the masked number of whom it was about, are content.

    Args:
        category: What kind, a key of `exchange/difficulties.toml`; another one in an older log.
        presented: The presentation that was on the screen, None for none.
        verdict: What it was answered.
        reason: The headline of that.
        page: Where it was told: `desk`, or another page's name.
    """

    kind: ClassVar = EventKind.DIFFICULTY
    category: str
    presented: str | None = None
    verdict: str | None = None
    reason: str | None = None
    page: str = "desk"


@dataclass(frozen=True)
class DifficultyMoved(Happening):
    """A difficulty went on; what was answered is content.

    Args:
        difficulty: The event that told it.
        state: `sent`, `answered`, `closed`, or `new` where it was opened again.
    """

    kind: ClassVar = EventKind.DIFFICULTY_MOVED
    difficulty: str
    state: str


@dataclass(frozen=True)
class HelpedToInstall(Happening):
    """A patient or relative was helped to install VssID, or was offered it.

    Args:
        guide: Which guide, a key of `reception/guide/guide.toml`; empty where none was open.
        steps: Its steps that were ticked.
        ended: `done`; `begun` where the rest is done elsewhere; `declined` where it was not wanted.
    """

    kind: ClassVar = EventKind.HELPED_TO_INSTALL
    guide: str = ""
    steps: tuple[str, ...] = ()
    ended: str = "done"


@dataclass(frozen=True)
class HelpWithdrawn(Happening):
    """Help was counted by mistake; `helped` is the event that counted it."""

    kind: ClassVar = EventKind.HELP_WITHDRAWN
    helped: str


@dataclass(frozen=True)
class ShiftClosed(Happening):
    """A desk closed its shift: its sheet is what the log held then.

    Args:
        since: The local time from which on the sheet counts, ISO.
        heads: `DESK:COUNT:HASH` of each desk as the log stood before this event.
        counts: What the sheet said, by name, to be seen again beside what is counted now.
    """

    kind: ClassVar = EventKind.SHIFT_CLOSED
    since: str
    heads: tuple[str, ...]
    counts: Mapping[str, Any] = field(default_factory=dict)
