"""Drugs fetched before they are used up: once, for a reason, or again and again."""

from collections.abc import Iterator

from verification.operations.simulation.honest import CHRONIC, visit
from verification.operations.simulation.people import OWN, Planned, World

_KEPT = ("I10", "E11", "J45", "G40", "F32", "M06", "E78", "I25")


def early_refill(world: World) -> Iterator[Planned]:
    """A month's drugs each month, and once early: lost, changed, before a journey or the Tet."""
    rnd, person = world.random, world.person((30, 85))
    person.home = OWN
    disease, supply = rnd.choice(_KEPT), rnd.choice((28, 30, 30, 60))
    why = rnd.choice(("lost", "dose", "journey", "other"))
    facts = {"ma_benh": disease, "so_ngay_thuoc": str(supply), "ma_loai_kcb": "05"}
    day, odd = world.day(0, supply), rnd.randrange(3)
    for number in range(9):
        if day >= world.days:
            return
        yield visit(world, person, day, OWN, "early_refill", **facts)
        if number == odd:
            between = {"lost": (2, 12), "dose": (7, 15), "other": (4, 20)}.get(why)
            if between:
                again = day + rnd.randint(*between)
                ills = [code for code in CHRONIC if code != disease]
                other = {"ma_benh": rnd.choice(ills)} if why == "other" else {}
                if again < world.days:
                    yield visit(world, person, again, OWN, "early_refill", **facts | other)
                # a changed dose begins a new month; a blister replaces the old one
                day = again if why == "dose" else day
            elif why == "journey":
                day -= rnd.randint(8, min(16, supply // 2))
        day += supply + rnd.choice((-3, -2, -1, 0, 0, 1, 4))


def drug_interval(world: World) -> Iterator[Planned]:
    """The same drugs for a month, fetched again about every ten days at one counter."""
    rnd, person = world.random, world.person((30, 80))
    disease, supply = rnd.choice(_KEPT), rnd.choice((28, 30, 30, 60))
    pause = world.habit("interval", 8, 12)
    day = world.day(0, max(world.days - 5 * pause, 1))
    for _ in range(rnd.randint(4, 8)):
        if day >= world.days:
            return
        facts = {"ma_benh": disease, "so_ngay_thuoc": str(supply), "ma_loai_kcb": "05"}
        yield world.labelled(visit(world, person, day, OWN, "", **facts), "drug_interval")
        day += max(pause + rnd.choice((-1, 0, 0, 1)), 5)
