"""The one worker of an account: it asks the portal for the whole server and knows how it is."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.breaker import Breaker
from verification.adapters.portal.checking import CheckLine, CheckState, PortalChecks, check
from verification.adapters.portal.client import OFFICER_SETTING, PortalClient
from verification.adapters.portal.codes import OF_ONE_CARD
from verification.adapters.portal.lane import Ending, Lane, Patience
from verification.adapters.portal.lights import Lights
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.records import RecordLine
from verification.adapters.portal.replies import without_answer
from verification.adapters.portal.token import TokenKeeper
from verification.adapters.portal.transport import Failed
from verification.basics.limiter import Bucket, Limiter
from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalOutcome,
    PortalState,
    Question,
)

_CAUSES = {
    Ending.TURN: Cause.TURN,
    Ending.LATE: Cause.TIMEOUT,
    Ending.SHUT: Cause.BREAKER,
    Ending.STOPPED: Cause.STOPPED,
    Ending.FAULT: Cause.NOT_READABLE,
}
_PARTS = 6  # of a minute: what may follow at once is never more than one of them
_NUMBERS = frozenset({10, 12, 15})
_A = TypeVar("_A", bound=PortalAnswer | CoPayment)
Asked = tuple[Question, bool]


class PortalWorker:
    """Asks the portal; see `Portal`. What it returns is always completed, on stopping too.

    What is to be done once an answer is there (`add_done_callback`) runs in the worker's thread:
    it must not wait for anything.

    Args:
        account: Of the facility.
        clock: The time of an answer.
        seconds: Of a clock that nobody sets.
        limits: How long is waited, and how often it is tried.

    Attributes:
        account: Of the facility.
        checks: The way to the portal step by step.
        records: The line for check-in records.
    """

    def __init__(
        self,
        account: PortalAccount,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        limits: Limits = LIMITS,
    ) -> None:
        self.account = account
        self._clock = clock
        self._limits = limits
        self._lights = Lights(clock, limits.seconds.slow)
        keeper = TokenKeeper(account, seconds, limits)
        shared = _Shared(account, clock, seconds, limits)
        self._breaker = shared.breaker
        cards, paid, self._trying = (
            PortalClient(account, keeper, clock, seconds, limits) for _ in range(3)
        )
        self._seconds = seconds
        self._again = (cards.try_again, paid.try_again)
        self.checks = PortalChecks(self._check, clock)
        self._cards = Lane(_Cards(shared, cards, self._lights), seconds, "portal")
        # it may take two minutes: nobody at a desk waits behind it
        self._paid = Lane(_Paid(shared, paid), seconds, "portal-co-payment")
        self.records = RecordLine(account, keeper, seconds, _Records(shared), limits)

    def ask(
        self, question: Question, *, urgent: bool, history: bool = True
    ) -> Future[PortalAnswer]:
        """Ask about a card."""
        seconds = self._limits.seconds
        patience = Patience(seconds.desk) if urgent else Patience(seconds.begin, seconds.answer)
        if not _is_whole(question):
            return _done(PortalAnswer(PortalOutcome.OFF, self._clock(), cause=Cause.INCOMPLETE))
        if question.officer is None and self.account.officer is None:
            failed = Failed(Cause.NO_OFFICER, OFFICER_SETTING)
            return _done(without_answer(failed, self._clock()))
        return self._cards.ask((question, history), patience)

    def co_payment(self, question: Question) -> Future[CoPayment]:
        """Ask for the co-payment of the year."""
        seconds = self._limits.seconds
        if not _is_whole(question):
            return _done(CoPayment(PortalOutcome.OFF, self._clock(), cause=Cause.INCOMPLETE))
        return self._paid.ask(question, Patience(seconds.begin, seconds.co_payment))

    def state(self) -> PortalState:
        """Return how the portal is."""
        return self._lights.state(down=self._breaker.is_open, waiting=self._cards.waiting())

    def _check(self) -> Iterator[CheckLine]:
        """Try each step of the way; what was found is how the portal is."""
        failed = None
        for line in check(self.account, self._trying, self._seconds):
            yield line
            failed = line if line.state is CheckState.FAILED else failed
        if failed is None:
            for again in self._again:
                again()
            self._breaker.went_well()
        self._lights.checked(failed.cause if failed else None)

    def stop(self) -> None:
        """Send nothing any more; whoever waits is told."""
        self._trying.abort()
        self._cards.stop()
        self._paid.stop()
        self.records.abort()


class _Shared:
    """What both kinds of questions are subject to."""

    def __init__(
        self,
        account: PortalAccount,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        limits: Limits,
    ) -> None:
        self.clock = clock
        self.breaker = Breaker(seconds, limits.breaker)
        self._who = account.user
        pace = account.rate / 60
        most = max(1, min(limits.burst, account.rate // _PARTS))
        # one pace, counted in both: the second has room left when the first has none
        self._others = Limiter(seconds, Bucket(pace, max(1, most - limits.kept)))
        self._desks = Limiter(seconds, Bucket(pace, most))
        self._turn = threading.Lock()

    def pause(self, *, urgent: bool) -> float:
        """Return the seconds until one more may be sent; where it may be now it is counted."""
        with self._turn:
            wait = (self._desks if urgent else self._others).wait(self._who)
            if wait <= 0:
                self.count()
            return wait

    def count(self) -> None:
        """Count one that was sent."""
        self._desks.note(self._who)
        self._others.note(self._who)


class _Records:
    """The pace of records: that of the account, after everybody at a desk."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared

    def pause(self) -> float:
        return self._shared.pause(urgent=False)

    def is_shut(self) -> bool:
        breaker = self._shared.breaker
        return breaker.is_open and not breaker.may_try()


class _Cards:
    """Looks cards up, for the lane."""

    def __init__(self, shared: _Shared, client: PortalClient, lights: Lights) -> None:
        self._shared = shared
        self._client = client
        self._lights = lights

    def is_shut(self, *, flying: bool) -> bool:
        breaker = self._shared.breaker
        return breaker.is_open and (flying or not breaker.may_try())

    def pause(self, *, urgent: bool) -> float:
        return self._shared.pause(urgent=urgent)

    def perform(self, key: Asked, until: float, hurried: Callable[[], bool]) -> PortalAnswer:
        question, history = key
        answer = self._client.ask(question, until, lambda: history and not hurried())
        if answer.then is not None:
            self._shared.count()
        return answer

    def abort(self) -> None:
        self._client.abort()

    def ended(self, ending: Ending, waited: float) -> PortalAnswer:
        at, ms = self._shared.clock(), round(waited * 1000)
        return PortalAnswer(PortalOutcome.SILENT, at, ms, cause=_CAUSES[ending])

    def note(self, answer: PortalAnswer) -> None:
        if answer.outcome is PortalOutcome.SILENT and answer.code not in OF_ONE_CARD:
            self._shared.breaker.failed()
        else:
            self._shared.breaker.went_well()
        self._lights.note(answer)


class _Paid:
    """Asks for co-payments, for the lane; how these go says nothing of the look-ups."""

    def __init__(self, shared: _Shared, client: PortalClient) -> None:
        self._shared = shared
        self._client = client

    def is_shut(self, *, flying: bool) -> bool:  # noqa: ARG002  # as the lane asks
        return not self._shared.breaker.may_try()

    def pause(self, *, urgent: bool) -> float:  # noqa: ARG002  # whoever asks stands there
        return self._shared.pause(urgent=True)

    def perform(self, key: Question, until: float, hurried: Callable[[], bool]) -> CoPayment:  # noqa: ARG002
        return self._client.co_payment(key, until)

    def abort(self) -> None:
        self._client.abort()

    def ended(self, ending: Ending, waited: float) -> CoPayment:
        at, ms = self._shared.clock(), round(waited * 1000)
        return CoPayment(PortalOutcome.SILENT, at, ms, cause=_CAUSES[ending])

    def note(self, answer: CoPayment) -> None: ...


def _is_whole(question: Question) -> bool:
    """Tell whether the question has what the portal needs."""
    return bool(question.ho_ten.strip()) and len(question.so_the) in _NUMBERS


def _done(answer: _A) -> Future[_A]:
    future: Future[_A] = Future()
    future.set_result(answer)
    return future
