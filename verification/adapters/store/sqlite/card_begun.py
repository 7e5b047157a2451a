"""What the next card file begins with: that in use, or nothing where it cannot be read whole."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verification.adapters.store.rows import FACILITY_COLUMNS, OFFICE_COLUMNS
from verification.adapters.store.sqlite.card_schema import is_outdated
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.gently import copy
from verification.basics.errors import StoreError

_PLACES = {"facility": (*FACILITY_COLUMNS, "vi_do", "kinh_do"), "office": OFFICE_COLUMNS}


@dataclass(frozen=True)
class Begun:
    """What a draft begins with.

    Args:
        demo_left: Whether the file in use holds invented cards, which were left out.
        unread: The file in use, where it could not be read whole.
        places: Rows by table that could be read of it all the same.
        taken_over: The file whose rows it begins with; None where it begins empty.
    """

    demo_left: bool = False
    unread: Path | None = None
    places: tuple[tuple[str, Sequence[tuple[Any, ...]]], ...] = ()
    taken_over: Path | None = None

    def kept(self) -> dict[str, Any]:
        """Return what an import that goes on in the draft needs of it, as JSON can hold it."""
        unread = self.unread.name if self.unread else None
        return {"demo_left": self.demo_left, "unread": unread, "over": self.taken_over is not None}

    @classmethod
    def of(cls, kept: Mapping[str, Any], current: Path | None, folder: Path) -> "Begun":
        """Return with what a draft began that is gone on with.

        Args:
            kept: What was kept of it.
            current: The card file that may be taken over.
            folder: Where the card files are.
        """
        unread = folder / kept["unread"] if kept["unread"] else None
        return cls(kept["demo_left"], unread, (), current if kept["over"] else None)

    def salvage_into(self, connection: sqlite3.Connection) -> None:
        """Write what could be read of an unread file."""
        for table, rows in self.places:
            names = _PLACES[table]
            marks = ",".join("?" * len(names))
            query = f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})"
            connection.executemany(query, rows)


def begin_draft(current: Path | None, draft: Path, *, keep_demo: bool, heal: bool) -> Begun:
    """Begin a draft with the cards that are there; invented ones stay only where they may.

    The copy is looked at, not the file: whoever holds that does not matter.

    Args:
        current: The card file in use, None where there is none.
        draft: The draft.
        keep_demo: Go on from invented cards too.
        heal: False to fail where the file in use cannot be read whole.

    Raises:
        StoreError: It cannot be read whole, and is not to be healed.
    """
    if current is None:
        return Begun()
    try:
        with errors_in_words(current):
            draft.touch(mode=0o600)  # the copy keeps the mode of what is there
            copy(current, draft)
        demo = _checked(draft)
    except StoreError:
        if not heal:
            raise
        places = _salvaged(draft, keep_demo=keep_demo)
        draft.unlink(missing_ok=True)
        return Begun(unread=current, places=places)
    if demo and not keep_demo:
        draft.unlink()
        return Begun(demo_left=True)
    return Begun(taken_over=current)


def _checked(file: Path) -> bool:
    """Tell whether a card file holds invented cards.

    Raises:
        StoreError: It is none, of a newer version, or a page of it is damaged.
    """
    with errors_in_words(file), closing(connect(file, read_only=True)) as connection:
        is_outdated(connection)
        if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("malformed")
        for table in ("card", *_PLACES):
            connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        return _is_demo(connection)


def _is_demo(connection: sqlite3.Connection) -> bool:
    query = "SELECT value FROM meta WHERE key = 'demo'"
    return bool(connection.execute(query).fetchone() == ("1",))


def _salvaged(file: Path, *, keep_demo: bool) -> tuple[tuple[str, Sequence[tuple[Any, ...]]], ...]:
    """Return facilities and offices that read whole; of cards half a list is worse than none."""
    found: list[tuple[str, Sequence[tuple[Any, ...]]]] = []
    with suppress(StoreError, sqlite3.Error), closing(connect(file, read_only=True)) as connection:
        if not keep_demo and _is_demo(connection):
            return ()
        for table, names in _PLACES.items():
            check = connection.execute(f"PRAGMA quick_check('{table}')").fetchone()
            if check == ("ok",):
                rows = connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
                found.append((table, rows))
    return tuple(found)
