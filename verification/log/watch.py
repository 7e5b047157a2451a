"""Who watches how the log works: told after each commit, so that nothing that was undone counts."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from verification.log.events import Event


class Watch(Protocol):
    """Is told what an engine does; it must be quick and must not fail."""

    def writing(self) -> AbstractContextManager[object]:
        """Hold while somebody waits for a piece of work to be written."""

    def committed(self, seconds: float, *, failed: bool) -> None:
        """Note one commit, which several pieces of work may share.

        Args:
            seconds: How long it took.
            failed: True where the disk or the file did not take it.
        """

    def wrote(self, event: Event) -> None:
        """Note an event that is written."""

    def looked_up(self, seconds: float) -> None:
        """Note a look-up in the card store."""


class Unwatched:
    """Nobody watches, as of a command."""

    def writing(self) -> AbstractContextManager[object]:
        """Hold nothing."""
        return nullcontext()

    def committed(self, seconds: float, *, failed: bool) -> None:
        """Note nothing."""

    def wrote(self, event: Event) -> None:
        """Note nothing."""

    def looked_up(self, seconds: float) -> None:
        """Note nothing."""


UNWATCHED = Unwatched()
