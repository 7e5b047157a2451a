"""What a campaign came to: one row of the table in `docs/benchmarks.md`."""

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from verification.basics.dates import VIETNAM

SEED = 20_261_127
HEADING = "| campaign | count | seed | duration | date, load | outcome | found |\n|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Outcome:
    """What a campaign came to.

    Args:
        name: What was done.
        count: How often.
        seed: Of its chance.
        seconds: By the clock on the wall.
        told: What was measured.
        found: What must never be, in words; empty where all held.
    """

    name: str
    count: int
    seed: int
    seconds: float
    told: str
    found: Sequence[str] = field(default=())

    def row(self) -> str:
        """Return it as a row of a Markdown table, with the load of the machine."""
        now, load = datetime.now(VIETNAM), _load()
        found = "; ".join(one[:60] for one in self.found[:3]).replace("|", "\\|") or "nothing"
        more = f" (and {len(self.found) - 3} more)" if len(self.found) > 3 else ""
        return (
            f"| {self.name} | {self.count:,} | {self.seed} | {_spent(self.seconds)} | "
            f"{now:%Y-%m-%d %H:%M}, load {load} | {self.told} | {found}{more} |"
        )


class Progress:
    """Says on standard error how far a long campaign is, at most once a minute.

    Args:
        name: Of the campaign.
        count: How often it is to do what it does.
        minutes: After which nothing new begins, None to go on until all is done.
    """

    def __init__(self, name: str, count: int, minutes: float | None = None) -> None:
        self._name, self._count = name, count
        self._minutes = minutes
        self.begun = self._said = time.monotonic()

    def at(self, done: int, found: int) -> None:
        """Say it where a minute has passed."""
        now = time.monotonic()
        if now - self._said < 60:
            return
        self._said = now
        words = (
            f"{self._name}: {done:,} of {self._count:,}, {now - self.begun:.0f} s, {found} found"
        )
        print(words, file=sys.stderr, flush=True)

    @property
    def over(self) -> bool:
        """Tell whether its time is used up."""
        return self._minutes is not None and self.seconds > self._minutes * 60

    @property
    def seconds(self) -> float:
        """Return how long it has been going on."""
        return time.monotonic() - self.begun


def _spent(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def _load() -> str:
    return f"{os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else "unknown"
