"""Settles what waits to be sent while the server runs; commands do so where no server does.

One process at a time settles: who does holds a lock of its own, so that an account is never asked
faster than its rate, and what an ended process took is free at once.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from filelock import FileLock, Timeout

from verification.adapters.store.sqlite.database import in_words
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.exchange.outbox import Outbox
from verification.exchange.waiting import set_right, was_said
from verification.kiosk import Kiosk

EVERY_SECONDS = 2.0
_LOOKS_EVERY = 0.2  # of a command that waits for what it had asked
_LAST_SECONDS = 2.0  # an ending server waits no longer
_AFTER_TROUBLE = 5.0
_TEXTS = Texts("verification.operations")
_log = logging.getLogger(__name__)


@dataclass
class Exchange:
    """How the sending goes; its thread writes, the pages read.

    Args:
        works: True while there is a thread that sends.
        looked: When it last looked for what is due.
        trouble: Why it cannot send, None while it can.
        held: Why it pauses, a cause; None while it does not.
    """

    works: bool = False
    looked: datetime | None = None
    trouble: Text | None = None
    held: str | None = None
    _wake: Event = field(default_factory=Event)
    _ended: Event = field(default_factory=Event)

    def wake(self) -> None:
        """Have it look now, however long it meant to pause: somebody said so."""
        self._wake.set()

    def stop(self) -> None:
        """Have it end."""
        self._ended.set()
        self._wake.set()

    def is_stopped(self) -> bool:
        """Tell whether it is to end."""
        return self._ended.is_set()

    def rest(self, seconds: float) -> bool:
        """Wait until somebody wakes it, or so long; tell whether somebody did."""
        woken = self._wake.wait(seconds)
        self._wake.clear()
        return woken


class Sender:
    """Sends what waits, of each errand in turn.

    Args:
        kiosk: The open kiosk.
        db: The database; its lock lies beside it.
        outboxes: Of each errand.
        exchange: Told how it goes.
    """

    def __init__(
        self,
        kiosk: Kiosk,
        db: Path,
        outboxes: Sequence[Outbox[Any]],
        exchange: Exchange,
    ) -> None:
        self._kiosk = kiosk
        self._lock = db.with_name(f"{db.name}.sending")
        self._outboxes = outboxes
        self._exchange = exchange
        self._seconds = kiosk.stopwatch()
        self._paused: dict[str, tuple[float, datetime]] = {}  # until when, and since

    def run(self, every: float = EVERY_SECONDS) -> None:
        """Send until told to end, whatever happens meanwhile."""
        while not self._exchange.is_stopped():
            with self._alone() as alone:
                if alone:
                    self._until_stopped(every)
            self._exchange.rest(every)

    def until(self, enough: Callable[[], bool]) -> bool:
        """Send what is due until it is enough; tell whether no other process was at it.

        Raises:
            StoreError: It cannot be written.
        """
        with self._alone() as alone:
            if alone:
                self._begin()
            while alone and not enough():
                if not self._round(enough):
                    self._exchange.rest(_LOOKS_EVERY)
        return alone

    def _until_stopped(self, every: float) -> None:
        while not self._exchange.is_stopped() and self._safely(self._begin) is None:
            self._exchange.rest(_AFTER_TROUBLE)
        while not self._exchange.is_stopped():
            some = self._safely(lambda: self._round(self._exchange.is_stopped))
            rest = _AFTER_TROUBLE if some is None else 0.0 if some else every
            if self._exchange.rest(rest):
                self._paused.clear()

    def _begin(self) -> bool:
        """Free what an ended process took; what a wrong clock put off is due."""
        for outbox in self._outboxes:
            outbox.free()
            set_right(self._kiosk, outbox.again)
        return True

    def _round(self, stopped: Callable[[], bool]) -> bool:
        """Send what is due; tell whether there was something and there may be more."""
        found, held = False, None
        for outbox in self._outboxes:
            errand = outbox.handler.errand
            if self._rests(errand):
                held = self._exchange.held
                continue
            done = outbox.settle(stopped)
            found = found or (done.some and done.held is None)
            held = held or done.held
            self._paused[errand] = (self._seconds() + done.pause, self._kiosk.clock())
        self._exchange.held = held
        return found

    def _rests(self, errand: str) -> bool:
        """Tell whether a pause lasts; that somebody had something sent again ends it."""
        until, since = self._paused.get(errand, (0.0, self._kiosk.clock()))
        return until > self._seconds() and not was_said(self._kiosk, since)

    def _safely(self, work: Callable[[], bool]) -> bool | None:
        """Do something, None where it failed: a state that the pages tell, and tried again."""
        self._exchange.looked = self._kiosk.clock()
        try:
            found = work()
        except KioskError as error:
            self._exchange.trouble = Text(error.vi, error.en)
        except Exception as error:  # noqa: BLE001  # the sending goes on, whatever was met
            _log.warning("outbox: %s", type(error).__name__)
            self._exchange.trouble = _TEXTS("exchange_broken")
        else:
            self._exchange.trouble = None
            return found
        return None

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the lock of who sends, where nobody else holds it."""
        lock = FileLock(self._lock, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        except OSError as error:
            trouble = in_words(error, self._lock)
            self._exchange.trouble = Text(trouble.vi, trouble.en)
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


@contextmanager
def exchanging(
    kiosk: Kiosk, db: Path, outboxes: Sequence[Outbox[Any]], every: float = EVERY_SECONDS
) -> Iterator[Exchange]:
    """Send what waits while the server runs; nothing where nothing is sent anywhere."""
    exchange = Exchange()
    if not outboxes:
        yield exchange
        return
    sender = Sender(kiosk, db, outboxes, exchange)
    thread = Thread(target=sender.run, args=(every,), name="kiosk-outbox", daemon=True)
    exchange.works = True
    thread.start()
    try:
        yield exchange
    finally:
        exchange.stop()
        thread.join(_LAST_SECONDS)
