"""Which sets of card tables there are, and which one counts.

Each import is a set of tables of its own, in a schema `cards_<n>`. A set is made whole and then
put into use by one short transaction, so who reads finds the former cards or the new ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import errors

from verification.adapters.store.postgres import database
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import (
    Connection,
    errors_in_words,
    run,
)
from verification.adapters.store.sqlite.card_folder import Keeps
from verification.adapters.store.sqlite.database import BUSY_SECONDS
from verification.basics.errors import StoreBusy
from verification.log.card_files import CardFile

_LOCK = 7_901_403  # an advisory lock, among the others of the house
COLUMNS = "number, name, digest, tables, demo, refuses"
IN_USE = f"SELECT {COLUMNS} FROM card_set WHERE state = 'in_use'"
_BEFORE = f"SELECT {COLUMNS} FROM card_set WHERE state = 'before'"
_OF = (
    f"SELECT {COLUMNS} FROM card_set WHERE name = ? AND digest = ? AND state <> 'gone'"
    " ORDER BY number DESC LIMIT 1"
)
_MOVE = "UPDATE card_set SET state = ?, since = now() WHERE state = ? AND number <> ?"
_PUT = "UPDATE card_set SET state = 'in_use', since = now() WHERE number = ?"
# a reader that looked which one counts before it was left asks it for less than a minute
_LEFT = """
SELECT number FROM card_set
WHERE state = 'made' OR (state = 'left' AND since < now() - interval '1 minute')
"""
_KEPT = {Keeps.OLD: ("left", "before"), Keeps.BEFORE: (None, "left"), Keeps.NONE: ("left", "left")}


@dataclass(frozen=True)
class CardSet:
    """A set of card tables.

    Args:
        number: Of its schema.
        name: Of the card file that it was made of.
        digest: SHA-256 of that file's bytes, hex.
        tables: Of which version they are: so many migrations the card file had taken.
        demo: Whether it holds invented people.
        refuses: Whether it holds a row that was refused.
    """

    number: int
    name: str
    digest: str
    tables: int
    demo: bool
    refuses: bool

    @property
    def schema(self) -> str:
        """Return the name of its schema."""
        return f"cards_{self.number}"

    @property
    def file(self) -> CardFile:
        """Return the card file that it was made of."""
        return CardFile(self.name, self.digest)


def connected(address: Address) -> Connection:
    """Return a connection of its own, by which others see that cards are being built."""
    return database.connected(address, application_name="bhyt-kiosk-cards")


@contextmanager
def alone(address: Address) -> Iterator[Connection]:
    """Have the turn to build the next set; it ends with the connection, however that ends.

    Raises:
        StoreBusy: Another server, or another process of this one, has it.
        StoreError: The database cannot be reached.
    """
    with errors_in_words(address):
        connection = connected(address)
    try:
        with errors_in_words(address):
            run(connection, f"SET lock_timeout = '{BUSY_SECONDS}s'")
            try:
                run(connection, "SELECT pg_advisory_lock(?)", (_LOCK,))
            except errors.LockNotAvailable as error:
                raise StoreBusy(
                    "Một lần nhập khác đang chạy, thử lại sau",
                    "Another import is running, try again",
                ) from error
        yield connection
    finally:
        connection.close()


def in_use(connection: Connection) -> CardSet | None:
    """Return the set that counts."""
    return _only(run(connection, IN_USE))


def before(connection: Connection) -> CardSet | None:
    """Return the set that counted before."""
    return _only(run(connection, _BEFORE))


def set_of(connection: Connection, file: CardFile) -> CardSet | None:
    """Return the set that was made of a card file."""
    return _only(run(connection, _OF, (file.name, file.digest)))


def knows(connection: Connection, digest: str) -> bool:
    """Tell whether a set was ever made of a card file."""
    return bool(run(connection, "SELECT 1 FROM card_set WHERE digest = ? LIMIT 1", (digest,)))


def put_in_use(connection: Connection, which: CardSet, keeps: Keeps) -> None:
    """Let a set count from now on, for all servers at once.

    Args:
        connection: To the database.
        which: The set.
        keeps: Which one stays as the one before.
    """
    before_becomes, old_becomes = _KEPT[keeps]
    with connection.transaction():
        run(connection, "LOCK TABLE card_set IN SHARE ROW EXCLUSIVE MODE")  # readers go on
        run(connection, "UPDATE card_set SET state = 'made' WHERE number = ?", (which.number,))
        if before_becomes:
            run(connection, _MOVE, (before_becomes, "before", which.number))
        run(connection, _MOVE, (old_becomes, "in_use", which.number))
        run(connection, _PUT, (which.number,))


def tidy(connection: Connection) -> None:
    """Drop sets that nobody reads any more, and what ended imports have made in vain.

    Args:
        connection: To the database, which has the turn; a set that was noted is in use.
    """
    for (number,) in run(connection, _LEFT):
        try:
            with connection.transaction():
                run(connection, f"DROP SCHEMA IF EXISTS cards_{number} CASCADE")
                run(connection, "UPDATE card_set SET state = 'gone' WHERE number = ?", (number,))
        except errors.LockNotAvailable:
            continue  # somebody reads it for long: the next import drops it


def _only(rows: list[tuple[int, str, str, int, bool, bool]]) -> CardSet | None:
    return CardSet(*rows[0]) if rows else None
