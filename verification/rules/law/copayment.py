"""Money thresholds of a day: the one-visit rule, and the year's co-payment with its split year."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from verification.rules.law.tables import Law


@dataclass(frozen=True)
class Copayment:
    """Where a person stands against the six months of base salary.

    Args:
        remaining: R, the dong that co-payment since the change of salary (since 1 January, where
            there is none) must exceed; None where what was paid before it is not known.
        passed: Whether the threshold is passed, None while that is not known.
    """

    remaining: int | None
    passed: bool | None


def visit_threshold(law: Law, day: date) -> Fraction | None:
    """Return the cost below which a visit is free of co-payment, None where no law is known.

    Luật BHYT Đ22 k1: 15 % of the base salary, and strictly lower.
    """
    try:
        return Fraction(law.parameter("visit_cost_share", day)) * _salary(law, day)
    except KeyError:
        return None


def copayment(law: Law, day: date, before: int | None, since: int | None) -> Copayment:
    """Compare the year's co-payment with six months of base salary.

    NĐ 188/2025 Đ18 k2 c: in a year whose salary changes on 1 July, what was paid before counts in
    months of the old salary and the rest is due in months of the new one.

    Args:
        law: The tables.
        day: The visit date.
        before: A, paid from 1 January to before 1 July.
        since: Paid from 1 July to the visit.
    """
    try:
        months = int(law.parameter("copay_months", day))
        old, new = _salary(law, date(day.year, 1, 1)), _salary(law, day)
    except KeyError:
        return Copayment(None, None)
    if before is None:  # more than six months of the new salary is enough, whatever was before
        return Copayment(None, True if (since or 0) > months * new else None)
    rest = max((months - Fraction(before, old)) * new, Fraction(0))
    if old != new and before >= months * old:
        return Copayment(0, passed=True)
    if since is None and day >= date(day.year, 7, 1):
        return Copayment(int(rest), None if before <= months * old else True)
    passed = before + (since or 0) > months * old if old == new else (since or 0) > rest
    return Copayment(int(rest), passed)


def _salary(law: Law, day: date) -> int:
    return int(law.parameter("base_salary", day))
