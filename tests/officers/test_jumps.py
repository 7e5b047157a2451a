"""Locks, idle times and waits while somebody sets the machine's clock, on each engine."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.log.contract.engines import ENGINES, kiosk_on
from tests.support import MASTER_KEY, MORNING, Clock, a_password, officer_account
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.clocks import forward_only, stopwatch
from verification.basics.errors import SignInError
from verification.card.memory import MemoryCards
from verification.log.account import Place, Policy, SessionState
from verification.officers import signin, staff
from verification.officers.attempts import Memory
from verification.officers.elapsed import Elapsed
from verification.operations.wiring import local_now
from verification.rights import Role, command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.kiosk import Kiosk
    from verification.log.account import Account, Session, Signed

HERE = Place("1", "127.0.0.1")
PIN = "2957"
LIVE, LOCKED, ENDED = SessionState.LIVE, SessionState.LOCKED, SessionState.ENDED
# how far somebody sets the clock
JUMPS = {
    "two seconds back": timedelta(seconds=-2),
    "two seconds on": timedelta(seconds=2),
    "4:59 back": timedelta(seconds=-299),
    "five minutes back": timedelta(minutes=-5),
    "5:01 on": timedelta(seconds=301),
    "an hour back": timedelta(hours=-1),
    "three hours back": timedelta(hours=-3),
    "seven hours on": timedelta(hours=7),
    "a day back": timedelta(days=-1),
    "a day on": timedelta(days=1),
    "to 1970": datetime(1970, 1, 1, tzinfo=UTC) - MORNING,
    "to 2099": datetime(2099, 12, 31, tzinfo=UTC) - MORNING,
}
every_jump = pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture(params=ENGINES)
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Kiosk]:
    """Return a kiosk on each engine with two officers."""
    with ENGINES[request.param](tmp_path, clock) as opened:
        kiosk = kiosk_on(opened.log, MemoryCards(), clock)
        officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
        officer_account(kiosk, "binh", Role.AUDITOR)
        yield kiosk


def restarted(kiosk: Kiosk, clock: Clock) -> Kiosk:
    """Return a kiosk that remembers nothing but what the store holds."""
    return replace(kiosk, clock=Clock(clock.now))


def signed_in(kiosk: Kiosk, name: str = "an.nt") -> Signed:
    return signin.sign_in(kiosk, name, a_password(name), HERE)


def fail(kiosk: Kiosk, times: int) -> None:
    for _ in range(times):
        with pytest.raises(SignInError):
            signin.sign_in(kiosk, "an.nt", "khong-phai-cai-nay", HERE)


def waits(kiosk: Kiosk) -> int:
    """Return for how many seconds the account must wait, 0 where it need not."""
    try:
        signed_in(kiosk)
    except SignInError as told:
        return int(told.en.split()[-2])
    return 0


def state(kiosk: Kiosk, signed: Signed) -> SessionState:
    return signin.standing(kiosk, signed.session.digest)[0]


def account(kiosk: Kiosk) -> Account:
    found = kiosk.written.accounts.account("an.nt")
    assert found
    return found


def session(kiosk: Kiosk, signed: Signed) -> Session:
    found = kiosk.written.accounts.session(signed.session.digest)
    assert found
    return found


# ---- within one process: nothing follows the clock


@every_jump
def test_an_idle_session_locks_after_five_minutes_wherever_the_clock_is_set(
    desk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    signed = signed_in(desk)
    clock.forward(minutes=2)
    clock.now += jump
    assert state(desk, signed) is LIVE
    clock.forward(minutes=2, seconds=59)
    assert state(desk, signed) is LIVE
    clock.forward(seconds=1)
    assert state(desk, signed) is LOCKED
    assert signin.actor(desk, signed.session.digest) is None
    clock.now -= jump  # nor does setting it right wake it
    assert state(desk, signed) is LOCKED


@every_jump
def test_a_person_who_is_there_keeps_the_session_whatever_the_clock_shows(
    desk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    signed = signed_in(desk)
    clock.now += jump
    for _ in range(10):
        clock.forward(minutes=4)
        signin.touch(desk, signed.session.digest)
        assert state(desk, signed) is LIVE
    clock.now -= jump
    clock.forward(minutes=4)
    assert state(desk, signed) is LIVE
    clock.forward(minutes=1)
    assert state(desk, signed) is LOCKED


@every_jump
def test_a_session_ends_when_it_is_over_wherever_the_clock_is_set(
    desk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    kiosk = replace(desk, policy=Policy(longest=timedelta(minutes=40)))
    signed = signed_in(kiosk)
    clock.now += jump
    for _ in range(9):
        clock.forward(minutes=4)
        signin.touch(kiosk, signed.session.digest)
    assert state(kiosk, signed) is LIVE
    assert [found.digest for found in listed(kiosk)] == [signed.session.digest]
    clock.forward(minutes=4)
    assert state(kiosk, signed) is ENDED
    assert listed(kiosk) == []
    signed_in(kiosk, "binh")  # the next one to sign in sweeps it away
    assert len(kiosk.written.accounts.sessions()) == 1


def listed(kiosk: Kiosk) -> list[Session]:
    """Return the sessions that an administrator sees."""
    return list(staff.list_sessions(command_line("1"), kiosk))


@every_jump
def test_a_wait_after_wrong_passwords_is_as_long_as_it_was_said_to_be(
    desk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    fail(desk, 5)
    clock.forward(seconds=10)
    clock.now += jump
    assert waits(desk) == 50
    clock.forward(seconds=49)
    assert waits(desk) == 1
    clock.forward(seconds=1)
    assert waits(desk) == 0


@every_jump
def test_an_address_and_a_name_without_an_account_wait_by_the_same_seconds(
    clock: Clock, jump: timedelta
) -> None:
    memory = Memory(clock)
    for _ in range(20):
        memory.wrong("10.0.0.7", "khong-co")
    clock.now += jump
    clock.forward(minutes=14)
    with pytest.raises(SignInError, match="in 60 seconds"):
        memory.refuse("10.0.0.7", None)
    with pytest.raises(SignInError, match="in 60 seconds"):
        memory.refuse("", "khong-co")
    clock.forward(minutes=1)
    memory.refuse("10.0.0.7", "khong-co")


@pytest.mark.parametrize(
    ("jump", "opens"),
    [
        (timedelta(0), True),
        (timedelta(seconds=-2), True),
        (timedelta(hours=-3), True),  # the same day, and minutes ago
        (timedelta(hours=3), True),
        (timedelta(days=-1), False),
        (timedelta(days=1), False),
        (timedelta(days=-365), False),
    ],
)
def test_a_pin_opens_on_the_day_of_the_login_alone_where_the_clock_jumps_too(
    desk: Kiosk, clock: Clock, jump: timedelta, *, opens: bool
) -> None:
    signed = with_pin(desk)
    clock.now += jump
    assert unlocks(desk, signed) is opens


def test_a_clock_set_back_a_day_makes_no_login_of_yesterday_one_of_today(
    desk: Kiosk, clock: Clock
) -> None:
    kiosk = replace(desk, policy=Policy(longest=timedelta(hours=40)))
    signed = with_pin(kiosk)
    clock.forward(hours=24)
    clock.jump(hours=-24)
    assert not unlocks(kiosk, signed)


def with_pin(kiosk: Kiosk) -> Signed:
    """Return a locked session of an officer with a PIN."""
    signed = signed_in(kiosk)
    acting = signin.actor(kiosk, signed.session.digest)
    assert acting
    staff.set_pin(acting, kiosk, a_password("an.nt"), PIN)
    signin.lock(kiosk, signed.session.digest)
    return signed


def unlocks(kiosk: Kiosk, signed: Signed) -> bool:
    """Tell whether the PIN opens a locked session."""
    try:
        signin.unlock(kiosk, signed.session.digest, PIN, HERE)
    except SignInError:
        return False
    return state(kiosk, signed) is LIVE


# ---- across a restart: what the store holds, and never more than its own length


@pytest.mark.parametrize(
    ("jump", "after"),
    [
        ({"seconds": -2}, LIVE),
        ({"seconds": 2}, LIVE),
        ({"minutes": 4, "seconds": 59}, LIVE),
        ({"minutes": 5}, LOCKED),
        ({"minutes": -1}, LOCKED),  # it was there later than now: nobody knows how long ago
        ({"hours": -3}, LOCKED),
        ({"days": -1}, LOCKED),
        ({"days": -20_000}, LOCKED),
        ({"hours": 3}, LOCKED),
        ({"hours": 12}, ENDED),
        ({"days": 1}, ENDED),
        ({"days": 20_000}, ENDED),
    ],
)
def test_after_a_restart_a_sign_of_later_than_now_keeps_no_session_alive(
    desk: Kiosk, clock: Clock, jump: dict[str, float], after: SessionState
) -> None:
    signed = signed_in(desk)
    clock.jump(**jump)
    assert state(restarted(desk, clock), signed) is after


def test_a_session_that_was_there_later_than_now_opens_by_the_password_and_idles_again(
    desk: Kiosk, clock: Clock
) -> None:
    signed = signed_in(desk)
    clock.jump(hours=-3)
    other = Clock(clock.now)
    again = replace(desk, clock=other)
    assert state(again, signed) is LOCKED
    signin.touch(again, signed.session.digest)  # a touch wakes nobody
    assert state(again, signed) is LOCKED
    signin.unlock(again, signed.session.digest, a_password("an.nt"), HERE)
    assert state(again, signed) is LIVE
    other.forward(minutes=4, seconds=59)
    assert state(again, signed) is LIVE
    other.forward(seconds=1)
    assert state(again, signed) is LOCKED
    other.forward(hours=12)
    assert state(again, signed) is ENDED


@pytest.mark.parametrize(
    ("jump", "wait"),
    [
        ({"seconds": 0}, 60),
        ({"seconds": 59}, 1),
        ({"seconds": 60}, 0),
        ({"seconds": -2}, 60),
        ({"minutes": -5}, 60),
        ({"hours": -3}, 60),
        ({"days": -1}, 60),
        ({"days": -20_000}, 60),
        ({"days": 1}, 0),  # it ends early; the failures still count
    ],
)
def test_after_a_restart_a_wait_is_never_longer_than_its_failures_ask_for(
    desk: Kiosk, clock: Clock, jump: dict[str, float], wait: int
) -> None:
    fail(desk, 5)
    clock.jump(**jump)
    assert waits(restarted(desk, clock)) == wait


def test_a_wait_that_a_jump_ended_early_is_longer_after_the_next_wrong_attempt(
    desk: Kiosk, clock: Clock
) -> None:
    fail(desk, 5)
    clock.jump(days=1)
    again = restarted(desk, clock)
    fail(again, 1)
    assert waits(again) == 120


def test_the_longest_wait_after_a_restart_a_day_back_is_a_quarter_of_an_hour(
    desk: Kiosk, clock: Clock
) -> None:
    for _ in range(10):
        fail(desk, 1)
        clock.forward(minutes=15)
    fail(desk, 1)
    clock.jump(days=-1)
    other = Clock(clock.now)
    again = replace(desk, clock=other)
    assert waits(again) == 900
    other.forward(minutes=15)
    assert waits(again) == 0
    assert account(again).failures == 0


@pytest.mark.parametrize(
    ("jump", "opens"),
    [({"seconds": -2}, True), ({"hours": 3}, True), ({"hours": -3}, False), ({"days": 1}, False)],
)
def test_after_a_restart_a_login_of_later_than_now_lets_no_pin_in(
    desk: Kiosk, clock: Clock, jump: dict[str, float], *, opens: bool
) -> None:
    signed = with_pin(desk)
    clock.jump(**jump)
    assert unlocks(restarted(desk, clock), signed) is opens


def test_two_processes_on_one_file_see_the_same_lock_where_one_saw_the_jump(
    tmp_path: Path, clock: Clock
) -> None:
    with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, clock)) as log:
        kiosk = kiosk_on(log, MemoryCards(), clock)
        officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
        signed = signed_in(kiosk)
        clock.jump(hours=-3)
        with closing(SqliteLog(tmp_path / "kiosk.db", MASTER_KEY, clock)) as second:
            other = replace(kiosk, log=second, clock=Clock(clock.now))
            assert state(kiosk, signed) is LIVE
            assert state(other, signed) is LOCKED  # the one that knows less is the stricter
            signin.lock(other, signed.session.digest)
        assert state(kiosk, signed) is LOCKED
        assert session(kiosk, signed).locked


# ---- what it is measured with


def test_a_clock_without_steady_seconds_counts_forward_alone() -> None:
    now = [MORNING]
    seconds = forward_only(lambda: now[0])
    passed = []
    for step in (60, -3600, 60, -86_400, 0, 5):
        now[0] += timedelta(seconds=step)
        passed.append(seconds())
    assert passed == [60, 60, 120, 120, 120, 125]


def test_the_machines_own_clock_has_steady_seconds() -> None:
    seconds = stopwatch(local_now)
    assert seconds == local_now.steady
    first = seconds()
    time.sleep(0.01)
    assert 0.01 <= seconds() - first < 5


def test_only_so_many_moments_are_kept_and_the_oldest_goes_first(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("verification.officers.elapsed._MOST", 2)
    elapsed = Elapsed(clock)
    for name in ("a", "b", "c"):
        elapsed.note(name, MORNING)
    clock.forward(minutes=1)
    clock.jump(hours=1)
    assert [elapsed.since(name, MORNING) for name in ("b", "c")] == [timedelta(minutes=1)] * 2
    assert elapsed.since("a", MORNING) == timedelta(hours=1, minutes=1)
