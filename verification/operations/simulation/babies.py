"""The first weeks of a life: many visits, on the mother's card, then on a number of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from verification.operations.simulation.honest import ACUTE, visit
from verification.operations.simulation.people import NEAR, OWN, Person, Planned, World

_FIRST_DAYS = ("P59", "P59.9", "P07", "Z38", "P92", "P39.1")
_WEEKS = ("Z00.1", "Z00.1", "Z76.2", "R17", "P92.5", "L22", "R62.8", "J00", "P38", "H04.5")
_VACCINES = ("Z23.2", "Z24.6", "Z27.1")
LENT_UNSEEN = "newborn_borrowed_unseen"  # a child's illness, the baby's number: nothing tells


def newborn_of(world: World, mother: Person, birth: int) -> Person:
    """Return a baby with a temporary number of its own, which a store may not know."""
    baby, rnd = world.person((1, 2)), world.random
    born = world.start + timedelta(days=birth)
    baby.ma_the = f"TE1{baby.ma_the[3:]}"
    baby.ngay_sinh = baby.gt_the_tu = born.isoformat()
    baby.gt_the_den = f"{born.year + 6}-09-30"
    baby.so_cccd, baby.stored = "", {}
    baby.in_store = world.chance(0.4)
    baby.home = OWN
    if world.chance(0.5):  # not named yet
        baby.ho_ten = f"Con bà {mother.ho_ten}"
        baby.stored = {"ho_ten": f"Nguyễn {rnd.choice(('An', 'Bình', 'Linh'))} Mẫu"}
    return baby


def newborn(world: World) -> Iterator[Planned]:
    """Born here or elsewhere, jaundice lamps, checks on day 3, 7, 14, 28, vaccines, weight."""
    rnd, mother = world.random, world.person((19, 42), "2")
    birth = world.day(1, world.days - 8)
    out = (world.start + timedelta(days=birth + 4)).isoformat()
    facts = {"ma_benh": "O80", "ma_loai_kcb": "03", "ket_thuc": out}
    house = OWN if world.chance(0.6) else rnd.choice(NEAR)
    yield visit(world, mother, birth, house, "newborn", **facts)
    on_mothers_card = {"ma_doituong_kcb": "1.7", "ma_bn": f"{mother.ma_bn}B", "so_cccd": ""}
    for day in {birth + 1, birth + rnd.randint(2, 7)}:
        first = on_mothers_card | {"ma_benh": rnd.choice(_FIRST_DAYS)}
        yield visit(world, mother, min(day, world.days - 1), OWN, "newborn", **first)
    baby = newborn_of(world, mother, birth)
    yield from _weeks(world, mother, baby, birth)


def _weeks(world: World, mother: Person, baby: Person, birth: int) -> Iterator[Planned]:
    rnd, later = world.random, world.chance(0.3)  # the number of its own comes late
    days = [3, 7, 14, 28] + [rnd.randint(5, 45) for _ in range(rnd.randint(0, 4))]
    if world.chance(0.35):  # jaundice: under the lamp day after day
        begin = rnd.randint(3, 6)
        days += range(begin, begin + rnd.randint(2, 5))
    for day in sorted(set(days)):
        if birth + day >= world.days:
            return
        who = mother if later and day < 14 else baby  # noqa: PLR2004  # the second week
        place = OWN if world.chance(0.8) else rnd.choice((*NEAR[:2], "79811"))
        facts = {"ma_benh": rnd.choice(_WEEKS), "so_cccd": ""}
        if day in {3, 4, 5, 6} and world.chance(0.6):
            facts |= {"ma_benh": "P59", "ma_loai_kcb": rnd.choice(("01", "02", "04"))}
        if day in {7, 28} and world.chance(0.4):
            facts |= {"ma_benh": rnd.choice(_VACCINES)}
        if world.chance(0.4):
            facts |= {"so_cccd": mother.so_cccd}
        if who is mother:
            facts |= {"ma_bn": f"{mother.ma_bn}B" if place == OWN else ""}
            facts |= {"ma_doituong_kcb": "1.7"} if world.chance(0.5) else {}
        found = visit(world, who, birth + day, place, "newborn", **facts)
        how = rnd.choice(("vssid", "giay", "go"))  # no chip card yet
        read = {"cach_trinh": how, "cach_doc": "go" if how == "go" else "quet"}
        yield replace(found, facts=found.facts | read)


def newborn_borrowed(world: World) -> Iterator[Planned]:
    """A newborn's free number is lent to somebody older, or to other babies of the ward."""
    rnd, mother = world.random, world.person((19, 42), "2")
    birth = world.day(0, world.days - 40)
    baby = newborn_of(world, mother, birth)
    yield visit(world, baby, birth + 2, OWN, "newborn", ma_benh="Z38", so_cccd="")
    if world.chance(0.3):
        yield from _other_babies(world, baby, birth)
        return
    user = world.person((3, 60))
    careless = world.chance(0.7)
    codes = [rnd.choice(ACUTE) for _ in range(rnd.randint(3, 6))]
    grown = any(code in {"K29", "M54", "R51", "N30", "K02", "S93"} for code in codes)
    label = "newborn_borrowed" if grown else LENT_UNSEEN
    for code in codes:
        facts = {"ma_benh": code, "so_cccd": "", "doi_chieu": "chua", "so_ngay_thuoc": "5"}
        facts |= {"ma_bn": user.ma_bn if careless else baby.ma_bn}
        day = world.day(birth + 4)
        yield world.labelled(visit(world, baby, day, OWN, "", **facts), label)


def _other_babies(world: World, baby: Person, birth: int) -> Iterator[Planned]:
    """Several babies on one number: more days and houses than one child needs."""
    rnd = world.random
    babies = [world.person((1, 2)).ma_bn for _ in range(rnd.randint(2, 4))]
    day = birth + 3
    while day < min(birth + 33, world.days):
        place = OWN if world.chance(0.7) else rnd.choice(NEAR)
        facts = {"ma_benh": rnd.choice(_FIRST_DAYS + _WEEKS), "so_cccd": ""}
        facts |= {"ma_bn": rnd.choice(babies) if place == OWN else ""}
        yield world.labelled(visit(world, baby, day, place, "", **facts), "newborn_borrowed")
        day += rnd.randint(1, 2)
