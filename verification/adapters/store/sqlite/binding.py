"""Accounts of a version that did not bind them: bound once, as far as the log bears them out.

Whoever writes `kiosk.db` can take every MAC away, and `accounts_bound` out of the log; that a store
was bound is known by its keys, which are wrapped anew when its register begins.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from verification.adapters.store.account_rows import (
    ACCOUNT_COLUMNS,
    account_mac,
    believed_account,
)
from verification.adapters.store.sql.reading import readable_events
from verification.adapters.store.sqlite.database import Statements
from verification.basics.errors import StoreError
from verification.log.account import Account
from verification.log.account_story import STORY_KINDS, Story, stories
from verification.log.findings import HOUSE
from verification.log.house_events import AccountsBound
from verification.log.ports import LogTransaction
from verification.log.sealing import Sealer
from verification.log.writing import Stranger, write
from verification.officers.passwords import UNUSABLE
from verification.rights import Role

_UNBOUND = """
SELECT (EXISTS (SELECT 1 FROM account WHERE mac IS NULL)
    OR EXISTS (SELECT 1 FROM log WHERE kind = 'account_changed'))
  AND NOT EXISTS (SELECT 1 FROM log WHERE kind = 'accounts_bound')
"""
_WHERE = "SELECT desk FROM log ORDER BY kind = 'account_changed' DESC, rowid DESC LIMIT 1"


def bind_accounts(connection: sqlite3.Connection, sealer: Sealer, log: LogTransaction) -> None:
    """Bind the accounts that the log bears out, and write that down; their sessions end.

    A row that the log tells otherwise, or does not know, stays unbound: an administrator sets it
    right. Of a session nothing tells that its token is the officer's: all sign in once more.

    Args:
        connection: The writer's, inside a piece of work.
        sealer: Binds the rows.
        log: The same piece of work.
    """
    if not connection.execute(_UNBOUND).fetchone()[0]:  # a new house
        return
    told, count = stories(readable_events(Statements(connection), STORY_KINDS)), 0
    query = f"SELECT {ACCOUNT_COLUMNS} FROM account WHERE mac IS NULL"
    for *values, _ in connection.execute(query).fetchall():
        story = told.get(values[0])
        if _is_borne_out(values, story, sealer):
            bound = [*values, story.last if story else None]
            connection.execute(
                "UPDATE account SET event_id = ?, mac = ? WHERE name = ?",
                (bound[-1], account_mac(bound, sealer), values[0]),
            )
            count += 1
    connection.execute("DELETE FROM session WHERE mac IS NULL")
    desk = connection.execute(_WHERE).fetchone()
    write(log, Stranger(desk[0] if desk else HOUSE), AccountsBound(count))


def _is_borne_out(row: Sequence[Any], story: Story | None, sealer: Sealer) -> bool:
    with suppress(StoreError, ValueError, TypeError, KeyError, AttributeError):
        account = believed_account([*row, None], sealer)
        if story is None:
            return _is_of_the_demo(account)
        roles = story.roles[0] if story.roles else frozenset()
        return account.roles == roles and account.disabled == story.disabled and not account.demo
    return False


def _is_of_the_demo(account: Account) -> bool:
    return account.demo and account.password == UNUSABLE and Role.ADMINISTRATOR not in account.roles
