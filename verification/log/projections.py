"""What is kept beside the log, made from it alone, and which kinds of events each follows.

An engine gives each projection a projector: it adds one event after the other, as they are written
and again when all is made anew.
"""

from collections.abc import Mapping
from enum import StrEnum

from verification.log.case_events import CASE_EVENTS
from verification.log.events import EventKind


class Projection(StrEnum):
    """What an engine keeps beside the log."""

    SCANS = "scans"  # a scan's name -> the presentation that it made
    VISITS = "visits"
    CASES = "cases"
    HISTORY = "history"  # past occasions, as the rules of misuse read them
    OUTBOX = "outbox"  # what is still to be sent
    PORTAL = "portal"  # what the national portal said, by person and by presentation


_VISIT = (Projection.VISITS,)
_BOTH = (Projection.VISITS, Projection.HISTORY)
_ASKED = (Projection.VISITS, Projection.OUTBOX, Projection.PORTAL)

FOLLOWED_BY: Mapping[EventKind, tuple[Projection, ...]] = {
    EventKind.PRESENTED: (Projection.SCANS, Projection.HISTORY),
    EventKind.RECEIVED: (*_BOTH, Projection.OUTBOX),
    EventKind.CORRECTED: _VISIT,
    EventKind.ID_CHECKED: _BOTH,
    EventKind.TOLD: _VISIT,
    EventKind.COMPLETED: _BOTH,
    EventKind.CANCELLED: (*_BOTH, Projection.OUTBOX),
    EventKind.CONTENT_ERASED: (*_BOTH, Projection.OUTBOX),
    EventKind.PORTAL_ANSWERED: (*_ASKED, Projection.HISTORY),
    EventKind.PORTAL_FAILED: _ASKED,
    EventKind.PORTAL_ASKED_AGAIN: (Projection.VISITS, Projection.OUTBOX),
    EventKind.PORTAL_KEPT: _VISIT,
    **dict.fromkeys(CASE_EVENTS, (Projection.CASES,)),
}
"""Whom an event concerns, in the order in which they are told; of other kinds nothing is kept."""


def followers(kind: EventKind) -> tuple[Projection, ...]:
    """Return the projections that an event of a kind is added to."""
    return FOLLOWED_BY.get(kind, ())
