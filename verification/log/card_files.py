"""Which card file is in use, as the log says it: each file is noted there before it is used.

The note comes first and the rename after it. Between the two the draft lies beside with the digest
of the note, and whoever comes next only has to rename it: so the newest note always names the file
that is in use, and an older file put back in its place does not fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from verification.log.events import Event, EventKind
from verification.log.house_events import CardsImported
from verification.log.ports import Log
from verification.log.writing import Stranger, write_alone

CARDS_DESK = "kho-the"
"""The chain of the card file; no desk's events are counted through by its imports."""
_BEGIN = datetime(1, 1, 2, tzinfo=UTC)
_PART = "kho_the"


@dataclass(frozen=True)
class CardFile:
    """A card file: its name, and SHA-256 of its bytes, hex."""

    name: str
    digest: str


class Fit(StrEnum):
    """Whether the card file in use is the one that the log names."""

    FITS = "fits"
    OTHER = "other"  # its bytes are not those that were noted
    UNKNOWN = "unknown"  # no note names it, though others were noted
    GONE = "gone"
    UNNOTED = "unnoted"  # nothing was ever noted: it is from before notes were made
    EMPTY = "empty"  # neither a file nor a note


def fit_of(noted: CardFile | None, in_use: CardFile | None) -> Fit:
    """Compare the newest note with the file in use."""
    if noted is None:
        return Fit.EMPTY if in_use is None else Fit.UNNOTED
    if in_use is None:
        return Fit.GONE
    if in_use.name != noted.name:
        return Fit.UNKNOWN
    return Fit.FITS if in_use.digest == noted.digest else Fit.OTHER


@dataclass(frozen=True)
class NewCards:
    """What becomes the next card file.

    Args:
        why: `import`, `demo`, `upgrade` where only its tables changed, or `undo`.
        table: What the list held.
        source: SHA-256 of the list.
        counts: What was done with its rows.
    """

    why: str
    table: str | None = None
    source: str | None = None
    counts: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Undoable:
    """The import whose cards are in use.

    Args:
        note: Its event.
        what: What it says.
        before: The card file before; None where there was none.
    """

    note: Event
    what: CardsImported
    before: CardFile | None


class CardNotes:
    """Notes card files in a log.

    Args:
        log: Where.
        officer: Who imports; empty where the kiosk itself does.
    """

    def __init__(self, log: Log, officer: str = "") -> None:
        self._log = log
        self._officer = officer

    def newest(self) -> CardFile | None:
        """Return the card file that was noted last."""
        return noted_file(newest_note(self._log))

    def why(self) -> str:
        """Return why the card file that was noted last is in use; empty where none was noted."""
        note = newest_note(self._log)
        return CardsImported.of(note.codes).why if note else ""

    def last_import(self) -> Undoable | None:
        """Return what can be undone: the import whose cards are in use.

        An upgrade changes no cards: it is looked through. None where nothing was imported.
        """
        made = [note for note in _notes(self._log) if CardsImported.of(note.codes).why != "upgrade"]
        if not made:
            return None
        earlier = [note for note in _notes(self._log) if note.seq < made[-1].seq]
        before = noted_file(earlier[-1]) if earlier else None
        if before and self._log.content(earlier[-1].event_id) != sealed_of(before):
            before = None  # who made that note had no key
        return Undoable(made[-1], CardsImported.of(made[-1].codes), before)

    def note(self, file: CardFile, what: NewCards) -> Event:
        """Note a card file that is about to be used.

        The digest stands in the sealed content too: without the key nobody can make a note that
        fits another file.

        Raises:
            StoreError: It could not be noted; then the file must not be used.
        """
        imported = CardsImported(
            what.why, file.name, file.digest, what.table, what.source, what.counts or {}
        )
        who = Stranger(CARDS_DESK, self._officer)
        return write_alone(self._log, who, imported, content=sealed_of(file))


def newest_note(log: Log) -> Event | None:
    """Return the newest note of a card file that can be read."""
    return next(reversed(_notes(log)), None)


def _notes(log: Log) -> list[Event]:
    events = log.events((EventKind.CARDS_IMPORTED,), _BEGIN)
    return [event for event in events if event.is_readable]


def noted_file(note: Event | None) -> CardFile | None:
    """Return the card file that a note names."""
    if note is None:
        return None
    imported = CardsImported.of(note.codes)
    return CardFile(imported.card_file, imported.digest)


def sealed_of(file: CardFile) -> dict[str, Any]:
    """Return what is sealed with the note of a file."""
    return {_PART: {"tep": file.name, "sha256": file.digest}}
