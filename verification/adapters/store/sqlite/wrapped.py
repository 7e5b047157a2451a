"""The wrapped keys that a store keeps, and whether a master key opens them."""

from contextlib import closing
from pathlib import Path

from verification.adapters.store.sql.wrapped import is_opened_by
from verification.adapters.store.sqlite.database import Statements, connect, errors_in_words


def is_used(path: Path) -> bool:
    """Tell whether a database exists that holds something which belongs to a key."""
    if not path.exists():
        return False
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        made = "SELECT name FROM sqlite_master WHERE name IN ('wrapped_key', 'log')"
        tables = [name for (name,) in connection.execute(made)]
        first = (connection.execute(f"SELECT 1 FROM {name} LIMIT 1") for name in tables)
        return any(rows.fetchone() for rows in first)


def opens(path: Path, master_key: bytes) -> bool:
    """Tell whether a master key fits a database that is used."""
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        return is_opened_by(Statements(connection), master_key)
