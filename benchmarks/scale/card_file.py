"""A card file of invented people, with its index of names, as an import leaves it."""

from contextlib import closing
from pathlib import Path

from benchmarks.lookup import fill
from verification.adapters.store.sqlite import name_index
from verification.adapters.store.sqlite.database import connect


def filled(folder: Path, count: int) -> Path:
    """Write a card file with so many cards into a folder; return it."""
    file = fill(folder, count)
    with closing(connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        name_index.bring_up_to_date(connection)
        connection.execute("COMMIT")
    return file
