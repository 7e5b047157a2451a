"""How a list is to be imported, as an administrator or the watched folder says it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from verification.adapters.imports.importing import IMPORTABLE, FromWhom
from verification.basics.dates import parse_day
from verification.basics.errors import RequestError
from verification.card.facts import LISTS, Origin

_DAY = re.compile(
    r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)|(?<!\d)(\d{2})([-_.])(\d{2})\6(\d{4})(?!\d)"
)


@dataclass(frozen=True)
class Asked:
    """How a list is to be imported.

    Args:
        kind: What it holds: a name of `IMPORTABLE`.
        origin: Who made it.
        as_of: The day that it tells of, None for today.
        replace: Whether what it does not have is removed.
        delta: Whether it is a list of changes.
    """

    kind: str = "cards"
    origin: Origin = Origin.HOSPITAL
    as_of: date | None = None
    replace: bool = False
    delta: bool = False

    @property
    def whose(self) -> FromWhom:
        """Return who made it, and of which day."""
        return FromWhom(self.origin, self.as_of) if self.kind == "cards" else FromWhom()

    def checked(self, today: date) -> Self:
        """Return it where it can be done.

        Raises:
            RequestError: It cannot.
        """
        unknown = self.kind not in IMPORTABLE or self.origin not in LISTS
        if unknown or (self.replace and self.delta):
            raise RequestError("Cách nhập không hợp lệ", "That is no way to import")
        if self.kind == "cards" and self.origin is Origin.BHXH and self.as_of is None:
            raise RequestError(
                "Danh sách của BHXH phải có ngày của danh sách",
                "A list of the insurer needs the day that it tells of",
            )
        if self.as_of and self.as_of > today:
            raise RequestError(
                "Ngày của danh sách chưa tới", "The day of the list has not come yet"
            )
        return self

    def kept(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {"as_of": self.as_of.isoformat() if self.as_of else None}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Return it from plain values.

        Raises:
            ValueError: They are none of its.
        """
        day = kept["as_of"]
        values = {**kept, "origin": Origin(kept["origin"])}
        return cls(**values | {"as_of": date.fromisoformat(day) if day else None})


def day_in(name: str, today: date) -> date | None:
    """Return the one day that the name of a file says; None for none, for two, for one to come.

    Args:
        name: `the-2026-11-20.csv`, `20261120.xlsx`, `the_20-11-2026.csv`.
        today: The present day.
    """
    found = set()
    for year, _, month, day, day_first, _, month_second, year_last in _DAY.findall(name):
        iso = f"{year or year_last}-{month or month_second}-{day or day_first}"
        try:
            found.add(parse_day(iso))
        except ValueError:
            return None
    only = found.pop() if len(found) == 1 else None
    return only if only and only <= today else None
