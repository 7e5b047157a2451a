"""A day at the desks, as the log in memory has it."""

from datetime import date, datetime

from verification.log.events import Event, EventKind
from verification.log.memory_state import State
from verification.log.visit import Visit


def visits_on(state: State, day: date, desk: str | None) -> list[Visit]:
    """Return the visits of a local day, undone ones too, newest first."""
    newest = reversed(state.visits.values())  # of one moment the later one is newer
    found = (visit for visit in newest if visit.day == day and desk in {None, visit.desk})
    return sorted(found, key=lambda visit: visit.happened_at, reverse=True)


def unreceived(state: State, since: datetime, desk: str | None) -> list[Event]:
    """Return the presentations of a person from which no visit was made, newest first."""
    received = {visit.presented for visit in state.visits.values()}
    shown = (e for e in state.events([EventKind.PRESENTED], since) if desk in {None, e.desk})
    return [e for e in shown if e.person_ref and e.event_id not in received][::-1]
