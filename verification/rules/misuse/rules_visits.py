"""Rules over the sequence of visits: how often, where, what was left (M01 to M06, M12, M17).

Sources: domain reference 7.1 (reported cases) and 7.3 (patterns); thresholds are data.
"""

from collections.abc import Iterable, Sequence

from verification.rules.misuse.facts import Facts, Hit, Numbers, Occasion
from verification.rules.misuse.policy import MisusePolicy, RuleData

_TRANSFERS = frozenset({"referral", "emergency", "newborn", "reappointment", "drug_pickup"})
_OUT_OF_BED = frozenset({"referral", "newborn"})  # sent for a test; the baby of who lies there


def m01_again_today(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find further visits here on one day; two clinics in one house are common."""
    now, apart = facts.now, data.limits["minutes"] * 60
    here = [v for v in _today(facts) if v.ma_cskcb == now.ma_cskcb]
    spread = _apart([now, *here], apart)
    if policy.explained(now) or len(spread) < data.limits["visits"]:
        return None
    clinics = {v.ma_benh[:3] for v in spread if v.ma_benh}
    again = len(spread) - max(len(clinics) - 1, 0)  # another disease is another clinic
    over = max(again - data.limits["again"], len(spread) - data.limits["many"])
    case = "many" if over >= 0 else "two"
    return Hit(case, {"count": len(spread), "clinics": len(clinics)}, _ids(spread[1:]), over)


def m02_places_today(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find visits at several facilities on one day, or on several, that no transfer explains."""
    now, limits = facts.now, data.limits
    if _moved(now, policy):
        return None
    elsewhere = [
        v
        for v in _today(facts)
        if v.ma_cskcb != now.ma_cskcb and not _sent_on(v, now) and not _moved(v, policy)
    ]
    count = len({v.ma_cskcb for v in elsewhere} | {now.ma_cskcb})
    extra = _extra_places(facts, policy, limits["repeat_days"])
    numbers: Numbers = {"count": count, "extra": extra, "days": limits["repeat_days"]}
    if count >= limits["many"]:
        return Hit("many", numbers, _ids(elsewhere), count - limits["many"])
    if extra >= limits["repeat"]:
        near = [v for v in facts.past if now.day - v.day < limits["repeat_days"]]
        return Hit("repeated", numbers, _ids(near), extra - limits["repeat"])
    if count < limits["places"]:
        return None
    alike = any(_same_disease(v, now) for v in elsewhere)
    return Hit("same_disease" if alike else "two", numbers, _ids(elsewhere))


def m03_in_bed_elsewhere(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a stay elsewhere that lasts over this visit, or one that lasted over another visit."""
    now = facts.now
    stays = [v for v in facts.past if v.end_day]
    over = [v for v in stays if _over(v, now, policy)]
    if over:
        days = now.day - over[0].day
        return Hit("open", {"place": over[0].ma_cskcb, "days": days}, _ids(over))
    recent = [v for v in facts.past if now.day - v.day <= data.limits["past_days"]]
    pairs = [(s, v) for s in stays for v in recent if v.at > s.at and _over(s, v, policy)]
    if not pairs:
        return None
    stay, visit = pairs[0]
    numbers: Numbers = {
        "place": stay.ma_cskcb,
        "other": visit.ma_cskcb,
        "days": now.day - visit.day,
    }
    return Hit("past", numbers, (stay.id, visit.id))


def _over(stay: Occasion, visit: Occasion, policy: MisusePolicy) -> bool:
    inside = stay.end_day is not None and visit.day < stay.end_day
    if not inside or stay.ma_cskcb == visit.ma_cskcb:
        return False
    return policy.explained(visit, _OUT_OF_BED) is None


def m04_too_frequent(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find more visits in a week or a month than an illness explains; a course counts nothing."""
    limits, now = data.limits, facts.now
    if policy.explained(now):
        return None
    free = _one_a_day([now, *(v for v in facts.past if not policy.explained(v))])
    month = [v for v in free if now.day - v.day < limits["month_days"]]
    places = {v.ma_cskcb for v in month}
    numbers = {"count": len(month), "places": len(places), "days": limits["month_days"]}
    if len(month) >= limits["month"]:
        return Hit("month", numbers, _ids(month[1:]), len(month) - limits["month"])
    if len(month) >= limits["spread_visits"] and len(places) >= limits["spread_places"]:
        return Hit("places", numbers, _ids(month[1:]), len(month) - limits["spread_visits"])
    week = [v for v in month if now.day - v.day < limits["week_days"]]
    if len(week) < limits["week"]:
        return None
    # back at one house with one disease is one illness; an untold disease is a new one
    begun = {(v.ma_cskcb, v.ma_benh[:3] or v.id) for v in week}
    case = "week" if len(begun) >= limits["begun"] else "one_illness"
    numbers = {"count": len(week), "days": limits["week_days"], "begun": len(begun)}
    return Hit(case, numbers, _ids(week[1:]), len(week) - limits["week"])


def m05_yearly(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find more visits in a year than any illness that is no course."""
    if policy.explained(facts.now):
        return None
    year = _one_a_day([facts.now, *(v for v in facts.past if not policy.explained(v))])
    if len(year) < data.limits["some"]:
        return None
    case = "many" if len(year) >= data.limits["many"] else "some"
    return Hit(case, {"count": len(year)}, _ids(year[1:]))


def m06_drugs_left(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find drugs of the same disease that should not be used up yet."""
    now, least = facts.now, data.limits["left_days"]
    if not now.ma_benh or policy.explained(now):
        return None
    supplied = [v for v in facts.past if v.so_ngay_thuoc and _same_disease(v, now)]
    left = {v.id: v.so_ngay_thuoc - (now.day - v.day) for v in supplied}
    over = [v for v in supplied if left[v.id] >= least and v.day < now.day]
    if not over:
        return None
    elsewhere = [v for v in over if v.ma_cskcb != now.ma_cskcb]
    total = sum(left[v.id] for v in over)
    most = max(left[v.id] for v in over)
    numbers = {"left": most, "total": total, "sources": len(over)}
    if elsewhere and len(over) > 1 and total >= data.limits["stacked_days"]:
        return Hit("stacked", numbers, _ids(over), len(over) - 1)
    if elsewhere and most >= data.limits["elsewhere_days"]:
        return Hit("elsewhere", numbers, _ids(over))
    return Hit("here", numbers, _ids(over))


def m12_impossible_body(facts: Facts, data: RuleData, _policy: MisusePolicy) -> Hit | None:
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
            return Hit("births", {"days": now.day - close[0].day}, _ids(close))
    return None


def m17_too_far(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find two provinces in less time than the way takes."""
    now, least = facts.now, data.limits["minutes"] * 60
    far = [
        v
        for v in facts.past
        if now.at - v.at < least and v.ma_cskcb[:2] != now.ma_cskcb[:2] and not _sent_on(v, now)
    ]
    if not far or _moved(now, policy):
        return None
    numbers: Numbers = {"minutes": (now.at - far[0].at) // 60, "place": far[0].ma_cskcb}
    return Hit("far", numbers, _ids(far))


def _today(facts: Facts) -> list[Occasion]:
    return [v for v in facts.past if v.day == facts.now.day]


def _ids(visits: Iterable[Occasion]) -> tuple[str, ...]:
    return tuple(v.id for v in visits)


def _apart(visits: Sequence[Occasion], seconds: int) -> list[Occasion]:
    """Return the visits, newest first, without double scans."""
    kept: list[Occasion] = []
    for visit in visits:
        if not kept or kept[-1].at - visit.at > seconds:
            kept.append(visit)
    return kept


def _one_a_day(visits: Iterable[Occasion]) -> list[Occasion]:
    """Return one visit for each day and facility: two clinics in one house are one visit."""
    kept: dict[tuple[int, str], Occasion] = {}
    for visit in visits:
        kept.setdefault((visit.day, visit.ma_cskcb), visit)
    return list(kept.values())


def _moved(visit: Occasion, policy: MisusePolicy) -> bool:
    return policy.explained(visit, _TRANSFERS) is not None


def _sent_on(before: Occasion, now: Occasion) -> bool:
    """Tell whether a visit ended with a transfer or a stay that ended on this day."""
    return before.outcome == "chuyen_vien" or before.end_day == now.day


def _same_disease(a: Occasion, b: Occasion) -> bool:
    return bool(a.ma_benh) and a.ma_benh[:3] == b.ma_benh[:3]


def _extra_places(facts: Facts, policy: MisusePolicy, days: int) -> int:
    """Count places beyond the first of each day that nothing explains, this day included."""
    places: dict[int, set[str]] = {}
    for visit in (facts.now, *facts.past):
        near = facts.now.day - visit.day < days
        if near and not _moved(visit, policy) and visit.outcome != "chuyen_vien":
            places.setdefault(visit.day, set()).add(visit.ma_cskcb)
    return sum(len(found) - 1 for found in places.values())


RULES = {
    "M01": m01_again_today,
    "M02": m02_places_today,
    "M03": m03_in_bed_elsewhere,
    "M04": m04_too_frequent,
    "M05": m05_yearly,
    "M06": m06_drugs_left,
    "M12": m12_impossible_body,
    "M17": m17_too_far,
}
