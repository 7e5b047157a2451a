"""Who comes when: the visits of a large store, each told by its place alone."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from verification.basics.dates import VIETNAM

END = date(2026, 6, 1)
"""The day of the measurement; everything built in bulk lies before it."""
_OPENS = time(7)
_SECONDS = 10 * 3600
_EVENTS = 2  # presented, received
_STEP = 7_368_787  # a prime larger than any number of people here: all of them in turn


@dataclass(frozen=True)
class Plan:
    """The visits of a house.

    Half of them are of a tenth of its people, who come often; of the others each comes in turn.

    Args:
        visits: How many.
        desks: How many desks.
        daily: Visits a day.
    """

    visits: int
    desks: int = 40
    daily: int = 10_000

    @property
    def people(self) -> int:
        """Return how many people there are."""
        return self.visits // 8 or 1

    def person(self, at: int) -> int:
        """Return who comes."""
        often = self.people // 10 or 1
        return at // 2 * _STEP % (often if at % 2 else self.people)

    def desk(self, at: int) -> int:
        """Return the desk, from 0; as busy as each other, in no order."""
        return (at * 2_654_435_761 >> 16) % self.desks

    def number(self, at: int) -> int:
        """Return the day's number of a visit."""
        return at % self.daily + 1

    def when(self, at: int) -> datetime:
        """Return when somebody comes, to the millisecond."""
        day, slot = self._place(at)
        return _morning(day) + timedelta(milliseconds=slot)

    def seconds(self, at: int) -> int:
        """Return when somebody comes, in whole seconds since 1970."""
        day, slot = self._place(at)
        return _day(day)[1] + slot // 1000

    def recorded(self, at: int) -> str:
        """Return when somebody comes as the log keeps it; the desks open and close on one day."""
        day, slot = self._place(at)
        return f"{_day(day)[0]}T{_hour(slot // 1000)}.{slot % 1000:03d}+00:00"

    def _place(self, at: int) -> tuple[int, int]:
        """Return how many days before the end it is, and the milliseconds since the morning."""
        day = -(-self.visits // self.daily) - at // self.daily
        return day, at % self.daily * _SECONDS * 1000 // self.daily

    def place(self, at: int) -> int:
        """Return the how-manieth event of all its first one is, from 1."""
        return at * _EVENTS + 1


@lru_cache
def _morning(days: int) -> datetime:
    """Return when the desks open so many days before the end."""
    return datetime.combine(END - timedelta(days), _OPENS, VIETNAM).astimezone(UTC)


@lru_cache
def _day(days: int) -> tuple[str, int]:
    """Return the name of that day and its morning in seconds since 1970."""
    return f"{_morning(days):%Y-%m-%d}", int(_morning(days).timestamp())


@lru_cache(maxsize=_SECONDS)
def _hour(second: int) -> str:
    return f"{_morning(0) + timedelta(seconds=second):%H:%M:%S}"


def desk_name(desk: int) -> str:
    """Return the name of a desk."""
    return str(desk + 1)


def ref_of(person: int) -> str:
    """Return the reference of a person."""
    return hashlib.blake2b(b"%d" % person, digest_size=16, person=b"bench").hexdigest()
