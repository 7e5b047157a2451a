"""The next card file while it is built: rows of values into its tables, counted and told."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from verification.adapters.store.noticing import Noticing, Values
from verification.adapters.store.sqlite import card_indexes
from verification.adapters.store.sqlite import card_place as place
from verification.adapters.store.sqlite.card_begun import Begun
from verification.adapters.store.sqlite.card_draft import CardDraft, Named
from verification.adapters.store.sqlite.known import Known
from verification.adapters.store.sqlite.plain_rows import Copy
from verification.card.facts import Origin
from verification.log.card_files import NewCards

SILENT = "silent"  # beside the values of a row: the columns that it says nothing of


_LARGE = 2 << 20  # bytes of a list: some ten thousand rows
_PART = 4  # of the card file, from which a list is large


@dataclass(frozen=True)
class ListOf:
    """Whose list of cards it is.

    Args:
        origin: Who made it.
        as_of: Its day.
        today: The real day.
        delta: It is a list of changes.
    """

    origin: Origin
    as_of: date
    today: date
    delta: bool = False


class Draft:
    """The next card file while it is built.

    Args:
        connection: To it, inside the one transaction of the draft.
        number: Counts the card files, and with them the imports.
        begun: What it begins with.
        known: What the store held before.
        migrated: Whether these cards are of an earlier version.
        of: What is imported into what; empty where nothing goes on once it was ended.
        left: What an ended import of the same has kept.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        number: int,
        *,
        begun: Begun,
        known: Known,
        migrated: bool,
        of: str = "",
        left: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection = connection
        self._path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
        self._of = of
        self.left = left
        self.stays = left is not None
        self._number = number
        self.begun = begun
        self.known = known
        self.named = Named()
        self.migrated = migrated
        self.wanted = True
        self.what = NewCards("upgrade")

    def cards(self, columns: tuple[str, ...], whose: ListOf, notice: Noticing) -> CardDraft:
        """Begin to take in a list of cards.

        Args:
            columns: What a row gives, the card number first.
            whose: Who made it, and of which day.
            notice: Is told what becomes of the rows.
        """
        copy = Copy(self._number, whose.as_of, whose.origin, whose.today, whose.delta)
        left = self.left is not None
        return CardDraft(self._connection, columns, copy, self.known, notice, goes_on=left)

    def begin_table(self) -> None:
        """Begin the rows of one source: a key counts once in each."""
        for name in ("seen", "badly"):
            place.working_table(self._connection, name, "key", anew=self.left is None)
        self.named = Named()

    def expects(self, size: int) -> None:
        """Prepare for a list of so many bytes: indexes are built at the end of a large one."""
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (of,) = self._connection.execute("PRAGMA page_size").fetchone()
        if size > max(_LARGE, pages * of // _PART):
            card_indexes.put_aside(self._connection, "card")

    def keep(self, state: Mapping[str, Any]) -> None:
        """Keep how far the import has come: the same one goes on here, if this one is ended.

        Raises:
            sqlite3.OperationalError: The disk is as good as full.
        """
        if not self._of:
            return
        place.note(self._connection, self._of, {"begun": self.begun.kept(), "rows": state})
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")
        self.stays = True
        place.leave_room(self._path)

    def finish(self) -> None:
        """Take out what only the import needed, and build what was left for the end."""
        (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        (of,) = self._connection.execute("PRAGMA page_size").fetchone()
        if self.stays:
            place.leave_room(self._path, pages * of)  # what is sorted lies beside what is built
        place.tidy(self._connection)
        card_indexes.build(self._connection)

    def upsert(
        self,
        table: str,
        columns: tuple[str, ...],
        batch: Sequence[Values],
        counts: dict[str, int],
        notice: Noticing,
    ) -> list[Values]:
        """Write rows into a table and count them.

        Args:
            table: The table.
            columns: The columns written, the key first.
            batch: Rows with a value for each column, and in `SILENT` what they say nothing of.
            counts: `added`, `changed` and `same`, counted up.
            notice: Is told what becomes of the rows.

        Returns:
            The refused rows: their key was there before.
        """
        key = columns[0]
        held = self._held(table, columns, [row[key] for row in batch])
        written, refused = [], []
        for given in batch:
            row = _kept(given, columns, held.get(given[key]))
            values = tuple(row[name] for name in columns)
            seen = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (row[key],))
            if not seen.rowcount:
                refused.append(row)
                continue
            before = held.get(row[key])
            self.named.rows += before is not None
            if before is None:
                notice.added(row)
            elif before != values:
                notice.changed(dict(zip(columns, before, strict=True)), row)
            counts["added" if before is None else "same" if before == values else "changed"] += 1
            if before != values:
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

    def refuse(self, table: str, key: str, values: Sequence[str]) -> None:
        """Count a row that could not be taken, where one of its cells names a known key."""
        badly = [(value,) for value in values]
        self._connection.executemany("INSERT OR IGNORE INTO badly VALUES (?)", badly)
        known = any(self.known.has(table, key, value) for value in values)
        self.named.rows += known
        self.named.refused += known

    def remove_unseen(self, table: str, key: str, notice: Noticing) -> int:
        """Remove what the source does not have; a row that it has, but badly, stays as it was.

        Args:
            table: The table.
            key: Its key column.
            notice: Is told what is removed.
        """
        gone = f"FROM {table} WHERE {key} NOT IN seen AND {key} NOT IN badly"
        for value, name in self._connection.execute(f"SELECT {key}, ten {gone}"):
            notice.removed({key: value, "ten": name})
        return self._connection.execute(f"DELETE {gone}").rowcount

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
        self.wanted = self.stays = False


def _kept(row: Values, columns: Sequence[str], before: tuple[object, ...] | None) -> Values:
    """Return a row with what it says nothing of as it was before."""
    silent = row.get(SILENT)
    if before is None or not isinstance(silent, frozenset):
        return row
    stored = dict(zip(columns, before, strict=True))
    return {**row, **{name: stored[name] for name in silent}}
