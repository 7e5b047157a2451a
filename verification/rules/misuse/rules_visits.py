"""Rules over the sequence of visits: how often, and what a body cannot do (M01, M04, M05, M12).

Sources: domain reference 7.1 (reported cases) and 7.3 (patterns); thresholds are data.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.lives import Lives, ids, is_infants_number, one_a_day
from verification.rules.misuse.places import house, is_house, same_house
from verification.rules.misuse.policy import MisusePolicy, RuleData

_ONE_CHILD = {None, "newborn", "reappointment", "referral"}  # no course that brings a child daily


def m01_again_today(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find further visits here on one day; two clinics in one house are common."""
    now, apart = facts.now, data.limits["minutes"] * 60
    if not now.timed or Lives(facts, policy).explained(now):
        return None
    today = [v for v in facts.within(0) if v.timed]
    here = [v for v in today if same_house(v.ma_cskcb, now.ma_cskcb)]
    spread = _apart([now, *here], apart)
    if len(spread) < data.limits["visits"]:
        return None
    clinics = {v.ma_benh[:3] for v in spread if v.ma_benh}
    again = len(spread) - max(len(clinics) - 1, 0)  # another disease is another clinic
    over = max(again - data.limits["again"], len(spread) - data.limits["many"])
    case = "many" if over >= 0 else "two"
    return Hit(case, {"count": len(spread), "clinics": len(clinics)}, ids(spread[1:]), over)


def m04_too_frequent(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find more visits in a week or a month than an illness explains; a course counts nothing."""
    limits, now, lives = data.limits, facts.now, Lives(facts, policy)
    past = facts.within(limits["month_days"] - 1)
    if is_infants_number(facts, policy) and policy.explained(now) in _ONE_CHILD:
        seen = [v for v in past if policy.explained(v) in _ONE_CHILD]
        if hit := _lent_newborn(now, seen, limits):
            return hit
    if lives.explained(now):
        return None
    free = one_a_day([now, *(v for v in past if not lives.explained(v))])
    month = _after_work_once(free, limits["evening"])
    visits = ids([v for v in month if v is not now])
    places = {house(v.ma_cskcb) for v in month if is_house(v.ma_cskcb)}
    numbers = {"count": len(month), "places": len(places), "days": limits["month_days"]}
    if len(month) >= limits["month"]:
        return Hit("month", numbers, visits, len(month) - limits["month"])
    if lives.in_first_weeks():  # a newborn is seen often, at more than one house
        return None
    if len(month) >= limits["spread_visits"] and len(places) >= limits["spread_places"]:
        return Hit("places", numbers, visits, len(month) - limits["spread_visits"])
    return _a_full_week(now, month, limits)


def _a_full_week(now: Occasion, month: list[Occasion], limits: Mapping[str, int]) -> Hit | None:
    week = [v for v in month if now.day - v.day < limits["week_days"]]
    if len(week) < limits["week"]:
        return None
    # back at one house with one disease is one illness; an untold disease is a new one
    begun = {(house(v.ma_cskcb), v.ma_benh[:3] or v.id) for v in week}
    case = "week" if len(begun) >= limits["begun"] else "one_illness"
    numbers = {"count": len(week), "days": limits["week_days"], "begun": len(begun)}
    return Hit(case, numbers, ids([v for v in week if v is not now]), len(week) - limits["week"])


def _after_work_once(visits: list[Occasion], evening: int) -> list[Occasion]:
    """Return the visits without those at a night clinic on a day that had another one."""
    days = Counter(v.day for v in visits)
    return [v for v in visits if days[v.day] == 1 or not v.timed or v.hour < evening]


def _lent_newborn(now: Occasion, past: list[Occasion], limits: Mapping[str, int]) -> Hit | None:
    """Find an infant's own number at more houses, or on more days, than one child can need."""
    visits = one_a_day([now, *past])
    places = {house(v.ma_cskcb) for v in visits if is_house(v.ma_cskcb)}
    days = {v.day for v in visits}
    over = max(len(places) - limits["infant_places"], len(days) - limits["infant_days"])
    if over < 0:
        return None
    numbers = {"count": len(days), "places": len(places), "days": limits["month_days"]}
    return Hit("infant", numbers, ids(visits[1:]), over)


def m05_yearly(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find more visits in a year than any illness that is no course."""
    lives = Lives(facts, policy)
    if len(facts.past) + 1 < data.limits["some"] or lives.explained(facts.now):
        return None
    year = one_a_day([facts.now, *(v for v in facts.past if not lives.explained(v))])
    if len(year) < data.limits["some"]:
        return None
    case = "many" if len(year) >= data.limits["many"] else "some"
    return Hit(case, {"count": len(year)}, ids(year[1:]))


def m12_impossible_body(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find what a body cannot do: a birth by a man, two births close together."""
    now = facts.now
    birth_like = now.ma_benh.startswith(tuple(data.limits["obstetric"]))
    if birth_like and now.sex == "1":
        return Hit("sex", {})  # a diagnosis in the log would outlive an erasure
    births = tuple(data.limits["births"])
    if now.ma_benh.startswith(births):
        gap = data.limits["gap_days"]
        before = [v for v in facts.past if v.ma_benh.startswith(births)]
        close = [v for v in before if data.limits["same_days"] < now.day - v.day < gap]
        if close:
            return Hit("births", {"days": now.day - close[0].day}, ids(close))
    return _not_of_a_newborn(facts, data, policy)


def _not_of_a_newborn(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find what is no newborn's: a grown person's disease, a birth that was months ago."""
    now, limits = facts.now, data.limits
    grown = now.ma_benh.startswith(tuple(limits["grown"]))
    if grown and is_infants_number(facts, policy):
        return Hit("infant", {})
    if now.ma_doituong_kcb != limits["at_birth"]:
        return None
    first = [v for v in facts.past if v.ma_doituong_kcb == limits["at_birth"]]
    days = [now.day - v.day for v in first if now.day - v.day < limits["gap_days"]]
    if not days or max(days) <= limits["newborn_days"]:
        return None
    return Hit("long_newborn", {"days": max(days)}, ids(first))


def _apart(visits: Sequence[Occasion], seconds: int) -> list[Occasion]:
    """Return the visits, newest first, without double scans."""
    kept: list[Occasion] = []
    for visit in visits:
        if not kept or kept[-1].at - visit.at > seconds:
            kept.append(visit)
    return kept


RULES = {
    "M01": m01_again_today,
    "M04": m04_too_frequent,
    "M05": m05_yearly,
    "M12": m12_impossible_body,
}
