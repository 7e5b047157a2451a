"""Opens the real kiosk: settings, card store, log, law and clock put together."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from verification.adapters.imports.importing import (
    FromWhom,
    How,
    Importable,
    ImportReport,
    import_file,
    load_demo,
)
from verification.adapters.imports.progress import Told
from verification.adapters.store.sqlite.card_file import bring_up_to_date
from verification.adapters.store.sqlite.card_undo import undo
from verification.adapters.store.sqlite.database import errors_in_words
from verification.basics.dates import VIETNAM
from verification.basics.errors import StoreBusy
from verification.basics.private import private_folder
from verification.card.ports import Cards, CardsStatus
from verification.exchange.observed import Observed, answers_in
from verification.kiosk import Kiosk
from verification.log.account import Policy
from verification.log.card_files import Undoable
from verification.log.watch import UNWATCHED, Watch
from verification.officers.trying import is_at_work
from verification.operations import card_store
from verification.operations.beginning import begin, begun, refuse_lost
from verification.operations.card_store import importing, opened_cards
from verification.operations.keys import master_key
from verification.operations.opening import logged_times, opened_log
from verification.operations.settings import DEMO_DESK, DEMO_FACILITY, Settings
from verification.rights import COMMAND_LINE
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from verification.operations.opening import AnyLog

_DEMO_FILES = {"facilities": "facilities.csv", "offices": "offices.csv", "cards": "cards.csv"}


# the one that goes on while the machine sleeps, where the system has it
_BOOT = getattr(time, "CLOCK_BOOTTIME", None)


class MachineClock:
    """The clock of this machine, with the date of Vietnam."""

    def __call__(self) -> datetime:
        """Return the present time."""
        return datetime.now(VIETNAM)

    def steady(self) -> float:
        """Return seconds that pass while the machine runs or sleeps; nobody sets them."""
        return time.monotonic() if _BOOT is None else time.clock_gettime(_BOOT)


local_now = MachineClock()


def open_log(settings: Settings) -> "AnyLog":
    """Open the log, making it and its key on first use.

    Raises:
        StoreError: It cannot be opened.
    """
    begin(settings)
    log = opened_log(settings, master_key(settings, local_now().date()), local_now)
    begun(settings)
    return log


@contextmanager
def logging_kiosk(
    settings: Settings, clock: Callable[[], datetime] = local_now, watch: Watch = UNWATCHED
) -> Iterator[Kiosk]:
    """Open a kiosk with its log, and close both; they are made on first use.

    Args:
        settings: Of the installation.
        clock: Returns the present time.
        watch: Told how the store works.

    Raises:
        StoreError: They cannot be opened.
    """
    begin(settings)
    key = master_key(settings, clock().date())
    with (
        closing(opened_log(settings, key, clock, watch)) as log,
        opened_cards(settings, partial(card_store.bring, settings, log), watch) as cards,
    ):
        begun(settings)
        yield _kiosk(settings, cards, log, clock)


@contextmanager
def checking_kiosk(settings: Settings, facility: str | None = None) -> Iterator[Kiosk]:
    """Open a kiosk for checks that log nothing, and close it.

    Args:
        settings: Of the installation.
        facility: Facility to use instead of the setting.

    Raises:
        StoreError: There was a house, and its log is missing.
    """
    refuse_lost(settings)
    with (
        opened_cards(settings, partial(_bring, settings)) as cards,
        closing(logged_times(settings)) as times,
    ):
        kiosk = _kiosk(replace(settings, facility=facility or settings.facility), cards, None)
        yield replace(kiosk, times=times)


def _bring(settings: Settings) -> None:
    """Bring the cards up to date; where there is a log it is noted there."""
    if settings.postgres is None and not settings.db.exists():
        bring_up_to_date(settings.folder)
        return
    with closing(open_log(settings)) as log:
        card_store.bring(settings, log)


def import_list(
    settings: Settings,
    kind: Importable,
    file: Path,
    how: How,
    whose: FromWhom,
    *,
    officer: str = COMMAND_LINE,
    told: Told | None = None,
) -> ImportReport:
    """Import a list into the card store and note it in the log, while a kiosk runs or not.

    The shares that one list may remove and have refused are the house's, whatever `how` says.

    Raises:
        ShareExceeded: More would be removed or refused; nothing was changed.
        ImportFileError: The file is none, or its heading is wrong; nothing was changed.
        StoreError: The store cannot be written, or the key of its log is missing; likewise.
    """
    with closing(open_log(settings)) as log, importing(settings, log, officer) as notes:
        now, folder = local_now(), settings.folder
        how = replace(how, remove_share=settings.remove_share, reject_share=settings.reject_share)
        return import_file(folder, kind, file, now, how, whose=whose, notes=notes, told=told)


def finish_import(settings: Settings) -> None:
    """Put a card file in its place that an import noted before it was ended.

    Raises:
        StoreError: The store cannot be written, or the key of its log is missing.
    """
    with closing(open_log(settings)) as log:
        card_store.finish(settings, log)


@dataclass(frozen=True)
class Undone:
    """What going back to the card file before did.

    Args:
        card_file: The file in use now.
        cards: How many cards it has.
        as_of: The day of its newest list.
        undone: The import that counts no more.
    """

    card_file: str
    cards: int
    as_of: datetime | None
    undone: Undoable


def undo_import(settings: Settings, *, officer: str = COMMAND_LINE) -> Undone:
    """Go back to the card file before the last import, and note it in the log.

    Raises:
        RequestError: There is nothing to go back to; nothing was changed.
        StoreError: The store cannot be written, or the key of its log is missing; likewise.
    """
    with (
        closing(open_log(settings)) as log,
        importing(settings, log, officer, undo=True) as notes,
    ):
        trying = not settings.real and not is_at_work(log)
        done = undo(settings.folder, notes, keep_demo=trying)
        noted = notes.newest()
    status = _status_of(settings)
    return Undone(noted.name if noted else "", status.cards, status.as_of, done)


def _kiosk(
    settings: Settings,
    cards: Cards,
    log: "AnyLog | None",
    clock: Callable[[], datetime] = local_now,
) -> Kiosk:
    usual = DEMO_FACILITY if _may_be_demo(cards.status()) else None
    rules = Rules(law.shipped().set_by_house(settings.law), settings.record_days)
    policy = Policy(
        timedelta(seconds=settings.idle_seconds), timedelta(hours=settings.session_hours)
    )
    facility = settings.facility or usual
    seen = Observed(cards, answers_in(log)) if log else cards
    return Kiosk(
        seen,
        log,
        rules,
        facility,
        clock,
        policy,
        slips=settings.slips,
        asks_portal=settings.portal is not None,
        hands_over=settings.hospital.to is not None,
        template=settings.hospital.template,
        links=settings.hospital.link is not None,
        terms=settings.keeping,
        sends_records=settings.hospital.signer is not None and settings.portal is not None,
    )


def desks_of(settings: Settings, kiosk: Kiosk) -> tuple[str, ...]:
    """Return the names of the desks: the settings', or `1` with the demo store."""
    return settings.desks or ((DEMO_DESK,) if _may_be_demo(kiosk.cards.status()) else ())


def _may_be_demo(status: CardsStatus) -> bool:
    """Tell whether what is not set may be the demo's: a damaged store does not say what it was."""
    return status.demo or status.trouble is not None


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the lock that one server on a database holds for life.

    Raises:
        StoreBusy: Another server holds it.
        StoreError: The folder cannot be written.
    """
    path = settings.beside("server")
    with errors_in_words(path):
        private_folder(path.parent)
        lock = FileLock(path, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreBusy(
                f"Một máy chủ khác đang dùng {_held(settings)}",
                f"Another server is using {_held(settings)}",
            ) from error
    try:
        yield
    finally:
        lock.release()


def _held(settings: Settings) -> Path:
    """Return what one server alone may use: of a PostgreSQL several do, each with its folder."""
    return settings.folder if settings.postgres else settings.db


def prepare_store(settings: Settings, fixtures: Path) -> Mapping[str, object]:
    """Make the embedded store; an empty one gets the invented cards, marked as demo.

    A demo store is loaded anew, so that its cards are never too old to count. A real house never
    gets them: one with a facility of its own, with accounts, or with a visit that an officer
    received.

    Args:
        settings: Of the installation.
        fixtures: Folder of the invented cards.

    Returns:
        How many cards there are, and whether they are the demo's.
    """
    with closing(open_log(settings)) as log:
        fresh, trying = log.is_empty(), not settings.real and not is_at_work(log)
        card_store.finish(settings, log)
        with opened_cards(settings, partial(card_store.bring, settings, log)) as cards:
            before = cards.status()
        # a lost or damaged card file must not fill a real installation with invented people
        empty = before.as_of is None and before.trouble is None
        if trying and (before.demo or (empty and fresh)) and fixtures.is_dir():
            sources = {kind: fixtures / name for kind, name in _DEMO_FILES.items()}
            with importing(settings, log) as notes:
                load_demo(settings.folder, sources, local_now(), notes)
    status = _status_of(settings)
    return {"db": settings.store, "cards": status.cards, "demo": status.demo}


def _status_of(settings: Settings) -> CardsStatus:
    with opened_cards(settings, partial(_bring, settings)) as cards:
        return cards.status()
