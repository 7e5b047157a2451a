"""The next card file: built beside the one in use from tables of values, then swapped in."""

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

from verification.adapters.store.sqlite.card_begun import UNREAD, Begun, begin_draft
from verification.adapters.store.sqlite.card_draft import CardDraft, Copy, Values
from verification.adapters.store.sqlite.card_folder import (
    alone,
    newest_file,
    next_file,
    number_of,
)
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.schema import make_card_tables
from verification.basics.private import private_folder
from verification.card.facts import Origin


class Draft:
    """The next card file while it is built.

    Args:
        connection: To it, inside the one transaction of the draft.
        number: Counts the card files, and with them the imports.
        begun: What it begins with.
        migrated: Whether these cards are of an earlier version.
    """

    def __init__(
        self, connection: sqlite3.Connection, number: int, *, begun: Begun, migrated: bool
    ) -> None:
        self._connection = connection
        self._number = number
        self.begun = begun
        self.migrated = migrated
        self.wanted = True

    def cards(
        self, columns: tuple[str, ...], as_of: date, origin: Origin, today: date
    ) -> CardDraft:
        """Begin to take in a list of cards.

        Args:
            columns: What a row gives, the card number first.
            as_of: The day of the list.
            origin: Who made it.
            today: The real day.
        """
        return CardDraft(self._connection, columns, Copy(self._number, as_of, origin, today))

    def begin_table(self) -> None:
        """Begin the rows of one source: a key counts once in each."""
        self._connection.execute("DROP TABLE IF EXISTS temp.seen")
        self._connection.execute("CREATE TEMP TABLE seen (key TEXT PRIMARY KEY)")

    def upsert(
        self,
        table: str,
        columns: tuple[str, ...],
        batch: Sequence[Values],
        counts: dict[str, int],
    ) -> list[Values]:
        """Write rows into a table and count them.

        Args:
            table: The table.
            columns: The columns written, the key first.
            batch: Rows with a value for each column.
            counts: `added`, `changed` and `same`, counted up.

        Returns:
            The refused rows: their key was there before.
        """
        key = columns[0]
        held = self._held(table, columns, [row[key] for row in batch])
        written, refused = [], []
        for row in batch:
            values = tuple(row[name] for name in columns)
            seen = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (row[key],))
            if not seen.rowcount:
                refused.append(row)
                continue
            before = held.get(row[key])
            counts["added" if before is None else "same" if before == values else "changed"] += 1
            written.append(values)
        marks = ",".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({marks})", written
        )
        return refused

    def _held(
        self, table: str, columns: tuple[str, ...], keys: Sequence[object]
    ) -> dict[object, tuple[object, ...]]:
        query = (
            f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[0]} IN "
            "(SELECT value FROM json_each(?))"
        )
        return {row[0]: row for row in self._connection.execute(query, (json.dumps(keys),))}

    def remove_unseen(self, table: str, key: str, kept: set[str]) -> int:
        """Remove what the source does not have; a row that it has, but badly, stays as it was.

        Args:
            table: The table.
            key: Its key column.
            kept: Keys of the rows that the source has badly.
        """
        seen = [(one,) for one in kept]
        self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?)", seen)
        query = f"DELETE FROM {table} WHERE {key} NOT IN (SELECT key FROM seen)"
        return self._connection.execute(query).rowcount

    def note_state(self, heard: datetime | None, now: datetime, *, demo: bool) -> None:
        """Note how many cards there are, since when, and if they are invented.

        Args:
            heard: The moment that the list tells of; None: it told of no cards.
            now: The present; of a list that tells of later a wrong clock made the note.
            demo: Whether they are invented.
        """
        count = self._connection.execute("SELECT count(DISTINCT ma_the) FROM card")
        (cards,) = count.fetchone()
        state = {"cards": str(cards), "demo": str(int(demo))}
        if heard:
            query = "SELECT value FROM meta WHERE key = 'as_of'"
            before = [datetime.fromisoformat(row[0]) for row in self._connection.execute(query)]
            newest = max([heard, *(moment for moment in before if moment <= now)])
            state["as_of"] = newest.isoformat(timespec="seconds")
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", state.items())

    def give_up(self) -> None:
        """Leave the card file in use where it is."""
        self.wanted = False


@contextmanager
def next_card_file(folder: Path, *, keep_demo: bool, heal: bool = True) -> Iterator[Draft]:
    """Build the next card file, swapped in at the end unless it failed or was given up.

    One in use that cannot be read whole is put aside: its cards are not taken over, only
    facilities and offices that read whole.

    Args:
        folder: Where the card files are.
        keep_demo: Go on from invented cards too; else they are left out.
        heal: False to fail where the one in use cannot be read.

    Raises:
        StoreBusy: Another one is being built.
        StoreError: The store cannot be written; nothing was changed.
    """
    with errors_in_words(folder):
        private_folder(folder)
    with alone(folder):
        target = next_file(folder)
        path = target.with_suffix(".draft")
        with errors_in_words(path), _removed_if_left(path):
            begun = begin_draft(newest_file(folder), path, keep_demo=keep_demo, heal=heal)
            with closing(connect(path)) as connection:
                path.chmod(0o600)
                connection.execute("PRAGMA synchronous = OFF")  # a torn draft is thrown away anyway
                migrated = make_card_tables(connection)
                connection.execute("BEGIN")
                begun.salvage_into(connection)
                draft = Draft(connection, number_of(target), begun=begun, migrated=migrated)
                yield draft
                connection.execute("COMMIT")
            if draft.wanted:
                _swap(folder, path, target, aside=begun.unread)


def bring_up_to_date(folder: Path) -> None:
    """Replace a card file of an earlier version by the same cards in the tables of this one.

    Raises:
        StoreError: It cannot be written; nothing was changed.
    """
    with next_card_file(folder, keep_demo=True, heal=False) as draft:
        if not draft.migrated:  # another process was faster
            draft.give_up()


@contextmanager
def _removed_if_left(draft: Path) -> Iterator[None]:
    """Leave no draft behind, whatever happens; begin without that of a killed import."""
    _remove(draft)
    try:
        yield
    finally:
        _remove(draft)  # swapped in, it is there no more


def _remove(draft: Path) -> None:
    """Remove a draft with its journal, which SQLite would play back into the next one."""
    for path in (draft, draft.with_name(f"{draft.name}-journal")):
        path.unlink(missing_ok=True)


def _swap(folder: Path, draft: Path, target: Path, aside: Path | None) -> None:
    """Make a draft the card file in use; what could not be read stays, under another name."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    old = newest_file(folder)
    draft.rename(target)
    try:
        if old and old == aside:
            old.rename(old.with_suffix(UNREAD))
        elif old:
            old.unlink()
    except OSError:
        return  # Windows: still open somewhere; the highest number counts
