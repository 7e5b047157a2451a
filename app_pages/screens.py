"""What each session's desk showed: it comes back after a lock or a reload."""

from dataclasses import dataclass, replace

from verification.checkin import Answer
from verification.screen import Screen


@dataclass(frozen=True)
class _Kept:
    screen: Screen
    last: Answer | None


class Screens:
    """The screens by session, in memory alone."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def of(self, digest: str) -> Screen:
        """Return what a session's desk showed last; its menu and its messages are over."""
        kept = self._kept.get(digest)
        if kept is None:
            return Screen()
        over = replace(kept.screen, menu=None, number_shown=False, toast=None)
        return replace(over, copied=None, goto=None, trouble=None)

    def keep(self, digest: str, screen: Screen) -> None:
        """Keep what a session's desk shows."""
        before = self._kept.get(digest)
        last = screen.answer or (before.last if before else None)
        self._kept[digest] = _Kept(screen, last)

    def recall(self, digest: str) -> None:
        """Show the last answer again, though it had cleared itself before the lock."""
        kept = self._kept.get(digest)
        if kept and kept.screen.answer is None:
            self._kept[digest] = replace(kept, screen=replace(kept.screen, answer=kept.last))

    def drop(self, digest: str) -> None:
        """Forget a session's screen."""
        self._kept.pop(digest, None)

    def sessions(self) -> frozenset[str]:
        """Return the sessions whose screens are kept."""
        return frozenset(self._kept)
