"""Evenings at the counter: a shift whose scanner is broken, and an officer with a ring of cards."""

from collections.abc import Iterator
from datetime import timedelta

from verification.operations.simulation.honest import ACUTE, CHRONIC
from verification.operations.simulation.people import OWN, Person, Planned, World

_BY_HAND = {"cach_trinh": "go", "cach_doc": "go"}
_UNSEEN = {"so_cccd": "", "doi_chieu": "chua"}


def _typed(
    world: World, person: Person, day: int, desk: int, hours: tuple[float, float]
) -> Planned:
    at = world.time(day, hours)
    officer = {"quay": str(desk), "nhan_vien": f"nv{desk:02d}"}
    facts = world.at_counter(person, at, OWN) | officer | _BY_HAND
    facts |= {"ma_benh": world.random.choice(ACUTE + CHRONIC), "so_ngay_thuoc": "7"}
    return Planned(at, person, OWN, "evening_shift", "", facts)


def evening_shift(world: World) -> Iterator[Planned]:
    """For some weeks an evening shift types every number, as its scanner is broken."""
    rnd, desk = world.random, world.random.randint(1, 6)
    begin, hours = world.day(0, world.days - 12), (17.0, world.habit("shift_ends", 19, 22))
    people: list[Person] = []
    for day in range(begin, min(begin + rnd.randint(8, 28), world.days), rnd.choice((1, 2, 3))):
        for _ in range(rnd.randint(3, 8)):
            back = people and world.chance(0.12)
            person = rnd.choice(people) if back else world.person((3, 85))
            people.append(person)
            yield _typed(world, person, day, desk, hours)


def evening_ring(world: World) -> Iterator[Planned]:
    """An officer types two visits an evening without a document, of a few cards, for weeks."""
    rnd, desk = world.random, world.random.randint(1, 6)
    cards = [world.person((20, 80)) for _ in range(rnd.randint(2, 6))]
    for person in cards:
        person.in_store = True
    day, begins = world.day(0, max(world.days - 60, 1)), world.habit("ring_begins", 17, 20)
    pause = rnd.choice((3, 4, 7, 7))
    for _ in range(rnd.randint(6, 10)):
        if day >= world.days:
            return
        at = world.time(day, (begins, 22.0))
        for person in rnd.sample(cards, 2):
            found = _typed(world, person, day, desk, (begins, 22.0))
            at += timedelta(minutes=rnd.randint(2, 25))
            moved = Planned(at, person, OWN, "", "evening_ring", found.facts | _UNSEEN)
            yield moved
        day += pause + rnd.choice((-1, 0, 0, 1))
