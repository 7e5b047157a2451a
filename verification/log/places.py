"""What the log shows of the desks' chains by their places: a port of the engines."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from verification.log.chain import Head
from verification.log.events import Event, EventKind


class Chains(Protocol):
    """The chains of the desks by their places, which no clock moves."""

    def heads(self) -> Sequence[Head]:
        """Return the end of each desk's chain, by desk."""

    def part(self, desk: str, kinds: Sequence[EventKind], first: int, last: int) -> Sequence[Event]:
        """Return the events of some kinds between two places of a chain, in its order.

        A row that cannot be read is among them, whatever it was.

        Args:
            desk: Whose chain.
            kinds: Which.
            first: The first place.
            last: The last one, which counts too.
        """

    def naming(
        self, names: Collection[str], kinds: Sequence[EventKind], after: str
    ) -> Sequence[Event]:
        """Return the events that name one of some events in their codes, in the order of writing.

        Args:
            names: Of the events that are named.
            kinds: Which events count.
            after: The event behind which they were written, in whatever chain.
        """

    def newest_of(self, desk: str, kind: EventKind, below: int) -> Event | None:
        """Return the newest event of a kind below a place of a chain, None where there is none."""

    def place_before(self, desk: str, moment: datetime, above: int) -> int:
        """Return the last place of a chain that was recorded before a moment.

        Args:
            desk: Whose chain.
            moment: The first moment that is left out.
            above: What is returned where there is no such place above it.
        """

    def visits_between(self, desk: str, first: int, last: int) -> int:
        """Return how many visits begin between two places of a chain, both included."""

    def is_linked(self, desk: str, first: int, last: int) -> bool:
        """Tell whether the rows between two places are there, whole, and each joins the next."""
