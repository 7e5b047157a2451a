"""Rules over where somebody was: several houses, a bed elsewhere, a way too long (M02, M03, M17).

A house whose code is none is no place, and a visit whose hour is not known is at no hour: neither
makes a flag, and neither hides one that the day and the other visits suffice for.
"""

from collections.abc import Mapping

from verification.rules.misuse.facts import Facts, Hit, Numbers, Occasion
from verification.rules.misuse.lives import NEWBORN, Lives, ids, same_disease
from verification.rules.misuse.places import house, is_house, other_house, places
from verification.rules.misuse.policy import MisusePolicy, RuleData

_TRANSFERS = frozenset({"referral", "emergency", "newborn", "reappointment", "drug_pickup"})
_OUT_OF_BED = frozenset({"referral", "newborn"})  # sent for a test; the baby of who lies there
_HOUR = 3600
_DAY_HOURS = 24


def m02_places_today(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find visits at several facilities on one day, or on several, that no transfer explains."""
    now, limits, lives = facts.now, data.limits, Lives(facts, policy)
    if lives.explained(now, _TRANSFERS):
        return _newborn_in_turns(facts, data, lives)
    elsewhere = [
        v
        for v in facts.past
        if v.day == now.day
        and other_house(v.ma_cskcb, now.ma_cskcb)
        and not _sent_on(v, now)
        and not lives.explained(v, _TRANSFERS)
    ]
    count = len({house(v.ma_cskcb) for v in elsewhere}) + 1
    extra = _extra_places(facts, lives, limits["repeat_days"])
    numbers: Numbers = {"count": count, "extra": extra, "days": limits["repeat_days"]}
    if count >= limits["many"]:
        return Hit("many", numbers, ids(elsewhere), count - limits["many"])
    if extra >= limits["repeat"]:
        near = [v for v in facts.past if now.day - v.day < limits["repeat_days"]]
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
    near = [v for v in facts.past if now.day - v.day < limits["repeat_days"]]
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
    recent = [v for v in facts.past if now.day - v.day <= data.limits["past_days"]]
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
    return not lives.explained(visit, _OUT_OF_BED)


def m17_too_far(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find two places in less time than the way between them takes."""
    now, limits, lives = facts.now, data.limits, Lives(facts, policy)
    if lives.explained(now, _TRANSFERS):
        return None
    hits: dict[str, list[tuple[Occasion, float, int]]] = {"far": [], "errand": []}
    for visit in facts.past:
        if now.day - visit.day > 1:
            break
        if way := _way(facts, visit, limits):
            hours, km = way
            if hours < _hours(km, limits, "fast"):
                hits["far"].append((visit, km, round(hours * 60)))
            elif hours < _hours(km, limits, "usual") and not lives.explained(visit, _TRANSFERS):
                hits["errand"].append((visit, km, round(hours * 60)))
    case = next((name for name, found in hits.items() if found), None)
    if case is None:
        return None
    visit, km, minutes = hits[case][0]
    numbers: Numbers = {"minutes": minutes, "place": visit.ma_cskcb, "km": int(km)}
    return Hit(case, numbers, ids([v for v, _, _ in hits[case]]))


def _way(facts: Facts, before: Occasion, limits: Mapping[str, float]) -> tuple[float, float] | None:
    """Return the hours since a visit and the kilometres from it, None where either is unknown."""
    now = facts.now
    seconds = now.seconds_since(before)
    if seconds is None or not 0 <= seconds < _DAY_HOURS * _HOUR or _sent_on(before, now):
        return None
    if not other_house(before.ma_cskcb, now.ma_cskcb):
        return None
    km = places().apart_km(before.ma_cskcb, now.ma_cskcb, now.day, facts.sites)
    if km is None or km < limits["least_km"]:
        return None
    return seconds / _HOUR, km


def _hours(km: float, limits: Mapping[str, float], pace: str) -> float:
    """Return how long a way takes at least, on the road or in the air, whichever is faster."""
    road = limits[f"{pace}_road_hours"] + km / limits[f"{pace}_road_kmh"]
    return min(road, limits[f"{pace}_air_hours"] + km / limits[f"{pace}_air_kmh"])


def _sent_on(before: Occasion, now: Occasion) -> bool:
    """Tell whether a visit ended with a transfer or a stay that ended on this day."""
    return before.outcome == "chuyen_vien" or before.end_day == now.day


def _extra_places(facts: Facts, lives: Lives, days: int) -> int:
    """Count places beyond the first of each day that nothing explains, this day included."""
    found: dict[int, set[str]] = {}
    for visit in (facts.now, *facts.past):
        near = facts.now.day - visit.day < days
        if not near:
            break
        known = is_house(visit.ma_cskcb) and visit.outcome != "chuyen_vien"
        if known and not lives.explained(visit, _TRANSFERS):
            found.setdefault(visit.day, set()).add(house(visit.ma_cskcb))
    return sum(len(places_of_day) - 1 for places_of_day in found.values())


RULES = {"M02": m02_places_today, "M03": m03_in_bed_elsewhere, "M17": m17_too_far}
