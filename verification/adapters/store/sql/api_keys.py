"""The keys of the hospital's systems in `kiosk.db`, bound to the master key and to the log."""

from collections.abc import Sequence
from typing import Any

from verification.adapters.store.api_key_rows import KEY_COLUMNS, key_mac, key_of, stored_key
from verification.adapters.store.sql.db import Db, upsert
from verification.log.api_keys import ApiKey, only_sound_key
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, Noticed

# in one statement: a key and the log as they were at one moment; such events are few
_LAST = (
    "SELECT codes FROM log WHERE kind = 'api_key_changed' "
    """AND instr(codes, '"key_id":"' || api_key.key_id || '"') > 0 """
    "ORDER BY log.rowid DESC LIMIT 1"
)
_PUT = upsert("api_key", f"{KEY_COLUMNS}, mac", "key_id")
_KEY = f"SELECT {KEY_COLUMNS}, mac, ({_LAST}) FROM api_key"


class SqlApiKeys:
    """The `ApiKeys` port on one db.

    Args:
        db: A reader's, or the writer's inside a transaction.
        sealer: Binds the rows.
        noticed: Keeps what could not be read.
    """

    def __init__(
        self,
        db: Db,
        sealer: Sealer,
        noticed: Noticed,
    ) -> None:
        self._db = db
        self._sealer = sealer
        self._noticed = noticed

    def key(self, key_id: str) -> ApiKey | None:
        """Return one key."""
        rows = self._rows(f"{_KEY} WHERE key_id = ?", key_id)
        return self._read(rows[0]) if rows else None

    def known(self) -> Sequence[ApiKey]:
        """Return all keys by system, of one system the oldest first."""
        rows = self._rows(f"{_KEY} ORDER BY system, made_at, key_id")
        return [self._read(row) for row in rows]

    def put_key(self, key: ApiKey) -> None:
        """Add or replace a key; one that is not sound is never bound as it stands."""
        only_sound_key(key)
        values = stored_key(key)
        self._rows(_PUT, *values, key_mac(values, self._sealer))

    def _read(self, row: Sequence[Any]) -> ApiKey:
        *values, last_change = row
        key = key_of(values, self._sealer, last_change)
        cause = None if key.sound else Cause.CHANGED
        self._noticed.note(f"api_key:{key.key_id[:16]}", cause)
        return key

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._db.rows(query, values)
