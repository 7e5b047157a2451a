"""Every fault of the practice portal against every call, through the real client and worker.

In each case: the right outcome, no exception, a future that ends, what was sent counted, and no
secret in any log. Nothing is timed: what hangs would hang for ever, and ends by its short budget.
"""

from __future__ import annotations

import itertools
import logging
import random
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
import requests

from tests.adapters.portal.practice.conftest import OFFICER, Asker
from tests.support import ROOT
from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace, Practice
from verification.adapters.portal.worker import PortalWorker
from verification.basics.dates import VIETNAM, parse_partial
from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalLight,
    PortalOfficer,
    PortalOutcome,
    Question,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from verification.adapters.portal.practice.asked import Entry

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=VIETNAM)
HERE = Question("NN4797900000205", "Phùng Khẽ Mẫu", parse_partial("1991-12-30"))
FIRST = Question("CB2797900000271", "Nguyễn Song Ngữ Mẫu", parse_partial("1978-04-14"))
PATIENCE = 30.0  # seconds after which a test gives up: no budget is as long
SHORT = 0.2
QUICK = Pace(slow=0.05)
SIGNED = b"<CHECKIN><CHUKYDONVI>x</CHUKYDONVI></CHECKIN>"
SILENT, REFUSED, ANSWERED = (
    PortalOutcome.SILENT,
    PortalOutcome.REFUSED_US,
    PortalOutcome.ANSWERED,
)


@dataclass(frozen=True)
class Right:
    """What is right to come of a case.

    Args:
        outcome: How it ends.
        causes: One of these; none for an answer that counts.
        sent: How often the call may have been sent for it.
    """

    outcome: PortalOutcome = ANSWERED
    causes: frozenset[Cause | None] = frozenset({None})
    sent: int = 1


def silent(*causes: Cause) -> Right:
    return Right(SILENT, frozenset(causes))


WELL = Right()
CUT = silent(Cause.CONNECTION, Cause.NOT_READABLE)
BROKEN = silent(Cause.NOT_READABLE)
FAILED = silent(Cause.PORTAL_ERROR)
AGAIN = Right(sent=2)
NO_RIGHT = Right(REFUSED, frozenset({Cause.RIGHT}), 2)

LOOK_UP = {
    Fault.SLOW: WELL,
    Fault.HANG: silent(Cause.TIMEOUT),
    Fault.RESET: silent(Cause.CONNECTION),
    Fault.HTTP_500: FAILED,
    Fault.HTTP_502: FAILED,
    Fault.EMPTY: BROKEN,
    Fault.TRUNCATED: BROKEN,
    Fault.WRONG_TYPE: BROKEN,
    Fault.UNKNOWN_CODE: Right(PortalOutcome.UNKNOWN_CODE),
    Fault.ONCE_401: AGAIN,
    Fault.ALWAYS_401: NO_RIGHT,
    Fault.TOKEN_ADDRESS: NO_RIGHT,
    Fault.TOKEN_EXPIRED: WELL,
    Fault.NULL_HISTORY: WELL,
    Fault.UPPER_KEYS: WELL,
    Fault.RATE_LIMIT: FAILED,
    Fault.CLOCK_SKEW: WELL,
    Fault.DIES: CUT,
    Fault.UNSIGNED: WELL,
}
# what is about tokens and questions does not touch the taking of one
TOKEN = LOOK_UP | {
    Fault.UNKNOWN_CODE: FAILED,
    Fault.ONCE_401: WELL,
    Fault.ALWAYS_401: WELL,
    Fault.TOKEN_ADDRESS: WELL,
    Fault.RATE_LIMIT: WELL,
}
CO_PAYMENT = LOOK_UP | {Fault.RATE_LIMIT: Right(REFUSED, frozenset({Cause.RIGHT}))}
# the card is answered whatever becomes of its history; how often that is sent
HISTORY = dict.fromkeys(Fault, 1) | {
    Fault.ONCE_401: 2,
    Fault.ALWAYS_401: 2,
    Fault.TOKEN_ADDRESS: 2,
}
TOLD = {
    Fault.SLOW,
    Fault.ONCE_401,
    Fault.TOKEN_EXPIRED,
    Fault.UPPER_KEYS,
    Fault.CLOCK_SKEW,
    Fault.UNSIGNED,
}
NOT_TAKEN = {Fault.HTTP_500, Fault.HTTP_502, Fault.RATE_LIMIT, Fault.UNSIGNED}
NOT_LET_IN = {Fault.ALWAYS_401, Fault.ONCE_401, Fault.TOKEN_ADDRESS}


class Told:
    """What the portal told on its console; `then` is done once it answered the next look-up."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.then: Callable[[], None] | None = None

    def __call__(self, entry: Entry) -> None:
        self.lines.append(entry.line)
        if self.then and entry.call is Call.LOOK_UP:
            then, self.then = self.then, None
            then()


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
def portal(told: Told) -> Iterator[Practice]:
    """Return one practice portal for all cases; each begins without a fault."""
    with Practice(ROOT / "fixtures", clock=lambda: NOW, pace=QUICK, tell=told) as made:
        yield made
    lines = "\n".join(told.lines)
    assert not [secret for secret in secrets(made) if secret in lines]


@pytest.fixture(autouse=True)
def watched(
    portal: Practice, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """Look after each case whether a secret or a person stands in a log."""
    portal.set(())
    caplog.set_level(logging.DEBUG)
    yield
    portal.set(())
    said = "\n".join((caplog.text, *capfd.readouterr()))
    assert not [secret for secret in secrets(portal) if secret in said]
    assert "Traceback" not in said


def secrets(portal: Practice) -> list[str]:
    """Return what may stand nowhere."""
    asker = Asker(portal)
    people_in_it = [words for one in (HERE, FIRST) for words in (one.so_the, one.ho_ten)]
    given = portal.calls._door._given
    ours = (people()["account"]["password"], asker.md5, asker.md5.upper(), *OFFICER.values())
    return [*ours, *people_in_it, *given, *(one.id_token for one in given.values())]


def limits(budget: float, **seconds_too: float) -> Limits:
    """Return the shipped limits with other budgets, and enough questions at once."""
    waits = dict.fromkeys(("desk", "answer", "co_payment", "login"), budget)
    waits |= {"history": 0.0, "history_most": PATIENCE} | seconds_too
    seconds = replace(LIMITS.seconds, **waits)
    return replace(LIMITS, seconds=seconds, burst=1_000)


@contextmanager
def working(portal: Practice, budget: float, **seconds_too: float) -> Iterator[PortalWorker]:
    account = PortalAccount(
        portal.url,
        **people()["account"],
        officer=PortalOfficer(OFFICER["hoTenCb"], OFFICER["cccdCb"]),
        rate=6_000,
    )
    worker = PortalWorker(account, lambda: NOW, time.monotonic, limits(budget, **seconds_too))
    try:
        yield worker
    finally:
        worker.stop()


def budget_with(fault: Fault) -> float:
    """Return a budget that a hanging call uses up soon, and no other one ever does."""
    return SHORT if fault is Fault.HANG else PATIENCE


def asked(worker: PortalWorker, question: Question = HERE) -> PortalAnswer:
    return worker.ask(question, urgent=True).result(PATIENCE)


def paid(worker: PortalWorker) -> CoPayment:
    return worker.co_payment(HERE).result(PATIENCE)


def holds(answer: PortalAnswer | CoPayment, right: Right, sent: int) -> None:
    """Assert that a case ended as is right; also that it names nobody."""
    assert (answer.outcome, answer.cause in right.causes, sent) == (
        right.outcome,
        True,
        right.sent,
    ), (answer.cause, answer.detail)
    assert HERE.ho_ten not in f"{answer.detail}"
    if answer.outcome is PortalOutcome.UNKNOWN_CODE:
        assert answer.code == "977"


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_while_the_token_is_taken(portal: Practice, fault: Fault) -> None:
    before, right = portal.asked.times(Call.TOKEN), TOKEN[fault]
    portal.set({fault}, {Call.TOKEN})
    with working(portal, budget_with(fault)) as worker:
        holds(asked(worker), right, portal.asked.times(Call.TOKEN) - before)
        portal.set(())
        assert asked(worker, FIRST).code == "000"


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_the_look_up(portal: Practice, fault: Fault) -> None:
    with working(portal, budget_with(fault)) as worker:
        worker_is_ready(worker)
        before = portal.asked.times(Call.LOOK_UP, HERE.so_the)
        portal.set({fault}, {Call.LOOK_UP})
        answer = asked(worker)
        holds(answer, LOOK_UP[fault], portal.asked.times(Call.LOOK_UP, HERE.so_the) - before)
        if answer.outcome is ANSWERED:
            assert answer.card
            assert answer.card.ho_ten == HERE.ho_ten
        elif answer.outcome is not PortalOutcome.UNKNOWN_CODE:
            assert answer.card is None
        assert answer.visits is None or answer.outcome is ANSWERED


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_the_history_leaves_the_cards_answer(portal: Practice, fault: Fault) -> None:
    hangs = {"history_most": SHORT} if fault is Fault.HANG else {}
    with working(portal, PATIENCE, **hangs) as worker:
        worker_is_ready(worker)
        before = portal.asked.times(Call.HISTORY, HERE.so_the)
        portal.set({fault}, {Call.HISTORY})
        answer = asked(worker)
        sent = portal.asked.times(Call.HISTORY, HERE.so_the) - before
        assert (answer.outcome, answer.code, sent) == (ANSWERED, "000", HISTORY[fault])
        if fault is Fault.NULL_HISTORY:
            assert answer.visits == ()
        elif fault in TOLD:
            assert [visit.ma_cskcb for visit in answer.visits or ()] == ["79027"]
        else:
            assert answer.visits is None
        portal.set(())
        assert asked(worker, FIRST).code == "000"


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_the_co_payment(portal: Practice, fault: Fault) -> None:
    with working(portal, budget_with(fault)) as worker:
        worker_is_ready(worker)
        before = portal.asked.times(Call.CO_PAYMENT, HERE.so_the)
        portal.set({fault}, {Call.CO_PAYMENT})
        answer = paid(worker)
        holds(answer, CO_PAYMENT[fault], portal.asked.times(Call.CO_PAYMENT, HERE.so_the) - before)
        most = max((row.luy_ke for row in answer.rows), default=None)
        assert most == (16_400_000 if answer.outcome is ANSWERED else None)
        portal.set(())
        assert asked(worker, FIRST).code == "000"  # a desk does not notice


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_of_everything_at_once_and_its_end(portal: Practice, fault: Fault) -> None:
    """As it is in an outage: all calls, twice, and then it is over."""
    with working(portal, budget_with(fault)) as worker:
        portal.set({fault})
        first, _ = asked(worker), paid(worker)
        assert first.outcome in {LOOK_UP[fault].outcome, TOKEN[fault].outcome}
        assert worker.state().light is not PortalLight.UNTRIED


@pytest.mark.parametrize("fault", Fault)
def test_a_check_in_record_is_taken_once_at_most(portal: Practice, fault: Fault) -> None:
    """No client sends one yet; what will send one may send it again."""
    asker, record = Asker(portal), SIGNED + fault.value.encode()
    asker.take()
    before = portal.calls.records
    portal.set({fault}, {Call.CHECK_IN})
    try:
        asker.check_in(record, timeout=SHORT if fault is Fault.HANG else PATIENCE)
    except requests.RequestException:
        assert fault in {Fault.HANG, Fault.RESET, Fault.DIES}
    assert portal.calls.records - before == (fault not in NOT_TAKEN | NOT_LET_IN)
    portal.set(())
    asker.take()
    receipt = asker.check_in(record).json()
    assert (receipt["maKetQua"], portal.calls.records - before) == ("200", 1)


@pytest.mark.parametrize("call", [Call.HISTORY, Call.LOOK_UP])
def test_what_follows_a_cards_answer_does_not_use_up_its_budget(
    portal: Practice, told: Told, call: Call
) -> None:
    """The second look-up of a replaced card, and the history, hang until the desk gives up."""
    old = Question("SV4010100000267", "Mã Thẻ Còn Hạn Thử", parse_partial("2001-03-08"))
    with working(portal, 1.5, spare=1.0) as worker:
        worker_is_ready(worker)
        told.then = lambda: portal.set({Fault.HANG}, {call})
        answer = asked(worker, old)
        assert (answer.outcome, answer.code) == (ANSWERED, "004")


def test_a_slow_answer_that_drips_past_the_budget_is_let_be(portal: Practice) -> None:
    with working(portal, SHORT) as worker:
        worker_is_ready(worker)
        portal.pace = Pace(slow=2 * PATIENCE)
        try:
            portal.set({Fault.SLOW})
            answer = asked(worker)
        finally:
            portal.pace = QUICK
        assert (answer.outcome, answer.cause) == (SILENT, Cause.TIMEOUT)


def test_two_faults_at_once_are_an_outcome_too(portal: Practice) -> None:
    pairs = list(itertools.combinations([f for f in Fault if f is not Fault.HANG], 2))
    with working(portal, PATIENCE) as worker:
        for pair in random.Random(15).sample(pairs, 24):
            portal.set(pair)
            answer = asked(worker)
            assert isinstance(answer.outcome, PortalOutcome)
            assert (answer.cause is None) == (
                answer.outcome in {ANSWERED, PortalOutcome.UNKNOWN_CODE}
            )


def worker_is_ready(worker: PortalWorker) -> None:
    """Let it take a token, so that the next call is the first that meets a fault."""
    for _ in range(20):  # a short budget may be too short on a busy machine
        if asked(worker, FIRST).outcome is ANSWERED:
            return
    pytest.fail("the practice portal does not answer")
