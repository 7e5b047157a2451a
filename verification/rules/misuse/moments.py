"""When a visit was, as a row of a visits file tells it: to the second, or the day alone.

A day without an hour is not midnight. Nor is 00:00, which programs write for an hour that they have
lost: it counts as one only for an emergency, and only in a file whose other rows tell hours.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from verification.basics.dates import VIETNAM
from verification.basics.refused import Refused
from verification.basics.written_dates import day_of, why

_YEARS = range(1995, 2101)  # health insurance began in 1993; any other year is a slip
_DAY_FIRST = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T]+(\d{1,2}:\d{2}(?::\d{2})?))?", re.ASCII
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?", re.ASCII)  # XML 4750
_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_EMERGENCY = "2"


@dataclass(frozen=True)
class Moment:
    """When a visit was.

    Args:
        at: The moment; where only the day is known, its first one.
        timed: True where the hour is known.
    """

    at: datetime
    timed: bool


def is_possible_year(day: date) -> bool:
    """Tell whether a visit, or the end of a stay, can lie in the year of a day."""
    return day.year in _YEARS


def tells_hours(rows: Iterable[Mapping[str, str]]) -> bool:
    """Tell whether a row has an hour other than midnight; reads no further than the first one."""
    return any(_has_hour(row) for row in rows)


def moment_of(row: Mapping[str, str], *, hours: bool = True) -> Moment:
    """Return when a row was; a time without a zone is local time in Vietnam.

    Args:
        row: The row.
        hours: False where no row of its file tells an hour: then midnight is none.

    Raises:
        Refused: It is no time, or of a year in which nobody came.
    """
    written, has_time = _read(row.get("thoi_diem", "").strip())
    local = written.astimezone(VIETNAM) if is_possible_year(written) else written
    if not is_possible_year(local):
        raise Refused(why("no_year", year=local.year))
    emergency = row.get("ma_doituong_kcb", "").strip() == _EMERGENCY
    timed = has_time and (not _at_midnight(written) or (hours and emergency))
    return Moment(local if timed else _first_of(local), timed)


def _first_of(local: datetime) -> datetime:
    return datetime.combine(local.date(), time(), VIETNAM)


def _has_hour(row: Mapping[str, str]) -> bool:
    try:
        written, has_time = _read(row.get("thoi_diem", "").strip())
        return has_time and not _at_midnight(written)
    except Refused:
        return False


def _at_midnight(written: datetime) -> bool:
    """Tell whether it is midnight as written or in Vietnam: a day in UTC is one of 17:00."""
    if written.time() == time():
        return True
    return is_possible_year(written) and written.astimezone(VIETNAM).time() == time()


def _read(text: str) -> tuple[datetime, bool]:
    """Return the moment as written, with its zone, and whether a time of day is written.

    Raises:
        Refused: It is none.
    """
    try:
        return _as_visits_write(text)
    except (ValueError, OverflowError):
        found = day_of(text)
    day = date(found.year, found.month or 1, found.day or 1)
    return datetime.combine(day, found.clock or time(), VIETNAM), found.clock is not None


def _as_visits_write(text: str) -> tuple[datetime, bool]:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, clock = found.groups()
        written = f"{year}-{month:0>2}-{day:0>2}" + (f"T{clock:0>5}" if clock else "")
        return _zoned(datetime.fromisoformat(_padded(written))), clock is not None
    if found := _DIGITS.fullmatch(text):
        parts = [int(part) for part in found.groups() if part is not None]
        return datetime(*parts, tzinfo=VIETNAM), len(parts) > 3  # type: ignore[arg-type,misc]  # noqa: PLR2004  # year, month, day
    return _zoned(datetime.fromisoformat(text)), not _DAY_ALONE.fullmatch(text)


def _padded(written: str) -> str:
    """Return `T9:05:00` as `T09:05:00`."""
    day, _, clock = written.partition("T")
    return f"{day}T{clock:0>8}" if clock.count(":") > 1 else written


def _zoned(found: datetime) -> datetime:
    if found.tzinfo is None:
        return found.replace(tzinfo=VIETNAM)
    found.astimezone(UTC)  # the calendar's first and last day have none
    return found
