"""That content was forgotten for good: somebody asked, or it was kept long enough."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from verification.log.events import Event, EventKind, Happening
from verification.log.visit_events import ContentErased

ERASURES = (EventKind.CONTENT_ERASED, EventKind.FORGOTTEN)
"""The kinds that say whose content is gone on purpose."""


class WhyForgotten(StrEnum):
    """Why content was erased."""

    ASKED = "asked"
    KEPT_LONG_ENOUGH = "kept_long_enough"


class Forgets(StrEnum):
    """What was erased."""

    PERSON = "person"  # all that need not be kept of one person
    VISITS = "visits"
    PORTAL = "portal"  # answers of the national portal
    ACCESS = "access"  # who looked at whom, as far as it is content


@dataclass(frozen=True)
class Forgotten(Happening):
    """The content of events was erased; `log/forgetting.py` `forget` writes it.

    Args:
        erased: Those events. A visit is forgotten where its `received` event is named, an occasion
            of the history where its `presented` event is.
        why: A `WhyForgotten`.
        what: A `Forgets`.
    """

    kind: ClassVar = EventKind.FORGOTTEN
    erased: tuple[str, ...]
    why: str
    what: str


def erased_by(event: Event) -> tuple[str, ...]:
    """Return the events whose content one of the `ERASURES` says was erased."""
    of = ContentErased if event.kind is EventKind.CONTENT_ERASED else Forgotten
    return of.of(event.codes).erased
