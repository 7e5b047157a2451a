"""The desks' questions for the co-payment of a year: each ends beside the desk, kept till asked."""

import asyncio
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock

from app_pages.server.asking import BUDGET_SECONDS
from verification.basics.errors import KioskError
from verification.card.portal import Cause, CoPayment, Portal, PortalOutcome
from verification.kiosk import Kiosk
from verification.reception import copay_desk
from verification.reception.answer import Answer

_MOST = 100  # the newest: sums of money, of nobody by name
Asked = tuple[str, str]


class Paying:
    """What was asked for on this server, by desk and presentation.

    Args:
        kiosk: The kiosk.
        portal: Who is asked; None where nobody is.
    """

    def __init__(self, kiosk: Kiosk, portal: Portal | None) -> None:
        self._kiosk = kiosk
        self._portal = portal
        self._asked: OrderedDict[Asked, Future[CoPayment]] = OrderedDict()
        self._lock = Lock()

    def ask(self, desk: str, answer: Answer, *, again: bool) -> None:
        """Ask about whoever is on a desk's screen, once at a time.

        Args:
            desk: Whose.
            answer: On its screen.
            again: Ask too where an answer that counts is there already.
        """
        if self._portal is None:
            return
        key = (desk, answer.presented)
        before = self._asked.get(key)
        if before is not None and (not before.done() or (not again and _counts(before))):
            return
        with suppress(KioskError):  # what cannot be read now is told as lost, to be asked again
            self._keep(key, self._asked_of(self._portal, answer))

    def knows(self, desk: str, presented: str) -> bool:
        """Tell whether a desk has asked about a presentation."""
        return (desk, presented) in self._asked

    def found(self, desk: str, presented: str) -> CoPayment | None:
        """Return what the portal said, None where it has not yet, or that is not known."""
        asked = self._asked.get((desk, presented))
        ended = asked is not None and asked.done() and not asked.cancelled()
        return asked.result() if asked and ended and not asked.exception() else None

    async def has_ended(self, desk: str, presented: str, seconds: float = BUDGET_SECONDS) -> bool:
        """Wait a while for the end of a question; tell whether it has come."""
        asked = self._asked.get((desk, presented))
        if asked is None or asked.done():
            return True
        done, _ = await asyncio.wait({asyncio.wrap_future(asked)}, timeout=seconds)
        return bool(done)

    def _asked_of(self, portal: Portal, answer: Answer) -> "Future[CoPayment]":
        question = copay_desk.question_of(self._kiosk, answer)
        if isinstance(question, Cause):
            return _done(CoPayment(PortalOutcome.OFF, self._kiosk.clock(), cause=question))
        return portal.co_payment(question)

    def _keep(self, key: Asked, asked: "Future[CoPayment]") -> None:
        with self._lock:
            self._asked[key] = asked
            self._asked.move_to_end(key)
            while len(self._asked) > _MOST:
                self._asked.popitem(last=False)


def _counts(asked: "Future[CoPayment]") -> bool:
    told = None if asked.cancelled() or asked.exception() else asked.result()
    return told is not None and told.outcome.settles


def _done(told: CoPayment) -> "Future[CoPayment]":
    future: Future[CoPayment] = Future()
    future.set_result(told)
    return future
