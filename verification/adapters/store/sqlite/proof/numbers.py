"""The day's numbers in the log: none is given twice, whatever the tables beside it looked like."""

from collections.abc import Iterator
from contextlib import suppress

from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.events import readable_events
from verification.log.events import EventKind
from verification.log.findings import Finding, Kind, at_event
from verification.log.visit import begin


def numbers(copy: Copy) -> Iterator[Finding]:
    """Find the visits whose number another one got before on that day.

    The number is one more than the highest that `visit` holds: who takes rows out of it makes the
    next visits repeat them.
    """
    given: set[tuple[object, int]] = set()
    for event in readable_events(copy.connection, EventKind.RECEIVED):
        with suppress(ValueError, LookupError, TypeError):  # its row was changed
            visit = begin(event)
            if visit.so_thu_tu is None:
                continue
            if (visit.ngay_so, visit.so_thu_tu) in given:
                yield at_event(event.event_id, Kind.PROJECTION, "so_thu_tu twice")
            given.add((visit.ngay_so, visit.so_thu_tu))
