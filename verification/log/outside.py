"""A second person from outside: how far a proposal's naming and its one-time code are."""

from dataclasses import dataclass, replace
from datetime import datetime

from verification.log.case_events import (
    CaseCodeFailed,
    CaseCodeIssued,
    CaseEvent,
    CaseOutsiderNamed,
)
from verification.log.events import Event

OUTSIDER = "nguoi-ngoai"
"""Stands where an account's name would, of a second person who has none."""


@dataclass(frozen=True)
class Outside:
    """Somebody from outside who may agree to what is proposed.

    Args:
        named: The event that names them; who they are is its content.
        code: The event that made their one-time code, None while there is none.
        issued_at: When it was made.
        wrong: How often a wrong one was typed since.
    """

    named: str
    code: str | None = None
    issued_at: datetime | None = None
    wrong: int = 0


def outside_after(before: Outside | None, event: Event, done: CaseEvent) -> Outside | None:
    """Return how far it is after an event that leaves the proposal as it is."""
    match done:
        case CaseOutsiderNamed():
            return Outside(event.event_id)
        case CaseCodeIssued() if before:
            return Outside(before.named, event.event_id, event.recorded_at)
        case CaseCodeFailed() if before:
            return replace(before, wrong=before.wrong + 1)
    return before
