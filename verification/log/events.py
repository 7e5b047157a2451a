"""Events: what can happen, as it is told to the log and as the log gives it back.

Each kind has a class of its own whose fields are what the log keeps of it: of the desk in
`visit_events`, of the national portal in `portal_events`, of what is sent to hospital systems and
comes from them in `sending_events`, of difficulties, help and closed shifts in `help_events`, of
cases in `case_events`, of the monthly sample in `sample_events`, of accounts and sessions in
`officer_events`, of the house itself in `house_events`, of what was erased for good in
`forgetting_events`.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, datetime
from enum import Enum, StrEnum
from types import UnionType
from typing import Any, ClassVar, Self, get_args, get_origin

ALWAYS = {"always": True}
"""Metadata of a field that is written though it has its default."""


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
    DIFFICULTY_MOVED = "difficulty_moved"
    HELPED_TO_INSTALL = "helped_to_install"
    HELP_WITHDRAWN = "help_withdrawn"
    SHIFT_CLOSED = "shift_closed"
    FLAGGED = "flagged"
    FLAG_ANSWERED = "flag_answered"
    CANCELLED = "cancelled"
    PUT_ASIDE = "put_aside"
    PORTAL_ANSWERED = "portal_answered"
    PORTAL_FAILED = "portal_failed"
    PORTAL_ASKED_AGAIN = "portal_asked_again"
    PORTAL_KEPT = "portal_kept"
    HIS_TOLD = "his_told"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    SENT_AGAIN = "sent_again"
    API_KEY_CHANGED = "api_key_changed"
    CONTENT_ERASED = "content_erased"
    FORGOTTEN = "forgotten"
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
    CASE_OUTSIDER_NAMED = "case_outsider_named"
    CASE_CODE_ISSUED = "case_code_issued"
    CASE_CODE_FAILED = "case_code_failed"
    CASE_COMMENTED = "case_commented"
    CASE_UNDONE = "case_undone"
    SAMPLE_DRAWN = "sample_drawn"
    SAMPLE_JUDGED = "sample_judged"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    SIGNED_OUT = "signed_out"
    OFFICER_CHANGED = "officer_changed"
    ACCOUNT_CHANGED = "account_changed"
    EXPORTED = "exported"
    CLOCK_NOTED = "clock_noted"
    CARDS_IMPORTED = "cards_imported"
    KEYS_ROTATED = "keys_rotated"
    REBUILT = "rebuilt"
    LOG_NOTED = "log_noted"
    LOG_VERIFIED = "log_verified"
    ACCOUNTS_BOUND = "accounts_bound"
    RIGHT_REFUSED = "right_refused"
    SCREEN_PAIRED = "screen_paired"
    PAIRING_ENDED = "pairing_ended"
    UNREADABLE = "unreadable"
    """Stands for a row that cannot be read; none is written, and nothing follows from it."""


def key(name: str) -> dict[str, Any]:
    """Return the metadata of a field that the log keeps under another name."""
    return {"key": name}


class Coded:
    """A frozen value that the log keeps as codes: strings, integers, lists and objects of them.

    A field that has its default is left out, and read as its default where the log lacks it; True
    is 1. Keys that only older or newer versions know are passed over.
    """

    def codes(self) -> dict[str, Any]:
        """Return it as the log keeps it."""
        held = ((one, getattr(self, one.attribute)) for one in _kept(type(self)))
        return {o.name: _plain(value) for o, value in held if o.always or value != o.default}

    @classmethod
    def of(cls, codes: Mapping[str, Any]) -> Self:
        """Read it again.

        Raises:
            KeyError: What it cannot be without is not there.
        """
        return cls(
            **{
                one.attribute: one.read(codes[one.name]) if one.read else codes[one.name]
                for one in _kept(cls)
                if one.name in codes or one.default is MISSING
            }
        )


class Happening(Coded):
    """What happened; one class a kind. Who did it, where and when the event says."""

    kind: ClassVar[EventKind]


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

    @property
    def is_readable(self) -> bool:
        """Tell whether its row could be read; of one that could not only the name is known."""
        return self.kind is not EventKind.UNREADABLE

    @property
    def officer(self) -> str:
        """Return who did it, empty where nobody known did."""
        return str(self.codes.get("officer", ""))


@dataclass(frozen=True)
class _Kept:
    """How one field is kept."""

    attribute: str
    name: str
    default: object
    always: bool
    read: Callable[[Any], Any] | None


_WORKED_OUT: dict[type[Coded], tuple[_Kept, ...]] = {}


def _kept(cls: type[Coded]) -> tuple[_Kept, ...]:
    """Return how the fields of a class are kept."""
    if cls not in _WORKED_OUT:
        _WORKED_OUT[cls] = tuple(_kept_of(one) for one in fields(cls))  # type: ignore[arg-type]  # every Coded is a dataclass
    return _WORKED_OUT[cls]


def _kept_of(one: Field[Any]) -> _Kept:
    return _Kept(
        one.name,
        one.metadata.get("key", one.name),
        one.default if one.default_factory is MISSING else one.default_factory(),
        bool(one.metadata.get("always")),
        _reader(one.type),
    )


def _reader(kind: Any) -> Callable[[Any], Any] | None:  # noqa: ANN401  # an annotation
    """Return what makes a field's value of what JSON holds, None where that is the value."""
    if isinstance(kind, UnionType):
        read = next((way for one in get_args(kind) if (way := _reader(one))), None)
        return (lambda value: value if value is None else read(value)) if read else None
    if kind is bool:
        return bool
    if kind in {date, datetime}:
        return kind.fromisoformat  # type: ignore[no-any-return]  # of either
    if get_origin(kind) is not tuple:
        return None
    (part, *_) = get_args(kind)
    if issubclass(part, Coded):
        return lambda values: tuple(part.of(value) for value in values)
    return tuple


def _plain(value: object) -> object:
    """Return a value as JSON holds it."""
    match value:
        case Coded():
            return value.codes()
        case Enum():
            return value.value
        case bool():
            return int(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return dict(value)
    return value
