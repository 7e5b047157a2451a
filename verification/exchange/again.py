"""When what was not answered is asked again, and when only a person has it asked."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

from verification.basics.texts import read
from verification.log.outbox import FIRST_WAIT, Waiting

_USUAL = "usual"


@dataclass(frozen=True)
class Pace:
    """How what failed for one kind of cause is asked again.

    Args:
        first: Seconds before the second try.
        factor: By how much each wait is longer than the one before.
        cap: Seconds that a wait is at most.
        often: After so many tries in vain only a person has it sent again.
        hours: Likewise after so many hours.
        least: But not before it was tried so often since a person said so.
        brake: Seconds for which nothing else is asked either.
    """

    first: float
    factor: float
    cap: float
    often: int
    hours: float
    least: int
    brake: float

    def wait(self, tried: int) -> float:
        """Return how many seconds to wait after so many tries, one or more."""
        exponent = min(tried - 1, 64)  # beyond, a float has no room, and the cap is long reached
        return min(self.first * self.factor**exponent, self.cap)

    def ends(self, tried: int, waited: timedelta) -> bool:
        """Tell whether it is sent no more by itself."""
        return tried >= self.often or (
            tried >= self.least and waited >= timedelta(hours=self.hours)
        )


@dataclass(frozen=True)
class Again:
    """The paces by cause, and how much is taken at once.

    Args:
        paces: By name; `usual` for every cause that no other names.
        of: The name of a cause's pace.
        batch: So many are taken at once.
        lease: For how long.
        jitter: Share by which a wait is longer or shorter.
        breath: Seconds until the next try while nothing can be sent.
    """

    paces: Mapping[str, Pace]
    of: Mapping[str, str]
    batch: int
    lease: timedelta
    jitter: float
    breath: float

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what a file of this form says."""
        names = [one.name for one in fields(Pace)]
        tables = {name: table for name, table in data.items() if isinstance(table, dict)}
        paces = {name: Pace(**{n: table[n] for n in names}) for name, table in tables.items()}
        of = {cause: name for name, table in tables.items() for cause in table.get("causes", ())}
        lease = timedelta(seconds=data["lease"])
        return cls(paces, of, data["batch"], lease, data["jitter"], data["breath"])

    def pace(self, cause: str | None) -> Pace:
        """Return the pace of a cause."""
        return self.paces[self.of.get(cause or "", _USUAL)]

    def at(
        self, item: Waiting, cause: str | None, now: datetime, chance: Random
    ) -> datetime | None:
        """Return when something that failed now is due again, None where a person decides.

        Args:
            item: As it waited before it failed.
            cause: Why it failed.
            now: The present time.
            chance: What the jitter is drawn from.
        """
        pace, tried = self.pace(cause), item.attempts + 1
        if pace.ends(tried, now - item.since):
            return None
        by = 1 + self.jitter * (2 * chance.random() - 1)
        return now + timedelta(seconds=pace.wait(tried) * by)

    def longest_of(self, item: Waiting) -> timedelta:
        """Return how long it may wait at most; what is due later was written by a wrong clock."""
        if not item.attempts:
            return FIRST_WAIT
        longest = max(pace.cap for pace in self.paces.values())
        return timedelta(seconds=longest * (1 + self.jitter))


def shipped() -> Again:
    """Return the paces as they are shipped."""
    return Again.from_data(read("verification.exchange", "outbox.toml"))
