"""The rule over what one officer does, evening after evening, with the same few cards (M18)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from verification.rules.misuse.facts import Facts, Hit, Occasion
from verification.rules.misuse.lives import ids
from verification.rules.misuse.policy import MisusePolicy, RuleData

_Limits = Mapping[str, int]


def m18_ring(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a small ring of cards that one officer types on evenings, nobody having been seen.

    A shift whose scanner is broken types everybody: most show a document, and most come once. In a
    ring nobody shows one, the same cards return, and two or more an evening, week after week.
    """
    now, limits = facts.now, data.limits
    if not _in_the_evening(now, limits, policy) or _is_seen(now):
        return None
    typed = [now, *(v for v in facts.evenings if _in_the_evening(v, limits, policy))]
    alone = [v for v in typed if not _is_seen(v)]
    visits = _closed_circle(now, typed, alone, limits) or _those_who_return(alone, limits)
    if now not in visits:
        return None
    days = {v.day for v in visits}
    if len(days) < limits["evenings"] or max(days) - min(days) < limits["spread_days"]:
        return None
    cards = len({v.person_ref for v in visits})
    numbers = {"count": len(visits), "cards": cards, "evenings": len(days)}
    return Hit("ring", numbers, ids(visits[1:]), len(days) - limits["evenings"])


def _closed_circle(
    now: Occasion, typed: Sequence[Occasion], alone: Sequence[Occasion], limits: _Limits
) -> list[Occasion]:
    """Return what was typed alone two and more an evening, where that is nearly all, of few cards.

    The evening of now is not over yet: a card that comes back may be the first of it.
    """
    counts = Counter(v.day for v in alone)
    back = any(v is not now and v.person_ref == now.person_ref for v in alone)
    together = [v for v in alone if (v is now and back) or counts[v.day] >= limits["together"]]
    days = {v.day for v in together}
    beside = sum(v.day in days for v in typed)
    cards = {v.person_ref for v in alone}
    closed = len(cards) <= limits["most_cards"] and len(cards) < len(alone)
    nearly_all = len(together) * 100 >= beside * limits["alone_percent"]
    return together if closed and nearly_all else []


def _those_who_return(alone: Sequence[Occasion], limits: _Limits) -> list[Occasion]:
    """Return the visits of cards that came back, where an officer types others on evenings too."""
    came: dict[str | None, set[int]] = {}
    for visit in alone:
        came.setdefault(visit.person_ref, set()).add(visit.day)
    back = {person for person, days in came.items() if len(days) > 1}
    visits = [v for v in alone if v.person_ref in back]
    few = limits["least_back"] <= len(back) <= limits["most_cards"]
    enough = len(visits) - len(back) >= limits["returns"]
    most = len(visits) * 100 >= len(alone) * limits["back_percent"]
    return visits if few and enough and most else []


def _in_the_evening(visit: Occasion, limits: _Limits, policy: MisusePolicy) -> bool:
    typed = visit.typed and visit.timed and visit.hour >= limits["evening"]
    return typed and not policy.explained(visit)


def _is_seen(visit: Occasion) -> bool:
    return visit.cccd is not None or visit.doi_chieu not in {None, "", "chua"}


RULES = {"M18": m18_ring}
