"""The rule over what one officer does, evening after evening, with the same few cards (M18)."""

from collections.abc import Mapping

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.lives import ids
from verification.rules.misuse.policy import MisusePolicy, RuleData


def m18_ring(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a small ring of cards that one officer types on evenings, nobody having been seen.

    A shift whose scanner is broken types everybody: there most cards come once, and a ring would be
    a small part of what is typed. In a ring the same cards return, two or more an evening.
    """
    now, limits = facts.now, data.limits
    if not _alone(now, limits, policy):
        return None
    typed = [now, *(v for v in facts.evenings if _alone(v, limits, policy))]
    came = _evenings_by_person(typed)
    ring = {person for person, days in came.items() if len(days) >= limits["returns"]}
    visits = [v for v in typed if v.person_ref in ring]
    if now not in visits or not limits["least_cards"] <= len(ring) <= limits["most_cards"]:
        return None
    days = {v.day for v in visits}
    together = {day for day in days if sum(v.day == day for v in typed) >= limits["together"]}
    spread = max(days) - min(days)
    if len(together) < limits["evenings"] or spread < limits["spread_days"]:
        return None
    if len(visits) * 100 < len(typed) * limits["share_percent"]:
        return None
    numbers = {"count": len(visits), "cards": len(ring), "evenings": len(days)}
    return Hit("ring", numbers, ids(visits[1:]), len(together) - limits["evenings"])


def _alone(visit: Occasion, limits: Mapping[str, int], policy: MisusePolicy) -> bool:
    """Tell whether an officer typed somebody on an evening and compared nothing."""
    typed = visit.typed and visit.timed and visit.hour >= limits["evening"]
    unseen = visit.cccd is None and visit.doi_chieu in {None, "", "chua"}
    return typed and unseen and not policy.explained(visit)


def _evenings_by_person(visits: list[Occasion]) -> dict[str | None, set[int]]:
    found: dict[str | None, set[int]] = {}
    for visit in visits:
        found.setdefault(visit.person_ref, set()).add(visit.day)
    found.pop(None, None)
    return found


RULES = {"M18": m18_ring}
