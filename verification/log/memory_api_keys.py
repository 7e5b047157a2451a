"""The keys of the hospital's systems in memory."""

from collections.abc import Callable, Sequence

from verification.log.api_keys import ApiKey, only_sound_key
from verification.log.memory_reading import only_inside
from verification.log.memory_state import State


class MemoryApiKeys:
    """The `ApiKeys` port on what the log holds.

    Args:
        state: Returns what the log holds now.
        writable: True inside a piece of work.
    """

    def __init__(self, state: Callable[[], State], *, writable: bool = False) -> None:
        self._state = state
        self._writable = writable

    def key(self, key_id: str) -> ApiKey | None:
        """Return one key."""
        return self._state().api_keys.get(key_id)

    def known(self) -> Sequence[ApiKey]:
        """Return all keys by system, of one system the oldest first."""
        found = self._state().api_keys.values()
        return sorted(found, key=lambda key: (key.system, key.made_at, key.key_id))

    def put_key(self, key: ApiKey) -> None:
        """Add or replace a key; one that is not sound is refused."""
        only_sound_key(key)
        only_inside(writable=self._writable)
        self._state().api_keys[key.key_id] = key
