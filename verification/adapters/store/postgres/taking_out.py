"""A whole store on PostgreSQL, copied into a SQLite file by COPY."""

import sqlite3
from collections.abc import Iterator

from verification.adapters.store.postgres.database import Connection, is_there, marked, run
from verification.adapters.store.postgres.half_copied import refuse_half_copied
from verification.adapters.store.postgres.schema import MIGRATIONS
from verification.adapters.store.postgres.whole import Table, tables
from verification.adapters.store.sqlite.proof.tables import kind_of
from verification.adapters.store.sqlite.schema import make_log_tables
from verification.basics.errors import StoreError
from verification.log.findings import Finding, of_house

_FAST = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -200000",
)
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
_COUNT = "SELECT count(*) FROM {}"
# a trigger or a rule can change what is written; of a guard that is off nothing is guarded
_ACTING = """
SELECT relname, tgname, tgname = 'log_no_change' AND tgenabled = 'O' FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid
WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT tablename, rulename, false FROM pg_rules WHERE schemaname = current_schema()
"""


def take_out(
    source: Connection, target: sqlite3.Connection, *, half: bool = False
) -> list[Finding]:
    """Copy all but the register of a store into an empty file.

    Args:
        source: A snapshot.
        target: The file, open; without journal until whoever asked sets one.
        half: True where it may be one half copied.

    Returns:
        What could not be copied, and what acts on the store beside the kiosk.

    Raises:
        StoreError: There is no log of this version, or it is half copied.
    """
    _refuse_other(source)
    if not half:
        refuse_half_copied(source)
    make_log_tables(target)
    for pragma in _FAST:
        target.execute(pragma)
    indexes = target.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        target.execute(f'DROP INDEX "{name}"')
    target.execute("BEGIN")
    found = [finding for table in tables() for finding in _copied(source, target, table)]
    target.execute("COMMIT")
    for _, sql in indexes:
        target.execute(sql)
    return [*found, *_acting(source)]


def _refuse_other(source: Connection) -> None:
    if not is_there(source, "log") or not is_there(source, "kiosk_migration"):
        name = source.info.dbname
        raise StoreError(f"{name} không có nhật ký của kiosk", f"{name} holds no kiosk log")
    taken = [name for (name,) in run(source, "SELECT name FROM kiosk_migration ORDER BY name")]
    if taken != sorted(MIGRATIONS):
        raise StoreError(
            "Cơ sở dữ liệu PostgreSQL thuộc phiên bản khác: hãy dùng đúng phiên bản kiosk của nó",
            "The PostgreSQL database belongs to another version: use the kiosk of that version",
        )


def _copied(source: Connection, target: sqlite3.Connection, table: Table) -> Iterator[Finding]:
    marks = ",".join("?" * len(table.columns))
    # what a stranger got past PostgreSQL's own rules is left out, counted and told
    put = f"INSERT OR IGNORE INTO {table.name} ({table.named}) VALUES ({marks})"
    written = target.executemany(put, rows_of(source, table)).rowcount
    [[there]] = run(source, _COUNT.format(table.name))
    if there != max(written, 0):
        yield of_house(kind_of(table.name), f"{table.name} {there - max(written, 0)} rows unfit")


def rows_of(source: Connection, table: Table) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table in their order."""
    query = f"SELECT {table.named} FROM {table.name} ORDER BY {table.order}"
    out = marked(f"COPY ({query}) TO STDOUT (FORMAT BINARY)")
    with source.cursor() as cursor, cursor.copy(out) as copy:
        copy.set_types(table.types)
        yield from copy.rows()


def _acting(source: Connection) -> Iterator[Finding]:
    guarded = False
    for table, name, ours in run(source, _ACTING):
        if ours and table == "log":
            guarded = True
        else:
            yield of_house(kind_of(table), f"trigger {name}")
    if not guarded:
        yield of_house(kind_of("log"), "trigger log_no_change missing")
