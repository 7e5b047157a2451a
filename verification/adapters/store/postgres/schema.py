"""The tables on PostgreSQL, and the migrations that bring a database to them.

To change them, add one more file at the end of `MIGRATIONS` and never touch one that was released,
as for `kiosk.db` (`sqlite/schema.py`); the same statements read both.
"""

from pathlib import Path

from verification.adapters.store.postgres.database import Connection, run
from verification.adapters.store.postgres.half_copied import refuse_half_copied
from verification.basics.errors import StoreError

MIGRATIONS = ("m001", "m002_card_sets")
_FOLDER = Path(__file__).parent
_ONE_AT_A_TIME = 7_901_400  # an advisory lock: two servers that start at once migrate one by one
_MADE = """
CREATE TABLE IF NOT EXISTS kiosk_migration (
  name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
)
"""


def bring(connection: Connection) -> None:
    """Bring a database to the tables of this version, all of it or nothing.

    Args:
        connection: In autocommit.

    Raises:
        StoreError: The database belongs to a newer version, or is one half copied.
    """
    refuse_half_copied(connection)
    make_tables(connection)


def make_tables(connection: Connection) -> None:
    """Make what a database lacks of the tables of this version, half copied or not.

    Raises:
        StoreError: The database belongs to a newer version.
    """
    with connection.transaction():
        run(connection, "SELECT pg_advisory_xact_lock(?)", (_ONE_AT_A_TIME,))
        run(connection, _MADE)
        done = {name for (name,) in run(connection, "SELECT name FROM kiosk_migration")}
        if done - set(MIGRATIONS):
            raise StoreError(
                "Cơ sở dữ liệu PostgreSQL thuộc phiên bản mới hơn: hãy nâng cấp kiosk ở máy chủ "
                "này, chưa thay đổi gì",
                "The PostgreSQL database belongs to a newer version: upgrade the kiosk on this "
                "server, nothing was changed",
            )
        for name in MIGRATIONS:
            if name not in done:
                connection.execute((_FOLDER / f"{name}.sql").read_bytes())
                run(connection, "INSERT INTO kiosk_migration (name) VALUES (?)", (name,))
