"""The next card file: built beside the one in use from tables of values, then swapped in."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from verification.adapters.store.sqlite import card_place as place
from verification.adapters.store.sqlite import name_index
from verification.adapters.store.sqlite.card_begun import Begun, begin_draft
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
from verification.adapters.store.sqlite.card_place import LEFT_FREE
from verification.adapters.store.sqlite.card_schema import is_outdated, make_card_tables
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.draft import Draft
from verification.adapters.store.sqlite.gently import written_out
from verification.adapters.store.sqlite.known import known_in
from verification.adapters.store.sqlite.mended import mended
from verification.basics.errors import ImportFileError, StoreError
from verification.basics.private import private_folder
from verification.log.card_files import CardFile, CardNotes, NewCards

KEEPS = {"upgrade": Keeps.BEFORE, "undo": Keeps.NONE}
"""Which file stays as the one before, by why the new one is made; else the one in use."""
_CACHE_KB = 64_000  # of a draft: the numbers of a million cards


@contextmanager
def next_card_file(
    folder: Path,
    notes: CardNotes | None,
    *,
    keep_demo: bool,
    heal: bool = True,
    of: str = "",
    fits: Callable[[Mapping[str, Any]], bool] = bool,
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
        of: What is imported, to go on where the same import was ended; empty to begin anew.
        fits: Tells of what an ended import has kept whether it can go on.
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
        with errors_in_words(path), _removed_if_left(path, notes) as stays:
            if chosen:
                base = _Base(chosen(), _strangers(folder, notes))
            else:
                base = _base(folder, notes, heal=heal)
            heal = heal and not chosen
            begins = _Begins(base, keep_demo, heal, f"{of} {base.mark()}" if of else "", fits)
            with _draft(path, target, begins) as draft:
                stays.append(draft)
                yield draft
            if draft.wanted:
                _note(path, target, notes, draft.what)
                keeps = KEEPS.get(draft.what.why, Keeps.OLD)
                put_in_place(path, target, draft.begun.unread, keeps=keeps)


@contextmanager
def _draft(path: Path, target: Path, begins: "_Begins") -> Iterator[Draft]:
    """Begin a draft, or go on in the one that an ended import of the same has left."""
    of, base = begins.of, begins.base
    left = place.left_in(path, of) if of else None
    if left is None or not begins.fits(left["rows"]):
        left = None
        _remove(path)
        begun = begin_draft(base.kept, path, keep_demo=begins.keep_demo, heal=begins.heal)
        begun = replace(begun, unread=base.unread) if base.unread else begun
    else:
        begun = Begun.of(left["begun"], base.kept, path.parent)
    with (
        written_out(path) if of else nullcontext(),
        known_in(begun.taken_over) as known,
        closing(connect(path)) as connection,
    ):
        path.chmod(0o600)
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        if not of:
            connection.execute("PRAGMA synchronous = OFF")  # a torn draft is thrown away anyway
        migrated = make_card_tables(connection)
        connection.execute("BEGIN")
        begun.salvage_into(connection)
        draft = Draft(
            connection,
            number_of(target),
            begun=begun,
            known=known,
            migrated=migrated,
            of=of,
            left=left["rows"] if left else None,
        )
        yield draft
        if draft.wanted:
            name_index.bring_up_to_date(connection)
        connection.execute("COMMIT")


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


class _Base(NamedTuple):
    """What the next card file is built from.

    Args:
        kept: The card file that may be taken over.
        unread: The one in use, where it is another.
    """

    kept: Path | None
    unread: Path | None = None

    def mark(self) -> str:
        """Return what tells it from another."""
        digest = "-"
        with suppress(OSError):
            if self.kept and self.kept.is_file():  # a pipe would be read for ever
                digest = digest_of(self.kept)
        return " ".join((digest, *(file.name if file else "-" for file in self)))


class _Begins(NamedTuple):
    """How a draft begins: from what, and what is imported."""

    base: _Base
    keep_demo: bool
    heal: bool
    of: str
    fits: Callable[[Mapping[str, Any]], bool]


def _base(folder: Path, notes: CardNotes | None, *, heal: bool) -> _Base:
    """Return what is taken over: never cards of a file that is not the noted one.

    Else the next import would make somebody's own cards the house's. The file is put aside.
    """
    current, noted = newest_file(folder), notes.newest() if notes else None
    sound = folder / noted.name if noted else current
    if current is None or noted is None or (current == sound and is_of(current, noted)):
        return _Base(current)
    if not heal:
        raise StoreError(
            f"{current.name} không phải dữ liệu thẻ đã nhập", f"{current.name} was not imported"
        )
    kept = sound if sound != current and is_of(folder / noted.name, noted) else None
    return _Base(kept, current)


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
            put_in_place(draft_of(target), target, keeps=KEEPS.get(notes.why(), Keeps.OLD))
        mended(target, "its swap was broken off after it was noted; it is in use now")


def _note(path: Path, target: Path, notes: CardNotes | None, what: NewCards) -> None:
    """Note a draft in the log: from then on only its rename is left to do."""
    on_disk(path)
    on_disk(path.parent)
    if notes:
        notes.note(CardFile(target.name, digest_of(path)), what)


@contextmanager
def _removed_if_left(draft: Path, notes: CardNotes | None) -> Iterator[list[Draft]]:
    """Leave no draft behind, unless the same import can go on there.

    One that was noted stays too: whoever comes next renames it. What the list itself is to blame
    for, and a disk without room, is not gone on with.
    """
    built: list[Draft] = []
    try:
        yield built
    except BaseException as error:
        if not _goes_on(draft, error) or not any(one.stays for one in built):
            _remove_unless_noted(draft, notes)
        raise
    _remove_unless_noted(draft, notes)


def _goes_on(draft: Path, error: BaseException) -> bool:
    if isinstance(error, ImportFileError):
        return False
    return shutil.disk_usage(draft.parent).free >= LEFT_FREE // 2


def _remove_unless_noted(draft: Path, notes: CardNotes | None) -> None:
    noted = notes.newest() if notes and draft.exists() else None  # swapped in, it is there no more
    if noted is None or draft_of(draft.with_name(noted.name)) != draft or not is_of(draft, noted):
        _remove(draft)


def _remove(draft: Path) -> None:
    """Remove a draft with its journal, which SQLite would play back into the next one."""
    for path in (draft, draft.with_name(f"{draft.name}-journal")):
        path.unlink(missing_ok=True)
