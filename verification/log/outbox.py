"""What is still to be sent: the fold of the events that ask for something outside the house.

A question to the portal is the first kind; a hand-over or a check-in record joins by a kind of its
own. When it is due stands in the events, so that a rebuild makes the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.visit_events import Cancelled, ContentErased, Received

FIRST_WAIT = timedelta(seconds=15)
"""Nothing of a visit is sent before: who undoes it within this time has sent nothing."""
LONGEST_LEASE = timedelta(hours=1)
"""One that ends later was not taken so: the clock was set back, or somebody wrote it by hand."""
WAITING = "waiting"
BY_OUTBOX = "outbox"
CORRECTED = "corrected"


class Errand(StrEnum):
    """What is sent."""

    PORTAL = "portal"  # a look-up of a visit's card


@dataclass(frozen=True)
class Waiting:
    """One thing that is still to be sent.

    Args:
        item_id: `portal:1-12`; with its attempts it is what a receiver may know a repeat by.
        errand: What is sent.
        visit: The visit that it is about.
        since: When it first waited.
        due: When it is to be sent; None where it is sent no more unless somebody says so.
        attempts: How often it was tried in vain.
        last_at: When it was tried last.
        last_error: Why that failed, a code.
    """

    item_id: str
    errand: Errand
    visit: str
    since: datetime
    due: datetime | None
    attempts: int = 0
    last_at: datetime | None = None
    last_error: str | None = None

    @property
    def is_dead(self) -> bool:
        """Tell whether only a person has it sent again."""
        return self.due is None


@dataclass(frozen=True)
class Change:
    """How an event changes the outbox; `now` is None for what waits no more."""

    item_id: str
    now: Waiting | None


def changes(event: Event, before: Callable[[str], Waiting | None]) -> tuple[Change, ...]:
    """Return how an event changes the outbox.

    Args:
        event: The event.
        before: Returns what waits under a name, None for nothing.
    """
    match event.kind:
        case EventKind.RECEIVED:
            if Received.of(event.codes).portal != WAITING:
                return ()
            due = event.recorded_at + FIRST_WAIT
            return (_put(event.event_id, event, due),)
        case EventKind.CANCELLED:
            return (_gone(Cancelled.of(event.codes).visit),)
        case EventKind.CONTENT_ERASED:
            return (_gone(ContentErased.of(event.codes).visit),)
        case EventKind.PORTAL_ANSWERED:
            return tuple(_gone(visit) for visit in PortalAnswered.of(event.codes).visits)
        case EventKind.PORTAL_FAILED:
            return _failed(event, before)
        case EventKind.PORTAL_ASKED_AGAIN:
            return (_again(PortalAskedAgain.of(event.codes), event, before),)
    return ()


def portal_item(visit_id: str) -> str:
    """Return the name of the question of a visit."""
    return f"{Errand.PORTAL}:{visit_id}"


def _put(visit_id: str, event: Event, due: datetime) -> Change:
    item = portal_item(visit_id)
    return Change(item, Waiting(item, Errand.PORTAL, visit_id, event.recorded_at, due))


def _gone(visit_id: str) -> Change:
    return Change(portal_item(visit_id), None)


def _failed(event: Event, before: Callable[[str], Waiting | None]) -> tuple[Change, ...]:
    failed = PortalFailed.of(event.codes)
    again = datetime.fromisoformat(failed.again_at) if failed.again_at else None
    found = (before(portal_item(visit)) for visit in failed.visits)
    return tuple(
        Change(
            item.item_id,
            replace(
                item,
                # who asked beside the outbox does not say when the outbox asks
                due=item.due if again is None and failed.by != BY_OUTBOX else again,
                attempts=item.attempts + 1,
                last_at=event.recorded_at,
                last_error=failed.code or failed.cause or failed.outcome,
            ),
        )
        for item in found
        if item  # what was settled or undone meanwhile does not come back
    )


def _again(
    asked: PortalAskedAgain, event: Event, before: Callable[[str], Waiting | None]
) -> Change:
    # one correction is often followed by another
    wait = FIRST_WAIT if asked.why == CORRECTED else timedelta(0)
    due, known = event.recorded_at + wait, before(portal_item(asked.visit))
    if known is None:
        return _put(asked.visit, event, due)
    return Change(known.item_id, replace(known, due=due, attempts=0))
