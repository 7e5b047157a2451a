"""Sees once a second that what the server writes is found again, while nobody comes too."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

from verification.basics.errors import KioskError
from verification.kiosk import Kiosk
from verification.operations.beside import beside

EVERY_SECONDS = 1.0
_log = logging.getLogger(__name__)


@contextmanager
def holding(kiosk: Kiosk, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Look after the files of the log while the server runs; a change is logged, once."""
    with beside("holding", partial(_look_until, kiosk, every)):
        yield


def _look_until(kiosk: Kiosk, every: float, ended: Event) -> None:
    before = ""
    while not ended.wait(every):
        try:
            kiosk.written.keep()
            now = ""
        except KioskError as error:
            now = str(error)
        except Exception as error:  # noqa: BLE001  # the looking goes on whatever was met
            now = type(error).__name__
        if now != before:
            _log.warning("files of the log: %s", now or "as they should be again")
        before = now
