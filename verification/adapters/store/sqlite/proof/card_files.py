"""The card file against the newest note that the log holds of one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from verification.adapters.store.sql.reading import read_content
from verification.adapters.store.sqlite.card_folder import (
    digest_of,
    draft_of,
    is_of,
    newest_file,
)
from verification.adapters.store.sqlite.database import (
    Statements,
    connect,
    errors_in_words,
    fetched,
)
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.basics.errors import StoreError
from verification.log.card_files import CardFile, Fit, fit_of, noted_file, sealed_of
from verification.log.chained import event_of
from verification.log.events import Event
from verification.log.findings import Finding, Kind, at_event

LEFT_OUT = "card_file"
"""Stands in `unchecked` where there is no card file, or no note, to be compared."""

_NOTES = "FROM log WHERE kind = 'cards_imported'"


def card_files(copy: Copy) -> Iterator[Finding]:
    """Find a card file that is not the one which was imported, and notes that were forged.

    Where no card file was ever noted, or none lies beside a copy, that is left out.
    """
    notes = notes_in(copy.connection)
    readable = [note for note in notes if note.is_readable]
    if not readable and newest_file(copy.path.parent) is None and not copy.elsewhere:
        return
    if not readable:
        copy.left_out.add(LEFT_OUT)
        return
    if copy.sealer:
        yield from (finding for note in readable for finding in _forged(copy, note))
    folder, noted = copy.path.parent, noted_file(readable[-1])
    in_use = newest_file(folder)
    if noted is None or (in_use is None and copy.elsewhere):
        copy.left_out.add(LEFT_OUT)
        return
    renamed = in_use is not None and in_use.name == noted.name
    if not renamed and is_of(draft_of(folder / noted.name), noted):
        return  # its import was ended between note and rename: whoever comes next renames it
    found = CardFile(in_use.name, digest_of(in_use)) if in_use else None
    fit = fit_of(noted, found)
    if fit is not Fit.FITS and not _went_on(copy, len(notes)):
        what = " ".join(filter(None, (fit.value, found.name if found else noted.name)))
        yield at_event(readable[-1].event_id, Kind.CARD_FILE, what)


def notes_in(connection: sqlite3.Connection) -> list[Event]:
    """Return the notes of card files in a log, the newest last, unreadable ones too."""
    return [event_of(row) for row in fetched(connection, f"SELECT * {_NOTES} ORDER BY rowid")]


def noted_in(connection: sqlite3.Connection) -> CardFile | None:
    """Return the card file of the newest note that can be read, None where there is none."""
    readable = [note for note in notes_in(connection) if note.is_readable]
    return noted_file(readable[-1] if readable else None)


def _forged(copy: Copy, note: Event) -> Iterator[Finding]:
    """Find a note whose sealed content does not say the same: who made it had no key."""
    file = noted_file(note)
    sealer = copy.sealer
    content = read_content(Statements(copy.connection), sealer, note.event_id) if sealer else None
    if file and content != sealed_of(file):
        yield at_event(note.event_id, Kind.CARD_FILE, f"forged {file.name}")


def _went_on(copy: Copy, notes: int) -> bool:
    """Tell whether another import was noted since the copy was made of a kiosk that runs."""
    try:
        return _notes_in(copy.path) > notes
    except (StoreError, sqlite3.Error):
        return False


def _notes_in(path: Path) -> int:
    with errors_in_words(path), closing(connect(path, read_only=True)) as connection:
        return int(connection.execute(f"SELECT count(*) {_NOTES}").fetchone()[0])
