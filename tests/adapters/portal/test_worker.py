"""The worker: whose turn it is, what it sends, and that whoever waits is told in time."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.portal_support import CARD, CO_PAYMENT, LOOK_UP, QUESTION, TAKE, Says, little_portal
from tests.support import MORNING, Clock
from verification.adapters.portal.lights import Lights
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.worker import PortalWorker
from verification.card.portal import (
    Cause,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.adapters.portal.account import PortalAccount

SOON = 10.0


@contextmanager
def working(
    account: PortalAccount,
    limits: Limits = LIMITS,
    seconds: Callable[[], float] = time.monotonic,
) -> Iterator[PortalWorker]:
    worker = PortalWorker(account, lambda: MORNING, seconds, limits)
    try:
        yield worker
    finally:
        worker.stop()


def test_a_question_is_answered_and_the_light_is_on() -> None:
    with little_portal() as portal, working(portal.account()) as worker:
        assert worker.state().light is PortalLight.UNTRIED
        answer = worker.ask(QUESTION, urgent=True).result(SOON)
        assert (answer.outcome, answer.code, answer.at) == (PortalOutcome.ANSWERED, "000", MORNING)
        assert worker.state().light is PortalLight.WELL
        assert portal.paths() == ["take", "KQNhanLichSuKCB2024", "Lskcb2025"]


def test_a_question_that_lacks_something_is_not_sent() -> None:
    with little_portal() as portal, working(portal.account(officer=None)) as worker:
        for whole in (replace(QUESTION, ho_ten=" "), replace(QUESTION, so_the="123")):
            answer = worker.ask(whole, urgent=True).result(0)
            assert (answer.outcome, answer.cause) == (PortalOutcome.OFF, Cause.INCOMPLETE)
        answer = worker.ask(replace(QUESTION, officer=None), urgent=True).result(0)
        assert (answer.outcome, answer.cause, answer.detail) == (
            PortalOutcome.REFUSED_US,
            Cause.NO_OFFICER,
            "KIOSK_PORTAL_OFFICER",
        )
        assert not portal.asked


def test_a_portal_that_hangs_costs_the_desk_its_budget_and_then_nothing() -> None:
    answered = threading.Event()

    def hang(_handler: object) -> bool:
        return answered.wait(SOON) and False

    quick = {"seconds": replace(LIMITS.seconds, desk=0.5)}
    budget = replace(LIMITS, **quick, breaker=replace(LIMITS.breaker, failures=2))
    with (
        little_portal({LOOK_UP: Says(before=hang)}) as portal,
        working(portal.account(), budget) as worker,
    ):
        for _ in range(2):
            answer = worker.ask(QUESTION, urgent=True).result(SOON)
            assert (answer.outcome, answer.cause) == (PortalOutcome.SILENT, Cause.TIMEOUT)
        assert worker.state().light is PortalLight.DOWN
        asked = len(portal.asked)
        shut = worker.ask(QUESTION, urgent=True)
        assert shut.done()
        assert shut.result(0).cause is Cause.BREAKER
        assert worker.co_payment(QUESTION).result(SOON).cause is Cause.BREAKER
        assert len(portal.asked) == asked
        answered.set()


def test_the_portal_is_tried_again_once_the_breakers_time_is_over() -> None:
    quick = replace(LIMITS, breaker=replace(LIMITS.breaker, failures=1, first=0.05))
    broken = [Says("", 500), Says(CARD)]
    with little_portal({LOOK_UP: broken}) as portal, working(portal.account(), quick) as worker:
        assert worker.ask(QUESTION, urgent=True).result(SOON).cause is Cause.PORTAL_ERROR
        assert worker.state().light is PortalLight.DOWN
        wait_for(lambda: worker.ask(QUESTION, urgent=True).result(SOON).code == "000")
        assert worker.state().light is PortalLight.WELL


def test_no_data_of_one_card_is_no_failure_of_the_portal() -> None:
    with (
        little_portal({LOOK_UP: Says({"maKetQua": "100"})}) as portal,
        working(portal.account()) as worker,
    ):
        for _ in range(5):
            answer = worker.ask(QUESTION, urgent=True).result(SOON)
            assert (answer.cause, answer.code) == (Cause.PORTAL_ERROR, "100")
        assert worker.state().light is PortalLight.WELL


def test_beyond_the_accounts_rate_a_desk_is_told_at_once() -> None:
    slow = replace(LIMITS, burst=1)
    with little_portal() as portal, working(portal.account(rate=1), slow) as worker:
        assert worker.ask(QUESTION, urgent=True).result(SOON).code == "000"
        answer = worker.ask(QUESTION, urgent=True).result(SOON)
        assert (answer.outcome, answer.cause) == (PortalOutcome.SILENT, Cause.TURN)
        assert worker.state().light is PortalLight.WELL


def test_what_waits_leaves_room_for_desks() -> None:
    pace = replace(LIMITS, burst=4, kept=2)
    people = [replace(QUESTION, ho_ten=f"Nguyễn Thị Mẫu {name}") for name in "ABCDE"]
    with little_portal() as portal, working(portal.account(rate=24), pace, lambda: 0.0) as worker:
        waiting = [worker.ask(one, urgent=False) for one in people[:3]]
        assert [one.result(SOON).code for one in waiting[:2]] == ["000"] * 2
        desks = [worker.ask(one, urgent=True) for one in people[3:]]
        assert [one.result(SOON).code for one in desks] == ["000"] * 2
        assert not waiting[2].done()


def test_while_a_co_payment_is_waited_for_desks_are_answered() -> None:
    go = threading.Event()
    said = Says({"MaKetQua": "204"}, before=lambda _: go.wait(SOON))
    with little_portal({CO_PAYMENT: said}) as portal, working(portal.account()) as worker:
        paid = worker.co_payment(QUESTION)
        wait_for(lambda: portal.paths()[-1:] == ["TraCuuTienMCCT"])
        assert worker.ask(QUESTION, urgent=True).result(SOON).code == "000"
        assert not paid.done()
        go.set()
        assert paid.result(SOON).outcome is PortalOutcome.ANSWERED


def test_while_desks_wait_no_history_is_asked() -> None:
    go = threading.Event()
    first = Says(CARD, before=lambda _: go.wait(SOON))
    with (
        little_portal({LOOK_UP: [first, Says(CARD)]}) as portal,
        working(portal.account()) as worker,
    ):
        before = worker.ask(QUESTION, urgent=True)
        wait_for(lambda: len(portal.asked) == 2)
        behind = worker.ask(replace(QUESTION, ho_ten="Nguyễn Thị Mẫu Hai"), urgent=True)
        go.set()
        assert before.result(SOON).visits is None
        assert behind.result(SOON).visits == ()
        alone = worker.ask(QUESTION, urgent=False, history=False).result(SOON)
        assert alone.visits is None


def test_a_refusal_of_the_account_is_its_own_light() -> None:
    with (
        little_portal({TAKE: Says({"maKetQua": "401"})}) as portal,
        working(portal.account()) as worker,
    ):
        worker.ask(QUESTION, urgent=True).result(SOON)
        state = worker.state()
        assert (state.light, state.cause, state.since) == (
            PortalLight.REFUSES_US,
            Cause.ACCOUNT,
            MORNING,
        )


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (PortalAnswer(PortalOutcome.ANSWERED, MORNING, 300), PortalLight.WELL),
        (PortalAnswer(PortalOutcome.REJECTED, MORNING, 2500), PortalLight.SLOW),
        (PortalAnswer(PortalOutcome.SILENT, MORNING, cause=Cause.TIMEOUT), PortalLight.SLOW),
        (PortalAnswer(PortalOutcome.SILENT, MORNING, cause=Cause.DNS), PortalLight.DOWN),
        (
            PortalAnswer(PortalOutcome.REFUSED_US, MORNING, cause=Cause.OFFICER),
            PortalLight.REFUSES_US,
        ),
        (PortalAnswer(PortalOutcome.REFUSED_US, MORNING, cause=Cause.PARAMETERS), PortalLight.WELL),
    ],
)
def test_the_light_says_how_the_newest_question_ended(
    answer: PortalAnswer, light: PortalLight
) -> None:
    clock = Clock()
    lights = Lights(clock, 2.0)
    lights.note(answer)
    since = clock()
    clock.forward(minutes=1)
    lights.note(answer)
    assert lights.state(down=False, waiting=3) == PortalState(light, since, answer.cause, 3)
    assert lights.state(down=True, waiting=0).light is PortalLight.DOWN
