"""The desks' questions to the portal: asked once, written down whoever is there, then told."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app_pages.server import asking as module
from app_pages.server.asking import Asking
from tests.support import DESK, payload
from verification.basics.errors import StoreError
from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
    Question,
)
from verification.log.portal_events import PortalFailed
from verification.log.visit import PortalWord
from verification.reception import no_card, portal_answers, portal_desk
from verification.reception.answer import Scan
from verification.reception.checkin import present, receive

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.answer import Answer


class Held:
    """A portal that answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[Question, bool]] = []
        self.futures: list[Future[PortalAnswer]] = []

    def ask(
        self, question: Question, *, urgent: bool, history: bool = True
    ) -> Future[PortalAnswer]:
        self.asked.append((question, urgent))
        self.futures.append(Future())
        return self.futures[-1]

    def co_payment(self, question: Question) -> Future[CoPayment]:
        raise NotImplementedError

    def state(self) -> PortalState:
        return PortalState(PortalLight.WELL)


@pytest.fixture
def asks(kiosk: Kiosk) -> Kiosk:
    return replace(kiosk, asks_portal=True)


def shown(kiosk: Kiosk, slug: str, *, lookup: bool = False) -> Answer:
    return present(DESK, kiosk, Scan((payload(slug),)), lookup=lookup)


def answer_of(kiosk: Kiosk, code: str | None = "000") -> PortalAnswer:
    if code is None:
        return PortalAnswer(PortalOutcome.SILENT, kiosk.clock(), 3000, cause=Cause.TIMEOUT)
    return PortalAnswer(PortalOutcome.ANSWERED, kiosk.clock(), 800, code)


def word(kiosk: Kiosk, answer: Answer) -> PortalWord | None:
    visit = kiosk.written.visit(answer.visit.visit_id) if answer.visit else None
    return visit.portal if visit else None


def test_a_presentation_is_asked_about_once_before_all_others_and_written_down(asks: Kiosk) -> None:
    portal = Held()
    asking, answer = Asking(asks, portal), shown(asks, "patient-1")
    asking.ask(answer)
    asking.ask(answer)  # the page is drawn again
    ((question, urgent),) = portal.asked
    assert (question.so_the, urgent) == ("DN4797900000201", True)
    assert asking.is_asking(answer.presented)
    assert asking.desk_of(answer.presented) == DESK.desk
    portal.futures[0].set_result(answer_of(asks))  # no browser is there any more
    assert not asking.is_asking(answer.presented)
    assert word(asks, answer) is PortalWord.ANSWERED


def test_what_is_silent_is_written_down_and_asked_again_by_the_outbox(asks: Kiosk) -> None:
    portal = Held()
    asking, answer = Asking(asks, portal), shown(asks, "patient-1")
    asking.ask(answer)
    portal.futures[0].set_result(answer_of(asks, None))
    event = portal_desk.newest(asks, answer.presented)
    assert event is not None
    assert PortalFailed.of(event.codes).by == "desk"
    assert word(asks, answer) is PortalWord.WAITING
    (item,) = asks.written.exchanged.waiting()
    assert not item.is_dead


def test_nobody_is_asked_about_a_look_a_stranger_or_without_a_portal(asks: Kiosk) -> None:
    portal = Held()
    asking = Asking(asks, portal)
    asking.ask(shown(asks, "patient-1", lookup=True))
    asking.ask(shown(asks, "foreign-1"))
    asking.ask(replace(shown(asks, "patient-1"), reopened=True))
    Asking(asks, None).ask(shown(asks, "patient-1"))
    assert portal.asked == []


def test_a_number_without_name_is_asked_about_once_the_name_is_known(asks: Kiosk) -> None:
    portal = Held()
    asking = Asking(asks, portal)
    answer = receive(DESK, asks, no_card.present_without_card(DESK, asks, "lost", "Người Mẫu"))
    asking.ask(answer)
    assert asking.why_not(answer.presented) is Cause.INCOMPLETE
    assert not asking.is_asking(answer.presented)
    asking.ask(no_card.complete(DESK, asks, answer, "DN4797900000201", "đúng người"))
    assert [question.so_the for question, _ in portal.asked] == ["DN4797900000201"]


def test_who_waits_is_told_of_the_end_and_waits_no_longer_than_the_budget(asks: Kiosk) -> None:
    portal = Held()
    asking, answer = Asking(asks, portal), shown(asks, "patient-1")
    asking.ask(answer)

    async def waits() -> tuple[bool, bool]:
        before = await asking.has_ended(answer.presented, seconds=0.01)
        later = asyncio.ensure_future(asking.has_ended(answer.presented))
        await asyncio.sleep(0)
        await asyncio.to_thread(portal.futures[0].set_result, answer_of(asks))
        return before, await later

    assert asyncio.run(waits()) == (False, True)
    assert asyncio.run(asking.has_ended("1-99"))  # of nobody, or of a start before


def test_a_log_that_cannot_be_written_loses_nothing_and_holds_nobody_up(
    asks: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("đầy", "full")

    portal = Held()
    asking, answer = Asking(asks, portal), shown(asks, "patient-1")
    asking.ask(answer)
    monkeypatch.setattr(portal_answers, "note", full)
    portal.futures[0].set_result(answer_of(asks))
    assert not asking.is_asking(answer.presented)
    assert len(asks.written.exchanged.waiting()) == 1  # the outbox asks


def test_old_questions_make_room_and_one_that_was_never_answered_is_no_error(
    asks: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST", 1)
    portal = Held()
    asking = Asking(asks, portal)
    first, second = shown(asks, "patient-1"), shown(asks, "patient-2")
    asking.ask(first)
    asking.ask(second)
    assert asking.desk_of(first.presented) is None
    portal.futures[0].set_result(answer_of(asks))  # written down all the same
    assert word(asks, first) is PortalWord.ANSWERED
    portal.futures[1].cancel()
    assert not asking.is_asking(second.presented)


def test_what_the_outbox_hears_against_a_visit_is_told_to_the_desk_that_received(
    asks: Kiosk,
) -> None:
    asking, answer = Asking(asks, Held()), shown(asks, "patient-1")
    for code, outcome in (("000", PortalOutcome.ANSWERED), ("110", PortalOutcome.REJECTED)):
        assert asking.late.of(DESK.desk) is None
        told = replace(answer_of(asks, code), outcome=outcome)
        asking.late.note(portal_answers.note(asks, answer.event, told, "outbox"))
    assert asking.late.of(DESK.desk) == answer.presented
    assert asking.late.of("2") is None
