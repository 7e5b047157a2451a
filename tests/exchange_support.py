"""What tests of the outbox share: visits that wait for the portal, and a portal that answers."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.log.contract.engines import kiosk_on
from tests.support import DESK, MASTER_KEY, Clock
from verification.basics.dates import PartialDate
from verification.card.memory import MemoryCards
from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
    Question,
)
from verification.log.memory import MemoryLog
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.visit_events import Presented, Received
from verification.log.writing import write, write_alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from verification.kiosk import Kiosk
    from verification.log.outbox import Waiting
    from verification.log.ports import LogTransaction
    from verification.log.visit import Visit

OK = PortalOutcome.ANSWERED


def waiting_kiosk(clock: Clock) -> Kiosk:
    """Return a kiosk on a log in memory that asks the portal."""
    kiosk = kiosk_on(MemoryLog(MASTER_KEY, clock), MemoryCards(), clock)
    return replace(kiosk, asks_portal=True)


def receive(
    kiosk: Kiosk, name: str = "Mẫu", *, portal: str | None = "waiting", handover: bool = False
) -> Visit:
    """Receive somebody of whom the portal did not say anything yet."""

    def work(log: LogTransaction) -> str:
        ref = log.person(None, ())
        shown = Presented("bhyt_qr", "eligible", ("valid",), cach_trinh="vssid")
        of = {"person_ref": ref}
        content = {"ban_ghi": {"ho_ten": name}}
        presented = write(log, DESK, shown, content=content, **of).event_id
        received = Received(
            presented, "eligible", "valid", "vssid", portal=portal, handover=handover
        )
        return write(log, DESK, received, **of).event_id

    visit = kiosk.written.visit(kiosk.written.write(work))
    assert visit
    return visit


@dataclass
class Told:
    """A portal that answers at once what a test says, and what the outbox writes down of it.

    Args:
        kiosk: Where it is written down.
        cause: Why it does not answer; None where it does.
        light: How it is.
        asked: The visits that it was asked about.
        then: Called while it is being asked.
    """

    kiosk: Kiosk
    cause: Cause | None = None
    light: PortalLight = PortalLight.WELL
    asked: list[str] = field(default_factory=list)
    then: Callable[[], object] = lambda: None

    def ask(
        self, question: Question, *, urgent: bool, history: bool = True
    ) -> Future[PortalAnswer]:
        """Answer at once."""
        assert not urgent
        assert history
        self.asked.append(question.so_the)
        self.then()
        outcome = PortalOutcome.SILENT if self.cause else OK
        answer = PortalAnswer(outcome, self.kiosk.clock(), cause=self.cause)
        done: Future[PortalAnswer] = Future()
        done.set_result(answer if self.cause else replace(answer, code="000"))
        return done

    def co_payment(self, question: Question) -> Future[CoPayment]:
        """Nobody asks for it here."""
        raise NotImplementedError

    def state(self) -> PortalState:
        """Return how it is."""
        return PortalState(self.light)

    def question(self, item: Waiting) -> Question | Cause | None:
        """Return the question about a visit, none about one that was undone."""
        visit = self.kiosk.written.visit(item.visit)
        born = PartialDate(1994, 3, 5)
        return Question(item.visit, "Mẫu", born) if visit and not visit.cancelled else None

    def note(self, item: Waiting, answer: PortalAnswer, again_at: datetime | None) -> None:
        """Write down how it ended."""
        visit = self.kiosk.written.visit(item.visit)
        assert visit
        what = (visit.presented, answer.outcome.value, 5, "outbox", (item.visit,))
        cause = answer.cause.value if answer.cause else None
        again = again_at.isoformat() if again_at else None
        ended = (
            PortalAnswered(*what, code=answer.code)
            if answer.outcome.settles
            else PortalFailed(*what, cause=cause, again_at=again)
        )
        write_alone(self.kiosk.written, DESK, ended)
