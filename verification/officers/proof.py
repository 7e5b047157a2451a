"""Proving who somebody is, by password or PIN; every wrong attempt counts and is logged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from verification.basics.dates import VIETNAM
from verification.basics.errors import SignInError
from verification.kiosk import Kiosk
from verification.log.account import Account, Place
from verification.log.officer_events import SignInFailed
from verification.log.ports import LogTransaction
from verification.log.writing import Stranger, write
from verification.officers import passwords
from verification.officers.attempts import FREE, LONGEST_WAIT, memory_of, refuse_for, wait_after
from verification.rights import RIGHTS, Right, Role

T = TypeVar("T")
_DAY = timedelta(days=1)


class How(StrEnum):
    """By what somebody was let in."""

    PASSWORD = "password"  # noqa: S105  # the word, not one
    PIN = "pin"
    DEMO = "demo"
    FIRST = "first"


@dataclass(frozen=True)
class Claim:
    """Who somebody says to be, and what is shown for it."""

    name: str
    secret: str
    how: How
    place: Place


def prove(kiosk: Kiosk, claim: Claim, then: Callable[[LogTransaction, Account], T]) -> T:
    """Do something in an officer's name, once the claim proves right.

    Args:
        kiosk: The kiosk.
        claim: Of whom, and by what.
        then: Done in the same atomic piece of work as the account's change; gets the account.

    Raises:
        SignInError: It is wrong, or was tried too often; then `then` was not done.
    """
    memory = memory_of(kiosk)
    account = kiosk.written.accounts.account(claim.name)
    memory.refuse(claim.place.address, None if account else claim.name)
    _refuse_unread(account)
    refuse_for(_still_to_wait(kiosk, account))
    kept = _kept(kiosk, account, claim)
    right = passwords.matches(kept, claim.secret)  # slow, so outside of the piece of work
    fresh_hash = passwords.renewed(kept, claim.secret) if kept and right else ""

    def work(log: LogTransaction) -> tuple[Account | None, tuple[T] | None]:
        current, now = log.accounts.account(claim.name), kiosk.clock()
        _refuse_unread(current)
        late = _still_to_wait(kiosk, current) > 0
        if not (right and current and _kept(kiosk, current, claim) == kept and not late):
            return _note_wrong(log, current, claim, now), None
        current = replace(current, failures=0, locked_until=None)
        if claim.how is How.PASSWORD:
            current = replace(current, password=fresh_hash, full_login_at=now)
        else:
            current = replace(current, pin=fresh_hash)
        log.accounts.put_account(current)
        return current, (then(log, current),)

    changed, done = kiosk.written.write(work)
    _lay(kiosk, account, changed)
    if done is None:
        memory.wrong(claim.place.address, None if account else claim.name)
        raise _wrong(claim.how)
    return done[0]


def _refuse_unread(account: Account | None) -> None:
    """Let nobody in by an account that cannot be read; its row stays as it is."""
    if account and account.unreadable:
        raise SignInError(
            "Dữ liệu của tài khoản này không đọc được, hãy báo quản trị viên",
            "The data of this account are unreadable, tell an administrator",
        )


def _still_to_wait(kiosk: Kiosk, account: Account | None) -> float:
    """Return how many seconds an account must wait; never longer than its failures ask for."""
    if account is None or account.locked_until is None:
        return 0.0
    longest = wait_after(account.failures) or LONGEST_WAIT
    left = memory_of(kiosk).elapsed.left(f"wait {account.name}", account.locked_until, longest)
    return left.total_seconds()


def _lay(kiosk: Kiosk, before: Account | None, now: Account | None) -> None:
    """Measure from now on what was just written of an account."""
    if now is None:
        return
    elapsed, wait = memory_of(kiosk).elapsed, wait_after(now.failures)
    if now.locked_until and wait:
        elapsed.note(f"wait {now.name}", now.locked_until, wait)
    if now.full_login_at and now.full_login_at != (before.full_login_at if before else None):
        elapsed.note(f"login {now.name}", now.full_login_at)


def _kept(kiosk: Kiosk, account: Account | None, claim: Claim) -> str | None:
    """Return the hash that counts now, None where none does."""
    if account is None or account.disabled:
        return None
    if claim.how is How.PASSWORD:
        return account.password
    if not may_have_pin(account.roles):  # it may have got the role after its PIN
        return None
    full = account.full_login_at
    today = full and full.astimezone(VIETNAM).date() == kiosk.today()
    if full is None or not today:
        return None
    ago = memory_of(kiosk).elapsed.since(f"login {account.name}", full)
    return account.pin if ago < _DAY else None  # a clock set back makes no yesterday today


def may_have_pin(roles: frozenset[Role]) -> bool:
    """Tell whether an account may be opened by a PIN; one that manages the kiosk may not."""
    return not any(Right.MANAGE in RIGHTS[role] for role in roles)


def _note_wrong(
    log: LogTransaction, account: Account | None, claim: Claim, now: datetime
) -> Account | None:
    changed = None
    if account:
        failures = account.failures + 1
        wait = wait_after(failures)
        changed = replace(account, failures=failures, locked_until=now + wait if wait else None)
        if claim.how is How.PIN and failures >= FREE:  # four digits are soon tried through
            changed = replace(changed, full_login_at=None)
        log.accounts.put_account(changed)
    # never the name as typed: it may be a password
    known = account.name if account else None
    write(log, Stranger(claim.place.desk), SignInFailed(claim.how, claim.place.address, known))
    return changed


def _wrong(how: How) -> SignInError:
    if how is How.PIN:
        return SignInError(
            "PIN không đúng, hoặc hôm nay tài khoản chưa đăng nhập bằng mật khẩu",
            "The PIN is wrong, or there was no sign-in with the password today",
        )
    return SignInError(
        "Tên tài khoản hoặc mật khẩu không đúng", "The account name or the password is wrong"
    )
