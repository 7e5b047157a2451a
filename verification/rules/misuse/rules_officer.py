"""The rule over what one officer does, evening after evening, with the same few cards (M18)."""

from collections.abc import Mapping

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.lives import ids
from verification.rules.misuse.policy import MisusePolicy, RuleData

_Limits = Mapping[str, int]


def m18_ring(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a small ring of cards that one officer types on evenings, nobody having been seen.

    A shift whose scanner is broken types everybody: on its evenings many show a document, and most
    come once. In a ring nobody shows one, two or a few an evening, and the same cards come back.
    """
    now, limits = facts.now, data.limits
    if not _in_the_evening(now, limits, policy) or is_seen(now):
        return None
    typed = [now, *(v for v in facts.evenings if _in_the_evening(v, limits, policy))]
    by_day: dict[int, list[Occasion]] = {}
    for visit in typed:
        by_day.setdefault(visit.day, []).append(visit)
    earlier = {v.person_ref for v in typed if v.day < now.day}
    came_before = now.person_ref in earlier
    visits = [
        v
        for day, evening in by_day.items()
        for v in _alone(evening, limits, may_be_one=day == now.day and came_before)
    ]
    days, cards = {v.day for v in visits}, {v.person_ref for v in visits}
    # who comes for the first time is of the ring where this evening is nothing else
    today = by_day[now.day]
    beside = any(v.person_ref in earlier for v in today) and not any(is_seen(v) for v in today)
    new = beside and len(today) <= limits["most_with_new"]
    if now.day not in days or not (came_before or new) or len(days) < limits["evenings"]:
        return None
    if max(days) - min(days) < limits["spread_days"]:
        return None
    if not len(cards) < len(visits) or len(cards) > limits["most_cards"]:
        return None
    numbers = {"count": len(visits), "cards": len(cards), "evenings": len(days)}
    return Hit("ring", numbers, ids(visits[1:]), len(days) - limits["evenings"])


def _alone(evening: list[Occasion], limits: _Limits, *, may_be_one: bool) -> list[Occasion]:
    """Return what was typed alone on an evening, where that is little and nearly all of it.

    Args:
        evening: What the officer typed on it.
        limits: How little, how much of all.
        may_be_one: The evening is not over, and began with a card that comes back.
    """
    alone = [v for v in evening if not is_seen(v)]
    least = 1 if may_be_one else limits["together"]
    few = least <= len(alone) <= limits["most_together"]
    nearly_all = len(alone) * 100 >= len(evening) * limits["alone_percent"]
    return alone if few and nearly_all else []


def _in_the_evening(visit: Occasion, limits: _Limits, policy: MisusePolicy) -> bool:
    typed = visit.typed and visit.timed and visit.hour >= limits["evening"]
    return typed and not policy.explained(visit)


def is_seen(visit: Occasion) -> bool:
    """Tell whether a document was shown or the photo compared."""
    return visit.cccd is not None or visit.doi_chieu not in {None, "", "chua"}


RULES = {"M18": m18_ring}
