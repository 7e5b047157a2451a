"""Signing in, locking, changing the officer: who is let in, and for how long.

These take no `Actor`: they make one. Sessions are rows of the store, so that a restarted server and
a second process see the same; the token itself is in the browser's cookie alone.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from verification.basics.errors import KioskError, RequestError, SignInError
from verification.basics.names import tidy
from verification.kiosk import Kiosk
from verification.log.account import Account, Place, Session, SessionState, Signed, checked_name
from verification.log.officer_events import (
    AccountChanged,
    Locked,
    OfficerChanged,
    SignedIn,
    SignedOut,
    Unlocked,
)
from verification.log.ports import Accounts, LogTransaction
from verification.log.writing import write
from verification.officers import passwords
from verification.officers.attempts import memory_of
from verification.officers.kept import keep
from verification.officers.proof import Claim, How, prove
from verification.rights import TRYING, Actor, Role

_COARSE = timedelta(seconds=30)


@dataclass(frozen=True)
class _Standing:
    """A session as it stands now, and whose it is."""

    state: SessionState
    session: Session
    account: Account


def sign_in(kiosk: Kiosk, name: str, password: str, place: Place) -> Signed:
    """Open a session with a password.

    Raises:
        SignInError: Wrong, disabled, or tried too often; the sentence says how long to wait.
    """
    claim = Claim(name.strip().lower(), password, How.PASSWORD, place)
    signed_in = SignedIn(claim.how, place.address)
    return prove(kiosk, claim, lambda log, account: _opened(log, kiosk, account, place, signed_in))


def try_out(kiosk: Kiosk, role: Role, place: Place) -> Signed:
    """Open a session of the demo in a role, without a password; an administrator only looks.

    Raises:
        SignInError: The store is not the demo's.
    """
    name = TRYING[role]
    if not kiosk.cards.status().demo:
        raise SignInError(
            "Vào thử chỉ có với dữ liệu mẫu", "Trying out is for the invented data only"
        )
    usual = Account(name, frozenset({role}), "", "", passwords.UNUSABLE, demo=True)

    def work(log: LogTransaction) -> Signed:
        found = log.accounts.account(name)
        account = found if found and found.sound else usual  # it holds nothing but its name
        if account.disabled or not account.demo:
            raise SignInError("Tài khoản vào thử đã bị khóa", "The demo account is disabled")
        log.accounts.put_account(account)
        return _opened(log, kiosk, account, place, SignedIn(How.DEMO, place.address))

    return kiosk.written.write(work)


def is_for_trying(name: str) -> bool:
    """Tell whether an account is one of "vào thử"."""
    return name in TRYING.values()


def change_officer(kiosk: Kiosk, digest: str, name: str, pin: str, place: Place) -> Signed:
    """End a session and open one for another officer, by the PIN after a full login that day.

    A locked session may be taken over too: its officer went, another comes.

    Raises:
        SignInError: Wrong PIN, none set, no full login today, or tried too often.
    """
    _not_ended(kiosk, digest)
    claim = Claim(name.strip().lower(), pin, How.PIN, replace(place, source=digest))

    def work(log: LogTransaction, account: Account) -> Signed:
        before = _found(kiosk, log.accounts, digest)
        if before is None:
            raise _ended()
        log.accounts.end_session(digest)
        over = before.session
        changed = OfficerChanged(claim.how, place.address, over.officer, over.event_id)
        return _opened(log, kiosk, account, place, changed)

    return prove(kiosk, claim, work)


def unlock(kiosk: Kiosk, digest: str, secret: str, place: Place) -> None:
    """Unlock a session by its officer's password or PIN; one of the demo has neither.

    Raises:
        SignInError: Wrong, or tried too often.
    """
    found = _not_ended(kiosk, digest)
    how = How.PIN if passwords.is_pin(secret) else How.PASSWORD
    by = How.DEMO if found.account.demo else how
    known = replace(place, source=digest)
    claim = Claim(found.account.name, secret, by, known, named=False)

    def work(log: LogTransaction, _account: Account) -> Session:
        current = _found(kiosk, log.accounts, digest)
        if current is None:
            raise _ended()
        woken = replace(current.session, locked=False, active_at=kiosk.clock())
        log.accounts.put_session(woken)
        write(log, woken, Unlocked(claim.how, place.address, woken.event_id))
        return woken

    if found.account.demo:
        woken = kiosk.written.write(lambda log: work(log, found.account))
    else:
        woken = prove(kiosk, claim, work)
    _lay(kiosk, woken)


def lock(kiosk: Kiosk, digest: str, *, only_idle: bool = False) -> None:
    """Lock a session; one that idled is noted as locked from now on.

    Args:
        kiosk: The kiosk.
        digest: The session.
        only_idle: True to leave one alone that was unlocked meanwhile.
    """

    def work(log: LogTransaction) -> None:
        found = _found(kiosk, log.accounts, digest)
        spared = only_idle and found and found.state is SessionState.LIVE
        if found and not found.session.locked and not spared:
            log.accounts.put_session(replace(found.session, locked=True))
            why = "idle" if found.state is SessionState.LOCKED else "officer"
            write(log, found.session, Locked(why, found.session.event_id))

    kiosk.written.write(work)


def sign_out(kiosk: Kiosk, digest: str) -> None:
    """End a session."""

    def work(log: LogTransaction) -> None:
        session = log.accounts.session(digest)
        if session:
            log.accounts.end_session(digest)
            write(log, session, SignedOut(session.event_id))

    kiosk.written.write(work)


def standing(kiosk: Kiosk, digest: str) -> tuple[SessionState, Actor | None]:
    """Tell how a session stands now, read from the store, and who acts in a live one.

    An idle one is locked.
    """
    found = _found(kiosk, kiosk.written.accounts, digest)
    if found is None:
        return SessionState.ENDED, None
    if found.state is not SessionState.LIVE:
        return found.state, None
    account = found.account
    return found.state, Actor(account.name, account.roles, found.session.desk)


def actor(kiosk: Kiosk, digest: str) -> Actor | None:
    """Return who acts in a session, None unless it is live."""
    return standing(kiosk, digest)[1]


def locked_officer(kiosk: Kiosk, digest: str) -> Account | None:
    """Return whose session is locked, None unless it is."""
    found = _found(kiosk, kiosk.written.accounts, digest)
    return found.account if found and found.state is SessionState.LOCKED else None


def desk_of(kiosk: Kiosk, digest: str) -> str | None:
    """Return the desk that a session is at, None where there is none or it cannot be read."""
    try:
        session = kiosk.written.accounts.session(digest)
    except KioskError:  # told by what follows
        return None
    return session.desk if session else None


def touch(kiosk: Kiosk, digest: str) -> None:
    """Note a sign of a person; written at most every half minute (a tenth of a shorter idle)."""
    coarse = min(_COARSE, kiosk.policy.idle / 10)

    def is_due(accounts: Accounts) -> _Standing | None:
        found = _found(kiosk, accounts, digest)
        live = found and found.state is SessionState.LIVE
        return found if found and live and _silent(kiosk, found.session) >= coarse else None

    def work(log: LogTransaction) -> Session | None:
        found = is_due(log.accounts)  # an idle or locked one is never woken by this
        touched = replace(found.session, active_at=kiosk.clock()) if found else None
        if touched:
            log.accounts.put_session(touched)
        return touched

    if is_due(kiosk.written.accounts) and (touched := kiosk.written.write(work)):
        _lay(kiosk, touched)


def first_code(kiosk: Kiosk) -> str | None:
    """Return a one-time code that makes the first administrator, None where one exists or did.

    Where the log says that there were accounts, their rows were taken away by somebody: whoever
    reaches the page must not become the administrator by that.
    Only its hash is kept, in this process; a later call makes another and the first is void.
    """
    accounts = kiosk.written.accounts
    if _has_administrator(accounts) or accounts.are_bound():
        return None
    code = secrets.token_urlsafe(24)
    memory_of(kiosk).code = digest_of(code)
    return code


def first_refusal(kiosk: Kiosk) -> SignInError | None:
    """Return why no first administrator can be made here, None where one can or there is one.

    Only the command line makes one then: it needs the machine and the key.
    """
    accounts = kiosk.written.accounts
    lost = accounts.are_bound() and not _has_administrator(accounts)
    return _only_command_line() if lost else None


def make_first(  # what the form holds
    kiosk: Kiosk, code: str, name: str, password: str, place: Place, ho_ten: str = ""
) -> Signed:
    """Make the first administrator with the one-time code and sign in.

    Raises:
        SignInError: The code is wrong or used, or there were accounts before.
        RequestError: The name or the password cannot be taken; the sentence says why.
    """
    memory = memory_of(kiosk)
    memory.refuse(place.address, None)
    if not (memory.code and hmac.compare_digest(memory.code, digest_of(code))):
        memory.wrong(place.address, None)
        raise _used_code()
    name = checked_name(name)
    passwords.check_password(name, password)
    hashed = passwords.hashed(password)

    def work(log: LogTransaction) -> Signed:
        if _has_administrator(log.accounts):
            raise _used_code()
        if log.accounts.are_bound():
            raise _only_command_line()
        if log.accounts.account(name):
            raise RequestError(f"Đã có tài khoản {name}", f"There is an account {name} already")
        roles, now = frozenset({Role.ADMINISTRATOR}), kiosk.clock()
        account = Account(name, roles, tidy(ho_ten), "", hashed, full_login_at=now)
        made = AccountChanged(name, "created", roles=tuple(roles))
        account = keep(log, Actor(name, roles, place.desk), made, account)
        return _opened(log, kiosk, account, place, SignedIn(How.FIRST, place.address))

    signed = kiosk.written.write(work)
    memory.code = None
    return signed


def _found(kiosk: Kiosk, accounts: Accounts, digest: str) -> _Standing | None:
    """Return a session that may go on, None for one that ended, by itself or its account."""
    session = accounts.session(digest)
    if session is None or not session.sound:
        return None
    account = accounts.account(session.officer)
    if account is None or account.disabled or not account.sound:
        return None
    if has_ended(kiosk, session) or (account.demo and not kiosk.cards.status().demo):
        return None
    locked = session.locked or _silent(kiosk, session) >= kiosk.policy.idle
    return _Standing(SessionState.LOCKED if locked else SessionState.LIVE, session, account)


def has_ended(kiosk: Kiosk, session: Session) -> bool:
    """Tell whether a session is over, whatever its officer does."""
    name, longest = f"end {session.digest}", kiosk.policy.longest
    return memory_of(kiosk).elapsed.left(name, session.ends_at, longest) <= timedelta(0)


def _silent(kiosk: Kiosk, session: Session) -> timedelta:
    return memory_of(kiosk).elapsed.since(f"sign {session.digest}", session.active_at)


def _lay(kiosk: Kiosk, session: Session) -> None:
    """Measure from now on how long a session has been without a sign."""
    memory_of(kiosk).elapsed.note(f"sign {session.digest}", session.active_at)


def _not_ended(kiosk: Kiosk, digest: str) -> _Standing:
    found = _found(kiosk, kiosk.written.accounts, digest)
    if found is None:
        raise _ended()
    return found


def _opened(
    log: LogTransaction,
    kiosk: Kiosk,
    account: Account,
    place: Place,
    what: SignedIn | OfficerChanged,
) -> Signed:
    now = kiosk.clock()
    _sweep(log, kiosk)
    token = secrets.token_urlsafe(32)
    event = write(log, Actor(account.name, account.roles, place.desk), what)
    session = Session(
        digest=digest_of(token),
        officer=account.name,
        desk=place.desk,
        address=place.address,
        opened_at=now,
        active_at=now,
        ends_at=now + kiosk.policy.longest,
        event_id=event.event_id,
    )
    log.accounts.put_session(session)
    _lay(kiosk, session)  # its digest is new: nothing is measured by it where this is undone
    memory_of(kiosk).elapsed.note(f"end {session.digest}", session.ends_at, kiosk.policy.longest)
    return Signed(token, session)


def _sweep(log: LogTransaction, kiosk: Kiosk) -> None:
    for session in log.accounts.sessions():
        if session.sound and has_ended(kiosk, session):
            log.accounts.end_session(session.digest)


def digest_of(token: str) -> str:
    """Return the name under which a cookie's token is a session: its SHA-256, hex."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _has_administrator(accounts: Accounts) -> bool:
    known = (one for one in accounts.accounts() if not one.demo)
    return any(Role.ADMINISTRATOR in account.roles for account in known)


def _ended() -> SignInError:
    return SignInError(
        "Phiên đã kết thúc, hãy đăng nhập lại", "The session has ended, sign in again"
    )


def _only_command_line() -> SignInError:
    return SignInError(
        "Theo nhật ký, máy này đã có tài khoản, nay không còn quản trị viên nào dùng được. "
        "Người giữ máy chủ tạo lại bằng dòng lệnh: "
        "python -m verification accounts add TÊN --role administrator",
        "The log says that there were accounts here, and no administrator is left. Whoever keeps "
        "the server makes one: python -m verification accounts add NAME --role administrator",
    )


def _used_code() -> SignInError:
    return SignInError(
        "Mã một lần không đúng hoặc đã dùng", "The one-time code is wrong or was used"
    )
