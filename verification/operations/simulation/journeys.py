"""Far from home: travellers, whom a long way explains, and cards at two places too far apart.

Road kilometres from the own facility's city and what a way takes are common knowledge, and none of
them is read from the rules' data.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from verification.operations.simulation.honest import ACUTE, CHRONIC, visit
from verification.operations.simulation.people import NEAR, OWN, Person, Planned, World

# code of a facility there, kilometres by road from the own city
FAR = {
    "01028": 1700, "31005": 1750, "40012": 1400, "38007": 1550, "46002": 1060, "48015": 960,
    "52009": 650, "62003": 590, "56021": 430, "66011": 350, "68004": 300, "92018": 170,
    "94006": 230, "95003": 280, "96002": 310, "91007": 250, "89010": 200, "58002": 340,
}  # fmt: skip
_ARMY = ("97045", "97102", "98013")  # of the army and the police, in the same city
_BY_AIR_KM = 500
_NIGHT = 23
FAR_UNSEEN = "far_places_unseen"  # the second place is elsewhere: nothing is seen here


def _hours_on_the_way(world: World, km: int) -> float:
    """Return what an honest way takes from counter to counter, the first visit included."""
    rnd = world.random
    first = rnd.uniform(0.8, 2.5)
    if km > _BY_AIR_KM:  # to the airport, the waiting, the flight, and into the town
        return first + rnd.uniform(3.2, 4.5) + km / 750
    return first + km / rnd.uniform(42, 62)


def _at(world: World, person: Person, at: datetime, place: str, **facts: str) -> Planned:
    usual = world.at_counter(person, at, place) | facts
    return Planned(at, person, place, "traveller", "", usual)


def traveller(world: World) -> Iterator[Planned]:
    """A visit before the journey, and one where it leads: that evening, or days later."""
    rnd, person = world.random, world.person((18, 75))
    person.home = OWN
    far, km = rnd.choice(list(FAR.items()))
    there, back = (far, OWN) if world.chance(0.5) else (OWN, far)
    at = world.time(world.day(0, world.days - 8), (6.3, 8.5))
    drugs = {"ma_benh": rnd.choice(CHRONIC), "so_ngay_thuoc": "30", "ma_loai_kcb": "05"}
    yield _at(world, person, at, back, **drugs)
    how = rnd.random()
    if how < 0.25:  # noqa: PLR2004  # falls ill on arrival
        arrived = at + timedelta(hours=_hours_on_the_way(world, km))
        if arrived.date() == at.date() and arrived.hour < _NIGHT:
            yield _at(world, person, arrived, there, ma_benh=rnd.choice(ACUTE))
    elif how < 0.4:  # noqa: PLR2004  # an accident on the way
        moment = at + timedelta(hours=rnd.uniform(0.7, 9))
        accident = {"ma_benh": rnd.choice(("S06", "S52", "R10", "I21")), "ma_doituong_kcb": "2"}
        yield _at(world, person, moment, there, **accident)
    elif how < 0.5:  # noqa: PLR2004  # sent on, and taken there by ambulance
        moment = at + timedelta(hours=max(km / 75, 1.0))
        if km <= _BY_AIR_KM:
            sent = {"ma_benh": "C50", "ma_doituong_kcb": "1.3"}
            yield _at(world, person, moment, there, **sent)
    elif how < 0.65:  # noqa: PLR2004  # the army's hospital round the corner
        moment = at + timedelta(hours=rnd.uniform(0.5, 4))
        near = rnd.choice(_ARMY) if back == OWN else back
        yield _at(world, person, moment, near, ma_benh=rnd.choice(ACUTE))
    else:
        day = (at.date() - world.start).days + rnd.randint(1, 6)
        yield _at(world, person, world.time(day), there, ma_benh=rnd.choice(ACUTE))


def night_clinic(world: World) -> Iterator[Planned]:
    """After work: some evenings here, at times after a clinic of the morning elsewhere."""
    rnd, person = world.random, world.person((16, 70))
    place = rnd.choice((*NEAR, "74001", "80001", "82004"))
    for _ in range(rnd.randint(1, 3)):
        day = world.day()
        disease = rnd.choice(ACUTE + CHRONIC)
        if world.chance(0.1):
            yield replace(visit(world, person, day, place, "night_clinic"), at=world.time(day))
        at = world.time(day, (17.0, 21.8))
        facts = world.at_counter(person, at, OWN) | {"ma_benh": disease, "so_ngay_thuoc": "7"}
        yield Planned(at, person, OWN, "night_clinic", "", facts)


def far_places(world: World) -> Iterator[Planned]:
    """One card at two places on one day, sooner than anybody gets from one to the other."""
    rnd, person = world.random, world.person((20, 75))
    ends_here = [world.chance(0.75) for _ in range(rnd.randint(1, 3))]
    label = "far_places" if any(ends_here) else FAR_UNSEEN
    for here_last in ends_here:
        far, km = rnd.choice(list(FAR.items()))
        at = world.time(world.day(), (6.5, 11.0))
        least = min(0.5 + km / 80, 3.6 + km / 900)
        later = at + timedelta(hours=max(least * rnd.uniform(0.35, 0.95), 0.5))
        order = (far, OWN) if here_last else (OWN, far)
        for moment, place in zip((at, later), order, strict=True):
            facts = {"ma_benh": rnd.choice(ACUTE + CHRONIC), "so_ngay_thuoc": "7"}
            usual = world.at_counter(person, moment, place) | facts
            yield Planned(moment, person, place, "", label, usual)
