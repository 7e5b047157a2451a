"""New keys for a store, in one piece of work: what a rotation rewrites.

Marks cannot be undone, so they are made anew from the readable content: a number that stands in no
content any more loses its row of the index, and its marks in the history with it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.account_rows import ACCOUNTS_KEY
from verification.adapters.store.sql import seen
from verification.adapters.store.sql.accounts import SqlAccounts
from verification.adapters.store.sql.api_keys import SqlApiKeys
from verification.adapters.store.sqlite import register
from verification.adapters.store.sqlite.database import (
    Statements,
    connect,
    each,
    errors_in_words,
    fetched,
)
from verification.basics.errors import StoreError
from verification.log import occasions
from verification.log.chained import NOT_READ
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.unreadable import Noticed
from verification.rules.misuse.past_visit import PastVisit

_NUMBERS = frozenset({"ma_the", "ma_so_bhxh", "so_cccd"})
_MARKED = frozenset({"so_cccd", "ma_bn", "sha256"})
_CARD, _BHXH = 15, 10
# hashes alone: SQLite may lay them into a file of its own
_KEPT = (
    "CREATE TEMP TABLE mark_kept (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID",
    "CREATE TEMP TABLE person_kept (number_hmac TEXT PRIMARY KEY, person_ref TEXT, bhxh INT)",
    "CREATE INDEX temp.person_kept_ref ON person_kept (person_ref)",
    "CREATE TEMP TABLE visit_kept (old TEXT PRIMARY KEY, new TEXT) WITHOUT ROWID",
)
_NAMED = """
INSERT INTO person_kept SELECT number_hmac, person_ref, 0 FROM person_index AS of
WHERE number_hmac GLOB 'bhxh:*'
  AND EXISTS (SELECT 1 FROM person_kept WHERE person_ref = of.person_ref AND bhxh = 1)
"""
_COLUMNS = ("shown", "cccd", "ma_bn")
_HAS_MARKS = " OR ".join(f"{name} IS NOT NULL" for name in _COLUMNS)
_FRESH = ", ".join(
    f"{name} = (SELECT new FROM mark_kept WHERE old = history.{name})" for name in _COLUMNS
)
_LOST = " OR ".join(
    f"({name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mark_kept WHERE old = history.{name}))"
    for name in _COLUMNS
)
_GONE = "origin = 'import' AND id NOT IN (SELECT old FROM visit_kept)"


@dataclass(frozen=True)
class Rotated:
    """What a rotation did.

    Args:
        data_key: Id of the key that seals from now on.
        index_key: True: the key of the index and of the marks is another.
        master: True where the master key is another.
        contents: Contents that were read; they stay sealed as they are.
        persons: Rows of the index that were rewritten.
        persons_gone: Rows that went: no readable content holds their number any more.
        history: Visits whose marks were rewritten.
        history_gone: Visits that lost a mark, or went.
        unread: Contents, accounts and keys that the former keys did not open.
    """

    data_key: str
    index_key: bool
    master: bool
    contents: int
    persons: int
    persons_gone: int
    history: int
    history_gone: int
    unread: int


@dataclass(frozen=True)
class Keys:
    """The former keys and the new ones inside a rotation."""

    connection: sqlite3.Connection
    old: Sealer
    new: Sealer


Rebind = Callable[[Keys], Callable[[], int]]
"""Reads rows that are bound to a key while the former keys are in place; what it returns binds them
to the new ones, and says how many could not be read."""


def rotate(keys: Keys, now: datetime, master: bytes | None) -> Rotated:
    """Give a store new keys, inside a piece of work.

    Args:
        keys: The sealers of the former keys and of the new ones; both load from the connection.
        now: The present time.
        master: The new master key, that of `keys.new`; None where it stays.
    """
    keys.old.index("")  # remembered, before another one lies in its place
    bind = [rebind(keys) for rebind in REBINDS]
    data_key = keys.old.next_key_of_month(f"{now.astimezone(UTC):%Y-%m}")
    unread = _wrap_anew(keys, master) if master else 0
    for key_id in (INDEX_KEY, ACCOUNTS_KEY, data_key):
        values = key_id, keys.new.new_wrapped_key(key_id)
        keys.connection.execute("INSERT OR REPLACE INTO wrapped_key VALUES (?, ?)", values)
    contents, unread_contents = _read_contents(keys)
    persons, persons_gone = _rewrite_index(keys.connection)
    history, history_gone = _rewrite_history(keys.connection)
    told, told_gone = _make_seen_again(keys)
    for table in ("mark_kept", "person_kept", "visit_kept"):
        keys.connection.execute(f"DROP TABLE temp.{table}")
    return Rotated(
        data_key,
        index_key=True,
        master=master is not None,
        contents=contents,
        persons=persons,
        persons_gone=persons_gone,
        history=history + told,
        history_gone=history_gone + told_gone,
        unread=unread + unread_contents + sum(bound() for bound in bind),
    )


def wipe(path: Path) -> bool:
    """Write a store anew without what was deleted in it; False where others use it or it is full.

    Raises:
        StoreError: It cannot be opened.
    """
    with closing(connect(path)) as connection:
        try:
            with errors_in_words(path):
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("VACUUM")
                (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except StoreError:
            return False
    return not busy


def _wrap_anew(keys: Keys, master: bytes) -> int:
    """Wrap all keys by the new master key; return how many the former one did not open."""
    unread = 0
    for key_id, wrapped in register.wrapped_keys(keys.connection):
        try:
            values = keys.old.rewrapped(key_id, wrapped, master), key_id
        except StoreError:
            unread += 1
            continue
        keys.connection.execute("UPDATE wrapped_key SET wrapped = ? WHERE key_id = ?", values)
    return unread


def _read_contents(keys: Keys) -> tuple[int, int]:
    """Keep under the new key what the contents hold; return how many were read and how many not."""
    for statement in _KEPT:
        keys.connection.execute(statement)
    read = unread = 0
    kept: set[str] = set()
    rows = each(keys.connection, "SELECT event_id, key_id, sealed FROM content")
    for event_id, key_id, sealed in rows:
        try:
            content = json.loads(keys.new.open(key_id, event_id, sealed))
        except (StoreError, *NOT_READ):
            unread += 1
            continue
        read += 1
        held = set(_values(content))
        for value in {value for name, value in held if name in _MARKED}:
            _keep_mark(keys, value)
        numbers = {value for name, value in held if name in _NUMBERS}
        numbers |= {number[-_BHXH:] for number in numbers if len(number) == _CARD}
        for number in numbers - kept:  # most patients come again
            _keep_number(keys, number)
        kept |= numbers
    return read, unread


def _values(content: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401  # whatever JSON holds
    """Yield what of a content has marks: numbers of cards and persons, the digest of the text."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if isinstance(value, str) and name in _MARKED | _NUMBERS:
                yield name, value
            yield from _values(value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            yield from _values(one)


def _keep_mark(keys: Keys, value: str) -> None:
    marks = occasions.marks_of(keys.old)(value), occasions.marks_of(keys.new)(value)
    keys.connection.execute("INSERT OR IGNORE INTO mark_kept VALUES (?, ?)", marks)


def _keep_number(keys: Keys, number: str) -> None:
    """Keep whom a number means, and the visits elsewhere that were told with it."""
    query = "SELECT person_ref FROM person_index WHERE number_hmac = ?"
    found = keys.connection.execute(query, (keys.old.index(number),)).fetchone()
    if found is None:
        return
    put = "INSERT OR IGNORE INTO person_kept VALUES (?, ?, ?)"
    values = keys.new.index(number), found[0], int(len(number) == _BHXH)
    if keys.connection.execute(put, values).rowcount:
        _keep_elsewhere(keys, number, found[0])


def _keep_elsewhere(keys: Keys, number: str, person_ref: str) -> None:
    """Keep visits of other houses, whose names are marks of facility, time and number."""
    old, new = occasions.marks_of(keys.old), occasions.marks_of(keys.new)
    query = "SELECT id, ma_cskcb, at FROM history WHERE person_ref = ? AND origin = 'import'"
    for id_, ma_cskcb, at in keys.connection.execute(query, (person_ref,)).fetchall():
        visit = PastVisit(at, ma_cskcb, card={"ma_the": number})
        if occasions.elsewhere_id(visit, old) == id_:
            values = id_, occasions.elsewhere_id(visit, new)
            keys.connection.execute("INSERT OR IGNORE INTO visit_kept VALUES (?, ?)", values)


def _rewrite_index(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many rows of the index stay under new marks, and how many go."""
    count = "SELECT count(*) FROM person_index WHERE number_hmac NOT GLOB 'bhxh:*'"
    (before,) = connection.execute(count).fetchone()
    connection.execute(_NAMED)
    connection.execute("DELETE FROM person_index")
    connection.execute("INSERT INTO person_index SELECT number_hmac, person_ref FROM person_kept")
    (after,) = connection.execute(count).fetchone()
    return after, before - after


def _rewrite_history(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return of how many visits all marks were made anew, and how many lost one or went."""

    def counted(which: str) -> int:
        query = f"SELECT count(*) FROM history WHERE {which}"
        return int(connection.execute(query).fetchone()[0])

    before = counted(f"origin = 'import' OR {_HAS_MARKS}")
    gone = connection.execute(f"DELETE FROM history WHERE {_GONE}").rowcount + counted(_LOST)
    renamed = "id = (SELECT new FROM visit_kept WHERE old = history.id)"
    connection.execute(f"UPDATE history SET {renamed} WHERE origin = 'import'")
    connection.execute(f"UPDATE history SET {_FRESH} WHERE {_HAS_MARKS}")
    return before - gone, gone


def _make_seen_again(keys: Keys) -> tuple[int, int]:
    """Make the visits that the portal told of again, whose names are marks; count as above."""
    query = f"SELECT count(*) FROM history WHERE origin = '{seen.ORIGIN}'"
    [[before]] = fetched(keys.connection, query)
    seen.make_again(Statements(keys.connection), keys.new, None)
    [[after]] = fetched(keys.connection, query)
    return after, max(before - after, 0)


def _bind_accounts(keys: Keys) -> Callable[[], int]:
    names = fetched(keys.connection, "SELECT name FROM account ORDER BY rowid")
    reader = SqlAccounts(Statements(keys.connection), keys.old, Noticed())
    accounts = list(_readable(reader.account, (name for (name,) in names)))

    def bind() -> int:
        for account in accounts:
            if account:
                SqlAccounts(Statements(keys.connection), keys.new, Noticed()).put_account(account)
        return accounts.count(None)

    return bind


def _bind_sessions(keys: Keys) -> Callable[[], int]:
    digests = fetched(keys.connection, "SELECT digest FROM session ORDER BY rowid")
    reader = SqlAccounts(Statements(keys.connection), keys.old, Noticed())
    sessions = list(_readable(reader.session, (digest for (digest,) in digests)))

    def bind() -> int:
        for session in sessions:
            if session:
                SqlAccounts(Statements(keys.connection), keys.new, Noticed()).put_session(session)
        return sessions.count(None)

    return bind


def _bind_api_keys(keys: Keys) -> Callable[[], int]:
    found = SqlApiKeys(Statements(keys.connection), keys.old, Noticed()).known()

    def bind() -> int:
        for key in found:
            if key.sound:
                SqlApiKeys(Statements(keys.connection), keys.new, Noticed()).put_key(key)
        return sum(not key.sound for key in found)

    return bind


def _bind_register(keys: Keys) -> Callable[[], int]:
    def bind() -> int:
        register.bind_anew(keys.connection, keys.old.binder, keys.new.binder)
        return 0  # what did not hold is told by verify-log, and stays so

    return bind


def _readable(read: Callable[[str], Any], names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        found = None
        with suppress(StoreError, ValueError, KeyError):
            found = read(name)
        yield found if found and found.sound else None  # else it would be bound as it stands


REBINDS: Sequence[Rebind] = (_bind_accounts, _bind_sessions, _bind_api_keys, _bind_register)
"""What is bound to a key row by row; a table whose rows carry a MAC stands here."""
