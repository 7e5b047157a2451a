"""A national portal in memory: the `Portal` port for trials and tests, no network behind it."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime

from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
    Question,
)


class MemoryPortal:
    """Answers at once, by the number that is asked for.

    Args:
        answers: What it answers, by number; of any other it knows nothing (050).
        clock: The time of an answer.
    """

    def __init__(self, answers: Mapping[str, PortalAnswer], clock: Callable[[], datetime]) -> None:
        self._answers = answers
        self._clock = clock
        self.asked: list[Question] = []

    def ask(
        self,
        question: Question,
        *,
        urgent: bool,  # noqa: ARG002  # nobody waits here
        history: bool = True,  # noqa: ARG002
    ) -> Future[PortalAnswer]:
        """Ask about a card."""
        self.asked.append(question)
        unknown = PortalAnswer(PortalOutcome.REJECTED, self._clock(), code="050")
        found = self._answers.get(question.so_the, unknown)
        return _done(replace(found, at=self._clock(), asked=question))

    def co_payment(self, question: Question) -> Future[CoPayment]:  # noqa: ARG002
        """Ask for the co-payment of the year; nothing is known of it."""
        silent = CoPayment(PortalOutcome.SILENT, self._clock(), cause=Cause.TIMEOUT)
        ended: Future[CoPayment] = Future()
        ended.set_result(silent)
        return ended

    def state(self) -> PortalState:
        """Return how the portal is: well."""
        return PortalState(PortalLight.WELL)


def _done(answer: PortalAnswer) -> Future[PortalAnswer]:
    ended: Future[PortalAnswer] = Future()
    ended.set_result(answer)
    return ended
