"""Dates as cards and files write them: to the day, the month or only the year."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
        r"(?P<m>\d{2})(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{2})",
        r"(?P<y>\d{4})",
    )
)
_EARLIEST_YEAR = 1800  # below it a "year" is a misread number


@dataclass(frozen=True)
class PartialDate:
    """A date of which the day, or the day and the month, may be unknown.

    Args:
        year: Four digits.
        month: 1 to 12, or None where only the year is known.
        day: Day of the month, or None.

    Raises:
        ValueError: No such day exists.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        date(self.year, *(1 if part is None else part for part in (self.month, self.day)))
        if self.year < _EARLIEST_YEAR or (self.day is not None and self.month is None):
            raise ValueError(self.year)

    @property
    def iso(self) -> str:
        """Return `1994-04-17`, `1955-07` or `1955`."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def vi(self) -> str:
        """Return `17/04/1994`, `07/1955` or `1955`."""
        return "/".join(reversed(self.iso.split("-")))

    @property
    def first(self) -> date:
        """Return the earliest day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """Return the latest day it can mean."""
        if self.day is not None:
            return self.first
        if self.month is not None:
            return month_end(self.year, self.month)
        return date(self.year, 12, 31)

    def agrees(self, other: "PartialDate") -> bool:
        """Tell whether both can be the same day, at the coarser of both precisions."""
        return self.first <= other.last and other.first <= self.last


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def parse_partial(text: str) -> PartialDate:
    """Read a date in any form that card QRs, citizen cards and import files use.

    Args:
        text: `dd/MM/yyyy`, `d/M/yyyy`, `ddMMyyyy`, `MM/yyyy`, `MMyyyy`, `yyyy`, or ISO.

    Raises:
        ValueError: It is none of these, or no such day exists.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            return PartialDate(
                *(int(found[k]) if found.groupdict().get(k) else None for k in "ymd")  # type: ignore[arg-type]  # the year is in every form
            )
    raise ValueError(text)


def parse_day(text: str) -> date:
    """Read a date that must be known to the day.

    Raises:
        ValueError: It is not a date, or not known to the day.
    """
    found = parse_partial(text)
    if found.day is None:
        raise ValueError(text)
    return found.first


def vi_date(day: date) -> str:
    """Write a day as Vietnamese readers do, `22/11/2026`."""
    return f"{day:%d/%m/}{day.year:04d}"


def age_in_years(birth: PartialDate, on: date) -> int:
    """Return completed years on a date; an unknown day or month counts as the earliest."""
    first = birth.first
    return on.year - first.year - ((on.month, on.day) < (first.month, first.day))
