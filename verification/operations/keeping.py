"""Erases once a day what is older than the house's terms, while the server runs."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from time import sleep

from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.kiosk import Kiosk
from verification.log.events import EventKind
from verification.log.forgetting_events import Forgets, Forgotten, WhyForgotten
from verification.log.terms import Terms
from verification.log.writing import Stranger
from verification.officers.keeping import BY_ITSELF, Due, erase_due, planned
from verification.operations import daily
from verification.operations.turns import Turns

AT = time(4)  # behind the night's backup, before the first patient
_REST = 0.2  # seconds behind each piece, which takes the writer for less
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_log = logging.getLogger(__name__)


@dataclass
class Keeping:
    """How it goes; its thread writes, the pages read.

    Args:
        terms: How long content is kept.
        done_at: When it was looked last and all of it was done, None where it was not since the
            start.
        tried_at: When it was tried last.
        gone: What the last time erased, by kind.
        much: What waits for a person's word, because more of it would go than a day makes old.
        held: How many stay because an open case is about them.
        why: Why it could not be done, None where it could.
        doubt: True where the clock is wrong: then nothing is erased.
    """

    terms: Terms
    done_at: datetime | None = None
    tried_at: datetime | None = None
    gone: Mapping[Forgets, int] = field(default_factory=dict)
    much: tuple[Due, ...] = ()
    held: int = 0
    why: Text | None = None
    doubt: bool = False


def work_once(kiosk: Kiosk, desk: str, state: Keeping, turns: Turns) -> None:
    """Erase what is due, where it is this work's turn; what goes wrong is noted.

    Of several servers one after the other does it: what the first has erased is due no more.
    """
    if not daily.is_due(state.done_at, state.tried_at, kiosk.clock(), AT):
        return
    with turns.taken("keeping") as lasts:
        if lasts:
            _work(kiosk, desk, state)


def _work(kiosk: Kiosk, desk: str, state: Keeping) -> None:
    state.tried_at = now = kiosk.clock()
    try:
        plan = planned(kiosk, state.terms)
        state.doubt, state.much = plan.doubt is not None, plan.much
        state.held = sum(due.held for due in plan.dues)
        if state.doubt:
            return
        some = [due for due in plan.dues if due.events and not due.is_much]
        state.gone = erase_due(kiosk, Stranger(desk, BY_ITSELF), some, partial(sleep, _REST))
    except KioskError as error:
        state.why = Text(error.vi, error.en)
        _log.warning("keeping: %s", error.en)
    else:
        state.done_at, state.why = now, None


def last_erased(kiosk: Kiosk) -> datetime | None:
    """Return when something was erased last because its term was over; None where never."""
    found = kiosk.written.events((EventKind.FORGOTTEN,), _LONG_AGO)
    whys = ((event, Forgotten.of(event.codes).why) for event in found if event.is_readable)
    at = (event.recorded_at for event, why in whys if why == WhyForgotten.KEPT_LONG_ENOUGH)
    return max(at, default=None)


@contextmanager
def keeping(kiosk: Kiosk, terms: Terms, desk: str, turns: Turns) -> Iterator[Keeping]:
    """Erase what is older than its term, once a day while the server runs.

    Args:
        kiosk: The open kiosk.
        terms: How long content is kept.
        desk: Whose chain says what was erased.
        turns: Whose turn it is.
    """
    state = Keeping(terms)
    with daily.looking_once_a_minute("keeping", partial(work_once, kiosk, desk, state, turns)):
        yield state
