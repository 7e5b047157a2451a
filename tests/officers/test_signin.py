"""Who is let in, for how long, and what is logged of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from tests.support import MASTER_KEY, a_password, officer_account
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import Forbidden, RequestError, SignInError
from verification.card.memory import MemoryCards
from verification.log.account import Place, Policy, SessionState
from verification.log.events import EventKind
from verification.officers import passwords, signin, staff
from verification.officers.attempts import Memory
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.account import Signed
    from verification.log.events import Event

HERE = Place("1", "127.0.0.1")
ELSEWHERE = Place("2", "10.0.0.7")
WRONG = "khong-phai-cai-nay"
PIN = "2957"
MANAGER = command_line("1")

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def desk(kiosk: Kiosk) -> Kiosk:
    """Return a kiosk with the receptionist `an.nt` and the auditor `binh`."""
    officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
    officer_account(kiosk, "binh", Role.AUDITOR)
    return kiosk


def signed_in(kiosk: Kiosk, name: str = "an.nt", place: Place = HERE) -> Signed:
    """Sign an officer in."""
    return signin.sign_in(kiosk, name, a_password(name), place)


def with_pin(kiosk: Kiosk, name: str) -> None:
    """Sign an officer in and out again with a PIN set."""
    signed = signed_in(kiosk, name)
    acting = signin.actor(kiosk, signed.session.digest)
    assert acting
    staff.set_pin(acting, kiosk, a_password(name), PIN)
    signin.sign_out(kiosk, signed.session.digest)


def fail(kiosk: Kiosk, times: int, name: str = "an.nt", place: Place = HERE) -> list[str]:
    """Try a wrong password several times; return what was said."""
    said = []
    for _ in range(times):
        with pytest.raises(SignInError) as told:
            signin.sign_in(kiosk, name, WRONG, place)
        said.append(told.value.en)
    return said


def events(kiosk: Kiosk, *kinds: EventKind) -> Sequence[Event]:
    """Return the events of some kinds."""
    return kiosk.written.events(kinds, kiosk.clock() - timedelta(days=30))


def stays(kiosk: Kiosk, signed: Signed) -> SessionState:
    """Return the state of a session."""
    return signin.standing(kiosk, signed.session.digest)[0]


# ---- signing in


def test_the_right_password_opens_a_session_of_the_officer_at_the_desk(desk: Kiosk) -> None:
    signed = signed_in(desk)
    acting = signin.actor(desk, signed.session.digest)
    assert acting
    assert (acting.officer, acting.roles, acting.desk) == ("an.nt", {Role.RECEPTIONIST}, "1")
    assert stays(desk, signed) is SessionState.LIVE
    assert signin.digest_of(signed.token) == signed.session.digest
    (event,) = events(desk, EventKind.SIGNED_IN)
    assert event.codes == {"officer": "an.nt", "how": "password", "address": "127.0.0.1"}


def test_a_name_is_taken_in_any_case_and_with_blanks_around(desk: Kiosk) -> None:
    assert signin.sign_in(desk, " An.NT ", a_password("an.nt"), HERE)


def test_the_token_is_nowhere_in_the_store(desk: Kiosk, log: SqliteLog) -> None:
    signed = signed_in(desk)
    files = log._path.parent.glob("kiosk.db*")
    assert len(signed.token) >= 43  # 256 bits
    assert all(signed.token.encode() not in path.read_bytes() for path in files)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(desk: Kiosk) -> None:
    assert fail(desk, 1) == fail(desk, 1, "khong-co")


def test_of_an_unknown_name_nothing_is_logged_but_the_try(desk: Kiosk) -> None:
    fail(desk, 1, "mat-khau-go-nham-o")
    fail(desk, 1)
    unknown, known = events(desk, EventKind.SIGN_IN_FAILED)
    assert unknown.codes == {"how": "password", "address": "127.0.0.1"}
    assert known.codes == {"how": "password", "address": "127.0.0.1", "account": "an.nt"}


def test_a_disabled_account_is_told_like_a_wrong_password(desk: Kiosk) -> None:
    staff.disable(MANAGER, desk, "an.nt")
    with pytest.raises(SignInError) as told:
        signed_in(desk)
    assert [told.value.en] == fail(desk, 1, "khong-co")


# ---- throttling


def test_after_five_wrong_the_account_waits_a_minute_then_longer(desk: Kiosk, clock: Clock) -> None:
    assert all("wrong" in said for said in fail(desk, 5))
    waits = []
    for _ in range(6):
        with pytest.raises(SignInError, match="try again in") as told:
            signed_in(desk, place=ELSEWHERE)
        waits.append(int(told.value.en.split()[-2]))
        assert str(waits[-1]) in told.value.vi
        clock.forward(seconds=waits[-1])
        fail(desk, 1, place=Place("1", ""))
    assert waits == [60, 120, 240, 480, 900, 900]


def test_a_name_without_an_account_waits_from_its_last_wrong_attempt(clock: Clock) -> None:
    memory = Memory(clock)
    for _ in range(5):
        memory.wrong("", "khong-co")
        clock.forward(seconds=59)
    with pytest.raises(SignInError, match="in 1 seconds"):
        memory.refuse("", "khong-co")
    clock.forward(seconds=1)
    memory.refuse("", "khong-co")


def test_the_right_password_after_the_wait_clears_the_count(desk: Kiosk, clock: Clock) -> None:
    fail(desk, 5)
    clock.forward(minutes=1)
    signed_in(desk)
    account = desk.written.accounts.account("an.nt")
    assert account
    assert (account.failures, account.locked_until) == (0, None)


def test_a_refused_try_is_not_counted_again(desk: Kiosk) -> None:
    fail(desk, 9)
    assert len(events(desk, EventKind.SIGN_IN_FAILED)) == 5


def test_an_unknown_name_waits_like_a_known_one(desk: Kiosk) -> None:
    assert fail(desk, 7, "khong-co") == fail(desk, 7, place=ELSEWHERE)


def test_an_address_waits_after_twenty_wrong_whatever_the_names(desk: Kiosk, clock: Clock) -> None:
    for number in range(20):
        fail(desk, 1, f"ten-{number}")
        clock.forward(seconds=10)
    with pytest.raises(SignInError, match="in 700 seconds"):
        signed_in(desk)
    assert signed_in(desk, place=ELSEWHERE)
    clock.forward(seconds=700)
    assert signed_in(desk)


def test_a_wait_is_known_to_another_process(desk: Kiosk, log: SqliteLog, clock: Clock) -> None:
    fail(desk, 5)
    other = SqliteLog(log._path, MASTER_KEY, clock)
    try:
        with pytest.raises(SignInError, match="60 seconds"):
            signed_in(replace(desk, log=other))
    finally:
        other.close()


def test_tries_at_one_moment_are_all_counted(desk: Kiosk) -> None:
    def attempt(_number: int) -> str:
        with pytest.raises(SignInError) as told:
            signin.sign_in(desk, "an.nt", WRONG, HERE)
        return told.value.en

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(attempt, range(12)))
    account = desk.written.accounts.account("an.nt")
    assert account
    assert account.failures == sum("is wrong" in words for words in said) >= 5
    assert account.locked_until


def test_a_hash_of_weaker_parameters_is_replaced_at_the_next_sign_in(
    desk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher())
    for _ in range(2):
        signed_in(desk)
        account = desk.written.accounts.account("an.nt")
        assert account
        assert account.password.startswith("$argon2id$v=19$m=65536,t=3,")


# ---- how long a session lasts


def test_an_idle_session_is_locked_and_a_touch_keeps_it(desk: Kiosk, clock: Clock) -> None:
    signed = signed_in(desk)
    clock.forward(minutes=4)
    signin.touch(desk, signed.session.digest)
    clock.forward(minutes=4)
    assert stays(desk, signed) is SessionState.LIVE
    clock.forward(minutes=1)
    assert stays(desk, signed) is SessionState.LOCKED
    assert signin.actor(desk, signed.session.digest) is None


def test_a_touch_never_wakes_a_locked_session(desk: Kiosk, clock: Clock) -> None:
    idle, locked = signed_in(desk), signed_in(desk, "binh")
    signin.lock(desk, locked.session.digest)
    clock.forward(minutes=6)
    for signed in (idle, locked):
        signin.touch(desk, signed.session.digest)
        assert stays(desk, signed) is SessionState.LOCKED


@pytest.mark.parametrize(("idle", "coarse"), [(300, 30), (3600, 30), (20, 2)])
def test_a_touch_is_written_now_and_then_only(
    desk: Kiosk, clock: Clock, idle: int, coarse: int
) -> None:
    kiosk = replace(desk, policy=Policy(idle=timedelta(seconds=idle)))
    signed = signed_in(kiosk)
    begun = signed.session.active_at
    for seconds, written in ((coarse - 1, False), (1, True)):
        now = clock.forward(seconds=seconds)
        signin.touch(kiosk, signed.session.digest)
        kept = kiosk.written.accounts.session(signed.session.digest)
        assert kept
        assert kept.active_at == (now if written else begun)


def test_a_session_ends_whatever_happens(desk: Kiosk, clock: Clock) -> None:
    signed = signed_in(desk)
    for _ in range(12 * 15):
        clock.forward(minutes=4)
        signin.touch(desk, signed.session.digest)
    assert stays(desk, signed) is SessionState.ENDED
    signed_in(desk)
    assert len(desk.written.accounts.sessions()) == 1


def test_a_session_outlives_its_process(desk: Kiosk, log: SqliteLog, clock: Clock) -> None:
    signed = signed_in(desk)
    other = SqliteLog(log._path, MASTER_KEY, clock)
    try:
        assert stays(replace(desk, log=other), signed) is SessionState.LIVE
    finally:
        other.close()


@pytest.mark.parametrize("act", ["sign_out", "disable", "set_password", "own", "end"])
def test_what_ends_a_session_ends_it_at_once(desk: Kiosk, act: str) -> None:
    signed, other = signed_in(desk), signed_in(desk, "binh")
    digest = signed.session.digest
    acting = signin.actor(desk, digest)
    assert acting
    {
        "sign_out": lambda: signin.sign_out(desk, digest),
        "disable": lambda: staff.disable(MANAGER, desk, "an.nt"),
        "set_password": lambda: staff.set_password(MANAGER, desk, "an.nt", "tram-xanh-82-la"),
        "own": lambda: staff.change_password(acting, desk, a_password("an.nt"), "tram-xanh-82-la"),
        "end": lambda: staff.end_session(MANAGER, desk, digest),
    }[act]()
    assert stays(desk, signed) is SessionState.ENDED
    assert signin.actor(desk, digest) is None
    assert stays(desk, other) is SessionState.LIVE


def test_an_unknown_digest_is_an_ended_session(desk: Kiosk) -> None:
    assert signin.standing(desk, "0" * 64)[0] is SessionState.ENDED
    for act in (signin.lock, signin.sign_out, signin.touch):
        act(desk, "0" * 64)
    with pytest.raises(SignInError, match="has ended"):
        signin.unlock(desk, "0" * 64, a_password("an.nt"), HERE)
    assert events(desk, EventKind.LOCKED, EventKind.SIGNED_OUT) == []


def test_a_change_of_roles_holds_at_once(desk: Kiosk) -> None:
    signed = signed_in(desk)
    staff.change_roles(MANAGER, desk, "an.nt", frozenset({Role.AUDITOR}))
    acting = signin.actor(desk, signed.session.digest)
    assert acting
    assert acting.roles == {Role.AUDITOR}


def test_a_session_whose_account_is_gone_has_ended(desk: Kiosk) -> None:
    orphan = replace(signed_in(desk).session, digest="orphan", officer="khong-co")
    desk.written.write(lambda log: log.accounts.put_session(orphan))
    assert signin.standing(desk, "orphan")[0] is SessionState.ENDED
    assert signin.actor(desk, "orphan") is None


def test_a_session_whose_account_is_disabled_has_ended_even_if_nobody_ended_it(desk: Kiosk) -> None:
    signed = signed_in(desk)
    account = desk.written.accounts.account("an.nt")
    assert account
    disabled = replace(account, disabled=True)
    desk.written.write(lambda log: log.accounts.put_account(disabled))
    assert stays(desk, signed) is SessionState.ENDED


# ---- locking and unlocking


def test_a_locked_session_opens_by_the_password_of_its_officer_alone(
    desk: Kiosk, clock: Clock
) -> None:
    signed = signed_in(desk)
    signin.lock(desk, signed.session.digest)
    with pytest.raises(SignInError):
        signin.unlock(desk, signed.session.digest, a_password("binh"), HERE)
    clock.forward(minutes=20)
    signin.unlock(desk, signed.session.digest, a_password("an.nt"), HERE)
    assert stays(desk, signed) is SessionState.LIVE
    locked, unlocked = events(desk, EventKind.LOCKED, EventKind.UNLOCKED)
    assert (locked.codes["why"], unlocked.codes["how"]) == ("officer", "password")


def test_a_locked_session_opens_by_the_pin_on_the_day_of_the_login(
    desk: Kiosk, clock: Clock
) -> None:
    with_pin(desk, "an.nt")
    signed = signed_in(replace(desk, policy=Policy(longest=timedelta(hours=40))))
    signin.lock(desk, signed.session.digest)
    signin.unlock(desk, signed.session.digest, PIN, HERE)
    assert stays(desk, signed) is SessionState.LIVE
    clock.forward(hours=24)
    with pytest.raises(SignInError, match="no sign-in with the password today"):
        signin.unlock(desk, signed.session.digest, PIN, HERE)


def test_an_idle_lock_is_noted_once_when_somebody_sees_it(desk: Kiosk, clock: Clock) -> None:
    signed = signed_in(desk)
    clock.forward(minutes=6)
    for _ in range(3):
        signin.lock(desk, signed.session.digest)
    (event,) = events(desk, EventKind.LOCKED)
    opened = signed.session.event_id
    assert event.codes == {"officer": "an.nt", "why": "idle", "session": opened}


def test_an_idle_lock_leaves_a_session_alone_that_is_live_again(desk: Kiosk, clock: Clock) -> None:
    signed = signed_in(desk)
    signin.lock(desk, signed.session.digest, only_idle=True)
    assert stays(desk, signed) is SessionState.LIVE
    clock.forward(minutes=6)
    signin.lock(desk, signed.session.digest, only_idle=True)
    (event,) = events(desk, EventKind.LOCKED)
    assert event.codes["why"] == "idle"


def test_wrong_passwords_at_the_lock_count_as_at_the_door(desk: Kiosk) -> None:
    signed = signed_in(desk)
    for _ in range(5):
        with pytest.raises(SignInError, match="wrong"):
            signin.unlock(desk, signed.session.digest, WRONG, HERE)
    with pytest.raises(SignInError, match="60 seconds"):
        signin.unlock(desk, signed.session.digest, a_password("an.nt"), HERE)


def test_only_a_locked_session_tells_whose_it_is(desk: Kiosk, clock: Clock) -> None:
    signed = signed_in(desk)
    digest = signed.session.digest
    assert signin.locked_officer(desk, digest) is None
    signin.lock(desk, digest)
    found = signin.locked_officer(desk, digest)
    assert found
    assert found.name == "an.nt"
    signin.sign_out(desk, digest)
    assert signin.locked_officer(desk, digest) is None
    idle = signed_in(desk).session.digest
    clock.forward(hours=1)
    assert signin.locked_officer(desk, idle)


# ---- changing the officer


def test_another_officer_takes_over_by_pin_and_the_old_session_ends(desk: Kiosk) -> None:
    with_pin(desk, "binh")
    before = signed_in(desk)
    after = signin.change_officer(desk, before.session.digest, "binh", PIN, HERE)
    assert (stays(desk, before), stays(desk, after)) == (SessionState.ENDED, SessionState.LIVE)
    (event,) = events(desk, EventKind.OFFICER_CHANGED)
    assert event.codes["officer"] == "binh"
    assert event.codes["before"] == "an.nt"


def test_a_locked_desk_may_be_taken_over(desk: Kiosk) -> None:
    with_pin(desk, "binh")
    before = signed_in(desk)
    signin.lock(desk, before.session.digest)
    assert signin.change_officer(desk, before.session.digest, "binh", PIN, HERE)


def test_a_pin_is_no_way_in_without_a_session(desk: Kiosk) -> None:
    with_pin(desk, "binh")
    before = signed_in(desk)
    signin.sign_out(desk, before.session.digest)
    with pytest.raises(SignInError, match="has ended"):
        signin.change_officer(desk, before.session.digest, "binh", PIN, HERE)
    with pytest.raises(SignInError):
        signin.sign_in(desk, "binh", PIN, HERE)


def test_without_a_pin_or_a_login_today_nobody_takes_over(desk: Kiosk, clock: Clock) -> None:
    with_pin(desk, "binh")
    clock.forward(hours=24)
    before = signed_in(desk)
    for name in ("binh", "an.nt", "khong-co"):
        with pytest.raises(SignInError, match="no sign-in with the password today"):
            signin.change_officer(desk, before.session.digest, name, PIN, HERE)
    assert stays(desk, before) is SessionState.LIVE


def test_five_wrong_pins_turn_the_pin_off_until_the_next_full_login(
    desk: Kiosk, clock: Clock
) -> None:
    with_pin(desk, "binh")
    before = signed_in(desk).session.digest
    for _ in range(5):
        with pytest.raises(SignInError):
            signin.change_officer(desk, before, "binh", "9071", HERE)
    clock.forward(minutes=2)
    with pytest.raises(SignInError, match="no sign-in with the password today"):
        signin.change_officer(desk, before, "binh", PIN, HERE)
    clock.forward(minutes=4)
    signed_in(desk, "binh")
    assert signin.change_officer(desk, before, "binh", PIN, HERE)


def test_wrong_unlocking_counts_by_its_session_alone(desk: Kiosk, clock: Clock) -> None:
    with_pin(desk, "an.nt")
    here, there = signed_in(desk), signed_in(desk, place=ELSEWHERE)
    for signed in (here, there):
        signin.lock(desk, signed.session.digest)
    for _ in range(7):
        with pytest.raises(SignInError):
            signin.unlock(desk, here.session.digest, WRONG, HERE)
    with pytest.raises(SignInError, match="try again in 60 seconds"):
        signin.unlock(desk, here.session.digest, a_password("an.nt"), HERE)
    signin.unlock(desk, there.session.digest, PIN, ELSEWHERE)
    assert stays(desk, there) is SessionState.LIVE
    assert signed_in(desk, place=ELSEWHERE)
    clock.forward(minutes=1)
    signin.unlock(desk, here.session.digest, a_password("an.nt"), HERE)
    assert stays(desk, here) is SessionState.LIVE


def test_a_stranger_shuts_nobody_out_of_a_browser_that_is_known(desk: Kiosk, clock: Clock) -> None:
    own = replace(HERE, source="browser-1")
    for _ in range(15):
        fail(desk, 5, place=ELSEWHERE)
        fail(desk, 5)  # at the very machine
        clock.forward(minutes=1)
    assert "try again" in fail(desk, 5, place=ELSEWHERE)[-1]
    assert signed_in(desk, place=own)


def test_a_known_browser_waits_for_its_own_mistakes_and_nobody_else_does(
    desk: Kiosk, clock: Clock
) -> None:
    own = replace(HERE, source="browser-1")
    fail(desk, 5, place=own)
    with pytest.raises(SignInError, match="try again in 60 seconds"):
        signed_in(desk, place=own)
    assert signed_in(desk, place=replace(HERE, source="browser-2"))
    assert signed_in(desk)
    clock.forward(minutes=1)
    assert signed_in(desk, place=own)
    assert fail(desk, 5, place=own)[-1].endswith("is wrong")  # it begins anew


def test_an_administrator_clears_every_wait_of_an_account(desk: Kiosk) -> None:
    own = replace(HERE, source="browser-1")
    fail(desk, 6, place=own)
    fail(desk, 6)
    staff.unlock_account(MANAGER, desk, "an.nt")
    assert signed_in(desk, place=own)
    assert signed_in(desk)
    assert [e.codes["what"] for e in events(desk, EventKind.ACCOUNT_CHANGED)][-1] == "unlocked"


def test_a_disabled_account_stays_so_when_its_wait_is_cleared(desk: Kiosk) -> None:
    staff.disable(MANAGER, desk, "an.nt")
    staff.unlock_account(MANAGER, desk, "an.nt")
    with pytest.raises(SignInError, match="wrong"):
        signed_in(desk)


def test_many_sessions_together_guess_no_pin(desk: Kiosk, clock: Clock) -> None:
    with_pin(desk, "binh")
    wrong = (f"{number}" for number in range(5003, 9999))
    for _ in range(4):
        digest = signed_in(desk).session.digest
        for _ in range(5):
            with pytest.raises(SignInError):
                signin.change_officer(desk, digest, "binh", next(wrong), HERE)
    fresh = signed_in(desk).session.digest
    with pytest.raises(SignInError, match="no sign-in with the password today"):
        signin.change_officer(desk, fresh, "binh", PIN, HERE)
    signed_in(desk, "binh")
    fresh = signed_in(desk).session.digest
    assert signin.change_officer(desk, fresh, "binh", PIN, HERE)


def test_of_a_known_place_the_failures_of_the_account_say_nothing(desk: Kiosk) -> None:
    fail(desk, 2, place=replace(HERE, source="browser-1"))
    fail(desk, 1)
    account = desk.written.accounts.account("an.nt")
    assert account
    assert account.failures == 1
    assert [e.codes.get("known") for e in events(desk, EventKind.SIGN_IN_FAILED)] == [1, 1, None]


# ---- trying out, and the first administrator


@pytest.mark.parametrize("role", list(Role))
def test_with_the_demo_store_anybody_may_try_out(kiosk: Kiosk, role: Role) -> None:
    for _ in range(2):
        signed = signin.try_out(kiosk, role, HERE)
        acting = signin.actor(kiosk, signed.session.digest)
        assert acting
        assert acting.roles == {role}
    assert [account.demo for account in kiosk.written.accounts.accounts()] == [True]
    signin.lock(kiosk, signed.session.digest)
    signin.unlock(kiosk, signed.session.digest, "", HERE)
    assert stays(kiosk, signed) is SessionState.LIVE


def test_who_tries_out_the_administration_is_no_administrator_of_the_house(kiosk: Kiosk) -> None:
    code = signin.first_code(kiosk)
    trying = signin.actor(kiosk, signin.try_out(kiosk, Role.ADMINISTRATOR, HERE).session.digest)
    assert trying
    assert trying.roles == {Role.ADMINISTRATOR}
    assert staff.list_accounts(trying, kiosk)
    with pytest.raises(Forbidden):
        staff.create(trying, kiosk, "moi.qt", frozenset({Role.ADMINISTRATOR}), a_password("x"))
    assert code
    signin.make_first(
        kiosk, code, "chi.qt", a_password("chi.qt"), HERE, "Mẫu"
    )  # there was none before
    chief = Actor("chi.qt", frozenset({Role.ADMINISTRATOR}), "1")
    with pytest.raises(RequestError):  # nor is one left without her
        staff.disable(chief, kiosk, "chi.qt")


def test_nobody_signs_in_as_the_demo(kiosk: Kiosk) -> None:
    signin.try_out(kiosk, Role.RECEPTIONIST, HERE)
    for password in ("", "!", WRONG):
        with pytest.raises(SignInError):
            signin.sign_in(kiosk, "demo-tiep-don", password, HERE)


def test_trying_out_ends_with_the_demo_store(kiosk: Kiosk, real_cards: Kiosk) -> None:
    signed = signin.try_out(kiosk, Role.RECEPTIONIST, HERE)
    assert stays(real_cards, signed) is SessionState.ENDED
    with pytest.raises(SignInError, match="invented data"):
        signin.try_out(real_cards, Role.RECEPTIONIST, HERE)


@pytest.fixture
def real_cards(kiosk: Kiosk) -> Kiosk:
    """Return the kiosk with a card store that is not the demo's."""
    return replace(kiosk, cards=MemoryCards(()))


def test_the_one_time_code_makes_one_administrator(kiosk: Kiosk) -> None:
    code = signin.first_code(kiosk)
    assert code
    with pytest.raises(SignInError):
        signin.make_first(kiosk, "x" + code, "chi.lt", a_password("chi"), HERE)
    with pytest.raises(RequestError, match="too common"):
        signin.make_first(kiosk, code, "chi.lt", "matkhau2026", HERE)
    signed = signin.make_first(kiosk, code, "chi.lt", a_password("chi"), HERE, " Chị  Mẫu ")
    made = kiosk.written.accounts.account("chi.lt")
    assert made
    assert made.ho_ten == "Chị Mẫu"
    acting = signin.actor(kiosk, signed.session.digest)
    assert acting
    assert acting.roles == {Role.ADMINISTRATOR}
    assert signin.first_code(kiosk) is None
    with pytest.raises(SignInError):
        signin.make_first(kiosk, code, "dung.pv", a_password("dung"), HERE)
    assert signin.sign_in(kiosk, "chi.lt", a_password("chi"), HERE)


def test_a_later_code_voids_the_first_and_none_is_guessed_without_end(kiosk: Kiosk) -> None:
    first, second = signin.first_code(kiosk), signin.first_code(kiosk)
    assert first
    assert second
    for _ in range(20):
        with pytest.raises(SignInError, match="one-time"):
            signin.make_first(kiosk, first, "chi.lt", a_password("chi"), HERE)
    with pytest.raises(SignInError, match="seconds"):
        signin.make_first(kiosk, second, "chi.lt", a_password("chi"), HERE)
