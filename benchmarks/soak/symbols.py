"""Reads wrecked symbols, with parity kept back and without."""

from collections.abc import Iterator

from benchmarks.soak.outcome import Outcome, Progress
from fixtures.wrecks import wrecks
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.rescue import equalise
from verification.adapters.scanning.rescue.solomon import KEPT

COUNT = 1000


def symbols(count: int, seed: int, minutes: float | None = None) -> Iterator[Outcome]:
    """Read so many; what is read wrongly without parity kept back is only counted."""
    for kept in (KEPT, 0):
        progress, done, right, wrong = Progress("symbols", count, minutes), 0, 0, 0
        for done, wreck in enumerate(wrecks(count, seed), 1):  # noqa: B007  # told behind it
            found = equalise.payloads(wreck, Deadline(10.0), kept)
            right += found == [wreck.payload]
            wrong += bool(found) and found != [wreck.payload]
            if progress.over:
                break
        told = f"{kept} parity words kept back: {right} read rightly, {wrong} wrongly"
        bad = [f"{wrong} read wrongly"] if kept and wrong else []
        yield Outcome("wrecked symbols", done, seed, progress.seconds, told, bad)
