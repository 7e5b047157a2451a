"""What a closing noted of its shift, read again as far as it is what a version wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.log.events import Event
from verification.log.help_events import ShiftClosed


@dataclass(frozen=True)
class Noted:
    """Figures by name, as `Figures.counts` gives them; what is not there is nothing."""

    counts: Mapping[str, Any]

    def number(self, name: str) -> int:
        """Return a whole number."""
        return _number(self.counts.get(name))

    def by_name(self, name: str) -> dict[str, int]:
        """Return whole numbers by a name."""
        held = self.counts.get(name)
        return {str(k): _number(v) for k, v in held.items()} if isinstance(held, Mapping) else {}

    def cells(self) -> dict[str, dict[str, int]]:
        """Return visits by verdict and form of presentation."""
        held = self.counts.get("cells")
        rows = held.items() if isinstance(held, Mapping) else ()
        return {str(k): Noted({"row": row}).by_name("row") for k, row in rows}

    def ends(self) -> dict[str, tuple[int, int]]:
        """Return the first and last number given, by day."""
        held = self.counts.get("numbers")
        days = held.items() if isinstance(held, Mapping) else ()
        return {str(day): (_number(ends[0]), _number(ends[-1])) for day, ends in days if ends}

    def names(self, name: str) -> list[str]:
        """Return the names of a list."""
        held = self.counts.get(name)
        return [str(one) for one in held] if isinstance(held, list | tuple) else []


def noted_of(closing: Event) -> Noted:
    """Return what a closing noted."""
    return Noted(ShiftClosed.of(closing.codes).counts)


def _number(held: object) -> int:
    return held if isinstance(held, int) else 0
