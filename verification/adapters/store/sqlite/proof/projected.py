"""What is kept beside the log against the same made anew from it, row by row."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from verification.adapters.store.sql import history
from verification.adapters.store.sql.projection import forgiving, project
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.database import Statements, connect
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.events import erased_events, readable_events
from verification.adapters.store.sqlite.proof.keys import opens
from verification.adapters.store.sqlite.proof.tables import kind_of
from verification.adapters.store.sqlite.schema import forget_birthdays
from verification.log import occasions
from verification.log.chained import event_of
from verification.log.events import Event
from verification.log.findings import Finding, Kind, at_event, of_house
from verification.log.sealing import INDEX_KEY, Sealer

_KEYS = {
    "visit": "visit_id",
    "scan": "scan_id",
    "review_case": "number",
    "case_event": "desk || '-' || seq",
    "history": "id",
    "outbox": "item_id",
    "portal": "event_id",
}
"""What tells one row of a table from another."""
# numbers of rows, whose order alone is compared; who sends it now
_UNMADE = {"case_event": {"id"}, "outbox": {"leased_until"}}
_IMPORTED = "origin = 'import'"
_MARKED = re.compile(r"ls-[0-9a-f]{24}")
_LOST = "cancelled <> 0 OR event_id <> '' OR received <> 1"
_STRANGE = f"""
SELECT id FROM main.history NOT INDEXED WHERE {_IMPORTED}
AND ({_LOST} OR person_ref NOT IN (SELECT person_ref FROM main.person_index NOT INDEXED))
"""
_OPENED = """
SELECT number, desk || '-' || seq FROM {}.case_event NOT INDEXED
WHERE id IN (SELECT min(id) FROM {}.case_event NOT INDEXED GROUP BY number)
"""
_IN_ORDER = "SELECT desk || '-' || seq FROM {}.case_event NOT INDEXED ORDER BY number, id"
Row = dict[str, Any]


def projections(copy: Copy) -> Iterator[Finding]:
    """Find visits, scans, cases and history that do not follow from the log.

    Without the key the history is not made, since its marks need it.
    """
    sealer = copy.sealer if copy.sealer and opens(copy.sealer, INDEX_KEY) else None
    unread: set[str] = set()
    with _made_anew(copy.connection, sealer, unread):
        for table in shape.PROJECTED:
            if not shape.has(copy.connection, table):
                continue
            if table == "history" and sealer is None:
                copy.left_out.add("history")
            else:
                yield from _of_table(copy.connection, table, unread)
        with suppress(sqlite3.DatabaseError):  # a page that cannot be read was told already
            yield from _of_elsewhere(copy)


@contextmanager
def _made_anew(
    connection: sqlite3.Connection, sealer: Sealer | None, unread: set[str]
) -> Iterator[None]:
    """Make the projections in scratch tables, which stand before those of the copy."""
    with suppress(sqlite3.DatabaseError):  # damage is told where it is compared
        forget_birthdays(connection)  # a copy of a version before
    file = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    connection.execute("BEGIN")
    try:
        for part in shape.as_made():
            if part.table in shape.PROJECTED and not part.acts:
                connection.execute(_scratch(part.sql))
        # content is read by another connection: SQLite writes nothing after a damaged page
        with closing(connect(file, read_only=True)) as reader:
            content = _content(reader, sealer, unread)
            for event in readable_events(connection):
                with suppress(ValueError, LookupError, TypeError):  # its row was changed
                    project(Statements(connection), sealer, event, partial(content, event))
        yield
    finally:
        connection.execute("ROLLBACK")


def _content(
    connection: sqlite3.Connection, sealer: Sealer | None, unread: set[str]
) -> Callable[[Event], history.Content | None]:
    """Return what reads content; what should be there and is not cannot be compared either."""
    forgiven, erased = forgiving(Statements(connection), sealer, unread), erased_events(connection)

    def content(event: Event) -> history.Content | None:
        found = None
        with suppress(sqlite3.DatabaseError):
            found = forgiven(event)
        if found is None and event.event_id not in erased and _has_digest(connection, event):
            unread.add(event.event_id)
        return found

    return content


def _has_digest(connection: sqlite3.Connection, event: Event) -> bool:
    """Tell whether an event has content, or may have: its row may lie on a damaged page."""
    query = "SELECT content_digest FROM log WHERE desk = ? AND seq = ?"
    with suppress(sqlite3.DatabaseError):
        return bool(connection.execute(query, (event.desk, event.seq)).fetchone() != (None,))
    return True


def _scratch(sql: str) -> str:
    """Return the statement that makes a table or an index among the scratch tables."""
    made = re.sub(r"^CREATE TABLE", "CREATE TEMP TABLE", sql)
    return re.sub(r"^CREATE( UNIQUE)? INDEX ", r"CREATE\1 INDEX temp.", made)


def _of_table(connection: sqlite3.Connection, table: str, unread: set[str]) -> Iterator[Finding]:
    count = 0
    try:
        untold = _told_unreadably(connection, unread) if table == "history" and unread else set()
        for expected, found in _pairs(connection, table):
            if wrong := _wrong(connection, table, expected, found, unread | untold):
                count += 1
                place = _place(connection, table, expected or found or {}, extra=expected is None)
                yield at_event(place, kind_of(table), f"{table} {wrong}")
        if table == "case_event" and not count:
            yield from _out_of_order(connection)
    except sqlite3.DatabaseError:
        yield of_house(kind_of(table), f"{table} damaged")


def _wrong(
    connection: sqlite3.Connection,
    table: str,
    expected: Row | None,
    found: Row | None,
    unread: set[str],
) -> str:
    """Return what is wrong with a row, empty where it is right."""
    if found is None:
        return "missing"
    if _cannot_be_made(found, unread):
        return ""
    if expected is None:
        return "" if table == "scan" and _of_version_before(connection, found) else "extra"
    made_of = {expected.get("event_id"), expected.get("id")}
    unknown = history.FROM_CONTENT if made_of & unread else frozenset()
    return ", ".join(n for n in expected if expected[n] != found[n] and n not in unknown)


def _told_unreadably(connection: sqlite3.Connection, unread: set[str]) -> set[str]:
    """Return the visits of which a hospital system told what cannot be read."""
    rows = connection.execute("SELECT visit_id, his FROM temp.visit WHERE his IS NOT NULL")
    return {visit_id for visit_id, his in rows if unread.intersection(his.split())}


def _cannot_be_made(found: Row, unread: set[str]) -> bool:
    """Tell whether a row comes from an answer whose content does not open: that is told of it."""
    return occasions.is_seen(str(found.get("id"))) and found["event_id"] in unread


def _pairs(connection: sqlite3.Connection, table: str) -> Iterator[tuple[Row | None, Row | None]]:
    """Return each row as it should be and as it is, where they may differ."""
    columns = _columns(connection, table)
    which = f"NOT coalesce({_IMPORTED}, 0)" if table == "history" else "1"
    key, names = f"coalesce(CAST({_KEYS[table]} AS TEXT), '')", ", ".join(columns)
    query = f"SELECT {key}, {names} FROM {{}}.{table} NOT INDEXED WHERE {which} ORDER BY 1"
    made, kept = (connection.execute(query.format(schema)) for schema in ("temp", "main"))
    expected, found = next(made, None), next(kept, None)
    while expected or found:
        if expected == found:
            expected, found = next(made, None), next(kept, None)
        elif found is None or (expected and expected[0] < found[0]):
            yield _row(columns, expected), None
            expected = next(made, None)
        elif expected is None or found[0] < expected[0]:
            yield None, _row(columns, found)
            found = next(kept, None)
        else:
            yield _row(columns, expected), _row(columns, found)
            expected, found = next(made, None), next(kept, None)


def _row(columns: Sequence[str], values: Sequence[Any] | None) -> Row:
    return dict(zip(columns, (values or ())[1:], strict=True))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that both have: a file of an earlier version has fewer."""
    query = "SELECT name FROM pragma_table_info(?, ?)"
    made, kept = (
        [name for (name,) in connection.execute(query, (table, schema))]
        for schema in ("temp", "main")
    )
    return [name for name in made if name in kept and name not in _UNMADE.get(table, ())]


def _place(connection: sqlite3.Connection, table: str, row: Row, *, extra: bool) -> str:
    """Return the event that a row stands for."""
    if table == "review_case":
        # one that the log does not tell of stands where its own events say that it was opened
        for schema in ("main", "temp") if extra else ("temp", "main"):
            opened = dict(connection.execute(_OPENED.format(schema, schema)).fetchall())
            if row["number"] in opened:
                return str(opened[row["number"]])
        return ""
    if table == "case_event":
        return f"{row['desk']}-{row['seq']}"
    if table in {"visit", "outbox"}:
        return str(row["visit_id" if table == "visit" else "visit"])
    return str(row["event_id"] or row.get("id"))


def _of_version_before(connection: sqlite3.Connection, scan: Row) -> bool:
    """Tell whether a scan is one of those that versions before noted of `received` too."""
    desk, _, seq = str(scan["event_id"]).rpartition("-")
    row = connection.execute("SELECT * FROM log WHERE desk = ? AND seq = ?", (desk, seq)).fetchone()
    with suppress(ValueError, LookupError, TypeError):
        return row is not None and event_of(row).codes.get("scan") == scan["scan_id"]
    return False


def _out_of_order(connection: sqlite3.Connection) -> Iterator[Finding]:
    orders = (connection.execute(_IN_ORDER.format(schema)) for schema in ("temp", "main"))
    for (expected,), (found,) in zip(*orders, strict=False):
        if expected != found:
            yield at_event(found, Kind.CASE, "case_event order")


def _of_elsewhere(copy: Copy) -> Iterator[Finding]:
    """Find rows of elsewhere that no import has written so; more the log does not say of them."""
    query = f"SELECT 1 FROM main.history NOT INDEXED WHERE {_IMPORTED} LIMIT 1"
    if copy.connection.execute(query).fetchone():
        copy.left_out.add("history_elsewhere")
    for (name,) in copy.connection.execute(_STRANGE):
        yield of_house(Kind.PROJECTION, f"history {_safe(name)}")
    for (name,) in copy.connection.execute(f"SELECT id FROM main.history WHERE {_IMPORTED}"):
        if not _MARKED.fullmatch(str(name)):
            yield of_house(Kind.PROJECTION, "history of no import")


def _safe(name: object) -> str:
    return str(name) if _MARKED.fullmatch(str(name)) else "of no import"
