"""The desks' questions for the co-payment of a year: asked once at a time, told to their desk."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from app_pages.server.paying import Paying
from tests.app_pages.server.test_asking import Held, shown
from verification.card.portal import Cause, CoPayment, PortalOutcome, Question
from verification.reception import no_card

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

from tests.support import DESK


class Slow(Held):
    """A portal that tells a co-payment when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[Question] = []
        self.paid: list[Future[CoPayment]] = []

    def co_payment(self, question: Question) -> Future[CoPayment]:
        self.questions.append(question)
        self.paid.append(Future())
        return self.paid[-1]


def told(kiosk: Kiosk, outcome: PortalOutcome = PortalOutcome.ANSWERED) -> CoPayment:
    return CoPayment(outcome, kiosk.clock(), code="204")


def ended(paying: Paying, presented: str, desk: str = "1") -> bool:
    return asyncio.run(paying.has_ended(desk, presented, 0.01))


def test_one_question_at_a_time_and_what_counts_is_kept_until_asked_again(kiosk: Kiosk) -> None:
    portal = Slow()
    paying, answer = Paying(kiosk, portal), shown(kiosk, "patient-1")
    for _ in range(2):
        paying.ask("1", answer, again=True)
    assert len(portal.questions) == 1
    assert paying.found("1", answer.presented) is None
    assert not ended(paying, answer.presented)
    portal.paid[0].set_result(told(kiosk))
    assert ended(paying, answer.presented)
    paying.ask("1", answer, again=False)
    assert len(portal.questions) == 1
    assert paying.found("1", answer.presented) == told(kiosk)
    paying.ask("1", answer, again=True)
    assert len(portal.questions) == 2


@pytest.mark.parametrize("how", ["silent", "cancelled", "broken"])
def test_what_failed_is_asked_anew_without_a_word(kiosk: Kiosk, how: str) -> None:
    portal = Slow()
    paying, answer = Paying(kiosk, portal), shown(kiosk, "patient-1")
    paying.ask("1", answer, again=False)
    if how == "silent":
        portal.paid[0].set_result(told(kiosk, PortalOutcome.SILENT))
    elif how == "cancelled":
        portal.paid[0].cancel()
    else:
        portal.paid[0].set_exception(RuntimeError("broken"))
    assert (paying.found("1", answer.presented) is None) == (how != "silent")
    paying.ask("1", answer, again=False)
    assert len(portal.questions) == 2


def test_another_desk_is_told_nothing(kiosk: Kiosk) -> None:
    portal = Slow()
    paying, answer = Paying(kiosk, portal), shown(kiosk, "patient-1")
    paying.ask("1", answer, again=False)
    portal.paid[0].set_result(told(kiosk))
    assert paying.knows("1", answer.presented)
    assert not paying.knows("2", answer.presented)
    assert paying.found("2", answer.presented) is None
    assert ended(paying, answer.presented, "2")


def test_without_a_number_it_is_said_and_nobody_is_asked(kiosk: Kiosk) -> None:
    portal = Slow()
    answer = no_card.present_without_card(DESK, kiosk, "emergency", "Người Mẫu", "s:1")
    paying = Paying(kiosk, portal)
    paying.ask("1", answer, again=False)
    found = paying.found("1", answer.presented)
    assert found is not None
    assert (found.outcome, found.cause) == (PortalOutcome.OFF, Cause.INCOMPLETE)
    assert not portal.questions


def test_a_house_that_asks_no_portal_asks_nothing(kiosk: Kiosk) -> None:
    paying, answer = Paying(kiosk, None), shown(kiosk, "patient-1")
    paying.ask("1", answer, again=False)
    assert not paying.knows("1", answer.presented)
