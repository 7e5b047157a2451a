"""The two measurements: check-ins by the size of the store, and writers at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from benchmarks.scale import told
from benchmarks.scale.costs import FIRST, Costs, costs
from benchmarks.scale.house import House, house
from benchmarks.scale.plan import Plan
from benchmarks.scale.writers import processes, threads

_ROUNDS = 5
_WRITERS = (1, 8, 32)
_A_SECOND = 300  # check-ins that are never reached
Told = Callable[[str], None]


def sizes(
    houses: ExitStack,
    engine: str,
    plans: Sequence[tuple[Plan, int]],
    folder: Path,
    count: int,
    say: Told,
) -> Iterator[str]:
    """Yield the tables of stores of some sizes.

    They are asked in turns, so that what else happens on the machine meets all of them alike.
    """
    built = [houses.enter_context(house(engine, plan, cards, folder, say)) for plan, cards in plans]
    for one in built:
        yield from _built(one)
    yield from told.COSTS
    found = _in_turns(built, count)
    for one, costs_ in zip(built, found, strict=True):
        yield told.costs_row(one.name, costs_)
    yield ""
    yield told.where()


def _built(one: House) -> Iterator[str]:
    visits, total = one.plan.visits, one.engine.total()
    took = ", ".join(f"{what} in {seconds:.0f} s" for what, seconds in one.built.items())
    yield f"{told.where()}; {one.name}: {took}"
    yield f"{total / 1e9:.2f} GB, {total / visits:.0f} bytes a visit"
    yield from told.bytes_a_visit(one.engine.sizes(), visits)
    yield f"{one.engine.cards_bytes() / one.cards:.0f} bytes a card"
    yield ""


def _in_turns(built: Sequence[House], count: int) -> list[Costs]:
    each = count // _ROUNDS + FIRST
    coming = [one.comers(_ROUNDS * each) for one in built]
    rounds: list[list[Costs]] = [[] for _ in built]
    for _ in range(_ROUNDS):
        for at, one in enumerate(built):
            rounds[at].append(costs(one.engine, one.plan.desks, [*islice(coming[at], each)]))
    return [_all(parts) for parts in rounds]


def _all(parts: Sequence[Costs]) -> Costs:
    wall = [one for part in parts for one in part.wall]
    spent = [one for part in parts for one in part.processor]
    return Costs(wall, spent, sum(p.received for p in parts), sum(p.flagged for p in parts))


def writers(
    houses: ExitStack,
    engine: str,
    plans: Sequence[tuple[Plan, int]],
    folder: Path,
    seconds: float,
    say: Told,
) -> Iterator[str]:
    """Yield the table of 1, 8 and 32 writers, threads and processes, at each store."""
    for plan, cards in plans:
        one = houses.enter_context(house(engine, plan, cards, folder, say))
        yield f"{told.where()}; {one.name}"
        yield from told.WRITERS
        turns = len(_WRITERS) * 2
        each = min(int(seconds * _A_SECOND), cards // 2 // turns)
        coming = one.comers(each * turns)
        for kind in (threads, processes):
            for count in _WRITERS:
                done = kind(one.engine, [*islice(coming, each)], count, seconds)
                yield told.writers_row(f"{count} {kind.__name__}", done)
        yield ""
        yield told.where()
