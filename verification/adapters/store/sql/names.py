"""Who bears a name: the way of the search, whatever index an engine keeps of names."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from verification.basics.dates import PartialDate
from verification.basics.names import name_key, name_parts
from verification.card.facts import Record
from verification.card.ports import Named

MOST_NAMES = 20_000
"""So many names are looked at in one search; of parts that more names hold it is told."""


class Asked(Protocol):
    """A card store that is asked."""

    def records(self, where: str, values: Sequence[object]) -> list[Record]:
        """Return the records of a condition."""

    def rows(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


class Born(NamedTuple):
    """A condition on birth dates.

    Args:
        where: In SQL.
        values: Of its marks.
    """

    where: str
    values: tuple[str, ...]


class Names(Protocol):
    """What an engine knows of names; of each number that is found all periods come."""

    def exactly(self, store: Asked, key: str, born: Born, most: int) -> list[Record]:
        """Return at most so many numbers of who bears exactly a name, by its key."""

    def holding(
        self, store: Asked, parts: Sequence[str], key: str, born: Born, most: int
    ) -> list[Record]:
        """Return at most so many numbers of whose other name holds all these parts."""

    def is_cut(self, store: Asked, parts: Sequence[str]) -> bool:
        """Tell whether more names hold these parts than are looked at."""


def named(
    store: Asked, names: Names, ho_ten: str, ngay_sinh: PartialDate | None, most: int
) -> Named:
    """Return who bears a name: first exactly it, then names that hold all its parts.

    Of these nobody where somebody of exactly that name was born on the day that is asked for.

    Args:
        store: Asks the cards.
        names: The engine's index.
        ho_ten: The name, or parts of it in any order.
        ngay_sinh: The birth date as far as it is known; None for any.
        most: So many numbers at most.
    """
    key = name_key(ho_ten)
    if not key:  # no letter is no name
        return Named(())
    born = _born(ngay_sinh)
    found = _by_number(names.exactly(store, key, born, most + 1))
    more = len(found) > most
    surely = bool(found and ngay_sinh and ngay_sinh.day)
    if not more and not surely and (parts := name_parts(ho_ten)):
        room = most + 1 - len(found)
        others = _by_number(names.holding(store, parts, key, born, room))
        found |= others
        more = len(others) == room or names.is_cut(store, parts)
    return Named([one for number in islice(found, most) for one in found[number]], more)


def _by_number(records: Iterable[Record]) -> dict[str | None, list[Record]]:
    found: dict[str | None, list[Record]] = {}
    for record in records:
        found.setdefault(record.number, []).append(record)
    return found


def _born(birth: PartialDate | None) -> Born:
    """Return the condition of a birth date at the precision given."""
    if birth is None:
        return Born("TRUE", ())
    iso = birth.iso
    # coarser spellings of it, such as the year alone; finer ones begin with it
    known = [iso[:cut] for cut in (4, 7, 10) if cut <= len(iso)]
    if birth.day:
        return Born("ngay_sinh IN (?, ?, ?)", tuple(known))
    *coarser, own = known
    within = "ngay_sinh >= ? AND ngay_sinh < ?"
    condition = f"(ngay_sinh = ? OR {within})" if coarser else within
    return Born(condition, (*coarser, own, f"{own}."))
