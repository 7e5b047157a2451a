"""Work that is done once a day while the server runs, in a thread of its own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from threading import Event

from verification.basics.dates import VIETNAM
from verification.operations.beside import beside

EVERY_SECONDS = 60.0
AGAIN = timedelta(minutes=10)
"""So long after a try that failed it is tried again; so far two clocks of one house may differ."""
_log = logging.getLogger(__name__)


def last_turn(now: datetime, at: time) -> datetime:
    """Return the newest moment up to now at which a day's work is due."""
    local = now.astimezone(VIETNAM)
    turn = datetime.combine(local.date(), at, VIETNAM)
    return turn if turn <= local else turn - timedelta(days=1)


def is_due(done: datetime | None, tried: datetime | None, now: datetime, at: time) -> bool:
    """Tell whether a day's work is to be done now; what failed is tried again after ten minutes.

    Args:
        done: When it was done last; of the future it is of a clock that was wrong, and no matter.
        tried: When it was tried last.
        now: The present time.
        at: Its local time of day.
    """
    if done is not None and last_turn(now, at) <= done <= now + AGAIN:
        return False
    return tried is None or not now - AGAIN < tried <= now


@contextmanager
def looking_once_a_minute(name: str, work: Callable[[], None]) -> Iterator[None]:
    """Have work look once a minute whether it is its turn, until the block ends.

    Args:
        name: Of the thread, and in the server's log.
        work: Looks, and does what is due; what it raises ends nothing.
    """

    def run(ended: Event) -> None:
        while not ended.wait(EVERY_SECONDS):
            try:
                work()
            except Exception as error:  # noqa: BLE001  # tomorrow's work must not end with today's
                _log.warning("%s: %s", name, type(error).__name__)

    with beside(name, run):
        yield
