"""Keys by which systems of the hospital ask the kiosk: the value, and a port of the engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from verification.log.sending_events import ApiKeyChanged
from verification.rights import SystemRole


@dataclass(frozen=True)
class ApiKey:
    """One key of one system.

    Args:
        key_id: Its name, which is no secret.
        system: Whose it is.
        digest: SHA-256 of the whole key, hex; the key itself is with the system alone.
        rights: What the system may do; none once it was ended, whatever a clock says.
        per_minute: How many requests the system may make in a minute.
        made_at: When it was made.
        ends: From when it is no longer taken; None for never.
        sound: False where the store's row was made, changed or put back without the master key.
    """

    key_id: str
    system: str
    digest: str
    rights: frozenset[SystemRole]
    per_minute: int
    made_at: datetime
    ends: datetime | None = None
    sound: bool = True

    def lives(self, now: datetime) -> bool:
        """Tell whether it is taken."""
        return self.sound and bool(self.rights) and (self.ends is None or now < self.ends)


def changed(key: ApiKey, act: str) -> ApiKeyChanged:
    """Return the event of a change that leaves a key as it is now."""
    ends = key.ends.astimezone(UTC).isoformat(timespec="microseconds") if key.ends else None
    rights = tuple(sorted(key.rights))
    return ApiKeyChanged(key.system, act, key.key_id, rights, key.per_minute, ends)


class ApiKeys(Protocol):
    """The keys, those that ended too; what writes works inside `Log.write` only."""

    def key(self, key_id: str) -> ApiKey | None:
        """Return one key."""

    def known(self) -> Sequence[ApiKey]:
        """Return all keys by system, of one system the oldest first."""

    def put_key(self, key: ApiKey) -> None:
        """Add or replace a key.

        Raises:
            ValueError: It is not sound.
        """


def only_sound_key(key: ApiKey) -> None:
    """Refuse to keep what somebody without the master key has written.

    Raises:
        ValueError: It is such a one.
    """
    if not key.sound:
        raise ValueError(f"{key.key_id} is not sound")
