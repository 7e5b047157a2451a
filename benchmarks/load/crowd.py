"""All desks that are no browser, in a thread of their own."""

import asyncio
import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.load.desk import Desk, Patient
from benchmarks.load.law import Law
from benchmarks.load.tally import Tally

_OPENING = 4  # pages that are opened at one time
_LANES = 2  # of each desk


class Crowd(threading.Thread):
    """The desks.

    Args:
        port: Of the kiosk on this machine.
        cookies: Of each desk, by its name.
        patients: Who comes, desk by desk.
        seed: Of when they come.
        law: What a desk does when.
    """

    def __init__(
        self,
        port: int,
        cookies: Mapping[str, str],
        patients: Sequence[Sequence[Patient]],
        seed: int,
        law: Law,
    ) -> None:
        super().__init__(daemon=True)
        self.tally = Tally()
        self.opened = threading.Event()
        self.failed: BaseException | None = None
        self._port, self._cookies, self._patients = port, cookies, patients
        self._seed, self._law = seed, law

    def run(self) -> None:
        """Open all pages, then let them work until all patients were there."""
        try:
            asyncio.run(self._work())
        except BaseException as error:  # noqa: BLE001  # told by who waits for this thread
            self.failed = error
        self.opened.set()

    async def _work(self) -> None:
        with ThreadPoolExecutor(_LANES * max(1, len(self._cookies))) as threads:
            desks = [
                Desk(name, self._port, cookie, threads, self.tally, self._law)
                for name, cookie in self._cookies.items()
            ]
            turns = asyncio.Semaphore(_OPENING)
            await asyncio.gather(*(_opened(desk, turns) for desk in desks))
            self.opened.set()
            begins, chance = time.perf_counter(), random.Random(self._seed)
            phases = [at * self._law.period_seconds / len(desks) for at in range(len(desks))]
            chance.shuffle(phases)
            await asyncio.gather(
                *(
                    desk.works(patients, begins + phase, random.Random(f"{self._seed}:{phase}"))
                    for desk, patients, phase in zip(desks, self._patients, phases, strict=True)
                )
            )
            await asyncio.gather(*(desk.close() for desk in desks))


async def _opened(desk: Desk, turns: asyncio.Semaphore) -> None:
    async with turns:
        await desk.open()
