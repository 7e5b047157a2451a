"""The next card file: built beside the present one from tables of values, then swapped in."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from verification.adapters.store.sqlite.cards import newest_file
from verification.adapters.store.sqlite.database import connect


@contextmanager
def removed_if_left(draft: Path) -> Iterator[None]:
    """Leave no draft behind, whatever happens."""
    try:
        yield
    finally:
        draft.unlink(missing_ok=True)  # swapped in, it is there no more


def copy_current(folder: Path, draft: Path, *, keep_demo: bool) -> None:
    """Begin a draft with the cards that are there; invented ones stay only where they may."""
    current = newest_file(folder)
    if current is None:
        return
    with closing(connect(current, read_only=True)) as connection:
        query = "SELECT value FROM meta WHERE key = 'demo'"
        demo = connection.execute(query).fetchone() == ("1",)
    if demo and not keep_demo:
        return
    shutil.copyfile(current, draft)


def swap(folder: Path, draft: Path, target: Path) -> None:
    """Make a draft the present card file."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    old = newest_file(folder)
    draft.rename(target)
    if old:
        try:
            old.unlink()
        except OSError:
            return  # Windows: still open somewhere; the highest number counts


def upsert(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    batch: Sequence[Mapping[str, object]],
    now: datetime,
    counts: dict[str, int],
) -> list[Mapping[str, object]]:
    """Write rows into a table of the card file and count them.

    Args:
        connection: An open draft; its temporary table `seen` holds the keys written so far.
        table: The table.
        columns: The columns written, the key first.
        batch: Rows with a value for each column.
        now: Cards seen are `as_of` this day.
        counts: `added`, `changed` and `same`, counted up.

    Returns:
        The refused rows: their key was there before.
    """
    key, dated = columns[0], ("as_of",) if table == "card" else ()
    held = _held(connection, table, columns, [row[key] for row in batch])
    written, refused = [], []
    for row in batch:
        values = tuple(row[name] for name in columns)
        seen = connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (row[key],))
        if not seen.rowcount:
            refused.append(row)
            continue
        before = held.get(row[key])
        counts["added" if before is None else "same" if before == values else "changed"] += 1
        written.append((*values, *([now.date().isoformat()] if dated else [])))
    names = (*columns, *dated)
    marks = ",".join("?" * len(names))
    connection.executemany(
        f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})", written
    )
    return refused


def _held(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], keys: Sequence[object]
) -> dict[object, tuple[object, ...]]:
    query = (
        f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} IN "
        "(SELECT value FROM json_each(?))"
    )
    return {row[0]: row for row in connection.execute(query, (json.dumps(keys),))}


def remove_unseen(connection: sqlite3.Connection, table: str, key: str, kept: set[str]) -> int:
    """Remove what the file does not have; a row that it has, but badly, is kept as it was.

    Args:
        connection: An open draft with its temporary table `seen`.
        table: The table.
        key: Its key column.
        kept: Keys of the rows that the file has badly.
    """
    connection.executemany("INSERT OR IGNORE INTO seen VALUES (?)", [(one,) for one in kept])
    query = f"DELETE FROM {table} WHERE {key} NOT IN (SELECT key FROM seen)"
    return connection.execute(query).rowcount


def note_state(connection: sqlite3.Connection, now: datetime | None, *, demo: bool) -> None:
    """Note in the file how many cards it holds, since when, and whether they are invented."""
    (cards,) = connection.execute("SELECT count(*) FROM card").fetchone()
    state = {"cards": str(cards), "demo": str(int(demo))}
    state |= {"as_of": now.isoformat(timespec="seconds")} if now else {}
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", state.items())
