"""The cards in use on PostgreSQL: the file that they were made of, and whether they are it."""

import sqlite3
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

from verification.adapters.store.postgres import card_sets as sets
from verification.adapters.store.postgres.card_bytes import take_file
from verification.adapters.store.postgres.card_tables import KEYS, TABLES
from verification.adapters.store.postgres.database import Connection, is_there, marked, run
from verification.adapters.store.sqlite.card_schema import CARDS
from verification.adapters.store.sqlite.database import connect
from verification.adapters.store.sqlite.proof.card_files import noted_in
from verification.log.card_files import CardFile
from verification.log.findings import Finding, Kind, of_house

_TYPES = {"bigint": "int8", "double precision": "float8"}
_MADE = "SELECT 1 FROM card_set WHERE number = ? AND state = 'made'"


def card_file(
    source: Connection, copy: sqlite3.Connection, folder: Path
) -> tuple[bool, list[Finding]]:
    """Put the card file in use into a folder, and compare its rows with those that answer.

    Args:
        source: A snapshot.
        copy: The copy of its log.
        folder: Where the file is put.

    Returns:
        Whether the database keeps any cards, and where rows differ from the file.
    """
    if not is_there(source, "card_set"):
        return False, []
    noted = noted_in(copy)
    which = _which(source, noted)
    if which is None:
        return False, []
    file = folder / which.name
    digest = take_file(source, which.schema, file)
    if digest != which.digest:  # what is not the noted file is found so by the check of that
        is_noted = noted is not None and digest == noted.digest
        return True, [of_house(Kind.CARD_FILE, f"{which.name} card_set")] if is_noted else []
    if which.tables != len(CARDS.migrations):
        return True, []
    with closing(connect(file, read_only=True)) as opened:
        wrong = [table for table in TABLES if not _is_same(source, opened, which.schema, table)]
    return True, [of_house(Kind.CARD_FILE, f"{which.name} {table}") for table in wrong]


def _which(source: Connection, noted: CardFile | None) -> sets.CardSet | None:
    """Return the set that counts, or the noted one that the next import puts into use."""
    current = sets.in_use(source)
    if noted is None or (current and current.file == noted):
        return current
    made = sets.set_of(source, noted)
    return made if made and run(source, _MADE, (made.number,)) else current


def _is_same(source: Connection, file: sqlite3.Connection, schema: str, table: str) -> bool:
    names = ", ".join(TABLES[table])
    query = f"SELECT {names} FROM {{}} ORDER BY {KEYS[table]}"
    out = marked(f"COPY ({query.format(f'{schema}.{table}')}) TO STDOUT (FORMAT BINARY)")
    with source.cursor() as cursor, cursor.copy(out) as copy:
        copy.set_types([_TYPES.get(kind, "text") for kind in TABLES[table].values()])
        told = file.execute(query.format(table))
        differing = [1 for one, other in zip_longest(told, copy.rows()) if one != other]
    return not differing
