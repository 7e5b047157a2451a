"""A case as far as it can be read: its events added up, one of them damaged or none."""

from collections.abc import Sequence
from dataclasses import replace

from verification.log.case import Case, advance_case, begin_case
from verification.log.case_events import case_event
from verification.log.events import Event


def fold_case(bare: Case, events: Sequence[Event]) -> Case:
    """Return a case as its events add up to it, marked where one of them cannot be read.

    A case is not folded on behind such an event: it may have been the one that rejected what a
    second person could now approve.

    Args:
        bare: Number, subject and begin, all that is known without its events.
        events: Oldest first.
    """
    case: Case | None = None
    for event in events:
        try:
            if case_event(event).case != bare.number:
                raise LookupError(event.event_id)  # noqa: TRY301  # a damaged row names it
            case = advance_case(case, event) if case else begin_case(event)
        except (ValueError, LookupError, TypeError):
            return replace(bare, unreadable=event.event_id)
    return case or bare
