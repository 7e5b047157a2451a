"""The mark of a database into which a store is being copied, and how far that is.

It is a table that is there from the first row on until all is verified. No server works on a
database that has it.
"""

from collections.abc import Mapping

from verification.adapters.store.postgres.database import Connection, is_there, run
from verification.adapters.store.sql.db import upsert
from verification.basics.errors import StoreError

TABLE = "kiosk_copying"
_MADE = f"""
CREATE TABLE {TABLE} (name text COLLATE "C" PRIMARY KEY, value text COLLATE "C" NOT NULL)
"""
_PUT = upsert(TABLE, "name, value", "name")


def is_half_copied(connection: Connection) -> bool:
    """Tell whether a store was not copied to its end."""
    return is_there(connection, TABLE)


def refuse_half_copied(connection: Connection) -> None:
    """Refuse to work on a database into which a store is being copied.

    Raises:
        StoreError: It is one.
    """
    if is_half_copied(connection):
        raise StoreError(
            "Cơ sở dữ liệu PostgreSQL này đang được chép dở từ tệp SQLite: hãy chạy lại "
            "migrate-store cho xong",
            "A store is being copied into this PostgreSQL database and is not whole: run "
            "migrate-store again until it is done",
        )


def begin(connection: Connection) -> None:
    """Make the mark."""
    run(connection, _MADE)


def noted(connection: Connection) -> Mapping[str, str]:
    """Return what is noted of the copying."""
    return dict(run(connection, f"SELECT name, value FROM {TABLE}"))


def note(connection: Connection, name: str, value: str) -> None:
    """Note something of the copying, in the transaction that does it."""
    run(connection, _PUT, (name, value))


def end(connection: Connection) -> None:
    """Take the mark away: from now on servers may work on it."""
    run(connection, f"DROP TABLE {TABLE}")
