"""Accounts and sessions in `kiosk.db`; the officer's own name and number are sealed."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from verification.adapters.store.rows import (
    ACCOUNT_COLUMNS,
    SESSION_COLUMNS,
    account_of,
    session_of,
    stored_account,
    stored_session,
)
from verification.adapters.store.sqlite.database import errors_in_words, fetched
from verification.log.account import Account, Session
from verification.log.sealing import Sealer
from verification.log.unreadable import Cause, Noticed

_ACCOUNT = f"SELECT {ACCOUNT_COLUMNS} FROM account"
_SESSION = f"SELECT {SESSION_COLUMNS} FROM session"


class SqliteAccounts:
    """The `Accounts` port on one connection.

    Args:
        connection: A reader's, or the writer's inside a transaction.
        sealer: Seals and opens the officers' personal facts.
        noticed: Keeps what could not be read.
        path: The file to name in errors; None inside a transaction, whose writer tells them.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        sealer: Sealer,
        noticed: Noticed,
        path: Path | None = None,
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._noticed = noticed
        self._path = path

    def account(self, name: str) -> Account | None:
        """Return one account."""
        rows = self._rows(f"{_ACCOUNT} WHERE name = ?", name)
        return self._account(rows[0]) if rows else None

    def accounts(self) -> Sequence[Account]:
        """Return all accounts by name."""
        rows = self._rows(f"{_ACCOUNT} ORDER BY name")
        return [self._account(row) for row in rows]

    def _account(self, row: Sequence[Any]) -> Account:
        account = account_of(row, self._sealer)
        cause = Cause.BYTES if account.unreadable else None
        self._noticed.note(f"account:{account.name}", cause)
        return account

    def put_account(self, account: Account) -> None:
        """Add or replace an account."""
        self._put(f"account ({ACCOUNT_COLUMNS})", stored_account(account, self._sealer))

    def session(self, digest: str) -> Session | None:
        """Return one session."""
        rows = self._rows(f"{_SESSION} WHERE digest = ?", digest)
        return self._session(rows[0]) if rows else None

    def sessions(self) -> Sequence[Session]:
        """Return all sessions that were not ended, newest first."""
        rows = self._rows(f"{_SESSION} ORDER BY opened_at DESC, rowid DESC")
        return [session for row in rows if (session := self._session(row))]

    def _session(self, row: Sequence[Any]) -> Session | None:
        """Return a session, None where its row is damaged: whoever had it signs in again."""
        session = session_of(row)
        if session is None:
            self._noticed.note(f"session:{str(row[0])[:8]}", Cause.BYTES)
        return session

    def put_session(self, session: Session) -> None:
        """Add or replace a session."""
        self._put(f"session ({SESSION_COLUMNS})", stored_session(session))

    def end_session(self, digest: str) -> None:
        """Delete a session."""
        self._rows("DELETE FROM session WHERE digest = ?", digest)

    def _put(self, columns: str, values: tuple[object, ...]) -> None:
        marks = ",".join("?" * len(values))
        self._rows(f"INSERT OR REPLACE INTO {columns} VALUES ({marks})", *values)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with errors_in_words(self._path):
            return fetched(self._connection, query, values)
