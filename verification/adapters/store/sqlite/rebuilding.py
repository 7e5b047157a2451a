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
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from verification.adapters.store.rows import OCCASION_COLUMNS
from verification.adapters.store.sql.projection import Remade, rebuild
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.database import Statements, connect, errors_in_words
from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.sealing import Sealer

_ELSEWHERE = f"{OCCASION_COLUMNS}, event_id, cancelled, origin"
_MOST = 10_000  # faults that are looked at; those of free pages come first
_KNOWN = re.compile(r"ls-[0-9a-f]{24}")


@dataclass(frozen=True)
class Found:
    """What a file looks like before its projections are made again.

    Args:
        damaged: Tables made from the log that are damaged, and triggers that are not ours.
        whole: False where new tables are needed.
        elsewhere: Rows of visits of elsewhere that can be read, where the table is made anew.
    """

    damaged: tuple[str, ...] = ()
    whole: bool = True
    elsewhere: tuple[tuple[object, ...], ...] = ()


def damaged(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return what a rebuild would mend: tables made from the log, triggers that are not ours."""
    strays = [s for s in shape.strays(connection) if s.acts or _is_to_be_forgotten(s)]
    broken = [table for table in shape.PROJECTED if not is_sound(connection, table)]
    return (*broken, *(stray.what for stray in strays if stray.table not in broken))


def _is_to_be_forgotten(stray: shape.Stray) -> bool:
    """Tell whether a part is of a table that is made again, or of one that no version has made."""
    return stray.table in shape.PROJECTED or (
        stray.type == "table" and stray.table not in shape.tables()
    )


def is_sound(connection: sqlite3.Connection, table: str) -> bool:
    """Tell whether SQLite finds nothing wrong with a table and its indexes."""
    try:
        found = connection.execute(f"PRAGMA integrity_check('{table}')").fetchall()
    except sqlite3.DatabaseError:
        return False
    return found == [("ok",)]


def examined(connection: sqlite3.Connection) -> Found:
    """Look at a file before its projections are made again.

    Args:
        connection: Not the one that will write.

    Raises:
        StoreError: What cannot be made again is damaged.
    """
    _refuse_what_is_not_ours_to_make(connection)
    strays = any(_is_to_be_forgotten(s) and not s.acts for s in shape.strays(connection))
    if not strays and list(_faults(connection)) == ["ok"]:
        return Found(damaged(connection))
    elsewhere = tuple(_from_elsewhere(connection))
    return Found(damaged(connection) or ("pages",), whole=False, elsewhere=elsewhere)


def keep(connection: sqlite3.Connection, path: Path, now: datetime) -> str:
    """Copy a file beside itself as it stands, page by page; return the copy's name.

    Raises:
        StoreError: It could not be copied; nothing of the copy is left.
    """
    beside = path.with_name(f"{path.name}.damaged-{now.astimezone(UTC):%Y%m%d-%H%M%S}")
    try:
        with errors_in_words(beside), closing(connect(beside)) as copy:
            connection.backup(copy)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside.name


def remake(connection: sqlite3.Connection, sealer: Sealer, found: Found) -> Remade:
    """Make the projections again, inside a piece of work.

    Args:
        connection: The writer's, which has read nothing that is damaged.
        sealer: Opens the content.
        found: What the file looks like.

    Raises:
        StoreError: What cannot be made again is damaged; the piece of work is to be undone.
    """
    _drop_what_acts(connection)
    if not found.whole:
        _make_tables_anew(connection, found)
    return rebuild(Statements(connection), sealer)


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


def _make_tables_anew(connection: sqlite3.Connection, found: Found) -> None:
    made = [part.name for part in shape.as_made() if part.table in shape.PROJECTED]
    made += [s.table for s in shape.strays(connection) if _is_to_be_forgotten(s)]
    marks = ",".join("?" * len(made))
    with _schema_open(connection):
        forgotten = f"DELETE FROM sqlite_master WHERE tbl_name IN ({marks}) OR name IN ({marks})"
        connection.execute(forgotten, made * 2)
    left = [fault for fault in _faults(connection) if "never used" not in fault]
    if left not in ([], ["ok"]):  # of free pages: a new one might be one of the log
        raise beyond("freelist")
    for part in shape.as_made():
        if part.table in shape.PROJECTED and not part.acts:
            connection.execute(part.sql)
    marks = ",".join("?" * len(_ELSEWHERE.split(", ")))
    put = f"INSERT OR IGNORE INTO history ({_ELSEWHERE}) VALUES ({marks})"
    for row in found.elsewhere:
        with suppress(sqlite3.IntegrityError):  # bytes that no import has written
            connection.execute(put, row)


def _faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Return what SQLite finds wrong with the whole file, in its own words."""
    try:
        for (fault,) in connection.execute(f"PRAGMA integrity_check({_MOST})"):
            yield from fault.removeprefix("*** in database main ***\n").splitlines()
    except sqlite3.DatabaseError:
        yield "a page cannot be read"


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
            raise beyond(table)
    for desk, rows in read_chains(Statements(connection)).items():
        if wrong := chain.verify(rows):
            raise StoreError(
                f"Nhật ký quầy {desk} không đúng từ sự kiện {wrong[0].seq}, không dựng lại gì từ "
                "đó; xem verify-log, lấy bản sao lưu gần nhất",
                f"The log of desk {desk} is wrong from event {wrong[0].seq}, nothing is made from "
                "it; see verify-log, take the newest backup",
            )


def beyond(part: str) -> StoreError:
    """Return the sentence for damage that a rebuild cannot mend."""
    return StoreError(
        f"Phần {part} của cơ sở dữ liệu hỏng và không dựng lại được từ nhật ký; không có gì bị "
        "thay đổi. Dừng kiosk, lấy bản sao lưu gần nhất",
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
