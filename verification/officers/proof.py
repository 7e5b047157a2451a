"""Proving who somebody is, by password or PIN; every wrong attempt counts and is logged."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
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
from verification.officers.attempts import LONGEST_WAIT, memory_of, refuse_for, wait_after
from verification.rights import RIGHTS, AnyRole, Right

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
    """Who somebody says to be, and what is shown for it.

    Args:
        name: Of the account.
        secret: What is shown.
        how: As what.
        place: Where.
        named: False where the kiosk knew the name and did not ask for it.
    """

    name: str
    secret: str
    how: How
    place: Place
    named: bool = True


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
    # the count of an account that is not sound stands where nobody without the key can write
    unknown = None if account and account.sound else claim.name
    address = "" if claim.place.source else claim.place.address  # many may share it
    memory.refuse(address, unknown)
    refuse_for(_still_to_wait(kiosk, account, claim))
    kept = _kept(kiosk, account, claim)
    right = passwords.matches(kept, claim.secret)  # slow, so outside of the piece of work
    fresh_hash = passwords.renewed(kept, claim.secret) if kept and right else ""
    remembered = False

    def remember(note: Callable[[], None]) -> None:
        """Keep beside the log what came of it; the work may run again, the attempt was one."""
        nonlocal remembered
        if not remembered:
            note()
        remembered = True

    def work(log: LogTransaction) -> tuple[Account | None, tuple[T] | None]:
        current = log.accounts.account(claim.name)
        late = _still_to_wait(kiosk, current, claim) > 0
        same = current and current.sound and _kept(kiosk, current, claim) == kept
        if not (right and current and same and not late):
            return _note_wrong(log, kiosk, current, claim, remember), None
        of, pin = (_known_by(current, claim), current.name), claim.how is How.PIN
        remember(lambda: memory.right(*of, pin=pin))
        current = replace(current, failures=0, locked_until=None)
        if claim.how is How.PASSWORD:
            current = replace(current, password=fresh_hash, full_login_at=kiosk.clock())
        else:
            current = replace(current, pin=fresh_hash)
        log.accounts.put_account(current)
        return current, (then(log, current),)

    changed, done = kiosk.written.write(work)
    _lay(kiosk, account, changed)
    if done is None:
        memory.wrong(address, unknown)
        tampered = right and account and not account.sound
        raise _changed_outside() if tampered else _wrong(claim)
    return done[0]


def _still_to_wait(kiosk: Kiosk, account: Account | None, claim: Claim) -> float:
    """Return how many seconds an account must wait; never longer than its failures ask for."""
    if account is None:
        return 0.0
    if claim.place.source:
        return memory_of(kiosk).wait_of_known(_known_by(account, claim))
    if account.locked_until is None:
        return 0.0
    longest = wait_after(account.failures) or LONGEST_WAIT
    left = memory_of(kiosk).elapsed.left(f"wait {account.name}", account.locked_until, longest)
    return left.total_seconds()


def _known_by(account: Account, claim: Claim) -> str:
    """Return what attempts from a place of the account's own count for.

    Whatever an administrator changes of the account lets them begin anew, and those by PIN each
    sign-in by the password.
    """
    login = account.full_login_at if claim.how is How.PIN else ""
    return f"{account.name} {account.event_id} {login} {claim.place.source}"


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
    if not account.sound:  # opens nothing: who shows what the row holds is told why
        return account.password if passwords.is_ours(account.password) else None
    if claim.how is How.PASSWORD:
        return account.password
    if not may_have_pin(account.roles):  # it may have got the role after its PIN
        return None
    if not memory_of(kiosk).takes_pin(_known_by(account, claim), account.name):
        return None
    full = account.full_login_at
    today = full and full.astimezone(VIETNAM).date() == kiosk.today()
    if full is None or not today:
        return None
    ago = memory_of(kiosk).elapsed.since(f"login {account.name}", full)
    return account.pin if ago < _DAY else None  # a clock set back makes no yesterday today


def may_have_pin(roles: frozenset[AnyRole]) -> bool:
    """Tell whether an account may be opened by a PIN; one that manages the kiosk may not."""
    return not any(Right.MANAGE in RIGHTS[role] for role in roles)


def _note_wrong(
    log: LogTransaction,
    kiosk: Kiosk,
    account: Account | None,
    claim: Claim,
    remember: Callable[[Callable[[], None]], None],
) -> Account | None:
    changed, known = None, False
    if account and account.sound:  # else it would be bound anew as it stands
        known = bool(claim.place.source)
        if known:
            of, pin = (_known_by(account, claim), account.name), claim.how is How.PIN
            remember(lambda: memory_of(kiosk).wrong_of_known(*of, pin=pin))
        else:
            failures = account.failures + 1
            wait = wait_after(failures)
            until = kiosk.clock() + wait if wait else None
            changed = replace(account, failures=failures, locked_until=until)
            log.accounts.put_account(changed)
    # never the name as typed: it may be a password
    name = account.name if account else None
    failed = SignInFailed(claim.how, claim.place.address, name, known)
    write(log, Stranger(claim.place.desk), failed)
    return changed


def _changed_outside() -> SignInError:
    return SignInError(
        "Tài khoản này đã bị sửa ngoài kiosk, hãy gọi quản trị viên",
        "This account was changed outside the kiosk, call an administrator",
    )


def _wrong(claim: Claim) -> SignInError:
    if claim.how is How.PIN:
        return SignInError(
            "PIN không đúng, hoặc hôm nay tài khoản chưa đăng nhập bằng mật khẩu",
            "The PIN is wrong, or there was no sign-in with the password today",
        )
    if not claim.named:
        return SignInError("Mật khẩu không đúng", "The password is wrong")
    return SignInError(
        "Tên tài khoản hoặc mật khẩu không đúng", "The account name or the password is wrong"
    )
