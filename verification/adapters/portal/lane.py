"""One question after the other: whose turn it is, and who has waited long enough.

A call runs in a thread of its own, so that one that hangs (a resolver, a server that sends a letter
a minute) costs nobody more than their budget: it is left alone, and its end is nobody's.
"""

import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, Protocol, TypeVar

_LONGEST_SLEEP = 60.0
_log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
K_contra = TypeVar("K_contra", bound=Hashable, contravariant=True)
A = TypeVar("A")


class Ending(Enum):
    """Why somebody's waiting ends without an answer."""

    TURN = auto()
    LATE = auto()
    SHUT = auto()
    STOPPED = auto()
    FAULT = auto()


class Asker(Protocol[K_contra, A]):
    """What a lane asks with; `perform` runs in a thread of its own, the others do not wait."""

    def is_shut(self, *, flying: bool) -> bool:
        """Tell whether nothing may be sent; `flying` tells whether something is under way."""

    def pause(self, *, urgent: bool) -> float:
        """Return the seconds until one more may be sent."""

    def perform(self, key: K_contra, until: float, hurried: Callable[[], bool]) -> A:
        """Ask; at most until a moment. `hurried` tells whether somebody urgent waits behind."""

    def abort(self) -> None:
        """End what `perform` does, from another thread."""

    def ended(self, ending: Ending, waited: float) -> A:
        """Return what somebody gets who waited in vain."""

    def note(self, answer: A) -> None:
        """Take notice of how a question ended that was sent."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits.

    Args:
        begin: Seconds until the question must have been sent.
        answer: Seconds until the end counted from sending; None for an urgent one, which ends
            when `begin` is over.
    """

    begin: float
    answer: float | None = None


@dataclass
class _Waiter(Generic[A]):
    future: Future[A]
    patience: Patience
    asked: float
    end: float


@dataclass
class _Entry(Generic[K, A]):
    key: K
    waiters: list[_Waiter[A]] = field(default_factory=list)

    @property
    def urgent(self) -> bool:
        return any(waiter.patience.answer is None for waiter in self.waiters)


@dataclass
class _Flight(Generic[K, A]):
    entry: _Entry[K, A]
    until: float
    begun: float
    answer: A | None = None


_Ended = list[tuple[_Waiter[A], A]]


class Lane(Generic[K, A]):
    """Asks one question at a time; those that are urgent first, the same one once.

    Args:
        asker: Asks.
        seconds: Of a clock that nobody sets.
        name: Of its thread.
    """

    def __init__(self, asker: Asker[K, A], seconds: Callable[[], float], name: str) -> None:
        self._asker = asker
        self._seconds = seconds
        self._changed = threading.Condition()
        self._queue: list[_Entry[K, A]] = []
        self._flight: _Flight[K, A] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def ask(self, key: K, patience: Patience) -> Future[A]:
        """Return what will hold the answer; it ends in time, whatever happens."""
        future: Future[A] = Future()
        now = self._seconds()
        waiter = _Waiter(future, patience, now, now + patience.begin)
        with self._changed:
            ending = Ending.STOPPED if self._stopped else None
            if not ending and self._asker.is_shut(flying=self._flight is not None):
                ending = Ending.SHUT
            if ending is None:
                self._join(key, waiter)
                self._changed.notify_all()
        if ending:
            _complete([(waiter, self._asker.ended(ending, 0.0))])
        return future

    def waiting(self) -> int:
        """Return how many questions wait for their turn."""
        with self._changed:
            return len(self._queue)

    def stop(self) -> None:
        """End all waiting; nothing is sent any more."""
        with self._changed:
            self._stopped = True
            # before the abort: what that breaks off is no answer of the portal's
            ended, _ = self._step()
            self._changed.notify_all()
        _complete(ended)
        self._asker.abort()
        self._thread.join(1.0)

    def _join(self, key: K, waiter: _Waiter[A]) -> None:
        if self._flight and self._flight.entry.key == key and self._flight.answer is None:
            self._flight.entry.waiters.append(waiter)
            return
        found = next((entry for entry in self._queue if entry.key == key), None)
        if found is None:
            found = _Entry(key)
            self._queue.append(found)
        found.waiters.append(waiter)

    def _run(self) -> None:
        while True:
            with self._changed:
                ended, wait = self._step()
                if self._stopped and not ended:
                    return
                if not ended and wait > 0:
                    self._changed.wait(wait)
            _complete(ended)

    def _step(self) -> tuple[_Ended[A], float]:
        """Return who is done, and the seconds until something may happen by itself."""
        now = self._seconds()
        ended = self._arrived(now)
        if self._stopped:
            return ended + self._all(Ending.STOPPED, now), 0.0
        ended += self._too_late(now)
        if self._flight is None and self._queue and self._asker.is_shut(flying=False):
            ended += self._all(Ending.SHUT, now)
        wait = _LONGEST_SLEEP
        if self._flight is None and self._queue:
            wait, no_use = self._begin(now)
            ended += no_use
        ends = [waiter.end for entry in self._entries() for waiter in entry.waiters]
        return ended, max(0.0, min([wait, *(end - now for end in ends)]))

    def _entries(self) -> Sequence[_Entry[K, A]]:
        return [*([self._flight.entry] if self._flight else []), *self._queue]

    def _arrived(self, now: float) -> _Ended[A]:
        """Hand out what a call brought."""
        flight = self._flight
        if flight is None or (flight.answer is None and now < flight.until):
            return []
        answer = flight.answer
        if answer is None:
            self._asker.abort()
            answer = self._asker.ended(Ending.LATE, now - flight.begun)
        self._flight = None
        self._asker.note(answer)
        return [(waiter, answer) for waiter in flight.entry.waiters]

    def _too_late(self, now: float) -> _Ended[A]:
        ended: _Ended[A] = []
        for entry in self._entries():
            flies = self._flight is not None and entry is self._flight.entry
            over = [waiter for waiter in entry.waiters if waiter.end <= now]
            ending = Ending.LATE if flies else Ending.TURN
            ended += [(one, self._asker.ended(ending, now - one.asked)) for one in over]
            entry.waiters = [waiter for waiter in entry.waiters if waiter.end > now]
        self._queue = [entry for entry in self._queue if entry.waiters]
        return ended

    def _all(self, ending: Ending, now: float) -> _Ended[A]:
        """End everybody's waiting."""
        waiters = [waiter for entry in self._entries() for waiter in entry.waiters]
        self._queue, self._flight = [], None
        return [(waiter, self._asker.ended(ending, now - waiter.asked)) for waiter in waiters]

    def _begin(self, now: float) -> tuple[float, _Ended[A]]:
        """Send the next one, or return how long to wait with it and who need not wait for that."""
        entry = next((one for one in self._queue if one.urgent), self._queue[0])
        pause = self._asker.pause(urgent=entry.urgent)
        if pause > 0:
            in_vain = [waiter for waiter in entry.waiters if waiter.end <= now + pause]
            entry.waiters = [waiter for waiter in entry.waiters if waiter.end > now + pause]
            self._queue = [one for one in self._queue if one.waiters]
            turn = Ending.TURN
            return pause, [(one, self._asker.ended(turn, now - one.asked)) for one in in_vain]
        self._queue.remove(entry)
        for waiter in entry.waiters:
            if waiter.patience.answer is not None:
                waiter.end = now + waiter.patience.answer
        self._flight = _Flight(entry, max(waiter.end for waiter in entry.waiters), now)
        threading.Thread(target=self._fly, args=(self._flight,), daemon=True).start()
        return _LONGEST_SLEEP, []

    def _fly(self, flight: _Flight[K, A]) -> None:
        try:
            answer = self._asker.perform(flight.entry.key, flight.until, self._hurried)
        except Exception as error:  # noqa: BLE001  # a desk waits: it is told, whatever was met
            _log.warning("portal: %s", type(error).__name__)
            answer = self._asker.ended(Ending.FAULT, self._seconds() - flight.begun)
        with self._changed:
            flight.answer = answer
            self._changed.notify_all()

    def _hurried(self) -> bool:
        with self._changed:
            return any(entry.urgent for entry in self._queue)


def _complete(ended: _Ended[A]) -> None:
    for waiter, answer in ended:
        try:
            waiter.future.set_result(answer)
        except InvalidStateError:  # who asked gave it up
            continue
