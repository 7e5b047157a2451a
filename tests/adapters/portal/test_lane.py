"""Whose turn it is, and that whoever waits is told in time: with an asker that a test holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from verification.adapters.portal.breaker import Breaker
from verification.adapters.portal.lane import Ending, Lane, Patience
from verification.adapters.portal.limits import Opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URGENT = Patience(5.0)
LATER = Patience(30.0, 20.0)
SOON = 10.0


class Held:
    """Asks nobody; a test says when an answer comes."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.noted: list[str] = []
        self.go = threading.Semaphore(0)
        self.shut = False
        self.wait = 0.0
        self.aborted = 0
        self.hurried: Callable[[], bool] = lambda: False

    def is_shut(self, *, flying: bool) -> bool:
        return self.shut

    def pause(self, *, urgent: bool) -> float:
        return self.wait

    def perform(self, key: str, until: float, hurried: Callable[[], bool]) -> str:
        self.hurried = hurried
        self.begun.append(key)
        self.go.acquire(timeout=SOON)
        if key == "broken":
            raise RuntimeError(key)
        return f"answer to {key}"

    def abort(self) -> None:
        self.aborted += 1
        self.go.release()

    def ended(self, ending: Ending, waited: float) -> str:
        return ending.name

    def note(self, answer: str) -> None:
        self.noted.append(answer)


class Passing:
    """A clock that a test moves; the lane is told, since it sleeps by the real one."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float, lane: Lane[str, str]) -> None:
        self.now += seconds
        with lane._changed:
            lane._changed.notify_all()


@pytest.fixture
def passing() -> Passing:
    return Passing()


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def lane(held: Held, passing: Passing) -> Iterator[Lane[str, str]]:
    made: Lane[str, str] = Lane(held, passing, "test")
    yield made
    made.stop()


def begun(held: Held, count: int) -> None:
    wait_for(lambda: len(held.begun) == count)


def test_desks_go_before_the_others_and_each_in_their_order(
    lane: Lane[str, str], held: Held
) -> None:
    first = lane.ask("first", LATER)
    begun(held, 1)
    rest = [lane.ask(key, how) for key, how in (("b1", LATER), ("d1", URGENT), ("d2", URGENT))]
    assert lane.waiting() == 3
    assert held.hurried()
    for _ in range(4):
        held.go.release()
    assert [one.result(SOON) for one in (first, *rest)] == [
        f"answer to {key}" for key in ("first", "b1", "d1", "d2")
    ]
    assert held.begun == ["first", "d1", "d2", "b1"]


def test_the_same_question_is_asked_once_and_all_hear_the_answer(
    lane: Lane[str, str], held: Held
) -> None:
    same = [lane.ask("same", LATER)]
    begun(held, 1)
    same += [lane.ask("same", URGENT), lane.ask("same", LATER)]
    waiting = lane.ask("other", LATER)
    urgent = lane.ask("other", URGENT)  # the outbox's question becomes a desk's
    held.go.release()
    held.go.release()
    assert {one.result(SOON) for one in same} == {"answer to same"}
    assert waiting.result(SOON) == urgent.result(SOON) == "answer to other"
    assert held.begun == ["same", "other"]


def test_who_waited_long_enough_is_told_and_the_one_under_way_is_left(
    lane: Lane[str, str], held: Held, passing: Passing
) -> None:
    hanging = lane.ask("hangs", URGENT)
    begun(held, 1)
    behind = lane.ask("behind", URGENT)
    passing.pass_by(6.0, lane)
    assert (hanging.result(SOON), behind.result(SOON)) == ("LATE", "TURN")
    assert (held.begun, held.aborted, held.noted) == (["hangs"], 1, ["LATE"])
    held.go.release()
    assert lane.ask("next", URGENT).result(SOON) == "answer to next"


def test_a_desk_that_joins_a_slow_question_leaves_it_in_its_own_time(
    lane: Lane[str, str], held: Held, passing: Passing
) -> None:
    slow = lane.ask("slow", LATER)
    begun(held, 1)
    joined = lane.ask("slow", URGENT)
    passing.pass_by(6.0, lane)
    assert joined.result(SOON) == "LATE"
    assert not slow.done()
    held.go.release()
    assert slow.result(SOON) == "answer to slow"


def test_who_could_not_be_sent_in_time_is_told_at_once(lane: Lane[str, str], held: Held) -> None:
    held.wait = 60.0
    assert lane.ask("desk", URGENT).result(SOON) == "TURN"
    assert not held.begun


def test_behind_a_shut_door_nobody_waits(lane: Lane[str, str], held: Held) -> None:
    flying = lane.ask("flying", LATER)
    begun(held, 1)
    queued = lane.ask("queued", LATER)
    held.shut = True
    assert lane.ask("late", URGENT).done()
    held.go.release()
    assert flying.result(SOON) == "answer to flying"
    assert queued.result(SOON) == "SHUT"


def test_a_fault_of_our_own_is_an_answer_and_its_text_is_in_no_log(
    lane: Lane[str, str], held: Held, caplog: pytest.LogCaptureFixture
) -> None:
    held.go.release()
    assert lane.ask("broken", URGENT).result(SOON) == "FAULT"
    assert [record.getMessage() for record in caplog.records] == ["portal: RuntimeError"]
    held.go.release()
    assert lane.ask("next", URGENT).result(SOON) == "answer to next"


def test_on_stopping_everybody_is_told_and_nothing_is_sent_any_more(
    lane: Lane[str, str], held: Held
) -> None:
    waiting = [lane.ask("flying", LATER)]
    begun(held, 1)
    waiting += [lane.ask("queued", URGENT), lane.ask("flying", URGENT)]
    lane.stop()
    waiting.append(lane.ask("after", URGENT))
    assert {one.result(SOON) for one in waiting} == {"STOPPED"}
    assert held.begun == ["flying"]


def test_who_gave_up_disturbs_nobody(lane: Lane[str, str], held: Held) -> None:
    gone = lane.ask("same", LATER)
    begun(held, 1)
    stays = lane.ask("same", LATER)
    assert gone.cancel()
    held.go.release()
    assert stays.result(SOON) == "answer to same"


def test_the_breaker_opens_lets_one_try_and_waits_longer_each_time() -> None:
    now = 0.0
    breaker = Breaker(lambda: now, Opening(failures=2, first=10, growth=2, most=30))
    breaker.failed()
    breaker.went_well()
    breaker.failed()
    assert breaker.may_try()
    breaker.failed()
    waits = []
    for _ in range(4):
        waited = 0
        while not breaker.may_try():
            now += 1
            waited += 1
        waits.append(waited)
        assert breaker.is_open
        breaker.failed()
    assert waits == [10, 20, 30, 30]
    breaker.went_well()
    assert not breaker.is_open
    assert breaker.may_try()
