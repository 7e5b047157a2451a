"""The tables of a set of cards: made of a card file by COPY, their indexes built after."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from verification.adapters.store.postgres.database import Connection, marked, run
from verification.adapters.store.sqlite.database import connect

_TEXT = 'text COLLATE "C"'
_WORDS = {_TEXT: str, "bigint": int, "double precision": float}
_PLACE = {"ten": _TEXT, "ma_tinh": _TEXT}
TABLES: dict[str, dict[str, str]] = {
    "card": {
        "ma_the": _TEXT,
        "period": _TEXT,
        "trusted": "bigint",
        "ma_so_bhxh": _TEXT,
        "so_cccd": _TEXT,
        "ho_ten": _TEXT,
        "name_key": _TEXT,
        "ngay_sinh": _TEXT,
        "gioi_tinh": _TEXT,
        "dia_chi": _TEXT,
        "ma_dkbd": _TEXT,
        "gt_the_tu": _TEXT,
        "gt_the_den": _TEXT,
        "ma_kv": _TEXT,
        "ngay_du_5_nam": _TEXT,
        "trang_thai": _TEXT,
        "the_moi": _TEXT,
        "as_of": _TEXT,
        "origin": _TEXT,
        "copy": "bigint",
    },
    "standing": {
        "number": _TEXT,
        "trusted": "bigint",
        "status": _TEXT,
        "as_of": _TEXT,
        "copy": "bigint",
    },
    "refusal": {
        "number": _TEXT,
        "trusted": "bigint",
        "origin": _TEXT,
        "as_of": _TEXT,
        "copy": "bigint",
    },
    "facility": {
        "ma_cskcb": _TEXT,
        **_PLACE,
        "cap": _TEXT,
        "diem": _TEXT,
        "hang_cu": _TEXT,
        "loai_12": "bigint",
        "vi_do": "double precision",
        "kinh_do": "double precision",
    },
    "office": {"ma_co_quan": _TEXT, **_PLACE, "dia_chi": _TEXT},
    "meta": {"key": _TEXT, "value": _TEXT},
    "name": {"id": "bigint", "name_key": _TEXT, "parts": _TEXT},
}
"""The columns of a card file's tables; that no migration of it is forgotten here is a test."""

KEYS = {
    "card": "ma_the, period, trusted",
    "standing": "number, trusted",
    "refusal": "number, trusted",
    "facility": "ma_cskcb",
    "office": "ma_co_quan",
    "meta": "key",
    "name": "id",
}
"""The columns of their primary keys; both engines put rows in the same order by them."""
_INDEXES = (
    "card (ma_so_bhxh)",
    "card (so_cccd)",
    "card (name_key, ngay_sinh NULLS FIRST, ma_the)",  # a search by name reads no more than this
    "name USING gin (string_to_array(parts, ' ')) WITH (fastupdate = off)",
)
_MEMORY = "SET LOCAL maintenance_work_mem = '256MB'"


def fill(connection: Connection, schema: str, file: Path) -> None:
    """Make the tables of a set with the rows of a card file.

    Args:
        connection: Inside the transaction that makes the set.
        schema: Its name; it is there and empty.
        file: The card file.
    """
    run(connection, _MEMORY)
    with closing(connect(file, read_only=True)) as source:
        for table, columns in TABLES.items():
            _make(connection, schema, table, columns)
            _copy(connection, schema, table, [*columns], source)
    for table, key in KEYS.items():
        run(connection, f"ALTER TABLE {schema}.{table} ADD PRIMARY KEY ({key})")
    for index in _INDEXES:
        run(connection, f"CREATE INDEX ON {schema}.{index}")
    for table in TABLES:
        run(connection, f"ANALYZE {schema}.{table}")


def _make(connection: Connection, schema: str, table: str, columns: dict[str, str]) -> None:
    shapes = ", ".join(f"{name} {shape}" for name, shape in columns.items())
    run(connection, f"CREATE TABLE {schema}.{table} ({shapes})")


def _copy(
    connection: Connection,
    schema: str,
    table: str,
    columns: Sequence[str],
    source: sqlite3.Connection,
) -> None:
    names = ", ".join(columns)
    into = marked(f"COPY {schema}.{table} ({names}) FROM STDIN (FREEZE)")
    rows = source.execute(f"SELECT {names} FROM {table} ORDER BY {KEYS[table]}")
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)
