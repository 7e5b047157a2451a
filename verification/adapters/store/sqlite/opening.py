"""The one way in which a card store and its log are opened and closed together."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from verification.adapters.store.sqlite.card_file import bring_up_to_date
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.card_files import CardNotes
from verification.log.watch import UNWATCHED, Watch


@contextmanager
def open_cards(
    folder: Path,
    bring: Callable[[Path], None] = bring_up_to_date,
    *,
    invented: bool = True,
    watch: Watch = UNWATCHED,
) -> Iterator[SqliteCards]:
    """Open the card store of a folder, and close it.

    Args:
        folder: Where the card files are.
        bring: Brings one of an earlier version to the tables of this one.
        invented: False for a real house, which takes no invented cards.
        watch: Told how the look-ups go.
    """
    with closing(SqliteCards(folder, bring, invented=invented, watch=watch)) as cards:
        yield cards


@contextmanager
def open_store(
    db: Path,
    master_key: bytes,
    clock: Callable[[], datetime],
    *,
    invented: bool = True,
    watch: Watch = UNWATCHED,
) -> Iterator[tuple[SqliteCards, SqliteLog]]:
    """Open the log and the card store beside it, and close both.

    Args:
        db: `kiosk.db`.
        master_key: Opens the wrapped data keys.
        clock: Returns the present time, with time zone.
        invented: False for a real house, which takes no invented cards.
        watch: Told how writing and look-ups go.

    Raises:
        StoreError: It cannot be opened.
    """
    with closing(SqliteLog(db, master_key, clock, watch)) as log:
        bring = partial(bring_up_to_date, notes=CardNotes(log))
        with open_cards(db.parent, bring, invented=invented, watch=watch) as cards:
            yield cards, log
