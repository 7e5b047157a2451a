"""Rows of the keys of the hospital's systems, each bound to the master key.

A row that somebody without that key made, changed or put back is read as one that is not sound,
and lets nobody in.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from verification.log.api_keys import ApiKey, changed
from verification.log.chained import NOT_READ
from verification.log.sealing import Sealer
from verification.log.sending_events import ApiKeyChanged
from verification.rights import SystemRole

KEY_COLUMNS = "key_id, system, digest, rights, per_minute, made_at, ends"
_NEVER = datetime.min.replace(tzinfo=UTC)


def stored_key(key: ApiKey) -> tuple[str | int | None, ...]:
    """Return a key as the values of `KEY_COLUMNS`."""
    return (
        key.key_id,
        key.system,
        key.digest,
        " ".join(sorted(key.rights)),
        key.per_minute,
        _exact(key.made_at),
        _exact(key.ends) if key.ends else None,
    )


def key_of(row: Sequence[Any], sealer: Sealer, last_change: object) -> ApiKey:
    """Return the key of a row of `KEY_COLUMNS` and its MAC.

    Args:
        row: The row.
        sealer: Binds by the master key.
        last_change: The codes of the event that last changed it, as the log has them; a row that
            says otherwise is an older one, put back.
    """
    *values, mac = row
    with suppress(*NOT_READ):
        if key_holds(values, mac, sealer):
            key = _believed(values)
            told = ApiKeyChanged.of(json.loads(str(last_change)))
            if told == changed(key, told.act):
                return key
    key_id, system, digest = map(str, values[:3])
    return ApiKey(key_id, system, digest, frozenset(), 0, _NEVER, _NEVER, sound=False)


def key_mac(values: Sequence[str | int | None], sealer: Sealer) -> str:
    """Return what binds the values of `KEY_COLUMNS`."""
    return sealer.binder.bind("api_key", *values)


def key_holds(values: Sequence[Any], mac: object, sealer: Sealer) -> bool:
    """Tell whether the values of `KEY_COLUMNS` are bound as they stand."""
    return sealer.binder.holds(mac, "api_key", *values)


def _exact(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _believed(values: Sequence[Any]) -> ApiKey:
    key_id, system, digest, rights, per_minute, made_at, ends = values
    return ApiKey(
        key_id,
        system,
        digest,
        frozenset(SystemRole(right) for right in rights.split()),
        per_minute,
        datetime.fromisoformat(made_at),
        datetime.fromisoformat(ends) if ends else None,
    )
