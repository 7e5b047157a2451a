"""All tables of a store are copied: one that a later version adds is not forgotten."""

from __future__ import annotations

import psycopg

from tests.postgres_support import database
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.database import conninfo, run
from verification.adapters.store.postgres.schema import make_tables
from verification.adapters.store.postgres.whole import NAMES, tables
from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.migrations import MIGRATIONS_TABLE

REGISTER = {"log_written", "log_end"}
OWN = {"kiosk_migration", "card_set"}
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema()
"""


def test_each_table_of_a_file_is_copied_with_each_column_and_postgres_has_no_other() -> None:
    assert set(shape.tables()) - REGISTER - {MIGRATIONS_TABLE} == set(NAMES)
    with (
        database() as url,
        psycopg.connect(conninfo(read_address("KIOSK_DB", url)), autocommit=True) as connection,
    ):
        make_tables(connection)
        there = {(table, column) for table, column in run(connection, COLUMNS)}
    assert {table for table, _ in there} == set(NAMES) | REGISTER | OWN
    copied = {(table.name, column) for table in tables() for column in table.columns}
    assert {one for one in there if one[0] in NAMES} == copied
