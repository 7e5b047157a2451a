"""How long a house keeps what is about persons, for who erases by age and for who is asked to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from verification.basics.texts import read
from verification.log.forgetting_events import Forgets


@dataclass(frozen=True)
class Terms:
    """How long a house keeps content, in whole years.

    Args:
        visits: Of visits and of presentations that became none.
        portal: Of the national portal's answers.
        access: Of what officers wrote about clock, log, shift and difficulties.
    """

    visits: int
    portal: int
    access: int

    def __str__(self) -> str:
        return f"visits {self.visits}, portal {self.portal}, access {self.access}"

    def of(self, what: Forgets) -> int:
        """Return the term of a kind of content."""
        return {Forgets.PORTAL: self.portal, Forgets.ACCESS: self.access}.get(what, self.visits)


@cache
def given_terms() -> Mapping[str, Mapping[str, int]]:
    """Return the `least` and the `usual` terms."""
    found: Mapping[str, Mapping[str, int]] = read("verification.log", "terms.toml")
    return found


def usual_terms() -> Terms:
    """Return the terms of a house that sets none."""
    return Terms(**given_terms()["usual"])
