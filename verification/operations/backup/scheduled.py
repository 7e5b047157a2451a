"""Backs the store up once a day while the server runs, and keeps the newest of days, weeks, months.

What was made is read from the folder itself: a restart forgets nothing, and a backup that somebody
made by hand counts.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial

from verification.adapters.store.sqlite.saving import house_in
from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.operations import daily
from verification.operations.backup.making import Made, back_up
from verification.operations.backup.rotating import backups_in, newest_sound, rotate
from verification.operations.backup_settings import Plan
from verification.operations.settings import Settings
from verification.operations.texts import TEXTS

_log = logging.getLogger(__name__)


@dataclass
class Backups:
    """How it goes; its thread writes, the pages read.

    Args:
        made_at: Of when the newest sound one is, None while none is known.
        folder: Its name.
        failing_since: Since when it fails, None while it goes well.
        why: Why, in words.
        tried_at: When it was tried last.
    """

    made_at: datetime | None = None
    folder: str = ""
    failing_since: datetime | None = None
    why: Text | None = None
    tried_at: datetime | None = None

    def failed(self, why: Text, now: datetime) -> None:
        """Note a failure; a change is logged, once."""
        if self.failing_since is None:
            self.failing_since = now
            _log.warning("backup: %s", why.en)
        self.why = why

    def went(self) -> None:
        """Note that it goes well."""
        if self.failing_since is not None:
            _log.warning("backup: made again")
        self.failing_since = self.why = None


def is_due(state: Backups, now: datetime, at: time) -> bool:
    """Tell whether one is to be made now; one that failed is tried again after ten minutes.

    A newest one of the future is of a clock that was wrong, and does not count.
    """
    return daily.is_due(state.made_at, state.tried_at, now, at)


def work_once(
    settings: Settings,
    plan: Plan,
    state: Backups,
    clock: Callable[[], datetime],
    note: Callable[[Made], None] = lambda _: None,
) -> None:
    """Look at the folder, and make a backup where one is due; what goes wrong is noted."""
    now = clock()
    try:
        found = newest_sound(backups_in(plan.target, house_in(settings.db)))
        state.made_at = found.manifest.made_at if found else None
        state.folder = found.folder.name if found else ""
        if not is_due(state, now, plan.at):
            return
        state.tried_at = now
        made = back_up(settings, plan.target, clock)
        if not made.manifest.sound:
            state.failed(TEXTS("backup.store_damaged", folder=made.folder.name), now)
            return
        state.made_at, state.folder = made.manifest.made_at, made.folder.name
        note(made)
        rotate(plan.target, made.manifest.house, plan.keep, now)
    except KioskError as error:
        state.failed(Text(error.vi, error.en), now)
    except OSError:
        state.failed(TEXTS("backup.away", folder=plan.target), now)
    else:
        state.went()


@contextmanager
def backing_up(
    settings: Settings,
    plan: Plan | None,
    clock: Callable[[], datetime],
    note: Callable[[Made], None],
) -> Iterator[Backups]:
    """Back the store up at its times while the server runs.

    Args:
        settings: Of the installation.
        plan: When and where, None where it is not.
        clock: Returns the present time.
        note: Writes down that one was made.
    """
    state = Backups()
    if plan is None:
        yield state
        return
    work = partial(work_once, settings, plan, state, clock, note)
    with daily.looking_once_a_minute("backup", work):
        yield state
