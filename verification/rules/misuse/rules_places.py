"""Rules over where somebody was: several houses, a bed elsewhere, a way too long (M02, M03, M17).

A house whose code is none is no place, and a visit whose hour is not known is at no hour: neither
makes a flag, and neither hides one that the day and the other visits suffice for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from verification.rules.misuse.facts import Facts, Hit, Numbers, Occasion
from verification.rules.misuse.lives import NEWBORN, Lives, ids, same_disease
from verification.rules.misuse.places import house, is_house, other_house, places
from verification.rules.misuse.policy import MisusePolicy, RuleData

TRANSFERS = frozenset({"referral", "emergency", "newborn", "reappointment", "drug_pickup"})
SESSIONS = TRANSFERS | {"dialysis", "cancer", "rehabilitation"}  # and a clinic on the same day
OUT_OF_BED = frozenset({"referral", "newborn"})  # sent for a test; the baby of who lies there
_HOUR = 3600
_DAY_HOURS = 24


def m02_places_today(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find visits at several facilities on one day, or on several, that no transfer explains."""
    now, limits, lives = facts.now, data.limits, Lives(facts, policy)
    if lives.explained(now, TRANSFERS):
        return _newborn_in_turns(facts, data, lives)
    elsewhere = [
        v
        for v in facts.within(0)
        if other_house(v.ma_cskcb, now.ma_cskcb)
        and not _sent_on(v, now)
        and not lives.explained(v, TRANSFERS)
    ]
    count = len({house(v.ma_cskcb) for v in elsewhere}) + 1
    extra = _extra_places(facts, lives, limits)
    numbers: Numbers = {"count": count, "extra": extra, "days": limits["repeat_days"]}
    if count >= limits["many"]:
        return Hit("many", numbers, ids(elsewhere), count - limits["many"])
    if extra >= limits["repeat"] and not lives.explained(now, SESSIONS):
        near = facts.within(limits["repeat_days"] - 1)
        return Hit("repeated", numbers, ids(near), extra - limits["repeat"])
    if count < limits["places"]:
        return None
    alike = any(same_disease(v, now) for v in elsewhere)
    return Hit("same_disease" if alike else "two", numbers, ids(elsewhere))


def _newborn_in_turns(facts: Facts, data: RuleData, lives: Lives) -> Hit | None:
    """Find a newborn's number at two houses a day, again and again: it is lent to another child."""
    now, limits = facts.now, data.limits
    if not lives.explained(now, NEWBORN):
        return None
    near = facts.within(limits["repeat_days"] - 1)
    babies = [v for v in (now, *near) if lives.explained(v, NEWBORN)]
    days: dict[int, set[str]] = {}
    for visit in babies:
        if is_house(visit.ma_cskcb) and not visit.outcome:
            days.setdefault(visit.day, set()).add(house(visit.ma_cskcb))
    extra = sum(len(found) - 1 for found in days.values())
    if extra < limits["newborn_repeat"]:
        return None
    numbers: Numbers = {"count": 2, "extra": extra, "days": limits["repeat_days"]}
    return Hit("repeated", numbers, ids(near), extra - limits["newborn_repeat"])


def m03_in_bed_elsewhere(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a stay elsewhere that lasts over this visit, or one that lasted over another visit."""
    now, lives = facts.now, Lives(facts, policy)
    stays = [v for v in facts.past if v.end_day]
    over = [v for v in stays if _over(v, now, lives)]
    if over:
        days = now.day - over[0].day
        return Hit("open", {"place": over[0].ma_cskcb, "days": days}, ids(over))
    if not stays:
        return None
    recent = facts.within(data.limits["past_days"])
    pairs = [(s, v) for s in stays for v in recent if _over(s, v, lives)]
    if not pairs:
        return None
    stay, visit = pairs[0]
    numbers: Numbers = {
        "place": stay.ma_cskcb,
        "other": visit.ma_cskcb,
        "days": now.day - visit.day,
    }
    return Hit("past", numbers, (stay.id, visit.id))


def _over(stay: Occasion, visit: Occasion, lives: Lives) -> bool:
    inside = stay.end_day is not None and visit.day < stay.end_day and visit.surely_after(stay)
    if not inside or not other_house(stay.ma_cskcb, visit.ma_cskcb):
        return False
    # the baby of who lies there is seen on her card
    return not lives.is_birth(stay) and not lives.explained(visit, OUT_OF_BED)


def m17_too_far(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find two places in less time than the way between them takes, now or some days before."""
    now, limits, lives = facts.now, data.limits, Lives(facts, policy)
    found = [way for v in facts.within(1) if (way := _way(facts, v, now, limits, lives))]
    for case in ("far", "errand"):
        if ways := [way for way in found if way.case == case]:
            return Hit(case, ways[0].numbers, ids([way.before for way in ways]))
    recent = facts.within(int(limits["past_days"]))
    for later, before in pairwise(recent):
        if way := _way(facts, before, later, limits, lives):
            numbers = way.numbers | {"other": later.ma_cskcb, "days": now.day - later.day}
            return Hit("past", numbers, (later.id, before.id))
    return None


@dataclass(frozen=True)
class _Way:
    """Too long a way: from where, how it is called, and what was compared."""

    before: Occasion
    case: str
    numbers: dict[str, str | int]


def _way(
    facts: Facts, before: Occasion, later: Occasion, limits: Mapping[str, float], lives: Lives
) -> _Way | None:
    """Return the way between two visits where there was no time for it, else None."""
    seconds = later.seconds_since(before)
    if seconds is None or not 0 <= seconds < _DAY_HOURS * _HOUR or _sent_on(before, later):
        return None
    if not other_house(before.ma_cskcb, later.ma_cskcb) or lives.explained(later, TRANSFERS):
        return None
    apart = places().apart_km(before.ma_cskcb, later.ma_cskcb, later.day, facts.sites)
    if apart is None or apart.least < limits["least_km"]:
        return None
    numbers: dict[str, str | int] = {
        "minutes": seconds // 60,
        "place": before.ma_cskcb,
        "km": int(apart.least),
    }
    if seconds < _hours(apart.least, limits, "fast") * _HOUR:
        return _Way(before, "far", numbers)
    usual = seconds < _hours(apart.usual, limits, "usual") * _HOUR
    if usual and not lives.explained(before, TRANSFERS):
        return _Way(before, "errand", numbers)
    return None


def _hours(km: float, limits: Mapping[str, float], pace: str) -> float:
    """Return how long a way takes at least, on the road or in the air, whichever is faster."""
    road = limits[f"{pace}_road_hours"] + km / limits[f"{pace}_road_kmh"]
    return min(road, limits[f"{pace}_air_hours"] + km / limits[f"{pace}_air_kmh"])


def _sent_on(before: Occasion, now: Occasion) -> bool:
    """Tell whether a visit ended with a transfer or a stay that ended on this day."""
    return before.outcome == "chuyen_vien" or before.end_day == now.day


def _extra_places(facts: Facts, lives: Lives, limits: Mapping[str, int]) -> int:
    """Count places beyond the first of each day that nothing explains, this day included.

    Somebody who goes to another house after work, for something else, had no time before.
    """
    found: dict[int, list[Occasion]] = {}
    for visit in (facts.now, *facts.within(limits["repeat_days"] - 1)):
        known = is_house(visit.ma_cskcb) and visit.outcome != "chuyen_vien"
        if known and not lives.explained(visit, SESSIONS):
            found.setdefault(visit.day, []).append(visit)
    return sum(_houses_beyond(day, limits["evening"]) for day in found.values())


def _houses_beyond(visits: list[Occasion], evening: int) -> int:
    """Return how many further houses there were on one day, one after work left out."""
    counted = [
        v
        for v in visits
        if not (v.timed and v.hour >= evening)
        or any(v is not other and same_disease(v, other) for other in visits)
    ]
    return max(len({house(v.ma_cskcb) for v in counted}) - 1, 0)


RULES = {"M02": m02_places_today, "M03": m03_in_bed_elsewhere, "M17": m17_too_far}
