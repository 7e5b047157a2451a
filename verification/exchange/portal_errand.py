"""Questions to the national portal, as the outbox sends them."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from verification.card.portal import (
    Cause,
    Portal,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    Question,
)
from verification.exchange.outbox import End
from verification.log.outbox import Errand, Waiting

_NOT_SENT = frozenset({Cause.BREAKER, Cause.TURN, Cause.STOPPED})
_FAILS = frozenset({PortalLight.DOWN, PortalLight.REFUSES_US})
_PROBE = 1


@dataclass(frozen=True)
class PortalErrand:
    """The handler of `Errand.PORTAL`.

    Args:
        portal: Who asks.
        ask: Returns the question of what waits, why there is none, or None where there is nothing
            to ask any more.
        answered: Writes down how it ended, with the moment from which it is asked again.
        clock: Returns the present time.
    """

    portal: Portal
    ask: Callable[[Waiting], Question | Cause | None]
    answered: Callable[[Waiting, PortalAnswer, datetime | None], object]
    clock: Callable[[], datetime]
    errand: Errand = Errand.PORTAL

    def room(self) -> int | None:
        """Return how many may be taken: of one that fails, what finds out whether it still does."""
        return _PROBE if self.portal.state().light in _FAILS else None

    def send(self, item: Waiting) -> Future[PortalAnswer] | None:
        """Ask; after everybody who has a patient before them, as fast as the account may."""
        question = self.ask(item)
        if question is None:
            return None
        if isinstance(question, Question):
            return self.portal.ask(question, urgent=False)
        ended: Future[PortalAnswer] = Future()
        ended.set_result(PortalAnswer(PortalOutcome.OFF, self.clock(), cause=question))
        return ended

    def end(self, result: PortalAnswer) -> End:
        """Return how it ended."""
        if result.outcome.settles:
            return End(settled=True)
        sent = result.cause not in _NOT_SENT
        return End(settled=False, sent=sent, cause=result.cause.value if result.cause else None)

    def note(self, item: Waiting, result: PortalAnswer, again_at: datetime | None) -> None:
        """Write down how it ended."""
        self.answered(item, result, again_at)
