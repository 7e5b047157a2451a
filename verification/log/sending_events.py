"""What the hospital system told of a visit, and what was sent outside or could not be."""

from dataclasses import dataclass
from typing import ClassVar

from verification.log.events import EventKind, Happening


@dataclass(frozen=True)
class HisTold(Happening):
    """A system of the hospital told something of a visit; what it told is content.

    Args:
        visit: The visit.
        system: Which system, the name of its key.
        fields: Names of the fields that it gave, sorted.
        record: True where a check-in record is to be signed and sent because of it.
    """

    kind: ClassVar = EventKind.HIS_TOLD
    visit: str
    system: str
    fields: tuple[str, ...]
    record: bool = False


@dataclass(frozen=True)
class _OfItem(Happening):
    """Something of an item of the outbox.

    Args:
        errand: What is sent, an `Errand`.
        item: Its name in the outbox.
        visit: The visit that it is about.
    """

    errand: str
    item: str
    visit: str


@dataclass(frozen=True)
class Delivered(_OfItem):
    """It was taken by its receiver.

    Args:
        to: Who took it: `folder`, `webhook`, `portal`.
        receipt: What the receiver calls it, such as `maGiaoDich`; None where it gave no name.
        ms: How long it took.
        replaced: True where it was asked for anew while it was being sent: that still waits.
        received_at: When its receiver says that it took it, in the receiver's own form.
    """

    kind: ClassVar = EventKind.DELIVERED
    to: str
    receipt: str | None = None
    ms: int = 0
    replaced: bool = False
    received_at: str | None = None


@dataclass(frozen=True)
class NotDelivered(_OfItem):
    """It was not taken.

    Args:
        cause: Why, a code.
        detail: What more is known; nobody's data.
        again_at: When it is sent again, UTC; None where it is sent no more by itself.
        replaced: True where it was asked for anew while it was being sent: that waits as it was.
    """

    kind: ClassVar = EventKind.NOT_DELIVERED
    cause: str
    detail: str | None = None
    again_at: str | None = None
    replaced: bool = False


@dataclass(frozen=True)
class SentAgain(_OfItem):
    """Somebody has it sent again now.

    Args:
        why: `person`, `clock`.
    """

    kind: ClassVar = EventKind.SENT_AGAIN
    why: str


@dataclass(frozen=True)
class ApiKeyChanged(Happening):
    """A key by which a system of the hospital asks the kiosk was made, changed or ended.

    Args:
        system: Its name.
        act: `made`, `rotated`, `changed`, `ended`.
        key_id: Which of its keys.
        rights: What it may do then.
        per_minute: How often.
        ends: From when it is no longer taken, UTC; None for never.
    """

    kind: ClassVar = EventKind.API_KEY_CHANGED
    system: str
    act: str
    key_id: str
    rights: tuple[str, ...] = ()
    per_minute: int | None = None
    ends: str | None = None
