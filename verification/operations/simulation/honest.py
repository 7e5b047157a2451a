"""Honest life: how often people of each kind see a doctor, and what looks odd and is not.

Written from common life and the domain reference 7.1, not from the rules.
"""

from collections.abc import Iterator
from datetime import timedelta

from verification.operations.simulation.people import NEAR, OTHERS, OWN, Person, Planned, World

ACUTE = ("J00", "J02", "J06", "J20", "K29", "K52", "M54", "L30", "H10", "R51", "N30", "K02", "S93")
CHRONIC = ("I10", "E11", "J45", "I25", "M17", "E78", "J44", "K21", "G40", "M10")
_SESSIONS = frozenset({0, 2, 4})
_WORKDAYS = frozenset(range(6))
_LAST_MONTH = 30


def visit(world: World, person: Person, day: int, place: str, group: str, **facts: str) -> Planned:
    """Return one usual visit; `facts` replace what is usual."""
    at = world.time(day)
    return Planned(at, person, place, group, "", world.at_counter(person, at, place) | facts)


def _acute_at(world: World, person: Person, group: str, place: str | None = None) -> list[Planned]:
    rnd, day = world.random, world.day()
    place = place or (person.home if world.chance(0.85) else rnd.choice(NEAR))
    disease, drugs = rnd.choice(ACUTE), rnd.choice((0, 3, 5, 5, 7, 7, 10))
    facts = {"ma_benh": disease, "so_ngay_thuoc": str(drugs)}
    found = [visit(world, person, day, place, group, **facts)]
    back = day + rnd.randint(2, 9)
    if world.chance(0.3) and back < world.days:
        invited = world.chance(0.6)
        again = facts | ({"ma_doituong_kcb": "1.5"} if invited else {})
        place = place if invited or world.chance(0.85) else rnd.choice(NEAR)
        found.append(visit(world, person, back, place, group, **again))
    return found


def acute(world: World) -> Iterator[Planned]:
    """Be ill once or twice, come back when it does not get better."""
    person = world.person((1, 85))
    for _ in range(world.random.choices((1, 2, 3), (75, 20, 5))[0]):
        yield from _acute_at(world, person, "acute")
    if world.chance(0.01):  # anxious: back every second day for a while
        begin, disease = world.day(0, world.days - 12), world.random.choice(ACUTE)
        for more in range(0, 2 * world.random.randint(3, 5), 2):
            facts = {"ma_benh": disease, "so_ngay_thuoc": "3"}
            yield visit(world, person, begin + more, person.home, "acute", **facts)


def chronic(world: World) -> Iterator[Planned]:
    """Fetch drugs for a month, now and then early; be ill beside it."""
    rnd, person = world.random, world.person((35, 88))
    disease, supply = rnd.choice(CHRONIC), rnd.choice((28, 30, 30, 30, 60, 90))
    day = world.day(0, supply)
    while day < world.days:
        facts = {"ma_benh": disease, "so_ngay_thuoc": str(supply), "ma_loai_kcb": "05"}
        yield visit(world, person, day, person.home, "chronic", **facts)
        if world.chance(0.01) and day + 9 < world.days:  # not content, asks another house
            yield visit(world, person, day + 9, world.random.choice(NEAR), "chronic", **facts)
        day += max(supply + rnd.choice((-9, -4, -2, -1, 0, 0, 0, 1, 3, 8)), 14)
    if world.chance(0.3):
        yield from _acute_at(world, person, "chronic")


def dialysis(world: World) -> Iterator[Planned]:
    """Three sessions a week, a guest place while travelling, an illness beside it."""
    rnd, person = world.random, world.person((30, 80))
    away = world.day()
    for day in range(rnd.randrange(3), world.days):
        if day % 7 in _SESSIONS:
            place = rnd.choice(NEAR) if away <= day < away + 5 else person.home
            facts = {"ma_benh": rnd.choice(("Z49.1", "N18.5")), "ma_loai_kcb": "02"}
            yield visit(world, person, day, place, "dialysis", **facts)
    yield from _acute_at(world, person, "dialysis", person.home)


def cancer(world: World) -> Iterator[Planned]:
    """Cycles of chemotherapy or a month of radiation, with checks between."""
    rnd, person = world.random, world.person((30, 80))
    place = OWN if world.chance(0.6) else rnd.choice(NEAR)
    day, daily = world.day(0, 20), world.chance(0.3)
    while day < world.days:
        for more in range(rnd.randint(15, 25) if daily else rnd.randint(1, 3)):
            if day + more < world.days and (day + more) % 7 in _WORKDAYS:
                yield visit(world, person, day + more, place, "cancer", ma_benh="Z51.1")
        check = day + 10
        if not daily and check < world.days:
            yield visit(world, person, check, place, "cancer", ma_benh="C50", so_ngay_thuoc="10")
        day += 90 if daily else 21


def rehabilitation(world: World) -> Iterator[Planned]:
    """Two to four weeks of daily exercises."""
    rnd, person = world.random, world.person((30, 85))
    begin, disease = world.day(), rnd.choice(("Z50.1", "Z50.1", "I69.3"))
    for day in range(begin, min(begin + rnd.randint(10, 24), world.days)):
        if day % 7 in _WORKDAYS:
            facts = {"ma_benh": disease, "ma_loai_kcb": rnd.choice(("02", "04"))}
            yield visit(world, person, day, person.home, "rehab", **facts)


def pregnancy(world: World) -> Iterator[Planned]:
    """Checks that get closer, then the birth, at times in another house."""
    rnd, person = world.random, world.person((19, 42), "2")
    birth = world.day(20, world.days + 60)
    day = world.day(0, 20)
    while day < min(birth, world.days):
        facts = {"ma_benh": rnd.choice(("Z34", "Z34.9", "Z36", "O26"))}
        yield visit(world, person, day, person.home, "pregnancy", **facts)
        day += 7 if birth - day < _LAST_MONTH else 28
    if birth < world.days:
        place = rnd.choice((person.home, person.home, rnd.choice(NEAR)))
        out = (world.start + timedelta(days=birth + rnd.randint(2, 5))).isoformat()
        facts = {"ma_benh": "O80", "ma_loai_kcb": "03", "ket_thuc": out}
        yield visit(world, person, birth, place, "pregnancy", **facts)


def family(world: World) -> Iterator[Planned]:
    """Parents and children one behind the other at one desk, the parent's document beside."""
    rnd, parent = world.random, world.person((25, 50))
    members = [parent, *(world.person((1, 15)) for _ in range(rnd.randint(1, 3)))]
    if world.chance(0.3):
        members.append(world.person((60, 88)))
    for _ in range(rnd.choice((1, 1, 2))):
        at, disease = world.time(world.day()), rnd.choice(ACUTE)
        for number, person in enumerate(members):
            moment = at + timedelta(minutes=2 * number, seconds=rnd.randrange(60))
            facts = world.at_counter(person, moment, OWN) | {"ma_benh": disease, "quay": "2"}
            child = int(person.ngay_sinh[:4]) > 2010  # noqa: PLR2004  # no document of its own
            carer = number and not child and world.chance(0.1)  # shows the own document
            if (child and world.chance(0.5)) or carer:
                facts |= {"so_cccd": parent.so_cccd, "cach_trinh": "vssid", "cach_doc": "quet"}
            yield Planned(moment, person, OWN, "family", "", facts | {"so_ngay_thuoc": "5"})


def two_clinics(world: World) -> Iterator[Planned]:
    """Two clinics in one house on one day, sometimes a third, or the eyes in another house."""
    rnd, person = world.random, world.person((30, 85))
    for _ in range(rnd.choice((1, 1, 2))):
        day = world.day()
        at = world.time(day, (6.5, 11.0))
        for number in range(rnd.choices((2, 3), (93, 7))[0]):
            moment = at + timedelta(minutes=number * rnd.randint(35, 150))
            elsewhere = number and world.chance(0.08)
            place = rnd.choice(NEAR) if elsewhere else OWN
            facts = world.at_counter(person, moment, place)
            disease = {"ma_benh": rnd.choice(ACUTE + CHRONIC)}
            yield Planned(moment, person, place, "two_clinics", "", facts | disease)


def referral(world: World) -> Iterator[Planned]:
    """Sent on by a smaller house, the same day or the next; invited back."""
    rnd, person = world.random, world.person((5, 85))
    day, disease = world.day(0, world.days - 3), rnd.choice(CHRONIC)
    first = rnd.choice(OTHERS)
    facts = {"ma_benh": disease, "ket_thuc": "chuyen_vien"}
    sent = visit(world, person, day, first, "referral", **facts)
    yield sent
    later = rnd.choice((0, 0, 1, 2))
    at = sent.at + timedelta(hours=rnd.uniform(1.2, 5)) if not later else world.time(day + later)
    arrived = world.at_counter(person, at, OWN)
    arrived |= {"ma_benh": disease, "ma_doituong_kcb": "1.3", "so_ngay_thuoc": "14"}
    yield Planned(at, person, OWN, "referral", "", arrived)
    if world.chance(0.5) and day + 16 < world.days:
        facts = {"ma_benh": disease, "ma_doituong_kcb": "1.5", "so_ngay_thuoc": "30"}
        yield visit(world, person, day + 15, OWN, "referral", **facts)


def emergency(world: World) -> Iterator[Planned]:
    """At any hour, sometimes after a clinic that day, at times followed by a stay in bed."""
    rnd, person = world.random, world.person((3, 88))
    day = world.day(0, world.days - 10)
    if world.chance(0.2):
        yield visit(world, person, day, rnd.choice(NEAR), "emergency", ma_benh="R10")
    at = world.time(day, (8, 23.9))
    facts = world.at_counter(person, at, OWN) | {"ma_benh": "R10", "ma_doituong_kcb": "2"}
    if world.chance(0.3):
        out = (world.start + timedelta(days=day + rnd.randint(2, 7))).isoformat()
        facts |= {"ma_loai_kcb": "03", "ket_thuc": out, "ma_benh": "I21"}
    yield Planned(at, person, OWN, "emergency", "", facts)


def typing(world: World) -> Iterator[Planned]:
    """A hand that mistypes: a card number that is nobody's, a citizen number a digit off."""
    rnd, person = world.random, world.person((16, 85))
    found = visit(world, person, world.day(), OWN, "typing", ma_benh=rnd.choice(ACUTE))
    typed = found.facts | {"cach_trinh": "go", "cach_doc": "go"}
    if world.chance(0.5):
        wrong = person.ma_the[:-1] + str((int(person.ma_the[-1]) + 1) % 10)
        moment = found.at - timedelta(seconds=rnd.randint(30, 90))
        yield Planned(moment, person, OWN, "typing", "", typed | {"ma_the": wrong})
    else:
        at = rnd.randrange(4, 12)
        digit = str((int(person.so_cccd[at]) + 3) % 10)
        typed |= {"so_cccd": person.so_cccd[:at] + digit + person.so_cccd[at + 1 :]}
    yield Planned(found.at, person, OWN, "typing", "", typed)


def forgetful(world: World) -> Iterator[Planned]:
    """An expired card, presented in good faith and renewed; a store that has not heard of it."""
    rnd, person = world.random, world.person((18, 80))
    day = world.day()
    if world.chance(0.3):  # renewed, and the store does not know yet
        person.shown = {"gt_the_den": "2027-06-30"}
    elif world.chance(0.3):  # left the employer: ended early, the QR of before is still shown
        person.shown = {"gt_the_den": person.gt_the_den}
        ended = world.start + timedelta(days=day - world.random.randint(1, 40))
        person.gt_the_den = ended.isoformat()
        if world.chance(0.5):
            yield visit(world, person, world.day(0, day), OWN, "forgetful", ma_benh="J06")
    else:
        ended = world.start + timedelta(days=day - rnd.randint(1, 35))
        person.gt_the_tu = (ended - timedelta(days=364)).isoformat()
        person.gt_the_den = ended.isoformat()
    yield visit(world, person, day, OWN, "forgetful", ma_benh=rnd.choice(ACUTE))
    if world.chance(0.15) and day + 4 < world.days:  # not renewed within the week
        yield visit(world, person, day + 4, OWN, "forgetful", ma_benh="J06")
