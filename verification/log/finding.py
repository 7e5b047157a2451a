"""Finding visits again: the port that the engines answer.

Personal content is sealed, so nothing here finds anybody by name: whoever looks for one reads the
visits of a time, newest first, and opens each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from verification.basics.dates import VIETNAM
from verification.log.chained import utc
from verification.log.events import Event, EventKind
from verification.log.visit import Visit

_FIRST, _LAST = date(1970, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Place:
    """Where a search stands: behind this visit, newest first."""

    happened_at: datetime
    visit_id: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what visits are ordered by."""
        return utc(self.happened_at), self.visit_id


def place_of(visit: Visit) -> Place:
    """Return the place of a visit in the order of a search."""
    return Place(visit.happened_at, visit.visit_id)


@dataclass(frozen=True)
class Wanted:
    """Which visits are asked for; undone ones too.

    Args:
        first: The first local day.
        last: The last one, included.
        persons: Only of these, by reference; None for all.
        officer: Only received by this account; empty for all.
        before: Only what lies behind this place.
    """

    first: date
    last: date
    persons: Sequence[str] | None = None
    officer: str = ""
    before: Place | None = None

    @property
    def span(self) -> tuple[str, str]:
        """Return the first moment and the first one after it, as they are stored."""
        first, last = (min(max(day, _FIRST), _LAST) for day in (self.first, self.last))
        return _begin(first), _begin(last + timedelta(days=1))

    def holds(self, visit: Visit) -> bool:
        """Tell whether a visit is one of them."""
        begin, end = self.span
        return (
            begin <= utc(visit.happened_at) < end
            and (self.persons is None or visit.person_ref in self.persons)
            and self.officer in {"", visit.officer}
            and (self.before is None or place_of(visit).key < self.before.key)
        )


class Visits(Protocol):
    """Visits by day, person and officer, and what happened to one."""

    def newest(self, wanted: Wanted, most: int) -> Sequence[Visit]:
        """Return the newest of the wanted visits, newest first."""

    def count(self, wanted: Wanted) -> int:
        """Count the wanted visits."""

    def persons_of(self, numbers: Sequence[str]) -> Sequence[str]:
        """Return the references that are known of numbers, by their keyed hashes."""

    def happened(
        self, person_ref: str, kinds: Sequence[EventKind], since: datetime, until: datetime
    ) -> Sequence[Event]:
        """Return what was recorded of a person in a time, both ends included, oldest first."""

    def received(self, officer: str) -> bool:
        """Tell whether an account ever received anybody."""

    def lot(self, *fields: str) -> str:
        """Return what these fields draw, hex: nobody foretells it without the house's key."""


def _begin(day: date) -> str:
    return utc(datetime.combine(day, time(), VIETNAM).astimezone(UTC))


LOT = "sample"
"""The label under which lots are drawn."""
