"""Indexes of the next card file, built once at the end where a list is large.

A tree that grows by numbers in no order costs most of what writing costs; sorted once it costs a
third.
"""

import sqlite3

_TABLE = "index_to_build"
_ASIDE = f"""
CREATE TABLE {_TABLE} AS SELECT name, sql FROM sqlite_master
WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?
"""


def put_aside(connection: sqlite3.Connection, table: str) -> None:
    """Drop the indexes of a table, its key's apart, and keep how they are made."""
    if _is_aside(connection):
        return
    connection.execute(_ASIDE, (table,))
    for (name,) in connection.execute(f"SELECT name FROM {_TABLE}").fetchall():
        connection.execute(f'DROP INDEX "{name}"')


def build(connection: sqlite3.Connection) -> None:
    """Build the indexes that were put aside."""
    if not _is_aside(connection):
        return
    made = connection.execute(f"SELECT sql FROM {_TABLE}").fetchall()
    connection.execute(f"DROP TABLE {_TABLE}")
    for (sql,) in made:
        connection.execute(sql)


def _is_aside(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (_TABLE,)).fetchone() is not None
