"""What each session's desk showed: it comes back after a lock or a reload."""

from dataclasses import dataclass, replace
from datetime import timedelta

from verification.basics.errors import KioskError
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.reception.screen import Screen

_AFTER_IDLE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Cleared:
    """An answer that its timer took off the screen, and when."""

    answer: Answer
    at: float


@dataclass(frozen=True)
class _Kept:
    screen: Screen
    cleared: _Cleared | None = None


class Screens:
    """The screens by session, in memory alone.

    Args:
        kiosk: What became of a visit is read from it.
    """

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self._seconds = kiosk.stopwatch()  # a clock that is set makes nothing look recent
        self._kept: dict[str, _Kept] = {}

    def of(self, digest: str) -> Screen:
        """Return what a session's desk showed last; menu, messages and looking up are over."""
        kept = self._kept.get(digest)
        if kept is None:
            return Screen()
        over = replace(kept.screen, menu=None, number_shown=False, toast=None, lookup=False)
        return replace(over, copied=None, slip=False, goto=None, trouble=None)

    def keep(self, digest: str, screen: Screen) -> None:
        """Keep what a session's desk shows; only a redrawing leaves a cleared answer in reach."""
        before = self._kept.get(digest)
        redrawn = before and before.screen.handled == screen.handled and not screen.trouble
        self._kept[digest] = _Kept(screen, before.cleared if before and redrawn else None)

    def clear(self, digest: str, answer: Answer) -> None:
        """Note that the timer, and nothing else, took an answer off what is kept."""
        if kept := self._kept.get(digest):
            cleared = _Cleared(answer, self._seconds())
            self._kept[digest] = replace(kept, cleared=cleared)

    def recall(self, digest: str) -> None:
        """Show an answer again that had cleared itself shortly before the lock, as it is now."""
        kept = self._kept.get(digest)
        if kept is None or kept.cleared is None or kept.screen.answer:
            return
        longest = self._kiosk.policy.idle + _AFTER_IDLE
        if self._seconds() - kept.cleared.at < longest.total_seconds():
            now = self._as_now(kept.cleared.answer)
            self._kept[digest] = _Kept(replace(kept.screen, answer=now))

    def _as_now(self, answer: Answer) -> Answer | None:
        """Return an answer with its visit as the store has it, None where it was undone."""
        if answer.visit is None:
            return answer
        try:
            visit = self._kiosk.written.visit(answer.visit.visit_id)
        except KioskError:  # what cannot be read is not shown
            return None
        return replace(answer, visit=visit) if visit and not visit.cancelled else None

    def drop(self, digest: str) -> None:
        """Forget a session's screen."""
        self._kept.pop(digest, None)

    def sessions(self) -> frozenset[str]:
        """Return the sessions whose screens are kept."""
        return frozenset(self._kept)
