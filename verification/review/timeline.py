"""The picture of a case: facilities as rows, days from left to right.

Places are shares of the width, so that a page and a paper draw the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from verification.basics.dates import VIETNAM
from verification.log.case import local_day
from verification.review.evidence import EvidenceRow

_MOST_FACILITIES = 6
_LEAST_DAYS = 14
_LETTER = 0.0072  # width of a letter as a share of the picture


@dataclass(frozen=True)
class Point:
    """One visit; `line` counts facilities from the top."""

    x: float
    line: int
    red: bool
    visit: str


@dataclass(frozen=True)
class Bar:
    """One inpatient stay."""

    x: float
    end: float
    line: int
    ma_cskcb: str
    first: date
    last: date


@dataclass(frozen=True)
class Label:
    """Words over a day with flagged visits; `level` 0 is the lowest line of words."""

    x: float
    level: int
    text: str


@dataclass(frozen=True)
class Timeline:
    """The picture; `ticks` are places and days of the axis, `hidden` counts facilities left out."""

    facilities: tuple[str, ...]
    points: tuple[Point, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    ticks: tuple[tuple[float, date], ...]
    hidden: int = 0


def timeline(rows: Sequence[EvidenceRow], today: date, at: str) -> Timeline:
    """Lay out the visits of a case.

    Args:
        rows: Visits and stays.
        today: The right end.
        at: The word between a time and a facility, `tại`.
    """
    last = max([today, *(local_day(row.at) for row in rows)])
    first = min([last - timedelta(days=_LEAST_DAYS), *(local_day(row.at) for row in rows)])
    begin = datetime.combine(first, time(), VIETNAM)
    width = datetime.combine(last, time.max, VIETNAM) - begin

    def place(moment: datetime) -> float:
        return round(min(max((moment - begin) / width, 0.0), 1.0), 4)

    every = _facilities(rows)
    facilities = every[:_MOST_FACILITIES]
    seen = [row for row in rows if row.ma_cskcb in facilities]
    points = [
        Point(place(row.at), facilities.index(row.ma_cskcb), bool(row.rules), row.visit)
        for row in seen
        if row.until is None
    ]
    bars = [
        Bar(
            place(row.at),
            place(datetime.combine(row.until, time.max, VIETNAM)),
            facilities.index(row.ma_cskcb),
            row.ma_cskcb,
            local_day(row.at),
            row.until,
        )
        for row in seen
        if row.until
    ]
    ticks = [(place(datetime.combine(day, time(), VIETNAM)), day) for day in _ticks(first, last)]
    labels = _labels([(place(row.at), row) for row in seen if row.rules and not row.until], at)
    hidden = len(every) - len(facilities)
    return Timeline(facilities, tuple(points), tuple(bars), labels, tuple(ticks), hidden)


def _facilities(rows: Sequence[EvidenceRow]) -> tuple[str, ...]:
    """Order facilities: this house, places with flagged visits, the busiest."""
    counts: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        here, red, count = counts.get(row.ma_cskcb, (0, 0, 0))
        counts[row.ma_cskcb] = (here or int(bool(row.desk)), red or int(bool(row.rules)), count + 1)
    return tuple(sorted(sorted(counts), key=lambda c: counts[c], reverse=True))


def _ticks(first: date, last: date) -> list[date]:
    """Return both ends, and between them every week of a short picture, every month of a long."""
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    short = len(days) <= 45  # noqa: PLR2004  # about as many weeks as fit
    between = days[7::7] if short else [day for day in days if day.day == 1]
    gap = max(len(days) / 14, 3)
    apart = [d for d in between if min((d - first).days, (last - d).days) > gap]
    return [first, *apart, last]


def _labels(red: Sequence[tuple[float, EvidenceRow]], at: str) -> tuple[Label, ...]:
    """Say time and facility of the flagged visits of each of the last three days."""
    days: dict[date, list[tuple[float, EvidenceRow]]] = {}
    for x, row in sorted(red, key=lambda item: item[1].at):
        days.setdefault(local_day(row.at), []).append((x, row))
    labels: list[Label] = []
    ends: list[float] = []  # where each line of words begins, from right to left
    for day, visits in sorted(days.items(), reverse=True)[:3]:
        local = [(row.at.astimezone(VIETNAM), row.ma_cskcb) for _, row in visits]
        text = f"{day:%d/%m}: " + ", ".join(f"{t:%H:%M} {at} {code}" for t, code in local)
        x, half = visits[-1][0], len(text) * _LETTER / 2
        left = min(max(x - half, 0.0), 1 - 2 * half)
        level = next((n for n, begun in enumerate(ends) if left + 2 * half < begun), len(ends))
        ends[level : level + 1] = [left]
        labels.append(Label(x, level, text))
    return tuple(labels)
