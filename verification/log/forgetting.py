"""Erasing the content of events, whatever they are about, and saying so in the log."""

from collections.abc import Iterable
from itertools import islice

from verification.log.content import noted
from verification.log.events import Event
from verification.log.forgetting_events import Forgets, Forgotten, WhyForgotten
from verification.log.ports import LogTransaction
from verification.log.writing import Who, write

MOST = 500
"""So many events one `forgotten` names at most, so that no row of the log grows without end."""


def forget(  # a piece of work, who, and what is said of it
    log: LogTransaction,
    who: Who,
    erased: Iterable[str],
    why: WhyForgotten,
    what: Forgets,
    *,
    person_ref: str | None = None,
    note: str = "",
) -> tuple[Event, ...]:
    """Erase the content of events and log it; nothing is logged where none is named.

    Args:
        log: The piece of work.
        who: Who does it.
        erased: The events. Name with a presentation all that was told of it later, and the visits
            that began with it: what is left of their content stays readable.
        why: Why.
        what: What they are.
        person_ref: Whose, where it is one person's.
        note: Words of who asked for it, sealed as content.
    """
    made: list[Event] = []
    left = iter(dict.fromkeys(erased))
    while some := tuple(islice(left, MOST)):
        for event_id in some:
            log.erase(event_id)
        told = Forgotten(some, why, what)
        words = noted(note) if not made else None
        made.append(write(log, who, told, person_ref=person_ref, content=words))
    return tuple(made)
