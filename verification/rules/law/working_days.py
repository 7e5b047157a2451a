"""Working days, by a table of holidays with its sources; what the table does not know stays open.

A year whose list is not published leaves Saturdays open, which may be worked in exchange, and the
days that may be off; of a year that the table does not name only Sundays are sure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from verification.rules.law.tables import Law

_SATURDAY, _SUNDAY = 5, 6
_FAR = 60  # days, more than any term of this law with all holidays in it
_ALL_KNOWN = "du"


class Worked(Enum):
    """What is known of a day."""

    YES = "lam_bu"  # a Saturday in exchange; any usual day too
    NO = "nghi"
    PERHAPS = "co_the_nghi"


@dataclass(frozen=True)
class LastDay:
    """The last day of a term that is counted in working days.

    Args:
        earliest: On this day the term surely runs.
        latest: After this day it surely has ended; None where nobody can tell.
        open_year: The first year on the way whose holidays are not all known, None for none.
    """

    earliest: date
    latest: date | None
    open_year: int | None = None


@lru_cache(maxsize=4096)
def worked_on(law: Law, day: date) -> Worked:
    """Tell whether a day is a working day."""
    listed = _listed(law).get(day)
    if listed is not None:
        return listed
    year = _years(law).get(day.year)
    if day.weekday() == _SUNDAY:
        return Worked.NO
    if day.weekday() == _SATURDAY:
        return Worked.NO if year == _ALL_KNOWN else Worked.PERHAPS
    return Worked.PERHAPS if year is None else Worked.YES


@lru_cache(maxsize=1024)
def last_day(law: Law, begun: date, days: int) -> LastDay:
    """Return the last day of a term of working days; the day on which it begins does not count.

    Args:
        law: The tables.
        begun: For a paper the day of its signing.
        days: How many.
    """
    earliest = _counted(law, begun, days, frozenset({Worked.YES, Worked.PERHAPS}))
    latest = _counted(law, begun, days, frozenset({Worked.YES}))
    if earliest is None:  # no day is that late
        return LastDay(date.max, None)
    on_the_way = _days(begun, latest or earliest)
    unsure = (day.year for day in on_the_way if worked_on(law, day) is Worked.PERHAPS)
    return LastDay(earliest, latest, next(unsure, None))


def _days(begun: date, last: date) -> Iterator[date]:
    return (begun + timedelta(days=n) for n in range(1, (last - begun).days + 1))


def _counted(law: Law, begun: date, days: int, counting: frozenset[Worked]) -> date | None:
    """Return the day that is so many counted days later, None where that cannot be told."""
    for day in _days(begun, min(begun, date.max - timedelta(days=_FAR)) + timedelta(days=_FAR)):
        days -= worked_on(law, day) in counting
        if not days:
            return day
    return None


@lru_cache(maxsize=8)
def _listed(law: Law) -> dict[date, Worked]:
    rows = law.rows("holidays", date.max)
    return {date.fromisoformat(row["ngay"]): Worked(row["loai"]) for row in rows}


@lru_cache(maxsize=8)
def _years(law: Law) -> dict[int, str]:
    return {int(row["nam"]): row["trang_thai"] for row in law.rows("holiday_years", date.max)}
