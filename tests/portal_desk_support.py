"""A desk that asks a portal in memory, and answers of that portal."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.support import DESK, MASTER_KEY, TODAY, Clock, payload
from verification.card import presented
from verification.card.facts import Card, Facility, Record, Status
from verification.card.memory import MemoryCards
from verification.card.portal import PortalAnswer, Question
from verification.card.portal_codes import outcome_of
from verification.exchange.memory_portal import MemoryPortal
from verification.exchange.observed import Observed, answers_in
from verification.kiosk import Kiosk
from verification.log.memory import MemoryLog
from verification.reception import checkin, portal_answers
from verification.reception.answer import Answer, Scan
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.log.events import Event

SLUG = "same-old15"
QR = payload(SLUG)
NEW = "DN4797900000099"


def of_qr(**facts: object) -> Card:
    """Return the card of the QR, changed where the test says so."""
    card = presented.read(QR, TODAY).card
    assert card is not None
    return replace(card, **facts)  # type: ignore[arg-type]  # names of fields, checked by replace


def stored(status: Status = Status.HIEU_LUC, **facts: object) -> Record:
    """Return the record of the store around the card of the QR."""
    return Record(of_qr(**facts), status, None, TODAY)


def an_answer(
    code: str,
    *,
    at: Clock | None = None,
    card: Card | None = None,
    new: Card | None = None,
    then: PortalAnswer | None = None,
    note: str | None = None,
) -> PortalAnswer:
    """Return an answer about the card of the QR."""
    own = of_qr()
    asked = Question(str(own.ma_the), str(own.ho_ten), own.ngay_sinh)  # type: ignore[arg-type]  # the QR has one
    now = (at or Clock()).now
    return PortalAnswer(
        outcome_of(code), now, 7, code, note, card=card, new=new, then=then, asked=asked
    )


@dataclass
class PortalDesk:
    """A desk with a card store, a log in memory, and a portal."""

    records: Sequence[Record] = ()
    clock: Clock = field(default_factory=Clock)
    scans: int = 0

    def __post_init__(self) -> None:
        self.log = MemoryLog(MASTER_KEY, self.clock)
        here = Facility("79014", "Bệnh viện Mẫu", "79", "ban_dau")
        cards = MemoryCards(self.records, [here])
        seen = Observed(cards, answers_in(self.log))
        rules = Rules(law.shipped())
        self.kiosk = Kiosk(seen, self.log, rules, "79014", self.clock, asks_portal=True)

    def present(self, raw: bytes = QR, **more: object) -> Answer:
        """Present a card."""
        self.scans += 1
        scan = Scan((raw,), f"scan-{self.scans}", **more)  # type: ignore[arg-type]  # fields of a scan
        return checkin.present(DESK, self.kiosk, scan)

    def note(self, answer: Answer, told: PortalAnswer, by: str = "desk") -> Event:
        """Note what the portal answered a second later."""
        self.clock.forward(seconds=1)
        told = replace(told, at=self.clock.now, asked=None)
        return portal_answers.note(self.kiosk, answer.event, told, by)

    def upgraded(self, answer: Answer) -> Answer:
        """Judge an answer anew."""
        return portal_answers.upgraded(DESK, self.kiosk, answer)

    def ask(self, answer: Answer, told: PortalAnswer) -> Answer:
        """Ask a portal that answers so, note it, and judge anew."""
        question = portal_answers.question_of(self.kiosk, answer.event, answer.visit)
        assert isinstance(question, Question)
        portal = MemoryPortal({question.so_the: told}, self.clock)
        self.note(answer, portal.ask(question, urgent=True).result())
        return self.upgraded(answer)


OVER_QR = QR.replace(b"|-|28/12/2025|", b"|18/10/2025|28/12/2025|").replace(
    b"01/01/2026", b"01/01/2024"
)
"""The QR of a period that is over for the store of `expired_desk`."""
RENEWED = an_answer("000", card=of_qr(gt_the_tu=date(2026, 1, 1), gt_the_den=date(2026, 12, 31)))


def expired_desk() -> PortalDesk:
    """Return a desk whose store believes that the card has ended long ago."""
    end = TODAY - timedelta(days=400)
    return PortalDesk([stored(gt_the_tu=date(2024, 1, 1), gt_the_den=end)])


def reasons(answer: Answer) -> list[str]:
    """Return the codes of an answer's reasons."""
    return [finding.reason.value for finding in answer.verdict.reasons]
