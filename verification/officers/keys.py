"""How old the keys are and what became of them, for administrators."""

from dataclasses import dataclass
from datetime import UTC, datetime

from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.rights import Actor, Right, needs

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class KeyAges:
    """Since when the keys of the log are in use.

    Args:
        data_since: The key that seals new content.
        index_since: The key of the index of persons; None before the first event.
        rotations: What was logged of rotations, newest first.
    """

    data_since: datetime
    index_since: datetime | None
    rotations: tuple[Event, ...]


@needs(Right.MANAGE)
def key_ages(_actor: Actor, kiosk: Kiosk) -> KeyAges:
    """Return how old the keys are."""
    now = kiosk.clock().astimezone(UTC)
    rotations = tuple(reversed(kiosk.written.events((EventKind.KEYS_ROTATED,), _LONG_AGO)))
    begun = rotations[0].recorded_at if rotations else None
    first = kiosk.written.first_recorded(_LONG_AGO, now)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    known = [moment for moment in (month, begun, first) if moment]
    return KeyAges(max(known), begun or first, rotations)
