"""Accounts and sessions in `kiosk.db`; the officer's own name and number are sealed.

Each row is bound to the master key, and an account's row to the event that last changed it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from verification.adapters.store.account_rows import (
    ACCOUNT_COLUMNS,
    SESSION_COLUMNS,
    account_mac,
    account_of,
    session_mac,
    session_of,
    stored_account,
    stored_session,
)
from verification.adapters.store.sql import codes
from verification.adapters.store.sql.db import Db, upsert
from verification.log.account import Account, Session, only_sound
from verification.log.events import EventKind
from verification.log.officer_events import ENDS_SESSIONS, NO_CHANGE
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, Noticed

_NO_CHANGE, _ENDS = (
    ", ".join(f"'{what}'" for what in sorted(done)) for done in (NO_CHANGE, ENDS_SESSIONS)
)
LAST_CHANGE = (
    "SELECT desk || '-' || seq FROM log WHERE kind = 'account_changed' "
    f"AND {codes.ACCOUNT} = account.name || '' "
    f"AND {codes.WHAT} NOT IN ({_NO_CHANGE}) ORDER BY log.rowid DESC LIMIT 1"
)
# In one statement: an account and the log as they were at one moment. Put together with nothing, a
# column has no affinity in SQLite; with its own no index on codes would serve.
_ACCOUNT = f"SELECT {ACCOUNT_COLUMNS}, mac, ({LAST_CHANGE}) FROM account"
_ENDED = (
    f"EXISTS (SELECT 1 FROM log WHERE {codes.ENDED} = session.event_id || '') "
    "OR EXISTS (SELECT 1 FROM log WHERE kind = 'account_changed' "
    f"AND {codes.ACCOUNT} = session.officer || '' AND {codes.WHAT} IN ({_ENDS}) "
    "AND log.rowid > (SELECT opened.rowid FROM log AS opened WHERE opened.desk = session.desk "
    "AND opened.seq = CAST(substr(session.event_id, length(session.desk) + 2) AS INTEGER)))"
)
_LOCKED = (
    f"SELECT kind = '{EventKind.LOCKED.value}' FROM log "
    f"WHERE {codes.SESSION} = session.event_id || '' ORDER BY rowid DESC LIMIT 1"
)
_SESSION = f"SELECT {SESSION_COLUMNS}, mac, ({_ENDED}), ({_LOCKED}) FROM session"


class SqlAccounts:
    """The `Accounts` port on one db.

    Args:
        db: A reader's, or the writer's inside a transaction.
        sealer: Seals and opens the officers' personal facts, and binds the rows.
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

    def account(self, name: str) -> Account | None:
        """Return one account."""
        rows = self._rows(f"{_ACCOUNT} WHERE name = ?", name)
        return self._account(rows[0]) if rows else None

    def accounts(self) -> Sequence[Account]:
        """Return all accounts by name."""
        return [self._account(row) for row in self._rows(f"{_ACCOUNT} ORDER BY name")]

    def put_account(self, account: Account) -> None:
        """Add or replace an account; one that is not sound is never bound as it stands."""
        only_sound(account)
        values = stored_account(account, self._sealer)
        self._put("account", ACCOUNT_COLUMNS, values, account_mac(values, self._sealer))

    def are_bound(self) -> bool:
        """Tell whether the log says that accounts are bound to the key, and so that there were."""
        query = "SELECT 1 FROM log WHERE kind = ? LIMIT 1"
        return bool(self._rows(query, EventKind.ACCOUNTS_BOUND.value))

    def session(self, digest: str) -> Session | None:
        """Return one session."""
        rows = self._rows(f"{_SESSION} WHERE digest = ?", digest)
        return self._session(rows[0]) if rows else None

    def sessions(self) -> Sequence[Session]:
        """Return all sessions that were not ended, newest first."""
        rows = self._rows(f"{_SESSION} ORDER BY opened_at DESC, rowid DESC")
        return [self._session(row) for row in rows]

    def put_session(self, session: Session) -> None:
        """Add or replace a session; one that is not sound is never bound as it stands."""
        only_sound(session)
        values = stored_session(session)
        self._put("session", SESSION_COLUMNS, values, session_mac(values, self._sealer))

    def end_session(self, digest: str) -> None:
        """Delete a session."""
        self._rows("DELETE FROM session WHERE digest = ?", digest)

    def _account(self, row: Sequence[Any]) -> Account:
        *values, last_change = row
        account = account_of(values, self._sealer, last_change)
        self._note(f"account:{account.name}", sound=account.sound)
        return account

    def _session(self, row: Sequence[Any]) -> Session:
        *values, ended, locked = row
        session = session_of(values, self._sealer, ended=bool(ended))
        self._note(f"session:{session.digest[:8]}", sound=session.sound)
        return replace(session, locked=True) if locked else session

    def _note(self, row: str, *, sound: bool) -> None:
        self._noticed.note(row, None if sound else Cause.CHANGED)

    def _put(self, table: str, columns: str, values: tuple[object, ...], mac: str) -> None:
        self._rows(
            upsert(table, f"{columns}, mac", columns.split(", ", maxsplit=1)[0]), *values, mac
        )

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._db.rows(query, values)
