"""What the log shows of what is sent outside and what came back: a port of the engines."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from verification.log.events import Event
from verification.log.outbox import Errand, Heap, Waiting


class Exchanged(Protocol):
    """The outbox and the portal's answers; what writes works inside `Log.write` only."""

    def waiting(
        self, errand: Errand | None = None, most: int | None = None, *, dead: bool | None = None
    ) -> Sequence[Waiting]:
        """Return what is still to be sent, what waits longest first.

        Args:
            errand: Only of this kind; None for all.
            most: So many at most; None for all.
            dead: True for what only a person has sent again, False for the rest; None for both.
        """

    def heaps(self) -> Sequence[Heap]:
        """Return how much waits of each errand of which something does."""

    def one(self, item_id: str) -> Waiting | None:
        """Return what waits under a name, None for nothing."""

    def sending(self, now: datetime) -> Collection[str]:
        """Return the names of what is leased now."""

    def count(self, errand: Errand | None = None) -> int:
        """Return how much is still to be sent, what only a person sends again included."""

    def lease(self, errand: Errand, now: datetime, until: datetime, most: int) -> Sequence[Waiting]:
        """Take what is due, longest due first, so that nobody else sends it meanwhile.

        A lease ends by itself: what a process took that was ended is there again after `until`,
        an hour later at the latest.

        Raises:
            RuntimeError: Not inside a piece of work.
        """

    def release(self, item_id: str) -> None:
        """Give back what was not sent.

        Raises:
            RuntimeError: Not inside a piece of work.
        """

    def about(self, presented: str) -> Sequence[Event]:
        """Return how the questions about a presentation ended, oldest first."""

    def answers(self, numbers: Sequence[str], most: int) -> Sequence[Event]:
        """Return the newest answers about the persons whom the numbers mean, newest first.

        Those whose content was erased are none.
        """

    def hash_of(self, event_id: str) -> str | None:
        """Return the hash of an event in the chain of its desk, None where there is none."""
