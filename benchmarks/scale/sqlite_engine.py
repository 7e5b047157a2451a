"""SQLite: one file, filled without waiting for the disk."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.scale.card_file import filled
from benchmarks.scale.clock import clock_of
from benchmarks.scale.engine import Row
from benchmarks.scale.rows import COLUMNS
from verification.adapters.store.sql.registered import ROW, End
from verification.adapters.store.sql.wrapped import wrapped_key
from verification.adapters.store.sqlite import register
from verification.adapters.store.sqlite.card_folder import digest_of
from verification.adapters.store.sqlite.database import Statements, connect
from verification.kiosk import Kiosk
from verification.log.card_files import CardFile, CardNotes, NewCards
from verification.log.sealing import Binder, Sealer
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import logging_kiosk, open_log

_FAST = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -2000000",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA threads = 1",
)
_AT_THE_END = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    " AND tbl_name IN ('log', 'log_written', 'visit', 'history')"
)

_SIZES = """
SELECT coalesce(tbl_name, 'sqlite_schema'), sum(pgsize) FROM dbstat
LEFT JOIN sqlite_master USING (name) GROUP BY 1
"""


@dataclass
class SqliteEngine:
    """A house in a folder.

    Args:
        folder: Where it is, empty at first.
    """

    folder: Path
    name: str = field(default="sqlite", init=False)

    @property
    def settings(self) -> Settings:
        """Return its settings."""
        house = {"KIOSK_DB": f"{self.folder}/kiosk.db", "KIOSK_FACILITY": "79014"}
        return read_settings(house | {"KIOSK_KEY_BESIDE": "yes"})

    def kiosk(self, hour: int = 8) -> AbstractContextManager[Kiosk]:
        """Open the store as a server does, at an hour of the day of the measurement."""
        return logging_kiosk(self.settings, clock_of(hour))

    @contextmanager
    def loading(self) -> Iterator["_Loader"]:
        """Open an empty store to be filled; at the end its indexes are made."""
        open_log(self.settings).close()
        with closing(connect(self.settings.db)) as connection:
            for pragma in _FAST:
                connection.execute(pragma)
            indexes = connection.execute(_AT_THE_END).fetchall()
            for name, _ in indexes:
                connection.execute(f'DROP INDEX "{name}"')
            loader = _Loader(connection, existing_master_key(self.settings))
            connection.execute("BEGIN")
            yield loader
            loader.finish()
            connection.execute("COMMIT")
            for _, sql in indexes:
                connection.execute(sql)
            connection.execute("PRAGMA locking_mode = NORMAL")
            connection.execute("PRAGMA journal_mode = WAL")

    def entry(self, binder: Binder, place: int, row: Row) -> Row:
        """Return what the register keeps of a row of the log."""
        desk, seq, hashed = row[0], row[1], row[-1]
        return place, desk, seq, binder.bind(ROW, place, desk, seq, hashed)

    def take_cards(self, count: int) -> None:
        """Put so many invented cards into the place of those in use, noted in the log."""
        for file in self.folder.glob("cards-*"):
            file.unlink()
        file = filled(self.folder, count)
        with self.kiosk(hour=0) as kiosk:  # by its clock: another would be doubted for ever
            noted = CardFile(file.name, digest_of(file))
            CardNotes(kiosk.written).note(noted, NewCards("import", "card"))

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each table of the log, with its indexes."""
        with closing(connect(self.settings.db, read_only=True)) as connection:
            return dict(connection.execute(_SIZES).fetchall())

    def total(self) -> int:
        """Return the bytes of the file."""
        return self.settings.db.stat().st_size

    def cards_bytes(self) -> int:
        """Return the bytes of the card file."""
        return sum(file.stat().st_size for file in self.folder.glob("cards-*.db"))


class _Loader:
    """Takes rows into the open file.

    Args:
        connection: To the file.
        master: Its key.
    """

    def __init__(self, connection: sqlite3.Connection, master: bytes) -> None:
        self._connection = connection
        self._end = End()

        def save(key_id: str, wrapped: bytes) -> None:
            connection.execute("INSERT INTO wrapped_key VALUES (?, ?)", (key_id, wrapped))

        self.sealer = Sealer(master, partial(wrapped_key, Statements(connection)), save)

    def put(self, table: str, rows: Iterable[Row]) -> None:
        """Put rows into a table."""
        names = COLUMNS[table]
        marks = ",".join("?" * len(names))
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        self._connection.executemany(insert, self._noted(rows) if table == "log_written" else rows)

    def _noted(self, entries: Iterable[Row]) -> Iterator[Row]:
        for entry in entries:
            self._end = self._end.after(entry[0], entry[3])
            yield entry

    def finish(self) -> None:
        """Bind the end of the register."""
        register.Register(self._connection, self.sealer.binder).put(self._end)


@contextmanager
def sqlite(folder: Path) -> Iterator[SqliteEngine]:
    """Yield the engine of a folder."""
    yield SqliteEngine(folder)
