"""Settles what waits to be sent while the server runs; commands do so where no server does.

Each errand has a thread and a lock of its own: a receiver that hangs keeps no other errand waiting.
One process at a time settles an errand, of whichever server of the house, so that an account is
never asked faster than its rate, what an ended process took is free at once, and messages about a
visit come in order.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Thread
from typing import Any, Generic, TypeVar

from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.exchange.outbox import Outbox
from verification.exchange.waiting import set_right, was_said
from verification.kiosk import Kiosk
from verification.log.outbox import Errand
from verification.operations.turns import Lasts, Turns

R = TypeVar("R")
EVERY_SECONDS = 2.0
_LOOKS_EVERY = 0.2  # of a command that waits for what it had asked
_LAST_SECONDS = 2.0  # an ending server waits no longer
_AFTER_TROUBLE = 5.0
_TEXTS = Texts("verification.operations")
_log = logging.getLogger(__name__)


@dataclass
class Lane:
    """How the sending of one errand goes; its thread writes, the pages read.

    Args:
        errand: Which.
        looked: When it last looked for what is due.
        trouble: Why it cannot send, None while it can.
        held: Why it pauses, a cause; None while it does not.
        settled: When something was settled last, None where nothing was since the start.
    """

    errand: Errand
    looked: datetime | None = None
    trouble: Text | None = None
    held: str | None = None
    settled: datetime | None = None
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


@dataclass
class Exchange:
    """How the sending of all errands goes.

    Args:
        lanes: How that of each errand goes that is sent; none where nothing is sent anywhere.
    """

    lanes: tuple[Lane, ...] = ()

    def sends(self, errand: Errand) -> bool:
        """Tell whether there is a thread that sends an errand."""
        return any(lane.errand is errand for lane in self.lanes)

    @property
    def looked(self) -> datetime | None:
        """Return since when all of them looked for what is due; None where one did not."""
        looks = [lane.looked for lane in self.lanes if lane.looked]
        return min(looks) if looks and len(looks) == len(self.lanes) else None

    @property
    def trouble(self) -> Text | None:
        """Return why one of them cannot send, None while all can."""
        return next((lane.trouble for lane in self.lanes if lane.trouble), None)

    @property
    def pauses(self) -> Mapping[Errand, str]:
        """Return the errands that pause, and why: a cause."""
        return {lane.errand: lane.held for lane in self.lanes if lane.held is not None}

    def lane(self, errand: Errand) -> Lane:
        """Return that of an errand, a new one where it has none yet."""
        found = next((lane for lane in self.lanes if lane.errand is errand), None)
        if found is None:
            found = Lane(errand)
            self.lanes += (found,)
        return found

    def wake(self) -> None:
        """Have all look now, however long they meant to pause: somebody said so."""
        for lane in self.lanes:
            lane.wake()

    def stop(self) -> None:
        """Have all end."""
        for lane in self.lanes:
            lane.stop()


class Sender(Generic[R]):
    """Sends what waits of one errand.

    Args:
        kiosk: The open kiosk.
        turns: Whose turn it is to send.
        outbox: Of the errand.
        lane: Told how it goes.
    """

    def __init__(self, kiosk: Kiosk, turns: Turns, outbox: Outbox[R], lane: Lane) -> None:
        self._kiosk = kiosk
        self._errand = outbox.handler.errand
        of = "" if self._errand is Errand.PORTAL else f"-{self._errand}"
        self._turns, self._turn = turns, f"sending{of}"
        self._outbox = outbox
        self._lane = lane
        self._seconds = kiosk.stopwatch()
        self._paused: tuple[float, datetime] | None = None  # until when, and since
        self._last = kiosk.clock()

    def run(self, every: float = EVERY_SECONDS) -> None:
        """Send until told to end, whatever happens meanwhile."""
        while not self._lane.is_stopped():
            with self._alone() as lasts:
                if lasts:
                    self._until_stopped(every, lasts)
            self._lane.rest(every)

    def until(self, enough: Callable[[], bool]) -> bool:
        """Send what is due until it is enough; tell whether no other process was at it.

        Raises:
            StoreError: It cannot be written.
        """
        with self._alone() as lasts:
            if lasts:
                self._begin()
            while lasts and not enough():
                if not self._round(enough):
                    self._lane.rest(_LOOKS_EVERY)
        return lasts is not None

    def _until_stopped(self, every: float, lasts: Lasts) -> None:
        def over() -> bool:
            return self._lane.is_stopped() or not lasts()

        while not over() and self._safely(self._begin) is None:
            self._lane.rest(_AFTER_TROUBLE)
        while not over():
            some = self._safely(lambda: self._round(over))
            rest = _AFTER_TROUBLE if some is None else 0.0 if some else every
            if self._lane.rest(rest):
                self._paused = None

    def _begin(self) -> bool:
        """Free what an ended process took; what a wrong clock put off is due."""
        self._outbox.free()
        self._set_right()
        return True

    def _set_right(self) -> None:
        set_right(self._kiosk, self._outbox.again, self._errand)
        self._last = self._kiosk.clock()

    def _round(self, stopped: Callable[[], bool]) -> bool:
        """Send what is due; tell whether there was something and there may be more."""
        if self._kiosk.clock() < self._last:  # set back: what it said before would wait for it
            self._set_right()
        self._last = self._kiosk.clock()
        if self._rests():
            return False
        done = self._outbox.settle(stopped)
        self._lane.held = done.held
        if done.settled:
            self._lane.settled = self._kiosk.clock()
        self._paused = (self._seconds() + done.pause, self._kiosk.clock()) if done.pause else None
        return done.some and done.held is None

    def _rests(self) -> bool:
        """Tell whether a pause lasts; that somebody had something sent again ends it."""
        if self._paused is None:
            return False
        until, since = self._paused
        return until > self._seconds() and not was_said(self._kiosk, since, self._errand)

    def _safely(self, work: Callable[[], bool]) -> bool | None:
        """Do something, None where it failed: a state that the pages tell, and tried again."""
        self._lane.looked = self._kiosk.clock()
        try:
            found = work()
        except KioskError as error:
            self._lane.trouble = Text(error.vi, error.en)
        except Exception as error:  # noqa: BLE001  # the sending goes on, whatever was met
            _log.warning("outbox: %s", type(error).__name__)
            self._lane.trouble = _TEXTS("exchange_broken")
        else:
            self._lane.trouble = None
            return found
        return None

    @contextmanager
    def _alone(self) -> Iterator[Lasts | None]:
        """Have the turn of who sends, where nobody else has it; who has it looks for all."""
        with ExitStack() as stack:
            try:
                lasts = stack.enter_context(self._turns.taken(self._turn))
            except KioskError as error:
                self._lane.trouble = Text(error.vi, error.en)
                lasts = None
            else:
                self._lane.looked, self._lane.trouble = self._kiosk.clock(), None
            yield lasts


@contextmanager
def exchanging(
    kiosk: Kiosk, turns: Turns, outboxes: Sequence[Outbox[Any]], every: float = EVERY_SECONDS
) -> Iterator[Exchange]:
    """Send what waits while the server runs; nothing where nothing is sent anywhere."""
    exchange = Exchange()
    threads = [_sending(kiosk, turns, outbox, exchange, every) for outbox in outboxes]
    for thread in threads:
        thread.start()
    try:
        yield exchange
    finally:
        exchange.stop()
        for thread in threads:
            thread.join(_LAST_SECONDS)


def _sending(
    kiosk: Kiosk, turns: Turns, outbox: Outbox[Any], exchange: Exchange, every: float
) -> Thread:
    lane = exchange.lane(outbox.handler.errand)
    sender = Sender(kiosk, turns, outbox, lane)
    name = f"kiosk-outbox-{lane.errand}"
    return Thread(target=sender.run, args=(every,), name=name, daemon=True)
