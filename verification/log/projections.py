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


_SENT = (Projection.VISITS, Projection.OUTBOX)
_BOTH = (Projection.VISITS, Projection.HISTORY)
_ASKED = (Projection.VISITS, Projection.OUTBOX, Projection.PORTAL)

FOLLOWED_BY: Mapping[EventKind, tuple[Projection, ...]] = {
    EventKind.PRESENTED: (Projection.SCANS, Projection.HISTORY),
    EventKind.RECEIVED: (*_BOTH, Projection.OUTBOX),
    EventKind.CORRECTED: _SENT,
    EventKind.ID_CHECKED: (*_BOTH, Projection.OUTBOX),
    EventKind.TOLD: _SENT,
    EventKind.COMPLETED: (*_BOTH, Projection.OUTBOX),
    EventKind.CANCELLED: (*_BOTH, Projection.OUTBOX),
    EventKind.CONTENT_ERASED: (*_BOTH, Projection.OUTBOX),
    EventKind.FORGOTTEN: (*_BOTH, Projection.OUTBOX),
    EventKind.PORTAL_ANSWERED: (*_ASKED, Projection.HISTORY),
    EventKind.PORTAL_FAILED: _ASKED,
    EventKind.PORTAL_ASKED_AGAIN: _SENT,
    EventKind.PORTAL_KEPT: _SENT,
    EventKind.HIS_TOLD: (*_BOTH, Projection.OUTBOX),
    EventKind.DELIVERED: _SENT,
    EventKind.NOT_DELIVERED: _SENT,
    EventKind.SENT_AGAIN: _SENT,
    **dict.fromkeys(CASE_EVENTS, (Projection.CASES,)),
}
"""Whom an event concerns, in the order in which they are told; of other kinds nothing is kept."""


def followers(kind: EventKind) -> tuple[Projection, ...]:
    """Return the projections that an event of a kind is added to."""
    return FOLLOWED_BY.get(kind, ())
