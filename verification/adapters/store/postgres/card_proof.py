"""The cards in use for who verifies: the file that the log names, and the tables made of it.

The file has its digest in the log; of the tables only their rows can tell whether they are still
those of the file. Who may write into the database could change the one and leave the other.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from verification.adapters.store.postgres.card_bytes import take_file
from verification.adapters.store.postgres.card_sets import CardSet, in_use
from verification.adapters.store.postgres.card_tables import KEYS, TABLES
from verification.adapters.store.postgres.database import Connection, Working
from verification.adapters.store.sqlite.database import connect


def file_in_use(connection: Connection, folder: Path) -> CardSet | None:
    """Write the card file of the set in use into a folder, under its name; return the set.

    What was written is not looked at: whoever compares it with the log finds what it is.
    """
    which = in_use(connection)
    if which:
        take_file(connection, which.schema, folder / which.name)
    return which


def changed_tables(connection: Connection, which: CardSet, file: Path) -> Sequence[str]:
    """Return the tables of a set whose rows are not those of its card file.

    Args:
        connection: To the database.
        which: The set.
        file: Its card file.
    """
    changed = []
    with connection.transaction(), closing(connect(file, read_only=True)) as source:
        rows_of = Working(connection).each
        for table, columns in TABLES.items():
            asked = f"SELECT {', '.join(columns)} FROM {{}}{table} ORDER BY {KEYS[table]}"
            there = _digest(rows_of(asked.format(f"{which.schema}.")))
            if there != _digest(source.execute(asked.format(""))):
                changed.append(table)
    return changed


def _digest(rows: Iterable[tuple[Any, ...]]) -> bytes:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return digest.digest()
