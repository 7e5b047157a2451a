"""Sees once a second that what the server writes is found again, while nobody comes too."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from verification.basics.errors import KioskError
from verification.kiosk import Kiosk

EVERY_SECONDS = 1.0
_LAST_SECONDS = 2.0
_log = logging.getLogger(__name__)


@contextmanager
def holding(kiosk: Kiosk, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Look after the files of the log while the server runs; a change is logged, once."""
    ended = threading.Event()
    worker = threading.Thread(target=_look_until, args=(kiosk, ended, every), daemon=True)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join(_LAST_SECONDS)


def _look_until(kiosk: Kiosk, ended: threading.Event, every: float) -> None:
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
