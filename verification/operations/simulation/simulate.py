"""Writes invented visits, cards and labels: honest life, and labelled schemes in it."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from verification.basics.errors import RequestError
from verification.operations.simulation.lives import LIVES
from verification.operations.simulation.people import OWN, Person, Planned, World
from verification.operations.simulation.schemes import SCHEMES
from verification.rules.misuse.past_visit import COLUMNS

CARD_COLUMNS = (
    *("ma_the", "ma_so_bhxh", "so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh", "gt_the_tu"),
    *("gt_the_den", "trang_thai"),
)
_FEWEST_DAYS = 30
_SHORT = "expired"


@dataclass(frozen=True)
class Wanted:
    """What to write.

    Args:
        visits: Rows.
        days: Over how many days, 30 at least.
        prevalence: Per cent of the rows that belong to schemes.
        seed: The same seed writes the same files.
    """

    visits: int
    days: int
    prevalence: float
    seed: int


def planned(wanted: Wanted) -> tuple[World, list[Planned]]:
    """Return the invented people and their visits in order of time."""
    world = World(wanted.seed, wanted.days)
    goal = round(wanted.visits * wanted.prevalence / 100)
    found = list(_schemes(world, goal))
    odd = [v for v in found if v.scheme][:goal]
    honest = [v for v in found if not v.scheme]
    lives, weights = list(LIVES), list(LIVES.values())
    while len(odd) + len(honest) < wanted.visits:
        honest += world.random.choices(lives, weights)[0](world)
    kept = odd + honest[: wanted.visits - len(odd)]
    return world, sorted(kept, key=lambda v: (v.at, v.person.at))


def _schemes(world: World, goal: int) -> Iterator[Planned]:
    """Yield schemes until the goal is met, each kind with about as many rows."""
    counts = Counter(dict.fromkeys(SCHEMES, 0))
    while counts.total() < goal:
        name = min(SCHEMES, key=lambda n: counts[n])
        found = list(SCHEMES[name](world))
        rows = sum(bool(visit.scheme) for visit in found)
        if counts.total() + rows > goal:  # half a scheme is none: the rest are short ones
            found = [visit for visit in SCHEMES[_SHORT](world) if visit.scheme]
            rows = min(len(found), goal - counts.total())
        counts[name] += rows
        yield from found


def write(folder: Path, wanted: Wanted) -> dict[str, int | str]:
    """Write `visits.csv`, `cards.csv` and `labels.csv`.

    Args:
        folder: Where; made if it is not there.
        wanted: What to write.

    Returns:
        How many rows, scheme rows, cards, and where.

    Raises:
        RequestError: The numbers make no sense, or the folder cannot be written.
    """
    if wanted.visits < 1 or wanted.days < _FEWEST_DAYS or not 0 <= wanted.prevalence <= 50:  # noqa: PLR2004  # per cent
        raise RequestError(
            "Cần ít nhất 1 lượt, 30 ngày, tỷ lệ từ 0 đến 50 (%)",
            "At least 1 visit, 30 days, a prevalence of 0 to 50 (per cent)",
        )
    world, visits = planned(wanted)
    labels = ({"row": n, "scheme": v.scheme, "group": v.group} for n, v in enumerate(visits, 1))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "visits.csv", COLUMNS, (_row(v) for v in visits))
        _write(folder / "cards.csv", CARD_COLUMNS, _cards(world.people, visits))
        _write(folder / "labels.csv", ("row", "scheme", "group"), labels)
    except OSError as error:
        raise RequestError(f"Không ghi được {folder}", f"Cannot write {folder}") from error
    own = sum(v.ma_cskcb == OWN for v in visits)
    odd = sum(bool(v.scheme) for v in visits)
    return {"visits": len(visits), "own": own, "scheme_visits": odd, "out": str(folder)}


def _row(visit: Planned) -> dict[str, str]:
    person = visit.person
    card = {
        "ma_the": person.ma_the,
        "ho_ten": person.ho_ten,
        "ngay_sinh": person.ngay_sinh,
        "gioi_tinh": person.gioi_tinh,
        "gt_the_tu": person.gt_the_tu,
        "gt_the_den": person.gt_the_den,
    }
    where = {"thoi_diem": visit.at.replace(tzinfo=None).isoformat(), "ma_cskcb": visit.ma_cskcb}
    shown = person.shown if visit.facts.get("cach_doc") != "go" else {}
    return card | where | shown | visit.facts


def _cards(people: Iterable[Person], visits: Iterable[Planned]) -> Iterator[Mapping[str, str]]:
    seen = {visit.person.at for visit in visits}
    for person in people:
        if person.in_store and person.at in seen:
            own = {name: str(getattr(person, name, "")) for name in CARD_COLUMNS}
            yield own | {"ma_so_bhxh": person.ma_the[-10:]} | person.stored


def _write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(columns), restval="")
        out.writeheader()
        out.writerows(rows)
