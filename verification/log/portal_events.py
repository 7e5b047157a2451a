"""What the national portal answered, what it did not, and what the desk did with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from verification.log.events import Event, EventKind, Happening, key


@dataclass(frozen=True)
class _Asked(Happening):
    """A question to the portal ended.

    Args:
        presented: The event that presented the card.
        outcome: How it ended, a `PortalOutcome`.
        ms: How long it took.
        by: Who had it asked: `desk`, `outbox`, `command`.
        visits: The visits that were received from that presentation by then.
        code: `maKetQua`, None where none came.
        cause: Why no answer counts, a `Cause`.
        detail: What more is known of the cause; nobody's data.
    """

    presented: str
    outcome: str
    ms: int
    by: str
    visits: tuple[str, ...] = ()
    code: str | None = None
    cause: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class PortalAnswered(_Asked):
    """The portal answered; what it said of the person is content (`log/observations.py`).

    Args:
        then: The code of the answer about the card that was looked up once more.
        verdict: What the visit's answer was with it, `eligible` and the like.
        reasons: Why, the headline first.
        compared: What was presented beside what the portal and the store hold, as of a
            presentation.
    """

    kind: ClassVar = EventKind.PORTAL_ANSWERED
    then: str | None = None
    verdict: str | None = None
    reasons: tuple[str, ...] = ()
    compared: Mapping[str, Any] = field(default_factory=dict, metadata=key("so_sanh"))


@dataclass(frozen=True)
class PortalFailed(_Asked):
    """No answer came that counts.

    Args:
        again_at: When the outbox asks again, UTC; None where it asks no more by itself.
    """

    kind: ClassVar = EventKind.PORTAL_FAILED
    again_at: str | None = None


@dataclass(frozen=True)
class PortalAskedAgain(Happening):
    """Somebody, or the closing of the day, has the portal asked about a visit again now.

    Args:
        visit: The visit.
        why: `closing`, `person`, `corrected`.
    """

    kind: ClassVar = EventKind.PORTAL_ASKED_AGAIN
    visit: str
    why: str


@dataclass(frozen=True)
class PortalKept(Happening):
    """A visit stands though the portal spoke against it; the reason's words are content.

    Args:
        visit: The visit.
        answered: The event of the answer.
        why: A code of `reception`, such as `giay_to` for papers that were seen.
    """

    kind: ClassVar = EventKind.PORTAL_KEPT
    visit: str
    answered: str
    why: str


def is_about(event: Event, presented: str) -> bool:
    """Tell whether an event says how a question about a presentation ended."""
    ended = event.kind in {EventKind.PORTAL_ANSWERED, EventKind.PORTAL_FAILED}
    return ended and event.codes["presented"] == presented
