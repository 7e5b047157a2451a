"""Imports of cards into PostgreSQL: built in a card file as ever, then taken over for all servers.

The order is that of the file: made whole, noted in the log, put into use. Whoever was ended between
two of these steps leaves what the next one goes on from, on whichever server that is.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from verification.adapters.store.postgres import card_sets as sets
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.card_bytes import keep_file, take_file
from verification.adapters.store.postgres.card_sets import CardSet
from verification.adapters.store.postgres.card_tables import fill
from verification.adapters.store.postgres.database import (
    Connection,
    errors_in_words,
    is_lost,
    run,
)
from verification.adapters.store.sqlite.card_file import KEEPS, finish_swap
from verification.adapters.store.sqlite.card_folder import (
    UNREAD,
    Keeps,
    alone,
    before_of,
    digest_of,
    draft_of,
    is_of,
    newest_file,
    put_in_place,
)
from verification.adapters.store.sqlite.database import connect
from verification.basics.errors import StoreError
from verification.basics.private import private_folder
from verification.log.card_files import CardFile, CardNotes, NewCards
from verification.log.events import Event
from verification.log.ports import Log

_SAID = """
SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'demo' AND value = '1'),
EXISTS (SELECT 1 FROM refusal)
"""
_NEW = """
INSERT INTO card_set (name, digest, tables, demo, refuses, state)
VALUES (?, ?, ?, ?, ?, 'made') RETURNING number
"""


class SharedNotes(CardNotes):
    """Notes card files in a log, and takes each over into PostgreSQL.

    Args:
        log: Where they are noted.
        officer: Who imports.
        folder: This server's own card files: what imports are built from.
        address: Of the database.
        connection: To it; it has the turn.
    """

    def __init__(
        self, log: Log, officer: str, folder: Path, address: Address, connection: Connection
    ) -> None:
        super().__init__(log, officer)
        self._folder = folder
        self._address = address
        self._connection = connection

    def note(self, file: CardFile, what: NewCards) -> Event:
        """Take a draft over, note it and put it into use.

        Raises:
            StoreError: It could not be taken over or noted; then the former cards count.
        """
        with errors_in_words(self._address):
            made = make_set(self._connection, draft_of(self._folder / file.name), file)
            run(self._connection, "SELECT 1")  # who lost the connection has lost the turn
        event = super().note(file, what)
        self._use(made, KEEPS.get(what.why, Keeps.OLD))
        return event

    def _use(self, made: CardSet, keeps: Keeps) -> None:
        """Put a noted set into use; where that fails, whoever comes next does it."""
        with errors_in_words(self._address):
            try:
                sets.put_in_use(self._connection, made, keeps)
                sets.tidy(self._connection)
            except psycopg.Error as error:
                if not is_lost(error) or self.newest() != made.file:
                    raise
                with closing(sets.connected(self._address)) as another:
                    sets.put_in_use(another, made, keeps)

    def finish(self) -> None:
        """Put into use what was noted by somebody who was ended before; drop what nobody reads.

        Raises:
            StoreError: It is nowhere to be found, though there are cards in use.
        """
        noted = self.newest()
        with errors_in_words(self._address):
            current = sets.in_use(self._connection)
            if noted and (current is None or current.file != noted):
                self._find(noted, current)
            sets.tidy(self._connection)

    def _find(self, noted: CardFile, current: CardSet | None) -> None:
        found = sets.set_of(self._connection, noted) or self._made_here(noted)
        if found:
            sets.put_in_use(self._connection, found, KEEPS.get(self.why(), Keeps.OLD))
        elif current:
            raise StoreError(
                f"Dữ liệu thẻ {noted.name} đã ghi vào nhật ký nhưng không có trong cơ sở dữ liệu; "
                "hãy chạy lại trên máy chủ đã nhập nó",
                f"The cards {noted.name} are noted in the log but not in the database; run this on "
                "the server that imported them",
            )

    def _made_here(self, noted: CardFile) -> CardSet | None:
        """Take over what lies in the folder: of a hospital that comes from a file, too."""
        target = self._folder / noted.name
        for file in (target, draft_of(target)):
            if is_of(file, noted):
                return make_set(self._connection, file, noted)
        return None

    def bring_back(self, *, before: bool = False) -> None:
        """Have the cards in use as the card file of the folder.

        A file that was never taken over is somebody's own: it is put aside, not imported.

        Args:
            before: Have those that counted before too, to go back to.
        """
        private_folder(self._folder)
        finish_swap(self._folder, self)
        with errors_in_words(self._address), alone(self._folder):
            current, here = sets.in_use(self._connection), newest_file(self._folder)
            sound = current is not None and is_of(self._folder / current.name, current.file)
            if here and not sound:
                self._put_aside(here)
            if current and not sound:
                put_in_place(*self._taken(current), keeps=Keeps.BEFORE)
            former = sets.before(self._connection) if before else None
            if former and not is_of(before_of(self._folder / former.name), former.file):
                draft, target = self._taken(former)
                draft.replace(before_of(target))

    def _taken(self, which: CardSet) -> tuple[Path, Path]:
        """Write the card file of a set beside, and see that it is the one that was noted."""
        target = self._folder / which.name
        beside = target.with_suffix(".fetched")
        if take_file(self._connection, which.schema, beside) != which.digest:
            beside.unlink()
            raise StoreError(
                f"Dữ liệu thẻ {which.name} trong cơ sở dữ liệu hỏng; hãy nhập lại danh sách thẻ",
                f"The cards {which.name} in the database are damaged; import the cards again",
            )
        return beside, target

    def _put_aside(self, file: Path) -> None:
        if sets.knows(self._connection, digest_of(file)):
            with suppress(OSError):
                file.unlink()
        else:
            file.rename(file.with_suffix(UNREAD))


def make_set(connection: Connection, file: Path, of: CardFile) -> CardSet:
    """Make a set of a card file, whole or not at all: not in use yet."""
    with closing(connect(file, read_only=True)) as source:
        demo, refuses = map(bool, source.execute(_SAID).fetchone())
        (tables,) = source.execute("PRAGMA user_version").fetchone()
    with connection.transaction():
        [(number,)] = run(connection, _NEW, (of.name, of.digest, tables, demo, refuses))
        made = CardSet(number, of.name, of.digest, tables, demo, refuses)
        run(connection, f"CREATE SCHEMA {made.schema}")
        fill(connection, made.schema, file)
        keep_file(connection, made.schema, file)
    return made


@contextmanager
def shared_notes(
    address: Address, log: Log, folder: Path, officer: str = "", *, undo: bool = False
) -> Iterator[CardNotes]:
    """Have the turn to import cards, with the cards in use in this server's folder.

    Args:
        address: Of the database.
        log: Where card files are noted.
        folder: This server's card files.
        officer: Who imports.
        undo: Have the cards of before the last import too.

    Raises:
        StoreBusy: Somebody imports already, on this server or on another.
        StoreError: The database cannot be reached, or the cards cannot be had from it.
    """
    with sets.alone(address) as connection:
        notes = SharedNotes(log, officer, folder, address, connection)
        notes.finish()
        notes.bring_back(before=undo)
        yield notes
