"""The projections made again in their file, where their own pages or tables are damaged too.

All of it is one transaction of SQLite: whoever is killed in it leaves the old ones, and other
processes that have the file open see the old ones or the new ones. A file that is swapped would
take away what another process writes into the old one at that moment.

A damaged table cannot be dropped: what frees its pages reads them, and they may name pages of the
log. It is forgotten instead, and a new one is made; `VACUUM` gives the room back afterwards.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from verification.adapters.store.rows import OCCASION_COLUMNS
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.projection import Remade, rebuild
from verification.adapters.store.sqlite.reading import read_chains
from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.sealing import Sealer

_ELSEWHERE = f"{OCCASION_COLUMNS}, event_id, cancelled, origin"
_MOST = 10_000  # faults that are looked at; those of the list of free pages come first
_KNOWN = re.compile(r"ls-[0-9a-f]{24}")


def damaged(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what a rebuild would mend: tables made from the log, triggers that are not ours."""
    strays = [stray for stray in shape.strays(connection) if _is_mended(stray)]
    broken = [table for table in shape.PROJECTED if not is_sound(connection, table)]
    return (*broken, *(stray.what for stray in strays if stray.table not in broken))


def _is_mended(stray: shape.Stray) -> bool:
    return stray.acts or stray.table in shape.PROJECTED


def is_sound(connection: sqlite3.Connection, table: str) -> bool:
    """Tell whether SQLite finds nothing wrong with a table and its indexes."""
    try:
        found = connection.execute(f"PRAGMA integrity_check('{table}')").fetchall()
    except sqlite3.DatabaseError:
        return False
    return found == [("ok",)]


def remake(connection: sqlite3.Connection, sealer: Sealer) -> Remade:
    """Make the projections again, inside a piece of work.

    Raises:
        StoreError: What cannot be made again is damaged; nothing is changed.
    """
    _refuse_what_is_not_ours_to_make(connection)
    _drop_what_acts(connection)
    found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
    if any("freelist" in line.lower() for line in found):  # a new page might be one of the log
        raise _beyond("freelist")
    if found != ["ok"] or any(s.table in shape.PROJECTED for s in shape.strays(connection)):
        _make_tables_anew(connection)
    return rebuild(connection, sealer)


def _drop_what_acts(connection: sqlite3.Connection) -> None:
    """Drop triggers and views that are not ours, and make ours where one is missing."""
    for stray in shape.strays(connection):
        if stray.acts and not stray.missing:
            name = stray.name.replace('"', '""')
            connection.execute(f'DROP {stray.type} IF EXISTS "{name}"')
    here = {part.name for part in shape.parts(connection)}
    for part in shape.as_made():
        if part.acts and part.name not in here:
            connection.execute(part.sql)


def _make_tables_anew(connection: sqlite3.Connection) -> None:
    elsewhere = list(_from_elsewhere(connection))
    marks = ",".join("?" * len(shape.PROJECTED))
    with _schema_open(connection):
        forgotten = f"DELETE FROM sqlite_master WHERE tbl_name IN ({marks})"
        connection.execute(forgotten, shape.PROJECTED)
    for part in shape.as_made():
        if part.table in shape.PROJECTED:
            connection.execute(part.sql)
    marks = ",".join("?" * len(_ELSEWHERE.split(", ")))
    put = f"INSERT OR IGNORE INTO history ({_ELSEWHERE}) VALUES ({marks})"
    for row in elsewhere:
        with suppress(sqlite3.IntegrityError):  # bytes that no import has written
            connection.execute(put, row)


@contextmanager
def _schema_open(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the list of tables be written; it is read anew afterwards."""
    connection.execute("PRAGMA writable_schema = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA writable_schema = RESET")


def _refuse_what_is_not_ours_to_make(connection: sqlite3.Connection) -> None:
    for table in shape.tables():
        if table not in shape.PROJECTED and not is_sound(connection, table):
            raise _beyond(table)
    for desk, rows in read_chains(connection).items():
        if wrong := chain.verify(rows):
            raise StoreError(
                f"Nhật ký bàn {desk} không đúng từ sự kiện {wrong[0].seq}, không dựng lại gì từ đó; "
                "xem verify-log, lấy bản sao lưu gần nhất",
                f"The log of desk {desk} is wrong from event {wrong[0].seq}, nothing is made from "
                "it; see verify-log, take the newest backup",
            )


def _beyond(part: str) -> StoreError:
    return StoreError(
        f"Phần {part} của cơ sở dữ liệu hỏng và không dựng lại được từ nhật ký; không có gì bị thay "
        "đổi. Dừng kiosk, lấy bản sao lưu gần nhất",
        f"The part {part} of the database is damaged and cannot be made from the log; nothing was "
        "changed. Stop the kiosk, take the newest backup",
    )


def _from_elsewhere(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """Return what can be read of the visits of elsewhere; the log does not hold them.

    From either end, and each row by itself where an index still names it: a damaged page stops a
    scan of the table.
    """
    read = f"SELECT rowid, {_ELSEWHERE} FROM history NOT INDEXED"
    found: dict[object, tuple[object, ...]] = {}
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.DatabaseError):
            for rowid, *row in connection.execute(f"{read} ORDER BY rowid {order}"):
                if rowid in found:
                    break
                found[rowid] = tuple(row)
    for rowid in _named_by_an_index(connection) - found.keys():
        with suppress(sqlite3.DatabaseError):
            for _, *row in connection.execute(f"{read} WHERE rowid = ?", (rowid,)):
                found[rowid] = tuple(row)
    for row in found.values():
        if row[-1] == "import" and isinstance(row[0], str) and _KNOWN.fullmatch(row[0]):
            yield row


def _named_by_an_index(connection: sqlite3.Connection) -> set[object]:
    query = "SELECT rowid FROM history INDEXED BY idx_history_event_id WHERE event_id = ''"
    named: set[object] = set()
    with suppress(sqlite3.DatabaseError):
        for (rowid,) in connection.execute(query):
            named.add(rowid)
    return named
