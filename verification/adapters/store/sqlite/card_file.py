"""The next card file: built beside the one in use from tables of values, then swapped in."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from verification.adapters.store.noticing import Noticing, Values
from verification.adapters.store.sqlite import name_index
from verification.adapters.store.sqlite.card_begun import Begun, begin_draft
from verification.adapters.store.sqlite.card_draft import CardDraft, Copy, Named
from verification.adapters.store.sqlite.card_folder import (
    Keeps,
    alone,
    digest_of,
    draft_of,
    is_of,
    newest_file,
    next_file,
    number_of,
    on_disk,
    put_in_place,
)
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.known import Known, known_in
from verification.adapters.store.sqlite.schema import is_outdated, make_card_tables
from verification.basics.errors import StoreError
from verification.basics.private import private_folder
from verification.card.facts import Origin
from verification.log.card_files import CardFile, CardNotes, NewCards

_KEEPS = {"upgrade": Keeps.BEFORE, "undo": Keeps.NONE}
SILENT = "silent"  # beside the values of a row: the columns that it says nothing of


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
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        number: int,
        *,
        begun: Begun,
        known: Known,
        migrated: bool,
    ) -> None:
        self._connection = connection
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
        return CardDraft(self._connection, columns, copy, self.known, notice)

    def begin_table(self) -> None:
        """Begin the rows of one source: a key counts once in each."""
        self._connection.execute("DROP TABLE IF EXISTS temp.seen")
        self._connection.execute("CREATE TEMP TABLE seen (key TEXT PRIMARY KEY)")
        self.named = Named()

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
        known = any(self.known.has(table, key, value) for value in values)
        self.named.rows += known
        self.named.refused += known

    def remove_unseen(self, table: str, key: str, kept: set[str], notice: Noticing) -> int:
        """Remove what the source does not have; a row that it has, but badly, stays as it was.

        Args:
            table: The table.
            key: Its key column.
            kept: Keys of the rows that the source has badly.
            notice: Is told what is removed.
        """
        seen = [(one,) for one in kept]
        self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?)", seen)
        gone = f"FROM {table} WHERE {key} NOT IN (SELECT key FROM seen)"
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
        self.wanted = False


def _kept(row: Values, columns: Sequence[str], before: tuple[object, ...] | None) -> Values:
    """Return a row with what it says nothing of as it was before."""
    silent = row.get(SILENT)
    if before is None or not isinstance(silent, frozenset):
        return row
    stored = dict(zip(columns, before, strict=True))
    return {**row, **{name: stored[name] for name in silent}}


@contextmanager
def next_card_file(
    folder: Path,
    notes: CardNotes | None,
    *,
    keep_demo: bool,
    heal: bool = True,
    chosen: Callable[[], Path] | None = None,
) -> Iterator[Draft]:
    """Build the next card file, swapped in at the end unless it failed or was given up.

    One in use that cannot be read whole is put aside: its cards are not taken over, only
    facilities and offices that read whole; nothing at all of one that the log does not name.

    Args:
        folder: Where the card files are.
        notes: Notes the new file in the log before it is used; None where there is no log.
        keep_demo: Go on from invented cards too; else they are left out.
        heal: False to fail where the one in use cannot be read.
        chosen: Chooses the file to begin with, once nobody else builds one; else that in use.

    Raises:
        StoreBusy: Another one is being built.
        StoreError: The store cannot be written; nothing was changed.
    """
    with errors_in_words(folder):
        private_folder(folder)
    with alone(folder):
        _finish(folder, notes)
        target = next_file(folder)
        path = draft_of(target)
        with errors_in_words(path), _removed_if_left(path, notes):
            if chosen:
                begun = begin_draft(chosen(), path, keep_demo=keep_demo, heal=False)
                begun = replace(begun, unread=_strangers(folder, notes))
            else:
                begun = _begun(folder, path, notes, keep_demo=keep_demo, heal=heal)
            with closing(connect(path)) as connection, known_in(begun.taken_over) as known:
                path.chmod(0o600)
                connection.execute("PRAGMA synchronous = OFF")  # a torn draft is thrown away anyway
                migrated = make_card_tables(connection)
                connection.execute("BEGIN")
                begun.salvage_into(connection)
                draft = Draft(
                    connection, number_of(target), begun=begun, known=known, migrated=migrated
                )
                yield draft
                if draft.wanted:
                    name_index.bring_up_to_date(connection)
                connection.execute("COMMIT")
            if draft.wanted:
                _note(path, target, notes, draft.what)
                keeps = _KEEPS.get(draft.what.why, Keeps.OLD)
                put_in_place(path, target, begun.unread, keeps=keeps)


def bring_up_to_date(folder: Path, notes: CardNotes | None = None) -> None:
    """Replace a card file of an earlier version by the same cards in the tables of this one.

    Raises:
        StoreError: It cannot be written; nothing was changed.
    """
    with next_card_file(folder, notes, keep_demo=True, heal=False) as draft:
        if not draft.migrated:  # another process was faster
            draft.give_up()


def up_to_date(folder: Path, notes: CardNotes | None) -> None:
    """Bring the card file in use to the tables of this version; one that cannot be read waits."""
    current = newest_file(folder)
    with suppress(StoreError, sqlite3.Error):
        if current and _is_old(current):
            bring_up_to_date(folder, notes)


def _is_old(file: Path) -> bool:
    with closing(connect(file, read_only=True)) as connection:
        return is_outdated(connection)


def _begun(
    folder: Path, path: Path, notes: CardNotes | None, *, keep_demo: bool, heal: bool
) -> Begun:
    """Begin a draft; cards of a file that is not the noted one are never taken over.

    Else the next import would make somebody's own cards the house's. The file is put aside.
    """
    current, noted = newest_file(folder), notes.newest() if notes else None
    sound = folder / noted.name if noted else current
    if current is None or noted is None or (current == sound and is_of(current, noted)):
        return begin_draft(current, path, keep_demo=keep_demo, heal=heal)
    if not heal:
        raise StoreError(
            f"{current.name} không phải kho thẻ đã nhập", f"{current.name} was not imported"
        )
    kept = sound if sound != current and is_of(folder / noted.name, noted) else None
    return replace(begin_draft(kept, path, keep_demo=keep_demo, heal=heal), unread=current)


def _strangers(folder: Path, notes: CardNotes | None) -> Path | None:
    """Return the file in use where it is not the noted one: what somebody did is kept."""
    current, noted = newest_file(folder), notes.newest() if notes else None
    if current is None or noted is None:
        return None
    return None if current.name == noted.name and is_of(current, noted) else current


def finish_swap(folder: Path, notes: CardNotes) -> None:
    """Put a card file in its place that was noted by somebody who was ended before the rename."""
    noted = notes.newest()
    if noted and draft_of(folder / noted.name).exists():
        with alone(folder):
            _finish(folder, notes)


def _finish(folder: Path, notes: CardNotes | None) -> None:
    noted = notes.newest() if notes else None
    if notes is None or noted is None:
        return
    target = folder / noted.name
    if not target.exists() and is_of(draft_of(target), noted):
        with errors_in_words(target):
            put_in_place(draft_of(target), target, keeps=_KEEPS.get(notes.why(), Keeps.OLD))


def _note(path: Path, target: Path, notes: CardNotes | None, what: NewCards) -> None:
    """Note a draft in the log: from then on only its rename is left to do."""
    on_disk(path)
    on_disk(path.parent)
    if notes:
        notes.note(CardFile(target.name, digest_of(path)), what)


@contextmanager
def _removed_if_left(draft: Path, notes: CardNotes | None) -> Iterator[None]:
    """Leave no draft behind, whatever happens; begin without that of a killed import.

    One that was noted stays: whoever comes next renames it.
    """
    _remove(draft)
    try:
        yield
    finally:  # swapped in, it is there no more
        noted = notes.newest() if notes and draft.exists() else None
        if (
            noted is None
            or draft_of(draft.with_name(noted.name)) != draft
            or not is_of(draft, noted)
        ):
            _remove(draft)


def _remove(draft: Path) -> None:
    """Remove a draft with its journal, which SQLite would play back into the next one."""
    for path in (draft, draft.with_name(f"{draft.name}-journal")):
        path.unlink(missing_ok=True)
