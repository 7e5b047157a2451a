"""One limiter, and the paces that it keeps."""

from __future__ import annotations

import threading

import pytest

from app_pages.server.guarded import FRAMES, FRAMES_A_SECOND
from verification.basics.limiter import Bucket, Limiter, Window


class Seconds:
    """A clock that stands until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_the_rate_limit_lets_a_second_of_frames_through_and_refills(seconds: Seconds) -> None:
    limiter = Limiter(seconds, FRAMES)
    allowed = sum(limiter.allows("desk") for _ in range(100))
    assert allowed == FRAMES_A_SECOND
    assert limiter.allows("other desk")
    seconds.now = 0.2
    assert limiter.allows("desk")


def test_asking_too_often_starves_nobody(seconds: Seconds) -> None:
    limiter = Limiter(seconds, FRAMES)
    allowed = 0
    for step in range(30 * 10):
        seconds.now = step / 30
        allowed += limiter.allows("desk")
    assert allowed >= 9 * FRAMES_A_SECOND


def test_a_bucket_lets_a_burst_through_then_its_rate(seconds: Seconds) -> None:
    limiter = Limiter(seconds, Bucket(2.0, burst=5))
    assert [limiter.allows("a") for _ in range(6)] == [True] * 5 + [False]
    assert limiter.wait("a") == 0.5
    seconds.now = 0.5
    assert [limiter.allows("a"), limiter.allows("a")] == [True, False]
    seconds.now = 3.0
    assert sum(limiter.allows("a") for _ in range(9)) == 5


def test_a_window_is_open_again_when_the_first_has_left_it(seconds: Seconds) -> None:
    limiter = Limiter(seconds, Window(3, seconds=60))
    for seconds.now in (0.0, 10.0, 20.0):
        assert limiter.allows("a")
    assert limiter.wait("a") == 40
    assert limiter.wait("b") == 0
    seconds.now = 60.0
    assert [limiter.allows("a"), limiter.allows("a")] == [True, False]
    assert limiter.wait("a") == 10


def test_what_is_noted_over_the_pace_makes_the_wait_longer(seconds: Seconds) -> None:
    limiter = Limiter(seconds, Window(2, seconds=60))
    for seconds.now in (0.0, 1.0, 30.0):
        limiter.note("a")
    assert limiter.wait("a") == 31


@pytest.mark.parametrize("pace", [Window(5, seconds=60), Bucket(1.0, burst=20)])
def test_many_who_came_once_do_not_fill_the_memory(seconds: Seconds, pace: Window | Bucket) -> None:
    limiter = Limiter(seconds, pace)
    for at in range(3_000):
        seconds.now += 0.1
        limiter.note(f"10.0.{at // 250}.{at % 250}")
    assert len(limiter) < 1_100


def test_moments_of_a_calendar_clock_lose_no_microsecond(seconds: Seconds) -> None:
    limiter = Limiter(seconds, Window(1, seconds=900))
    for at in range(1_000):
        seconds.now = begun = 1_795_647_600.000001 + at * 1.000001
        limiter.note(str(at))
        seconds.now = begun + 900
        assert limiter.wait(str(at)) == 0


def test_threads_at_once_are_all_counted(seconds: Seconds) -> None:
    limiter = Limiter(seconds, Window(1_000, seconds=60))
    threads = [
        threading.Thread(target=lambda: [limiter.note("a") for _ in range(250)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert limiter.wait("a") == 60
