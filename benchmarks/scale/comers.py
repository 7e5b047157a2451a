"""Who comes on the day of the measurement: cards that the store knows, each once."""

import random
from collections.abc import Iterator

from benchmarks.scale.pattern import scan_of
from benchmarks.scale.plan import Plan
from verification.reception.answer import Scan

_SEED = 20_260_601


def comers(plan: Plan, cards: int, count: int) -> list[Scan]:
    """Return who comes: of four three were here before, where there are enough of both.

    Args:
        plan: Who came before.
        cards: How many cards there are.
        count: How many come, at most half of the cards.
    """
    chance = random.Random(_SEED)
    known = range(min(plan.people, cards))
    new = range(len(known), cards)
    before = max(min(count * 3 // 4, len(known)), count - len(new))
    people = chance.sample(known, before) + chance.sample(new, count - before)
    chance.shuffle(people)
    return [scan_of(one, f"day:{at}") for at, one in enumerate(people)]


def shared_out(scans: list[Scan], among: int) -> Iterator[list[Scan]]:
    """Yield the part of each of some desks."""
    for own in range(among):
        yield scans[own::among]
