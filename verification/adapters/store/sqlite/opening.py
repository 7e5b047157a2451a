"""The one way in which a card store and its log are opened and closed together."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.log import SqliteLog


@contextmanager
def open_cards(folder: Path) -> Iterator[SqliteCards]:
    """Open the card store of a folder, and close it."""
    with closing(SqliteCards(folder)) as cards:
        yield cards


@contextmanager
def open_store(
    db: Path, master_key: bytes, clock: Callable[[], datetime]
) -> Iterator[tuple[SqliteCards, SqliteLog]]:
    """Open the log and the card store beside it, and close both.

    Args:
        db: `kiosk.db`.
        master_key: Opens the wrapped data keys.
        clock: Returns the present time, with time zone.

    Raises:
        StoreError: It cannot be opened.
    """
    with closing(SqliteLog(db, master_key, clock)) as log, open_cards(db.parent) as cards:
        yield cards, log
