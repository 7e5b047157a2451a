"""Events: what can happen, as it is told to the log and as the log gives it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What can happen."""

    PRESENTED = "presented"
    RECEIVED = "received"
    CORRECTED = "corrected"
    ID_CHECKED = "id_checked"
    NOTED = "noted"
    VIEWED = "viewed"
    TOLD = "told"
    COMPLETED = "completed"
    DIFFICULTY = "difficulty"
    HELPED_TO_INSTALL = "helped_to_install"
    FLAGGED = "flagged"
    FLAG_ANSWERED = "flag_answered"
    CANCELLED = "cancelled"
    CONTENT_ERASED = "content_erased"
    CASE_OPENED = "case_opened"
    CASE_JOINED = "case_joined"
    CASE_TAKEN = "case_taken"
    CASE_RELEASED = "case_released"
    CASE_HANDED_OVER = "case_handed_over"
    CASE_DATED = "case_dated"
    CASE_PROPOSED = "case_proposed"
    CASE_APPROVED = "case_approved"
    CASE_REJECTED = "case_rejected"
    CASE_CLOSED = "case_closed"
    CASE_REOPENED = "case_reopened"
    CASE_SNOOZED = "case_snoozed"
    CASE_REPORTED = "case_reported"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    OFFICER_CHANGED = "officer_changed"
    ACCOUNT_CHANGED = "account_changed"
    EXPORTED = "exported"


@dataclass(frozen=True)
class NewEvent:
    """An event about to be logged.

    Args:
        desk: The desk whose chain it joins.
        kind: What happened.
        happened_at: When, with time zone; None for the time of recording.
        codes: Facts that name nobody; strings, integers, lists and objects of them.
        person_ref: The random reference of the person, if one is concerned.
        content: Personal facts, sealed and erasable.
    """

    desk: str
    kind: EventKind
    happened_at: datetime | None
    codes: Mapping[str, Any] = field(default_factory=dict)
    person_ref: str | None = None
    content: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Event:
    """A logged event; `seq` counts from 1 at each desk."""

    desk: str
    seq: int
    recorded_at: datetime
    kind: EventKind
    happened_at: datetime
    codes: Mapping[str, Any]
    person_ref: str | None

    @property
    def event_id(self) -> str:
        """Return the name of the event, `desk-seq`."""
        return f"{self.desk}-{self.seq}"
