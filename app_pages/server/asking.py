"""The desk's questions to the national portal: put beside the answer, noted when they end.

Nobody waits for them: a page asks whether one has ended. What ends is written into the log by the
portal's own worker, whether a browser is still there or not; what could not be written stays in the
outbox.
"""

import asyncio
from collections import OrderedDict
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock

from verification.basics.errors import KioskError
from verification.card.portal import Cause, Portal, PortalAnswer, PortalOutcome, Question
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered
from verification.reception import portal_answers
from verification.reception.answer import Answer

BUDGET_SECONDS = 3.0
"""How long the desk waits for the portal, and a page for the end of one request."""
BY_DESK = "desk"
_MOST = 500  # the newest; an older one is in the log and, unanswered, in the outbox


@dataclass(frozen=True)
class Asked:
    """A question of a desk.

    Args:
        desk: Whose.
        ended: Done once its end is written down, or cannot be.
        cause: Why nothing was asked, None where it was.
    """

    desk: str
    ended: "Future[None]" = field(default_factory=Future)
    cause: Cause | None = None


class Late:
    """Whom the portal spoke against after the desk's question was over, by the visit's desk."""

    def __init__(self) -> None:
        self._newest: dict[str, str] = {}

    def note(self, ended: Event) -> None:
        """Take notice of how a question of the outbox ended."""
        if ended.kind is EventKind.PORTAL_ANSWERED:
            told = PortalAnswered.of(ended.codes)
            if told.visits and told.outcome != PortalOutcome.ANSWERED:
                self._newest[ended.desk] = told.presented

    def of(self, desk: str) -> str | None:
        """Return the presentation of the newest one at a desk, None for nobody since the start."""
        return self._newest.get(desk)


class Asking:
    """The questions of this server's desks, by what was presented.

    Args:
        kiosk: The kiosk.
        portal: Who is asked; None where nobody is.
        late: Whom the outbox heard bad news of.
    """

    def __init__(self, kiosk: Kiosk, portal: Portal | None, late: Late | None = None) -> None:
        self.late = late or Late()
        self._kiosk = kiosk
        self._portal = portal
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._lock = Lock()

    def ask(self, answer: Answer) -> None:
        """Ask about whoever was presented now, once; without a name or birth date nothing is asked.

        Args:
            answer: To a presentation at a desk; a look and a row of the list ask nothing.
        """
        if self._portal is None or answer.looked or answer.reopened:
            return
        if answer.event.person_ref is None or self._is_known(answer.presented):
            return
        with suppress(KioskError):  # what cannot be read now is asked by the outbox
            question = portal_answers.question_of(self._kiosk, answer.event, answer.visit)
            if isinstance(question, Question):
                self._put(answer.event, self._portal, question)
            else:
                self._keep(answer.presented, Asked(answer.event.desk, _done(), question))

    def is_asking(self, presented: str) -> bool:
        """Tell whether the portal may still answer the desk's question."""
        found = self._asked.get(presented)
        return found is not None and not found.ended.done()

    def why_not(self, presented: str) -> Cause | None:
        """Return why nothing was asked of a presentation, None where it was or is not known."""
        found = self._asked.get(presented)
        return found.cause if found else None

    def desk_of(self, presented: str) -> str | None:
        """Return whose question it is, None for none of this start."""
        found = self._asked.get(presented)
        return found.desk if found else None

    async def has_ended(self, presented: str, seconds: float = BUDGET_SECONDS) -> bool:
        """Wait a while for the end of a question; tell whether it has come."""
        found = self._asked.get(presented)
        if found is None or found.ended.done():
            return True
        done, _ = await asyncio.wait({asyncio.wrap_future(found.ended)}, timeout=seconds)
        return bool(done)

    def _is_known(self, presented: str) -> bool:
        found = self._asked.get(presented)
        return found is not None and found.cause is None  # a name may have been added since

    def _put(self, presented: Event, portal: Portal, question: Question) -> None:
        asked = Asked(presented.desk)
        self._keep(presented.event_id, asked)
        future = portal.ask(question, urgent=True)
        future.add_done_callback(lambda ended: self._note(presented, asked, ended))

    def _keep(self, presented: str, asked: Asked) -> None:
        with self._lock:
            self._asked[presented] = asked
            self._asked.move_to_end(presented)
            while len(self._asked) > _MOST:
                self._asked.popitem(last=False)

    def _note(self, presented: Event, asked: Asked, ended: "Future[PortalAnswer]") -> None:
        """Write the end down in the worker's thread, then tell who waits for it."""
        try:
            answer = None if ended.cancelled() or ended.exception() else ended.result()
            if answer is not None:
                with suppress(KioskError):
                    portal_answers.note(self._kiosk, presented, answer, BY_DESK)
        finally:
            asked.ended.set_result(None)


def _done() -> "Future[None]":
    future: Future[None] = Future()
    future.set_result(None)
    return future
