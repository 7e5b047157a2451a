"""Rules over a desk, whoever the patient is (M13)."""

from collections.abc import Mapping

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.policy import MisusePolicy, RuleData

_FAILED = frozenset({"bad_number", "not_in_store"})
EMERGENCY = frozenset({"emergency"})


def m13_many_numbers(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find numbers tried at one desk, or cards received faster than people walk up."""
    limits, now = data.limits, facts.now
    # an empty card store knows nobody; without the hour nothing was fast or late
    if not (now.typed and now.timed and facts.stored):
        return None
    near = [v for v in facts.desk if v.timed and now.at - v.at <= limits["minutes"] * 60]
    typed = [v for v in near if v.typed]
    failed = _different([v for v in typed if v.reason in _FAILED])
    numbers = {"count": len(failed), "minutes": limits["minutes"]}
    if now.reason in _FAILED and len(failed) >= limits["failures"]:
        return Hit("probing", numbers, _ids(failed), len(failed) - limits["failures"])
    unseen = [v for v in typed if v.officer == now.officer and _unseen(v, policy)]
    if now not in unseen:
        return None
    fast = _different([v for v in unseen if now.at - v.at <= limits["fast_minutes"] * 60])
    if len(fast) >= limits["fast"]:
        numbers = {"count": len(fast), "minutes": limits["fast_minutes"]}
        return Hit("fast", numbers, _ids(fast), len(fast) - limits["fast"])
    late = _different([v for v in unseen if _is_late(v, limits)])
    known = _different([v for v in typed if v.reason not in _FAILED])
    # where a scanner is broken all are typed, and of most a document is seen
    most = len(late) * 100 >= len(known) * limits["late_percent"]
    if now in late and len(late) >= limits["late"] and most:
        numbers = {"count": len(late), "minutes": limits["minutes"]}
        return Hit("late", numbers, _ids(late), len(late) - limits["late"])
    return None


def _unseen(visit: Occasion, policy: MisusePolicy) -> bool:
    """Tell whether nobody was seen: no document, no photo, and no emergency that explains it."""
    known = visit.reason not in _FAILED and not policy.explained(visit, EMERGENCY)
    return known and visit.cccd is None and visit.doi_chieu in {None, "", "chua"}


def _is_late(visit: Occasion, limits: Mapping[str, int]) -> bool:
    # while the code of a visit is not known, a night desk may be that of emergencies
    open_now = limits["opens"] <= visit.hour < limits["closes"]
    return bool(visit.ma_doituong_kcb) and not open_now


def _different(occasions: list[Occasion]) -> list[Occasion]:
    return list({v.shown or v.id: v for v in occasions}.values())


def _ids(visits: list[Occasion]) -> tuple[str, ...]:
    return tuple(v.id for v in visits)


RULES = {"M13": m13_many_numbers}
