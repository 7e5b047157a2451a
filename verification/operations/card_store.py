"""Which engine keeps the cards: files of a folder, or the PostgreSQL that several servers share.

Imports are built in a file of this server either way; on PostgreSQL it is brought there before and
taken over after (`adapters/store/postgres/card_notes.py`). A house with files needs no psycopg.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from verification.adapters.store.sqlite.card_file import bring_up_to_date, finish_swap
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.opening import open_cards
from verification.basics.errors import StoreBusy
from verification.card.ports import Cards
from verification.log.card_files import CardNotes
from verification.log.ports import Log
from verification.log.watch import UNWATCHED, Watch
from verification.operations.settings import Settings


@contextmanager
def opened_cards(
    settings: Settings, bring: Callable[[], None], watch: Watch = UNWATCHED
) -> Iterator[Cards]:
    """Open the cards of an installation, and close them.

    Args:
        settings: Of the installation.
        bring: Brings cards of an earlier version to the tables of this one.
        watch: Told how the look-ups go.
    """
    invented = not settings.real
    if settings.postgres is None:
        folder = settings.folder
        with open_cards(folder, lambda _: bring(), invented=invented, watch=watch) as cards:
            yield cards
        return
    from verification.adapters.store.postgres.cards import open_shared  # noqa: PLC0415 - as said

    with open_shared(settings.postgres, bring, invented=invented, watch=watch) as shared:
        yield shared


@contextmanager
def importing(
    settings: Settings, log: Log, officer: str = "", *, undo: bool = False
) -> Iterator[CardNotes]:
    """Have the cards in use in this server's folder; yield what notes those that follow.

    Args:
        settings: Of the installation.
        log: Where card files are noted.
        officer: Who imports.
        undo: Have the cards of before the last import there too.

    Raises:
        StoreBusy: Another server imports.
        StoreError: The database cannot be reached, or the cards cannot be had from it.
    """
    if settings.postgres is None:
        yield CardNotes(log, officer)
        return
    from verification.adapters.store.postgres.card_notes import shared_notes  # noqa: PLC0415

    held = (settings.postgres, log, settings.folder, officer)
    with shared_notes(*held, undo=undo) as notes:
        yield notes


def finish(settings: Settings, log: Log) -> None:
    """Put cards into use that were noted by somebody who was ended before.

    Raises:
        StoreError: The store cannot be written.
    """
    if settings.postgres is None:
        finish_swap(settings.folder, CardNotes(log))
        return
    with suppress(StoreBusy), importing(settings, log):  # who imports just now has finished it
        pass


def bring(settings: Settings, log: Log) -> None:
    """Bring cards of an earlier version to the tables of this one.

    Raises:
        StoreError: They cannot be written; nothing was changed.
    """
    with importing(settings, log) as notes:
        bring_up_to_date(settings.folder, notes)


def in_use(settings: Settings) -> str:
    """Return the name of the card file in use, for all servers; empty where there is none."""
    if settings.postgres is None:
        newest = newest_file(settings.folder)
        return newest.name if newest else ""
    from verification.adapters.store.postgres.cards import open_shared  # noqa: PLC0415

    with open_shared(settings.postgres) as cards:
        version = cards.version()
        return version.name if version else ""
