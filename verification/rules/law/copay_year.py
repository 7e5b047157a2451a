"""The co-payment of a year as the portal tells it, against the limit of that year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from verification.card.portal import CoPaid
from verification.rules.law.copayment import copayment
from verification.rules.law.tables import Law

_CHANGE = (7, 1)  # of the base salary


@dataclass(frozen=True)
class YearPaid:
    """What was paid in a year, as far as the portal knows: at least so much.

    Args:
        before: To the end of the stays that ended before 1 July, in dong.
        since: From then on.
        limit: What must be exceeded in all; None where no law is known.
        exceeded: Whether it is; None where no law is known.
        on: Last day of the first stay with which it is; None where it is not, or no day is told.
    """

    before: int
    since: int
    limit: int | None
    exceeded: bool | None
    on: date | None

    @property
    def total(self) -> int:
        """Return what was paid in all."""
        return self.before + self.since


def year_paid(law: Law, day: date, told: Sequence[CoPaid]) -> YearPaid | None:
    """Return where a person stands on a day, None where the portal tells nothing of that year.

    Each row tells the sum of the year to its end: the greatest counts, they are never added.

    Args:
        law: The tables.
        day: The visit date; of its year.
        told: What the portal tells, in any order.
    """
    rows = [row for row in told if (_end(row) or day).year == day.year]
    if not rows:
        return None
    rows.sort(key=lambda row: (row.luy_ke, _end(row) or date.max))
    change = date(day.year, *_CHANGE)
    before = max((r.luy_ke for r in rows if (_end(r) or day) < change), default=0)
    total = rows[-1].luy_ke
    limit = _limit(law, day, before)
    passed = [(row, _passed(law, row, _end(row) or day, before, change)) for row in rows]
    first = next((row for row, is_over in passed if is_over), None)
    known = None if limit is None else first is not None
    return YearPaid(before, total - before, limit, known, first.ngay_ra if first else None)


def _end(row: CoPaid) -> date | None:
    return row.ngay_ra or row.ngay_vao


def _passed(law: Law, row: CoPaid, end: date, before: int, change: date) -> bool:
    """Tell whether the limit is exceeded with a stay."""
    if end < change:
        return copayment(law, end, row.luy_ke, None).passed is True
    return copayment(law, end, min(before, row.luy_ke), max(row.luy_ke - before, 0)).passed is True


def _limit(law: Law, day: date, before: int) -> int | None:
    """Return the sum of the year: what was paid at the old salary, and what remains at the new."""
    change = date(day.year, *_CHANGE)
    whole = copayment(law, date(day.year, 1, 1), 0, None).remaining
    if day < change or whole is None or before >= whole:
        return whole
    rest = copayment(law, day, before, None).remaining
    return None if rest is None else before + rest
