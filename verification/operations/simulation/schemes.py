"""Schemes, as authorities told of them (domain reference 7.1), each labelled by its name."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from verification.operations.simulation.babies import LENT_UNSEEN, newborn_borrowed
from verification.operations.simulation.evenings import evening_ring
from verification.operations.simulation.honest import visit
from verification.operations.simulation.journeys import FAR_UNSEEN, far_places
from verification.operations.simulation.people import NEAR, OWN, Person, Planned, World
from verification.operations.simulation.refills import drug_interval

Scheme = Callable[[World], Iterator[Planned]]
_DRUGS = ("I10", "E11", "J45", "G40", "F32", "M06")
_UNSEEN = "borrowed_unseen"  # no document, the owner's patient number: nothing at a desk tells
NOT_TO_BE_SEEN = frozenset({_UNSEEN, FAR_UNSEEN, LENT_UNSEEN})
_ACUTE = ("J02", "K29", "M54", "R51", "J20", "L30")


def _seen(world: World, person: Person, day: int, scheme: str, **facts: str) -> Planned:
    return world.labelled(visit(world, person, day, OWN, "", **facts), scheme)


def borrowed(world: World) -> Iterator[Planned]:
    """A relative or stranger uses a card; now and then the own document lies beside it."""
    rnd, owner, user = world.random, world.person((20, 70)), world.person((20, 70))
    user.in_store = True
    days = sorted(world.day() for _ in range(rnd.randint(2, 5)))
    careless = world.chance(0.85)
    for number, day in enumerate(days):
        shown = careless and (number == 0 or world.chance(0.6))
        facts = {"cach_trinh": "vssid", "cach_doc": "quet", "ma_benh": rnd.choice(_ACUTE)}
        facts |= {"so_cccd": user.so_cccd if shown else ""}
        facts |= {"doi_chieu": "chua", "ma_bn": user.ma_bn if careless else owner.ma_bn}
        yield _seen(world, owner, day, "borrowed" if careless else _UNSEEN, **facts)
    if world.chance(0.5):
        yield visit(world, owner, world.day(), OWN, "acute", ma_benh="J06")


def dead(world: World) -> Iterator[Planned]:
    """The card of somebody who died is shown again by the family or by staff."""
    rnd, person = world.random, world.person((50, 88))
    died = world.day(0, world.days - 12)
    if world.chance(0.5):
        person.trang_thai, person.in_store = "tu_vong", True
    else:
        facts = {"ma_benh": "I21", "ma_loai_kcb": "03", "ket_thuc": "tu_vong"}
        place = rnd.choice((OWN, *NEAR[:2]))
        yield visit(world, person, died, place, "acute", **facts)
    for _ in range(rnd.randint(1, 3)):
        day = world.day(died + 3)
        yield _seen(world, person, day, "dead", ma_benh=rnd.choice(_DRUGS), so_ngay_thuoc="28")


def drug_shopping(world: World) -> Iterator[Planned]:
    """A month of the same drug from house after house."""
    rnd, person, disease = world.random, world.person((25, 75)), world.random.choice(_DRUGS)
    day = world.day(0, world.days - 25)
    for place in (rnd.choice(NEAR), OWN, rnd.choice(NEAR), OWN, rnd.choice(NEAR), OWN):
        facts = {"ma_benh": disease, "so_ngay_thuoc": rnd.choice(("28", "30"))}
        yield world.labelled(visit(world, person, day, place, "", **facts), "drug_shopping")
        day += rnd.randint(2, 6)
        if day >= world.days:
            return


def many_places(world: World) -> Iterator[Planned]:
    """Two to four houses on one day, on several days."""
    rnd, person = world.random, world.person((25, 70))
    for day in {world.day() for _ in range(rnd.randint(3, 6))}:
        places = rnd.sample(NEAR, rnd.randint(1, 3))
        at = world.time(day, (6.5, 8.5))
        for number, place in enumerate(rnd.sample([OWN, *places], len(places) + 1)):
            moment = at + timedelta(minutes=number * rnd.randint(70, 170))
            facts = world.at_counter(person, moment, place) | {"ma_benh": rnd.choice(_ACUTE)}
            yield Planned(moment, person, place, "", "many_places", facts)


def inpatient_overlap(world: World) -> Iterator[Planned]:
    """In a bed in one house, at the counter of another."""
    rnd, person = world.random, world.person((25, 80))
    day, nights = world.day(0, world.days - 14), rnd.randint(5, 12)
    out = (world.start + timedelta(days=day + nights)).isoformat()
    facts = {"ma_benh": "J18", "ma_loai_kcb": "03", "ket_thuc": out}
    stay = visit(world, person, day, rnd.choice(NEAR), "", **facts)
    yield world.labelled(stay, "inpatient_overlap")
    for _ in range(rnd.randint(1, 2)):
        inside = day + rnd.randint(1, nights - 1)
        yield _seen(world, person, inside, "inpatient_overlap", ma_benh=rnd.choice(_ACUTE))


def expired(world: World) -> Iterator[Planned]:
    """A card that is known to be over is tried again and again."""
    rnd, person = world.random, world.person((20, 70))
    day = world.day(0, world.days - 10)
    person.in_store = True
    if world.chance(0.3):
        person.trang_thai = rnd.choice(("thu_hoi", "bao_giam"))
    else:
        person.gt_the_tu = "2024-01-01"
        person.gt_the_den = (world.start - timedelta(days=rnd.randint(10, 400))).isoformat()
    for _ in range(rnd.randint(2, 4)):
        yield _seen(world, person, day, "expired", ma_benh=rnd.choice(_ACUTE))
        day += rnd.randint(2, 15)
        if day >= world.days:
            return


def altered(world: World) -> Iterator[Planned]:
    """A QR written anew: later dates on a dead card, or another person's name."""
    rnd, person = world.random, world.person((20, 70))
    person.in_store = True
    if world.chance(0.6):
        person.gt_the_tu = "2025-01-01"
        person.gt_the_den = (world.start - timedelta(days=rnd.randint(5, 60))).isoformat()
        person.shown = {"gt_the_den": "2026-12-31"}
    else:
        other = world.person((20, 70), "1" if person.gioi_tinh == "2" else "2")
        person.shown = {k: getattr(other, k) for k in ("ho_ten", "ngay_sinh", "gioi_tinh")}
    for _ in range(rnd.randint(1, 3)):
        facts = {"cach_trinh": "giay", "cach_doc": "quet", "so_cccd": "", "doi_chieu": "chua"}
        yield _seen(world, person, world.day(), "altered", ma_benh=rnd.choice(_ACUTE), **facts)


def probing(world: World) -> Iterator[Planned]:
    """Somebody tries numbers at a desk until one works."""
    rnd, at = world.random, world.time(world.day())
    victim, desk = world.person((20, 70)), str(rnd.randint(1, 6))
    for _ in range(rnd.randint(9, 20)):
        at += timedelta(seconds=rnd.randint(8, 35))
        number = f"{victim.ma_the[:5]}{rnd.randrange(10**10):010d}"
        facts = {"ma_the": number, "cach_trinh": "go", "cach_doc": "go", "so_cccd": ""}
        usual = world.at_counter(victim, at, OWN) | {"quay": desk, "nhan_vien": f"nv0{desk}"}
        ends = {"doi_chieu": "chua", "ma_bn": "", "ho_ten": "", "ngay_sinh": "", "gioi_tinh": ""}
        yield Planned(at, victim, OWN, "", "probing", usual | facts | ends)


def phantom(world: World) -> Iterator[Planned]:
    """Staff type visits of people who are not there: earlier patients, again and again."""
    rnd, desk = world.random, world.random.randint(1, 6)
    people = [world.person((25, 80)) for _ in range(rnd.randint(2, 4))]
    for person in people:
        person.in_store = True
        yield visit(world, person, 0, OWN, "acute", ma_benh="J06")
    for _ in range(rnd.randint(3, 5)):
        at = world.time(world.day(2), (11.5, 19.0))
        for person in people:
            at += timedelta(seconds=rnd.randint(25, 80))
            facts = {"quay": str(desk), "nhan_vien": f"nv{desk:02d}", "cach_trinh": "go"}
            facts |= {"cach_doc": "go", "so_cccd": "", "doi_chieu": "chua"}
            usual = world.at_counter(person, at, OWN) | {"ma_benh": rnd.choice(_ACUTE)}
            yield Planned(at, person, OWN, "", "phantom", usual | facts)


def too_frequent(world: World) -> Iterator[Planned]:
    """At the doctor's every other day, with something new each time."""
    rnd, person = world.random, world.person((30, 75))
    day, left = world.day(0, max(world.days - 35, 0)), rnd.randint(12, 24)
    while left and day < world.days:
        place = OWN if world.chance(0.7) else rnd.choice(NEAR)
        facts = {"ma_benh": rnd.choice(_ACUTE), "so_ngay_thuoc": "3"}
        yield world.labelled(visit(world, person, day, place, "", **facts), "too_frequent")
        day, left = day + rnd.randint(1, 3), left - 1


SCHEMES: Mapping[str, Scheme] = {
    scheme.__name__: scheme
    for scheme in (
        *(borrowed, dead, drug_shopping, many_places, inpatient_overlap),
        *(expired, altered, probing, phantom, too_frequent),
        *(far_places, drug_interval, evening_ring, newborn_borrowed),
    )
}
