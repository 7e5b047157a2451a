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

from verification.adapters.store.rows import ACCOUNTS_KEY
from verification.adapters.store.sqlite.accounts import SqliteAccounts
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.basics.errors import StoreError
from verification.log import occasions
from verification.log.sealing import INDEX_KEY, Sealer
from verification.rules.misuse.past_visit import PastVisit

_NUMBERS = frozenset({"ma_the", "ma_so_bhxh", "so_cccd"})
_MARKED = _NUMBERS | {"ma_bn", "sha256"}
_WITH_BHXH = 15
_BHXH = 10
_SAID = """
CREATE TEMP TABLE said (old TEXT PRIMARY KEY, mark TEXT, new TEXT, fresh TEXT, number TEXT);
CREATE INDEX temp.said_mark ON said (mark);
"""
_INDEX = """
CREATE TEMP TABLE person_kept AS
  SELECT said.new AS number_hmac, of.person_ref, said.number
  FROM person_index AS of JOIN said ON said.old = of.number_hmac;
CREATE INDEX temp.person_kept_ref ON person_kept (person_ref);
INSERT INTO person_kept SELECT number_hmac, person_ref, NULL FROM person_index AS of
  WHERE number_hmac GLOB 'bhxh:*' AND EXISTS (
    SELECT 1 FROM person_kept AS kept
    WHERE kept.person_ref = of.person_ref AND length(kept.number) = 10);
"""
_MARK_COLUMNS = ("shown", "cccd", "ma_bn")
_HAS_MARKS = " OR ".join(f"{name} IS NOT NULL" for name in _MARK_COLUMNS)
_FRESH = ", ".join(
    f"{name} = (SELECT fresh FROM said WHERE mark = history.{name})" for name in _MARK_COLUMNS
)
_LOST = " OR ".join(
    f"({name} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM said WHERE mark = history.{name}))"
    for name in _MARK_COLUMNS
)


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
    history, history_gone = _rewrite_history(keys)
    for table in ("said", "person_kept"):
        keys.connection.execute(f"DROP TABLE temp.{table}")
    return Rotated(
        data_key,
        index_key=True,
        master=master is not None,
        contents=contents,
        persons=persons,
        persons_gone=persons_gone,
        history=history,
        history_gone=history_gone,
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
    rows = keys.connection.execute("SELECT key_id, wrapped FROM wrapped_key").fetchall()
    for key_id, wrapped in rows:
        try:
            values = keys.old.rewrapped(key_id, wrapped, master), key_id
        except StoreError:
            unread += 1
            continue
        keys.connection.execute("UPDATE wrapped_key SET wrapped = ? WHERE key_id = ?", values)
    return unread


def _read_contents(keys: Keys) -> tuple[int, int]:
    """Note each number that a content holds with its marks; return how many were read and not."""
    for statement in _SAID.split(";"):
        keys.connection.execute(statement)
    put = "INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?, ?)"
    read = unread = 0
    rows = keys.connection.execute("SELECT event_id, key_id, sealed FROM content")
    for event_id, key_id, sealed in rows:
        try:
            content = json.loads(keys.new.open(key_id, event_id, sealed))
        except (StoreError, ValueError):
            unread += 1
            continue
        read += 1
        keys.connection.executemany(put, (_said(keys, one) for one in set(_values(content))))
    return read, unread


def _said(keys: Keys, value: str) -> tuple[str, str, str, str, str]:
    of_old, of_new = occasions.marks_of(keys.old), occasions.marks_of(keys.new)
    old, new = keys.old.index(value), keys.new.index(value)
    return old, of_old(value), new, of_new(value), value


def _values(content: Any) -> Iterator[str]:  # noqa: ANN401  # whatever JSON holds
    """Yield what of a content has marks: numbers of cards and persons, the digest of the text."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if name in _MARKED and isinstance(value, str):
                yield value
                if len(value) == _WITH_BHXH:
                    yield value[-_BHXH:]
            yield from _values(value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            yield from _values(one)


def _rewrite_index(connection: sqlite3.Connection) -> tuple[int, int]:
    count = "SELECT count(*) FROM person_index WHERE number_hmac NOT GLOB 'bhxh:*'"
    (before,) = connection.execute(count).fetchone()
    for statement in _INDEX.split(";"):
        connection.execute(statement)
    connection.execute("DELETE FROM person_index")
    connection.execute("INSERT INTO person_index SELECT number_hmac, person_ref FROM person_kept")
    (after,) = connection.execute(count).fetchone()
    return after, before - after


def _rewrite_history(keys: Keys) -> tuple[int, int]:
    """Return of how many visits all marks were made anew, and how many lost one or went."""

    def counted(which: str) -> int:
        query = f"SELECT count(*) FROM history WHERE {which}"
        return int(keys.connection.execute(query).fetchone()[0])

    before = counted(f"origin = 'import' OR {_HAS_MARKS}")
    gone = _rewrite_elsewhere(keys) + counted(_LOST)
    keys.connection.execute(f"UPDATE history SET {_FRESH} WHERE {_HAS_MARKS}")
    return before - gone, gone


def _rewrite_elsewhere(keys: Keys) -> int:
    """Rename the visits of other houses, whose ids are marks; return how many went.

    One goes where no content holds the number that it was told with.
    """
    query = "SELECT id, ma_cskcb, at, person_ref FROM history WHERE origin = 'import'"
    gone = 0
    for id_, ma_cskcb, at, person_ref in keys.connection.execute(query).fetchall():
        visit = _told_again(keys, id_, PastVisit(at, ma_cskcb), person_ref)
        if visit is None:
            gone += 1
            keys.connection.execute("DELETE FROM history WHERE id = ?", (id_,))
            continue
        fresh = occasions.elsewhere_id(visit, occasions.marks_of(keys.new))
        keys.connection.execute("UPDATE history SET id = ? WHERE id = ?", (fresh, id_))
    return gone


def _told_again(keys: Keys, id_: str, bare: PastVisit, person_ref: str) -> PastVisit | None:
    """Return the visit with the number that it was told with, None where no content has that."""
    query = "SELECT number FROM person_kept WHERE person_ref = ? AND number IS NOT NULL"
    mark = occasions.marks_of(keys.old)
    for (number,) in keys.connection.execute(query, (person_ref,)):
        visit = PastVisit(bare.at, bare.ma_cskcb, card={"ma_the": number})
        if occasions.elsewhere_id(visit, mark) == id_:
            return visit
    return None


def _bind_accounts(keys: Keys) -> Callable[[], int]:
    names = keys.connection.execute("SELECT name FROM account ORDER BY rowid").fetchall()
    reader = SqliteAccounts(keys.connection, keys.old)
    accounts = list(_readable(reader.account, (name for (name,) in names)))

    def bind() -> int:
        for account in accounts:
            if _is_sound(account):
                SqliteAccounts(keys.connection, keys.new).put_account(account)
        return accounts.count(None)

    return bind


def _bind_sessions(keys: Keys) -> Callable[[], int]:
    digests = keys.connection.execute("SELECT digest FROM session ORDER BY rowid").fetchall()
    reader = SqliteAccounts(keys.connection, keys.old)
    sessions = list(_readable(reader.session, (digest for (digest,) in digests)))

    def bind() -> int:
        for session in sessions:
            if _is_sound(session):
                SqliteAccounts(keys.connection, keys.new).put_session(session)
        return sessions.count(None)

    return bind


def _is_sound(one: object) -> bool:
    """Tell whether a row may be bound anew; one that its own key does not bear out never is."""
    return one is not None and getattr(one, "sound", True)


def _readable(read: Callable[[str], Any], names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        found = None
        with suppress(StoreError, ValueError, KeyError):
            found = read(name)
        yield found


REBINDS: Sequence[Rebind] = (_bind_accounts, _bind_sessions)
"""What is bound to a key row by row; a table whose rows carry a MAC stands here."""
