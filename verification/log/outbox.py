"""What is still to be sent: the fold of the events that ask for something outside the house.

A question to the portal, a message to a hospital system and a check-in record are each a kind of
their own. When one is due stands in the events, so that a rebuild makes the same rows.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from verification.log.events import Event, EventKind
from verification.log.forgetting_events import Forgotten
from verification.log.portal_events import PortalAnswered, PortalAskedAgain, PortalFailed
from verification.log.sending_events import Delivered, HisTold, NotDelivered, SentAgain
from verification.log.visit import ERASED, HANDED_OVER, RECORD, UNNEEDED, Visit
from verification.log.visit_events import Cancelled, ContentErased, Received

FIRST_WAIT = timedelta(seconds=15)
"""Nothing of a visit is sent before: who undoes it within this time has sent nothing."""
LONGEST_LEASE = timedelta(hours=1)
"""One that ends later was not taken so: the clock was set back, or somebody wrote it by hand."""
WAITING = "waiting"
BY_OUTBOX = "outbox"
CORRECTED = "corrected"


UNFIT = "record_"
"""What the causes begin with for which a record is not tried again by itself."""
_FOR_GOOD = frozenset({UNNEEDED, ERASED})
_MENDS = frozenset(
    {EventKind.CORRECTED, EventKind.COMPLETED, EventKind.TOLD, EventKind.PORTAL_ANSWERED}
)


class Errand(StrEnum):
    """What is sent."""

    PORTAL = "portal"  # a look-up of a visit's card
    HANDOVER = "handover"  # a message about a visit to a hospital system; those of one in order
    RECORD = RECORD  # a signed check-in record


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
        event: The event that it tells of, where it tells of one.
        nth: Which message about the visit it is, from 1; the one before goes first.
    """

    item_id: str
    errand: Errand
    visit: str
    since: datetime
    due: datetime | None
    attempts: int = 0
    last_at: datetime | None = None
    last_error: str | None = None
    event: str | None = None
    nth: int = 0

    @property
    def is_dead(self) -> bool:
        """Tell whether only a person has it sent again."""
        return self.due is None


@dataclass(frozen=True)
class Heap:
    """How much waits of one errand.

    Args:
        errand: Which.
        count: How much.
        dead: How much of it only a person has sent again.
        oldest: Since when what waits longest does.
    """

    errand: Errand
    count: int
    dead: int
    oldest: datetime


def heaps_of(items: Iterable[Waiting]) -> Sequence[Heap]:
    """Return how much waits of each errand of which something does."""
    found = [*items]
    of = {errand: [item for item in found if item.errand is errand] for errand in Errand}
    return [
        Heap(errand, len(own), sum(one.is_dead for one in own), min(one.since for one in own))
        for errand, own in of.items()
        if own
    ]


@dataclass(frozen=True)
class Change:
    """How an event changes the outbox; `now` is None for what waits no more."""

    item_id: str
    now: Waiting | None


def changes(
    event: Event,
    before: Callable[[str], Waiting | None],
    visit: Callable[[str], Visit | None],
) -> tuple[Change, ...]:
    """Return how an event changes the outbox.

    Args:
        event: The event.
        before: Returns what waits under a name, None for nothing.
        visit: Returns a visit as it is after the event, None for none.
    """
    found = (*_of_portal(event, before), *_of_visit(event, visit), *_of_item(event, before))
    return (*found, *_of_record(event, before))


def _of_portal(event: Event, before: Callable[[str], Waiting | None]) -> tuple[Change, ...]:
    match event.kind:
        case EventKind.RECEIVED:
            if Received.of(event.codes).portal != WAITING:
                return ()
            due = event.recorded_at + FIRST_WAIT
            return (_put(event.event_id, event, due),)
        case EventKind.CANCELLED:
            return (_gone(Cancelled.of(event.codes).visit),)
        case EventKind.CONTENT_ERASED | EventKind.FORGOTTEN:
            return tuple(_gone(name) for name in _erased(event))
        case EventKind.PORTAL_ANSWERED:
            return tuple(_gone(visit) for visit in PortalAnswered.of(event.codes).visits)
        case EventKind.PORTAL_FAILED:
            return _failed(event, before)
        case EventKind.PORTAL_ASKED_AGAIN:
            return (_again(PortalAskedAgain.of(event.codes), event, before),)
    return ()


def _of_visit(event: Event, visit: Callable[[str], Visit | None]) -> tuple[Change, ...]:
    """Return what a visit's own events have sent to a hospital system and as a record."""
    if event.kind in {EventKind.CONTENT_ERASED, EventKind.FORGOTTEN}:
        gone = (known for name in _erased(event) if (known := visit(name)))
        return tuple(change for known in gone for change in _nothing_more(known))
    if event.kind is EventKind.HIS_TOLD:
        told = HisTold.of(event.codes)
        known = visit(told.visit) if told.record else None
        return (_record(told.visit, event),) if known and not known.cancelled else ()
    if event.kind not in HANDED_OVER:
        return ()
    known_ones = (known for name in _about(event) if (known := visit(name)))
    found = tuple(_message(known, event) for known in known_ones if known.handed)
    if event.kind is EventKind.CANCELLED:  # what was undone is no check-in
        return (*found, Change(record_item(Cancelled.of(event.codes).visit), None))
    return found


def _erased(event: Event) -> tuple[str, ...]:
    """Return what may be visits whose content an event erased."""
    if event.kind is EventKind.CONTENT_ERASED:
        return (ContentErased.of(event.codes).visit,)
    return Forgotten.of(event.codes).erased


def _of_record(event: Event, before: Callable[[str], Waiting | None]) -> tuple[Change, ...]:
    """Return the records that are tried again now, since what they lacked may have been mended."""
    if event.kind not in _MENDS:
        return ()
    items = (before(record_item(name)) for name in _about(event))
    unfit = (item for item in items if item and item.is_dead)
    return tuple(
        Change(item.item_id, replace(item, due=event.recorded_at, attempts=0))
        for item in unfit
        if (item.last_error or "").startswith(UNFIT)
    )


def _about(event: Event) -> tuple[str, ...]:
    """Return the visits that an event is about."""
    if event.kind is EventKind.RECEIVED:
        return (event.event_id,)
    if event.kind is EventKind.PORTAL_ANSWERED:
        return PortalAnswered.of(event.codes).visits
    one = event.codes.get("visit")
    return (one,) if one else ()


def _message(visit: Visit, event: Event) -> Change:
    item, at = handover_item(visit.visit_id, visit.handed), event.recorded_at
    waiting = Waiting(item, Errand.HANDOVER, visit.visit_id, at, at)
    return Change(item, replace(waiting, event=event.event_id, nth=visit.handed))


def _record(visit_id: str, event: Event) -> Change:
    item, at = record_item(visit_id), event.recorded_at
    return Change(item, Waiting(item, Errand.RECORD, visit_id, at, at, event=event.event_id))


def _nothing_more(visit: Visit) -> tuple[Change, ...]:
    """Return that nothing is sent of a visit whose content is gone."""
    names = [handover_item(visit.visit_id, nth) for nth in range(1, visit.handed + 1)]
    return tuple(Change(name, None) for name in (*names, record_item(visit.visit_id)))


def _of_item(event: Event, before: Callable[[str], Waiting | None]) -> tuple[Change, ...]:
    match event.kind:
        case EventKind.DELIVERED:
            delivered = Delivered.of(event.codes)
            return () if delivered.replaced else (Change(delivered.item, None),)
        case EventKind.NOT_DELIVERED:
            failed = NotDelivered.of(event.codes)
            if failed.cause in _FOR_GOOD and not failed.replaced:
                return (Change(failed.item, None),)
            if (item := before(failed.item)) and not failed.replaced:
                return (Change(item.item_id, _tried(item, event, failed)),)
        case EventKind.SENT_AGAIN:
            if item := before(SentAgain.of(event.codes).item):
                return (Change(item.item_id, replace(item, due=event.recorded_at, attempts=0)),)
    return ()


def _tried(item: Waiting, event: Event, failed: NotDelivered) -> Waiting:
    again = datetime.fromisoformat(failed.again_at) if failed.again_at else None
    return replace(
        item,
        due=again,
        attempts=item.attempts + 1,
        last_at=event.recorded_at,
        last_error=failed.cause,
    )


def handover_item(visit_id: str, nth: int) -> str:
    """Return the name of a message about a visit; its receiver knows a repeat by it."""
    return f"{Errand.HANDOVER}:{visit_id}:{nth}"


def record_item(visit_id: str) -> str:
    """Return the name of the check-in record of a visit."""
    return f"{Errand.RECORD}:{visit_id}"


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
