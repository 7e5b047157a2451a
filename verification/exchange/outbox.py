"""The outbox: what is due is taken by lease, sent by the handler of its errand, its end noted.

Whatever is sent outside goes this way. What was taken and not noted is there again once its lease
is over, so what a handler sends may come twice: it carries a key that its receiver knows a repeat
by, or is only a question.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Generic, Protocol, TypeVar

from verification.basics.errors import StoreError
from verification.exchange.again import Again
from verification.kiosk import Kiosk
from verification.log.outbox import Errand, Waiting
from verification.log.ports import LogTransaction

R = TypeVar("R")
STOPPED = "stopped"
_LOOKS_UP_EVERY = 0.2  # seconds in which whoever waits for an answer sees that it is to end
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class End:
    """How a sending ended.

    Args:
        settled: True where nothing is to be sent any more.
        sent: False where it was not sent, and so not tried.
        cause: Why it is not settled.
        after: Seconds after which its receiver wants to be asked again, at the earliest.
    """

    settled: bool
    sent: bool = True
    cause: str | None = None
    after: float = 0.0


class Handler(Protocol[R]):
    """Sends one kind of errand."""

    @property
    def errand(self) -> Errand:
        """Return which."""

    def room(self) -> int | None:
        """Return how many may be taken now, None for as many as one likes."""

    def send(self, item: Waiting) -> Future[R] | None:
        """Send it; None where there is nothing to send any more."""

    def end(self, result: R) -> End:
        """Return how it ended."""

    def note(self, item: Waiting, result: R, again_at: datetime | None) -> None:
        """Write down how it ended."""


@dataclass(frozen=True)
class Done:
    """What one round did.

    Args:
        settled: How many are settled.
        failed: How many were tried in vain.
        held: Why the round ended before its time, None where it did not.
        pause: Seconds for which nothing is to be sent.
    """

    settled: int = 0
    failed: int = 0
    held: str | None = None
    pause: float = 0.0

    @property
    def some(self) -> bool:
        """Tell whether anything was tried."""
        return bool(self.settled or self.failed)


@dataclass(frozen=True)
class Outbox(Generic[R]):
    """Sends what waits of one errand.

    Args:
        kiosk: Its clock says what is due.
        handler: Sends it.
        again: When what fails is tried again.
        chance: What the jitter is drawn from.
    """

    kiosk: Kiosk
    handler: Handler[R]
    again: Again
    chance: Random

    def settle(self, stopped: Callable[[], bool] = lambda: False) -> Done:
        """Send what is due, one after the other, as much as is taken at once.

        Args:
            stopped: Tells whether to end; what was not sent is given back.

        Raises:
            StoreError: It cannot be written; what was taken is there again later.
        """
        done = Done()
        if not self.kiosk.written.exchanged.count(self.handler.errand):
            return done
        taken = self._taken()
        try:
            while taken and done.held is None and not stopped():
                done = self._guarded(taken[0], done, stopped)
                taken = taken if done.held else taken[1:]
        finally:
            self._give_back([item.item_id for item in taken])
        return done

    def free(self) -> None:
        """Give back what a process took that was ended; only who alone sends may do this."""
        taken = self.kiosk.written.exchanged.sending(self.kiosk.clock())
        mine = f"{self.handler.errand}:"
        self._give_back([item_id for item_id in taken if item_id.startswith(mine)])

    def _taken(self) -> Sequence[Waiting]:
        room, now = self.handler.room(), self.kiosk.clock()
        most = self.again.batch if room is None else min(room, self.again.batch)

        def work(log: LogTransaction) -> Sequence[Waiting]:
            return log.exchanged.lease(self.handler.errand, now, now + self.again.lease, most)

        return self.kiosk.written.write(work) if most > 0 else ()

    def _guarded(self, item: Waiting, done: Done, stopped: Callable[[], bool]) -> Done:
        """Send one thing; where that breaks it stays taken for a while, and the others go on."""
        try:
            return self._one(item, done, stopped)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001  # one thing keeps no other waiting
            _log.warning("outbox %s: %s", item.item_id, type(error).__name__)
            return replace(done, failed=done.failed + 1)

    def _one(self, taken: Waiting, done: Done, stopped: Callable[[], bool]) -> Done:
        item = self.kiosk.written.exchanged.one(taken.item_id)
        future = self.handler.send(item) if item else None
        if item is None or future is None:  # undone, erased or settled meanwhile
            self._give_back([taken.item_id])
            return done
        while not future.done():
            if stopped():
                return replace(done, held=STOPPED)
            wait([future], _LOOKS_UP_EVERY)
        result = future.result()
        end = self.handler.end(result)
        if not end.sent:
            return replace(done, held=end.cause or "", pause=self.again.breath)
        if end.settled:
            self.handler.note(item, result, None)
            return replace(done, settled=done.settled + 1)
        again_at = self._again_at(item, end)
        self.handler.note(item, result, again_at)
        brake = max(self.again.pace(end.cause).brake, end.after)
        return Done(done.settled, done.failed + 1, end.cause if brake else None, brake)

    def _again_at(self, item: Waiting, end: End) -> datetime | None:
        """Return when it is due again: as its pace says, but not before its receiver wants it."""
        now = self.kiosk.clock()
        again_at = self.again.at(item, end.cause, now, self.chance)
        return max(again_at, now + timedelta(seconds=end.after)) if again_at else None

    def _give_back(self, items: Collection[str]) -> None:
        def work(log: LogTransaction) -> None:
            for item_id in items:
                log.exchanged.release(item_id)

        with suppress(StoreError):  # then it is there again once its lease is over
            if items:
                self.kiosk.written.write(work)
