"""Many desks that check in at once: threads of one server, or processes."""

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import NamedTuple

from benchmarks.scale.comers import shared_out
from benchmarks.scale.costs import checked_in
from benchmarks.scale.engine import Engine
from benchmarks.scale.plan import desk_name
from verification.basics.errors import KioskError
from verification.kiosk import Kiosk
from verification.reception.answer import Scan

_LONGEST = 60.0


class Written(NamedTuple):
    """What one writer did: ms of each check-in, failures by their kind, seconds."""

    times: Sequence[float]
    failures: Counter[str]
    seconds: float


class Together(NamedTuple):
    """What all did.

    Args:
        writers: One by one.
        visits: How many more visits the store holds.
    """

    writers: Sequence[Written]
    visits: int

    @property
    def times(self) -> list[float]:
        """Return the ms of all check-ins."""
        return [one for writer in self.writers for one in writer.times]

    @property
    def failures(self) -> Counter[str]:
        """Return how often which error came."""
        return sum((writer.failures for writer in self.writers), Counter())

    @property
    def rate(self) -> float:
        """Return the check-ins a second."""
        return sum(len(one.times) / one.seconds for one in self.writers)

    @property
    def slowest(self) -> float:
        """Return the check-ins a second of the writer that got least."""
        return min(len(one.times) / one.seconds for one in self.writers)


def threads(engine: Engine, scans: list[Scan], count: int, seconds: float) -> Together:
    """Let threads of one process check in, a desk each."""
    done: list[Written] = []
    with engine.kiosk(9) as kiosk:
        before, ready = _visits(kiosk), threading.Barrier(count)

        def work(desk: str, own: list[Scan]) -> None:
            done.append(_checks_in(kiosk, desk, own, seconds, ready.wait))

        parts = enumerate(shared_out(scans, count))
        running = [threading.Thread(target=work, args=(desk_name(n), own)) for n, own in parts]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return Together(done, _visits(kiosk) - before)


def processes(engine: Engine, scans: list[Scan], count: int, seconds: float) -> Together:
    """Let processes check in, each with a kiosk and a desk of its own."""
    fork = multiprocessing.get_context("fork")
    with engine.kiosk(9) as kiosk:
        before = _visits(kiosk)
    ready = fork.Barrier(count)
    ends = [fork.Pipe(duplex=False) for _ in range(count)]
    running = []
    for n, own in enumerate(shared_out(scans, count)):
        work = (engine, desk_name(n), own, seconds, ready, ends[n][1])
        running.append(fork.Process(target=_in_a_process, args=work, daemon=True))
    for process, (_, send) in zip(running, ends, strict=True):
        process.start()
        send.close()
    done = [receive.recv() for receive, _ in ends]
    for process in running:
        process.join()
    with engine.kiosk(9) as kiosk:
        return Together(done, _visits(kiosk) - before)


def _in_a_process(  # one writer and how it tells
    engine: Engine, desk: str, own: list[Scan], seconds: float, ready: Barrier, out: Connection
) -> None:
    with engine.kiosk(9) as kiosk:
        out.send(_checks_in(kiosk, desk, own, seconds, partial(ready.wait, _LONGEST)))


def _checks_in(
    kiosk: Kiosk, desk: str, own: Sequence[Scan], seconds: float, ready: Callable[[], object]
) -> Written:
    """Check in for some seconds, one after the other."""
    times, failures = [], Counter[str]()
    ready()
    begun = time.perf_counter()
    for scan in own:
        asked = time.perf_counter()
        if asked - begun > seconds:
            break
        try:
            checked_in(kiosk, desk, scan)
        except KioskError as error:
            failures[type(error).__name__] += 1
        else:
            times.append((time.perf_counter() - asked) * 1000)
    return Written(times, failures, time.perf_counter() - begun)


def _visits(kiosk: Kiosk) -> int:
    """Return how many visits the store holds of the day of the measurement."""
    return len(kiosk.written.visits_on(kiosk.today(), None))
