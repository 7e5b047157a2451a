"""A day at the desks, as the log in memory has it."""

from datetime import date, datetime

from verification.log.events import Event, EventKind
from verification.log.memory_state import State
from verification.log.visit import Visit
from verification.log.visit_events import Presented


def visits_on(state: State, day: date, desk: str | None) -> list[Visit]:
    """Return the visits of a local day, undone ones too, newest first."""
    newest = reversed(state.visits.values())  # of one moment the later one is newer
    found = (visit for visit in newest if visit.day == day and desk in {None, visit.desk})
    return sorted(found, key=lambda visit: visit.happened_at, reverse=True)


def unreceived(state: State, since: datetime, desk: str | None) -> list[Event]:
    """Return the presentations of a person from which no visit was made, newest first."""
    received = {visit.presented for visit in state.visits.values()}
    live = {visit.visit_id for visit in state.visits.values() if visit.cancelled is None}

    def counts(event: Event) -> bool:
        if not event.person_ref or desk not in {None, event.desk} or event.event_id in received:
            return False
        return not (event.is_readable and Presented.of(event.codes).already in live)

    return [e for e in state.events([EventKind.PRESENTED], since) if counts(e)][::-1]
