"""Accounts and sessions against their events, and with the key against what binds each row.

A row that was put back to an older one is bound as well as ever; the log tells it.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from verification.adapters.store.account_rows import (
    ACCOUNT_COLUMNS,
    SESSION_COLUMNS,
    account_holds,
    believed_account,
    session_holds,
)
from verification.adapters.store.sql.reading import readable_events
from verification.adapters.store.sqlite.database import Statements, fetched
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.register import is_begun
from verification.basics.errors import StoreError
from verification.log.account import is_name
from verification.log.account_story import STORY_KINDS, Story, stories
from verification.log.events import Event, EventKind
from verification.log.findings import Finding, Kind, at_event
from verification.log.officer_events import ENDS_SESSIONS
from verification.officers.passwords import UNUSABLE
from verification.rights import Role

Row = Mapping[str, Any]
_OPENED = (EventKind.SIGNED_IN, EventKind.OFFICER_CHANGED)
_OF_SESSIONS = (
    *_OPENED,
    EventKind.LOCKED,
    EventKind.UNLOCKED,
    EventKind.SIGNED_OUT,
    EventKind.ACCOUNT_CHANGED,
)
_LOCKS = frozenset({EventKind.LOCKED, EventKind.UNLOCKED})
_NO_VALUE = (ValueError, TypeError, AttributeError)
_APART = timedelta(minutes=1)  # two looks at one clock


def accounts(copy: Copy) -> Iterator[Finding]:
    """Find accounts that the log does not bear out."""
    told = stories(readable_events(Statements(copy.connection), STORY_KINDS))
    bound, rows = _are_bound(copy), rows_of(copy.connection, "account")
    for row in rows:
        story = told.get(row["name"])
        for what, event in _whatever(_wrong_account(row, story, bound=bound)):
            yield _of_account(row["name"], what, event or (story.last if story else ""))
    for name in told.keys() - {row["name"] for row in rows}:
        yield _of_account(name, "gone", told[name].last)


def account_macs(copy: Copy) -> Iterator[Finding]:
    """Find accounts that are not bound to the key as they stand."""
    told = stories(readable_events(Statements(copy.connection), STORY_KINDS))
    for row in rows_of(copy.connection, "account"):
        last = told.get(row["name"], Story()).last
        if _is_changed(row, ACCOUNT_COLUMNS, copy):
            yield _of_account(row["name"], "changed", last)
        elif row.get("mac") is not None and not _opens(row, copy):
            yield _of_account(row["name"], "sealed", last)


def _opens(row: Row, copy: Copy) -> bool:
    """Tell whether the officer's own facts can be read; an account without them lets nobody in."""
    try:
        return bool(copy.sealer and believed_account(_values(row, ACCOUNT_COLUMNS), copy.sealer))
    except (StoreError, *_NO_VALUE, LookupError):
        return False


def _wrong_account(row: Row, story: Story | None, *, bound: bool) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and the event that says otherwise where it is not the last one."""
    if bound and row.get("mac") is None:
        yield "unbound", ""
    if story is None:
        if not _is_of_the_demo(row):
            yield "added", ""
        return
    if story.roles and _words(row["roles"]) != story.roles[0]:
        yield "roles", story.roles[1]
    if bool(row["disabled"]) != story.disabled:
        yield "disabled" if row["disabled"] else "enabled", ""
    if row["failures"] < story.failures:
        yield "failures", ""
    if bound and row.get("event_id") != story.last:
        yield "older", ""


def _whatever(found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what is found; a row that holds what none of ours does is a changed one."""
    try:
        yield from found
    except _NO_VALUE:
        yield "changed", ""


def _of_account(name: str, what: str, event_id: str) -> Finding:
    known = name if is_name(name) else "?"  # what cannot be one may be anything
    return at_event(event_id, Kind.ACCOUNT, f"account {known} {what}")


def sessions(copy: Copy) -> Iterator[Finding]:
    """Find sessions that nobody opened so, that ended, or of which there are two."""
    events, bound = _of_sessions(copy), _are_bound(copy)
    seen: set[str] = set()
    for row in rows_of(copy.connection, "session"):
        opened = _opening(row, events)
        for what in _wrong_session(row, opened, events, seen):
            yield _of_session(row, what, opened)
        if bound and row.get("mac") is None:
            yield _of_session(row, "unbound", opened)


def session_macs(copy: Copy) -> Iterator[Finding]:
    """Find sessions that are not bound to the key as they stand."""
    events = _of_sessions(copy)
    for row in rows_of(copy.connection, "session"):
        if _is_changed(row, SESSION_COLUMNS, copy):
            yield _of_session(row, "changed", _opening(row, events))


def _of_session(row: Row, what: str, opened: Event | None) -> Finding:
    named = f"session {str(row['digest'])[:8]} {what}"
    return at_event(opened.event_id if opened else "", Kind.SESSION, named)


def _of_sessions(copy: Copy) -> list[Event]:
    return list(readable_events(Statements(copy.connection), _OF_SESSIONS))


def _opening(row: Row, events: Sequence[Event]) -> Event | None:
    """Return the event that opened a session, None where there is none that fits."""
    named = row.get("event_id")
    may_be = (event for event in events if event.kind in _OPENED)
    return next((e for e in may_be if named in (None, e.event_id) and _fits(row, e)), None)


def _fits(row: Row, event: Event) -> bool:
    try:
        apart = abs(datetime.fromisoformat(row["opened_at"]) - event.recorded_at)
    except _NO_VALUE:
        return False
    said = (event.officer, event.desk, event.codes.get("address"))
    return said == (row["officer"], row["desk"], row["address"]) and apart <= _APART


def _wrong_session(
    row: Row, opened: Event | None, events: Sequence[Event], seen: set[str]
) -> Iterator[str]:
    if opened is None:
        yield "added"
        return
    if opened.event_id in seen:
        yield "doubled"
    if row.get("event_id"):
        seen.add(opened.event_id)
    after = events[events.index(opened) + 1 :]
    if any(_ends(event, opened) for event in after):
        yield "over"
    locks = [e for e in after if e.codes.get("session") == opened.event_id and e.kind in _LOCKS]
    if locks and locks[-1].kind is EventKind.LOCKED and not row["locked"]:
        yield "unlocked"


def _ends(event: Event, opened: Event) -> bool:
    """Tell whether an event ended the session that another one opened."""
    codes = event.codes
    all_of_it = codes.get("account") == opened.officer and codes.get("what") in ENDS_SESSIONS
    return all_of_it or codes.get("ended") == opened.event_id


def _are_bound(copy: Copy) -> bool:
    bound = readable_events(Statements(copy.connection), [EventKind.ACCOUNTS_BOUND])
    if next(bound, None) is not None:
        return True
    # somebody may have taken the event away; in a new house there is no row yet
    return copy.sealer is not None and is_begun(copy.connection, copy.sealer)


def _is_changed(row: Row, columns: str, copy: Copy) -> bool:
    """Tell whether a row is bound, but not as it stands."""
    if copy.sealer is None or row.get("mac") is None:
        return False
    values = _values(row, columns)
    holds = account_holds if columns == ACCOUNT_COLUMNS else session_holds
    return not holds(values, row["mac"], copy.sealer)


def _values(row: Row, columns: str) -> list[Any]:
    return [row.get(column) for column in columns.split(", ")]


def _is_of_the_demo(row: Row) -> bool:
    manages = Role.ADMINISTRATOR in _words(row["roles"])
    return bool(row["demo"]) and row["password"] == UNUSABLE and not manages


def _words(roles: str) -> frozenset[str]:
    return frozenset(filter(None, roles.split(",")))


def rows_of(connection: sqlite3.Connection, table: str) -> list[Row]:
    """Return the rows of a table by column, none where there is no such table."""
    made = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    if connection.execute(made, (table,)).fetchone() is None:
        return []
    query = f"SELECT * FROM {table}"  # constants
    names = [column[0] for column in connection.execute(f"{query} LIMIT 0").description]
    return [dict(zip(names, row, strict=True)) for row in fetched(connection, query)]
