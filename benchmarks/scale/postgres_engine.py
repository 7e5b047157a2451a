"""PostgreSQL: a cluster of its own whose commits are on the disk; filled by COPY."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from benchmarks.scale.card_file import filled
from benchmarks.scale.clock import clock_of
from benchmarks.scale.engine import Row
from benchmarks.scale.rows import COLUMNS
from tests.postgres_support import Cluster
from verification.adapters.store.postgres import register
from verification.adapters.store.postgres.address import Address, read_address
from verification.adapters.store.postgres.card_notes import shared_notes
from verification.adapters.store.postgres.card_sets import in_use
from verification.adapters.store.postgres.database import Connection, Working, conninfo
from verification.adapters.store.sql.registered import ROW, End
from verification.adapters.store.sql.wrapped import wrapped_key
from verification.adapters.store.sqlite.card_folder import digest_of, draft_of
from verification.kiosk import Kiosk
from verification.log.card_files import CardFile, NewCards
from verification.log.sealing import Binder, Sealer
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import logging_kiosk, open_log

_SERVER = {"max_connections": "400", "shared_buffers": "1GB", "max_wal_size": "4GB"}
_AT_THE_END = """
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
AND tablename IN ('log', 'log_written', 'visit', 'history', 'person_index')
AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'
"""
_SIZES = """
SELECT relname, pg_total_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""

_OF_CARDS = """
SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
WHERE relkind = 'r' AND relnamespace = %s::regnamespace AND relname <> 'file'
"""


@dataclass
class PostgresEngine:
    """A database of a cluster of its own.

    Args:
        folder: For key, heads and what a server keeps.
        url: Of the database.
    """

    folder: Path
    url: str
    name: str = field(default="postgres", init=False)

    @property
    def settings(self) -> Settings:
        """Return its settings."""
        names = {"KIOSK_KEY_FILE": "key", "KIOSK_HEAD_FILE": "heads", "KIOSK_FOLDER": "server"}
        places = {name: f"{self.folder}/{file}" for name, file in names.items()}
        return read_settings({"KIOSK_DB": self.url, "KIOSK_FACILITY": "79014"} | places)

    @property
    def address(self) -> Address:
        """Return the address of its database."""
        return read_address("KIOSK_DB", self.url)

    def kiosk(self, hour: int = 8) -> AbstractContextManager[Kiosk]:
        """Open the store as a server does, at an hour of the day of the measurement."""
        return logging_kiosk(self.settings, clock_of(hour))

    @contextmanager
    def loading(self) -> Iterator["_Loader"]:
        """Open an empty store to be filled; at the end its indexes are made."""
        open_log(self.settings).close()
        with closing(_connected(self.address)) as connection:
            indexes = connection.execute(_AT_THE_END).fetchall()
            for name, _ in indexes:
                connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
            loader = _Loader(connection, existing_master_key(self.settings))
            yield loader
            loader.finish()
            for _, made in indexes:
                connection.execute(made.encode())
            connection.execute("VACUUM ANALYZE")

    def entry(self, binder: Binder, place: int, row: Row) -> Row:  # noqa: ARG002  # of each desk
        """Return what the register keeps of a row of the log."""
        desk, seq, hashed = row[0], row[1], row[-1]
        return seq, desk, seq, binder.bind(ROW, seq, desk, seq, hashed)

    def take_cards(self, count: int) -> None:
        """Put so many invented cards into the place of those in use, noted in the log."""
        with TemporaryDirectory(dir=self.folder) as own, self.kiosk(0) as kiosk:
            file = filled(Path(own), count)
            draft, noted = draft_of(file), CardFile(file.name, digest_of(file))
            file.rename(draft)
            with shared_notes(self.address, kiosk.written, draft.parent) as notes:
                notes.note(noted, NewCards("import", "card"))

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table of the log, with its indexes."""
        with closing(_connected(self.address)) as connection:
            return dict(connection.execute(_SIZES).fetchall())

    def total(self) -> int:
        """Return the bytes of the log's tables and indexes."""
        return sum(self.sizes().values())

    def cards_bytes(self) -> int:
        """Return the bytes of the set of cards in use, without the copy of the file."""
        with closing(_connected(self.address)) as connection:
            which = in_use(connection)
            of = (which.schema if which else "",)
            [[size]] = connection.execute(_OF_CARDS, of).fetchall()
            return int(size)


def _connected(address: Address) -> Connection:
    return psycopg.connect(conninfo(address), autocommit=True)


class _Loader:
    """Takes rows by COPY.

    Args:
        connection: To the database, each statement for itself.
        master: The key of the store.
    """

    def __init__(self, connection: Connection, master: bytes) -> None:
        self._connection = connection
        self._db = Working(connection)
        self._ends: dict[str, End] = {}
        self.sealer = Sealer(master, partial(wrapped_key, self._db), self._save)

    def _save(self, key_id: str, wrapped: bytes) -> None:
        self._db.rows("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Put rows into a table."""
        names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table]))
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in self._noted(rows) if table == "log_written" else rows:
                copy.write_row(row)

    def _noted(self, entries: Iterable[Row]) -> Iterator[Row]:
        for entry in entries:
            n, desk, _, mac = entry
            self._ends[desk] = self._ends.get(desk, End()).after(n, mac)
            yield entry

    def finish(self) -> None:
        """Bind the ends of the register."""
        entries = register.Register(self._db, self.sealer.binder)
        for desk, end in self._ends.items():
            entries.put(desk, end)


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresEngine]:
    """Start a cluster with an empty database; both are gone in the end."""
    with Cluster(durable=True, settings=_SERVER) as cluster:
        os.environ["PGPASSFILE"] = str(cluster.passfile)
        yield PostgresEngine(folder, cluster.database())
