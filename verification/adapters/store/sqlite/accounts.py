"""Accounts and sessions in `kiosk.db`; the officer's own name and number are sealed."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.sqlite.database import errors_in_words
from verification.log import chain
from verification.log.account import Account, Session
from verification.log.sealing import Sealer
from verification.rights import Role

_KEY = "accounts-1"
_ACCOUNT = (
    "name, roles, sealed, password, pin, disabled, failures, locked_until, full_login_at, demo"
)
_SESSION = "digest, officer, desk, address, opened_at, active_at, ends_at, locked"


class SqliteAccounts:
    """The `Accounts` port on one connection.

    Args:
        connection: A reader's, or the writer's inside a transaction.
        sealer: Seals and opens the officers' personal facts.
        path: The file to name in errors; None inside a transaction, whose writer tells them.
    """

    def __init__(
        self, connection: sqlite3.Connection, sealer: Sealer, path: Path | None = None
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._path = path

    def account(self, name: str) -> Account | None:
        """Return one account."""
        rows = self._rows(f"SELECT {_ACCOUNT} FROM account WHERE name = ?", name)
        return self._account_of(rows[0]) if rows else None

    def accounts(self) -> Sequence[Account]:
        """Return all accounts by name."""
        rows = self._rows(f"SELECT {_ACCOUNT} FROM account ORDER BY name")
        return [self._account_of(row) for row in rows]

    def put_account(self, account: Account) -> None:
        """Add or replace an account."""
        facts = chain.canonical({"ho_ten": account.ho_ten, "so_cccd": account.so_cccd})
        self._put(
            f"account ({_ACCOUNT})",
            account.name,
            ",".join(sorted(account.roles)),
            self._sealer.seal(_KEY, _bound(account.name), facts),
            account.password,
            account.pin,
            int(account.disabled),
            account.failures,
            _utc(account.locked_until),
            _utc(account.full_login_at),
            int(account.demo),
        )

    def session(self, digest: str) -> Session | None:
        """Return one session."""
        rows = self._rows(f"SELECT {_SESSION} FROM session WHERE digest = ?", digest)
        return _session_of(rows[0]) if rows else None

    def sessions(self) -> Sequence[Session]:
        """Return all sessions that were not ended, newest first."""
        rows = self._rows(f"SELECT {_SESSION} FROM session ORDER BY opened_at DESC, rowid DESC")
        return [_session_of(row) for row in rows]

    def put_session(self, session: Session) -> None:
        """Add or replace a session."""
        self._put(
            f"session ({_SESSION})",
            session.digest,
            session.officer,
            session.desk,
            session.address,
            _utc(session.opened_at),
            _utc(session.active_at),
            _utc(session.ends_at),
            int(session.locked),
        )

    def end_session(self, digest: str) -> None:
        """Delete a session."""
        self._rows("DELETE FROM session WHERE digest = ?", digest)

    def _put(self, columns: str, *values: object) -> None:
        marks = ",".join("?" * len(values))
        self._rows(f"INSERT OR REPLACE INTO {columns} VALUES ({marks})", *values)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with errors_in_words(self._path):
            return self._connection.execute(query, values).fetchall()

    def _account_of(self, row: Sequence[Any]) -> Account:
        name, roles, sealed, password, pin, disabled, failures, locked, full, demo = row
        facts = json.loads(self._sealer.open(_KEY, _bound(name), sealed))
        return Account(
            name=name,
            roles=frozenset(Role(role) for role in roles.split(",") if role),
            ho_ten=facts["ho_ten"],
            so_cccd=facts["so_cccd"],
            password=password,
            pin=pin,
            disabled=bool(disabled),
            failures=failures,
            locked_until=_moment(locked),
            full_login_at=_moment(full),
            demo=bool(demo),
        )


def _session_of(row: Sequence[Any]) -> Session:
    digest, officer, desk, address, *moments, locked = row
    opened, active, ends = (datetime.fromisoformat(moment) for moment in moments)
    return Session(digest, officer, desk, address, opened, active, ends, bool(locked))


def _bound(name: str) -> str:
    return f"account:{name}"  # no event is called so


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
