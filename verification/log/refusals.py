"""Refused rights: who asked for what their roles do not let them do, written down."""

from collections.abc import Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from verification.basics.errors import StoreError
from verification.basics.limiter import Limiter, Window
from verification.log.house_events import RightRefused
from verification.log.ports import Log
from verification.log.writing import Who, write_alone

_PACE = Window(1, seconds=60)  # a script that asks on and on fills no log
_LIMITERS: "WeakKeyDictionary[object, Limiter]" = WeakKeyDictionary()


def note_refused(
    log: Log, who: Who, use_case: str, right: str, stopwatch: Callable[[], float]
) -> None:
    """Write down that somebody was refused, at most once a minute of one thing.

    A log that cannot be written changes nothing of the refusal.

    Args:
        log: The log.
        who: Was refused, and where.
        use_case: What was asked for.
        right: That it needs.
        stopwatch: Seconds.
    """
    limiter = _LIMITERS.setdefault(log, Limiter(stopwatch, _PACE))
    if limiter.allows(f"{who.officer} {who.desk} {use_case}"):
        with suppress(StoreError):
            write_alone(log, who, RightRefused(use_case, right))
