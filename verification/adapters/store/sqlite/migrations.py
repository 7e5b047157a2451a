"""How a file of an earlier version is brought to the tables of this one, by sqlite-utils."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from verification.basics.errors import StoreError

if TYPE_CHECKING:
    from sqlite_utils import Database

Migration = Callable[["Database"], None]
MIGRATIONS_TABLE = "_sqlite_migrations"
"""The table in which a file keeps what it has taken."""


class Schema:
    """The tables of one kind of file, as the migrations that made them, oldest first.

    A file keeps the names of the migrations it has taken, and their count where it costs least to
    ask. What is missing is made in one transaction: whole or not at all.

    Args:
        name: Of the kind of file; it is written in the file, so it never changes.
        migrations: Functions; their names are written in the file too.
        first_table: Where it is there, a file that keeps no names has taken the first migration.
            None: the first one is taken by such a file once more, and skips what is there.
    """

    def __init__(
        self, name: str, migrations: Sequence[Migration], first_table: str | None = None
    ) -> None:
        self.name = name
        self.migrations = tuple(migrations)
        self.first_table = first_table
        self._names = [migration.__name__ for migration in migrations]

    def followed_by(self, *migrations: Migration) -> "Schema":
        """Return the schema of a later version."""
        return Schema(self.name, [*self.migrations, *migrations], self.first_table)

    def lacks(self, connection: sqlite3.Connection) -> list[str]:
        """Return the migrations that a file has not taken.

        Raises:
            StoreError: It has taken one that this version does not know.
        """
        (count,) = connection.execute("PRAGMA user_version").fetchone()
        if count == len(self._names):
            return []
        taken = self._taken(connection)
        if taken - set(self._names):
            file = Path(connection.execute("PRAGMA database_list").fetchone()[2]).name
            raise StoreError(
                f"{file} là của một bản kiosk mới hơn; hãy cập nhật kiosk rồi mở lại",
                f"{file} belongs to a newer version of the kiosk; update the kiosk to open it",
            )
        return [name for name in self._names if name not in taken]

    def bring(self, connection: sqlite3.Connection) -> bool:
        """Make what a file lacks; of several processes that open it, one does.

        Returns:
            Whether there was something to make.

        Raises:
            StoreError: The file belongs to a newer version.
        """
        if not self.lacks(connection):
            return False
        connection.execute("BEGIN IMMEDIATE")
        try:
            missing = self.lacks(connection)  # another process may have been faster
            if missing:
                self._apply(connection)
                connection.execute(f"PRAGMA user_version = {len(self._names)}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite undoes all by itself where the disk is full
                connection.execute("ROLLBACK")
            raise
        return bool(missing)

    def _apply(self, connection: sqlite3.Connection) -> None:
        # half a second of its own: who only opens a file that lacks nothing does not wait for it
        from sqlite_utils import Database  # noqa: PLC0415
        from sqlite_utils.migrations import Migrations  # noqa: PLC0415

        library = Migrations(self.name)
        for migration in self.migrations:
            library()(migration)
        library.apply(Database(connection))

    def _taken(self, connection: sqlite3.Connection) -> set[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)"
        made = {row[0] for row in connection.execute(query, (MIGRATIONS_TABLE, self.first_table))}
        if MIGRATIONS_TABLE in made:
            names = f"SELECT name FROM {MIGRATIONS_TABLE} WHERE migration_set = ?"
            return {row[0] for row in connection.execute(names, (self.name,))}
        return {self._names[0]} if self.first_table in made else set()


def make(
    db: "Database", tables: Mapping[str, Mapping[str, Any]], indexes: Mapping[str, Sequence[Any]]
) -> None:
    """Make the tables and indexes that are not there yet.

    Args:
        db: The file.
        tables: `columns`, `pk` and `not_null` by table.
        indexes: Columns of each index by table.
    """
    for name, shape in tables.items():
        table = db.table(name, strict=True)
        if not table.exists():
            table.create(shape["columns"], pk=shape["pk"], not_null=shape["not_null"])
        for columns in indexes.get(name, ()):
            table.create_index(columns, if_not_exists=True)
