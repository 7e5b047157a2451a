"""The rule over drugs that should not be used up yet (M06).

Law: TT 26/2025/TT-BYT, a prescription is for 30 days at most, for 90 in listed chronic diseases.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.lives import ids, same_disease
from verification.rules.misuse.places import other_house, same_house
from verification.rules.misuse.policy import MisusePolicy, RuleData


def m06_drugs_left(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find drugs of the same disease that should not be used up yet."""
    now = facts.now
    if not now.ma_benh:
        return None
    supplied = [v for v in facts.past if v.so_ngay_thuoc and same_disease(v, now)]
    known = _left(facts, data, supplied) if not policy.explained(now) else None
    if known and known.case != "here":
        return known
    return _hoard(facts, data, policy, supplied) or known


def _left(facts: Facts, data: RuleData, supplied: Sequence[Occasion]) -> Hit | None:
    now, limits = facts.now, data.limits
    left = {v.id: v.so_ngay_thuoc - (now.day - v.day) for v in supplied}
    over = [v for v in supplied if left[v.id] >= limits["left_days"] and v.day < now.day]
    if not over:
        return None
    elsewhere = [v for v in over if other_house(v.ma_cskcb, now.ma_cskcb)]
    total = sum(left[v.id] for v in over)
    most = max(left[v.id] for v in over)
    numbers = {"left": most, "total": total, "sources": len(over)}
    if elsewhere and len(over) > 1 and total >= limits["stacked_days"]:
        return Hit("stacked", numbers, ids(over), len(over) - 1)
    if elsewhere and most >= limits["elsewhere_days"]:
        return Hit("elsewhere", numbers, ids(over))
    return Hit("here", numbers, ids(over))


def _hoard(
    facts: Facts, data: RuleData, policy: MisusePolicy, supplied: Sequence[Occasion]
) -> Hit | None:
    """Find a supply fetched again and again long before the last one is used, at one house.

    Once is a lost blister, a changed dose, a journey. It counts where it is the habit: the last
    intervals running were too short, and what is left is more than a whole supply.
    """
    now, limits = facts.now, data.limits
    courses = frozenset(limits["courses"])
    if policy.explained(now, courses):
        return None
    line = _fetched(now, supplied, limits)
    early: int = next(
        (count for most, least in limits["early"] if (count := _running(now, line, most)) >= least),
        0,
    )
    left = _stock(now, line) if early else 0
    if not early or left < line[0].so_ngay_thuoc:
        return None
    numbers = {"left": left, "times": early, "supply": line[0].so_ngay_thuoc}
    return Hit("hoard", numbers, ids(line[: early + 1]), early - 2)


def _fetched(
    now: Occasion, supplied: Sequence[Occasion], limits: Mapping[str, int]
) -> list[Occasion]:
    """Return when drugs were fetched at this house, newest first; a correction is no fetch."""
    line: list[Occasion] = []
    newer = now.day
    for visit in supplied:
        if now.day - visit.day > limits["days"]:
            break
        if visit.so_ngay_thuoc < limits["least_days"] or newer - visit.day < limits["apart_days"]:
            continue
        if same_house(visit.ma_cskcb, now.ma_cskcb):
            line.append(visit)
            newer = visit.day
    return line


def _running(now: Occasion, line: Sequence[Occasion], percent: int) -> int:
    """Count the last intervals that were all much shorter than the supply lasts."""
    count = 0
    for newer, older in pairwise([now, *line]):
        if (newer.day - older.day) * 100 > older.so_ngay_thuoc * percent:
            break
        count += 1
    return count


def _stock(now: Occasion, line: Sequence[Occasion]) -> int:
    """Return for how many days the drugs last, taken as prescribed."""
    stock, before = 0, line[-1].day
    for visit in reversed(line):
        stock = max(stock - (visit.day - before), 0) + visit.so_ngay_thuoc
        before = visit.day
    return max(stock - (now.day - before), 0)


RULES = {"M06": m06_drugs_left}
