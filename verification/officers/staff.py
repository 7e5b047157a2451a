"""What an administrator does with accounts and sessions, and each officer with the own ones.

A changed password and a disabled account end the account's sessions, the own one too: whoever may
have known the old one is out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from verification.basics.errors import RequestError
from verification.basics.names import tidy
from verification.card.numbers import compact, mask
from verification.kiosk import Kiosk
from verification.log.account import Account, Place, Session, checked_name
from verification.log.officer_events import AccountChanged
from verification.log.ports import LogTransaction
from verification.log.writing import write
from verification.officers import passwords
from verification.officers.kept import keep
from verification.officers.proof import Claim, How, may_have_pin, prove
from verification.officers.signin import has_ended
from verification.rights import Actor, Right, Role, needs

_CITIZEN_DIGITS = 12


@needs(Right.MANAGE)
def list_accounts(_actor: Actor, kiosk: Kiosk) -> Sequence[Account]:
    """Return all accounts by name: no hashes, citizen numbers masked."""
    return [_shown(account) for account in kiosk.written.accounts.accounts()]


@needs(Right.OWN)
def own_account(actor: Actor, kiosk: Kiosk) -> Account | None:
    """Return the officer's own account like those of the list, None where it has none."""
    account = kiosk.written.accounts.account(actor.officer)
    return _shown(account) if account else None


@needs(Right.MANAGE)
def one_person(_actor: Actor, kiosk: Kiosk) -> Sequence[tuple[str, ...]]:
    """Return the accounts that have one citizen number: one person, whom four eyes count once."""
    alike: dict[str, list[str]] = {}
    for account in kiosk.written.accounts.accounts():
        if account.so_cccd:
            alike.setdefault(account.so_cccd, []).append(account.name)
    return [tuple(names) for names in alike.values() if len(names) > 1]


@needs(Right.MANAGE)
def list_sessions(_actor: Actor, kiosk: Kiosk) -> Sequence[Session]:
    """Return the sessions that have not ended, newest first; those that are not sound too."""
    sessions = kiosk.written.accounts.sessions()
    return [one for one in sessions if not one.sound or not has_ended(kiosk, one)]


@needs(Right.CHANGE_HOUSE)
def create(
    actor: Actor,
    kiosk: Kiosk,
    name: str,
    roles: frozenset[Role],
    password: str,
    *,
    ho_ten: str = "",
    so_cccd: str = "",
) -> Account:
    """Make an account.

    Args:
        actor: An administrator.
        kiosk: The kiosk.
        name: Of the account.
        roles: One or several.
        password: The first one; its officer changes it.
        ho_ten: The officer's name, for the portal; who receives or reviews needs one.
        so_cccd: The officer's 12-digit citizen number, for the portal; needed likewise.

    Raises:
        RequestError: Something of it cannot be taken; the sentence says what.
    """
    name = checked_name(name)
    facts = tidy(ho_ten), _citizen_number(so_cccd)
    passwords.check_password(name, password)
    account = _whole(Account(name, _some(roles), *facts, passwords.hashed(password)))

    def work(log: LogTransaction) -> Account:
        if log.accounts.account(name):
            raise RequestError(f"Đã có tài khoản {name}", f"There is an account {name} already")
        created = AccountChanged(name, "created", roles=tuple(sorted(roles)))
        return keep(log, actor, created, account, content=_numbers("", account.so_cccd))

    return kiosk.written.write(work)


@needs(Right.CHANGE_HOUSE)
def change_roles(actor: Actor, kiosk: Kiosk, name: str, roles: frozenset[Role]) -> None:
    """Give an account other roles; open sessions have them at once.

    Raises:
        RequestError: No such account, no role, a role that needs the officer's name and number, or
            nobody would manage the kiosk any more.
    """
    _some(roles)

    def changed(found: Account) -> Account:
        return _whole(replace(found, roles=roles))

    _change(actor, kiosk, AccountChanged(name, "roles", roles=tuple(sorted(roles))), changed)


@needs(Right.CHANGE_HOUSE)
def change_facts(actor: Actor, kiosk: Kiosk, name: str, ho_ten: str, so_cccd: str) -> None:
    """Correct the officer's name and citizen number; the log says which, not what.

    Args:
        actor: An administrator.
        kiosk: The kiosk.
        name: Of the account.
        ho_ten: The officer's name; empty leaves it.
        so_cccd: The officer's citizen number; empty leaves it.

    Raises:
        RequestError: No such account, no number of 12 digits, or nothing was given.
    """
    ho_ten, so_cccd = tidy(ho_ten), _citizen_number(so_cccd)
    given = {"ho_ten": ho_ten, "so_cccd": so_cccd}
    fields = tuple(key for key, value in given.items() if value)
    if not fields:
        raise RequestError("Hãy ghi họ tên hoặc số căn cước", "Give a name or a citizen number")

    def changed(found: Account) -> Account:
        return replace(found, ho_ten=ho_ten or found.ho_ten, so_cccd=so_cccd or found.so_cccd)

    _change(actor, kiosk, AccountChanged(name, "facts", fields=fields), changed)


@needs(Right.CHANGE_HOUSE)
def disable(actor: Actor, kiosk: Kiosk, name: str) -> None:
    """Let an account in no more and end its sessions.

    Raises:
        RequestError: No such account, or nobody would manage the kiosk any more.
    """

    def changed(found: Account) -> Account:
        shut = replace(found, disabled=True)
        return shut if found.sound else replace(shut, password=passwords.UNUSABLE)

    _change(actor, kiosk, AccountChanged(name, "disabled"), changed, ends=True, repairs=True)


@needs(Right.CHANGE_HOUSE)
def enable(actor: Actor, kiosk: Kiosk, name: str) -> None:
    """Let an account in again, at once where it had to wait after wrong attempts.

    Raises:
        RequestError: There is no such account.
    """
    _change(
        actor,
        kiosk,
        AccountChanged(name, "enabled"),
        lambda found: replace(found, disabled=False, failures=0, locked_until=None),
    )


@needs(Right.CHANGE_HOUSE)
def unlock_account(actor: Actor, kiosk: Kiosk, name: str) -> None:
    """Let an account try again at once after wrong attempts, wherever they were made.

    Raises:
        RequestError: There is no such account.
    """
    unlocked = AccountChanged(name, "unlocked")
    _change(actor, kiosk, unlocked, lambda found: replace(found, failures=0, locked_until=None))


@needs(Right.CHANGE_HOUSE)
def drop_pin(actor: Actor, kiosk: Kiosk, name: str) -> None:
    """Take a PIN away, as where it was seen or forgotten; RequestError: no such account."""
    _change(actor, kiosk, AccountChanged(name, "no_pin"), lambda found: replace(found, pin=""))


@needs(Right.CHANGE_HOUSE)
def set_password(actor: Actor, kiosk: Kiosk, name: str, password: str) -> None:
    """Give an account a new password; its PIN and its sessions end.

    Raises:
        RequestError: No such account, or the password cannot be taken.
    """
    passwords.check_password(name, password)
    hashed = passwords.hashed(password)
    changed = AccountChanged(name, "password")
    _change(actor, kiosk, changed, lambda found: _with_password(found, hashed), ends=True)


@needs(Right.CHANGE_HOUSE)
def set_right(
    actor: Actor,
    kiosk: Kiosk,
    name: str,
    roles: frozenset[Role],
    password: str,
    *,
    ho_ten: str = "",
    so_cccd: str = "",
) -> None:
    """Take an account that was changed outside the kiosk into use again: nothing of it is believed.

    Args:
        actor: An administrator.
        kiosk: The kiosk.
        name: Of the account.
        roles: One or several.
        password: The new one.
        ho_ten: The officer's name; empty leaves the one that was sealed.
        so_cccd: The officer's citizen number; empty leaves the one that was sealed.

    Raises:
        RequestError: There is no such account, or something cannot be taken.
    """
    facts = tidy(ho_ten), _citizen_number(so_cccd)
    passwords.check_password(name, password)
    hashed, roles = passwords.hashed(password), _some(roles)

    def changed(found: Account) -> Account:
        held = Account(name, roles, facts[0] or found.ho_ten, facts[1] or found.so_cccd, hashed)
        return _whole(held)

    what = AccountChanged(name, "set_right", roles=tuple(sorted(roles)))
    _change(actor, kiosk, what, changed, ends=True, repairs=True)


@needs(Right.CHANGE_HOUSE)
def end_session(actor: Actor, kiosk: Kiosk, digest: str) -> None:
    """End somebody's session.

    Raises:
        RequestError: There is no such session.
    """

    def work(log: LogTransaction) -> None:
        session = log.accounts.session(digest)
        if session is None:
            raise RequestError("Phiên này đã kết thúc", "This session has ended")
        log.accounts.end_session(digest)
        ended = AccountChanged(session.officer, "session_ended", ended=session.event_id)
        write(log, actor, ended)

    kiosk.written.write(work)


@needs(Right.OWN)
def change_password(actor: Actor, kiosk: Kiosk, old: str, new: str) -> None:
    """Change the own password; the PIN and all sessions of the account end.

    Raises:
        SignInError: The old one is wrong, or was tried too often.
        RequestError: The new one cannot be taken.
    """
    passwords.check_password(actor.officer, new)
    hashed = passwords.hashed(new)

    def work(log: LogTransaction, account: Account) -> None:
        changed = AccountChanged(account.name, "own_password")
        keep(log, actor, changed, _with_password(account, hashed))
        _end_all(log, account.name)

    prove(kiosk, _own(actor, old), work)


@needs(Right.OWN)
def set_pin(actor: Actor, kiosk: Kiosk, password: str, pin: str) -> None:
    """Set the own PIN for the quick change of officer.

    Raises:
        SignInError: The password is wrong, or was tried too often.
        RequestError: The PIN cannot be taken, or the account manages the kiosk.
    """
    if not may_have_pin(actor.roles):
        raise RequestError(
            "Tài khoản quản trị không dùng PIN, chỉ dùng mật khẩu",
            "An administrator's account has no PIN, its password alone opens it",
        )
    passwords.check_pin(pin)
    hashed = passwords.hashed(pin)

    def work(log: LogTransaction, account: Account) -> None:
        keep(log, actor, AccountChanged(account.name, "own_pin"), replace(account, pin=hashed))

    prove(kiosk, _own(actor, password), work)


@needs(Right.OWN)
def prove_again(actor: Actor, kiosk: Kiosk, password: str) -> None:
    """Prove once more who is at the page, before something leaves the house; no PIN does.

    An account of the demo has no password, and nothing of anybody to take out.

    Raises:
        SignInError: The password is wrong, or was tried too often.
    """
    account = kiosk.written.accounts.account(actor.officer)
    if account and account.demo and kiosk.cards.status().demo:
        return
    prove(kiosk, _own(actor, password), lambda *_: None)


def _own(actor: Actor, password: str) -> Claim:
    place = Place(actor.desk, "", f"own {actor.desk}")
    return Claim(actor.officer, password, How.PASSWORD, place, named=False)


def _some(roles: frozenset[Role]) -> frozenset[Role]:
    if not roles:
        raise RequestError("Tài khoản cần ít nhất một vai trò", "An account needs a role")
    return roles


def _citizen_number(typed: str) -> str:
    number = compact(typed)
    if number and not (len(number) == _CITIZEN_DIGITS and number.isascii() and number.isdigit()):
        raise RequestError("Số căn cước cần 12 chữ số", "A citizen number has 12 digits")
    return number


def _whole(account: Account) -> Account:
    """Return an account that says who it is, where it receives or reviews."""
    if account.roles - {Role.ADMINISTRATOR} and not (account.ho_ten and account.so_cccd):
        raise RequestError(
            "Tiếp đón và giám định cần họ tên và số căn cước của người giữ tài khoản",
            "A receptionist or auditor needs the officer's name and citizen number",
        )
    return account


def _with_password(account: Account, hashed: str) -> Account:
    return replace(
        account, password=hashed, pin=None, full_login_at=None, failures=0, locked_until=None
    )


def _change(  # one account and what becomes of it
    actor: Actor,
    kiosk: Kiosk,
    what: AccountChanged,
    change: Callable[[Account], Account],
    *,
    ends: bool = False,
    repairs: bool = False,
) -> None:
    name = what.account

    def work(log: LogTransaction) -> None:
        found = log.accounts.account(name)
        if found is None or found.demo:
            raise RequestError(f"Không có tài khoản {name}", f"There is no account {name}")
        if not (found.sound or repairs):
            raise RequestError(
                f"Tài khoản {name} đã bị sửa ngoài kiosk: hãy đặt lại (mật khẩu mới, vai trò) "
                "hoặc khóa",
                f"The account {name} was changed outside the kiosk: set it right (a new password, "
                "roles) or disable it",
            )
        after = change(found)
        # what stood in the row is not believed: the event says what the account may do from now on
        said = what if found.sound else replace(what, roles=tuple(sorted(after.roles)))
        keep(log, actor, said, after, content=_numbers(found.so_cccd, after.so_cccd))
        if _manages(found) and not any(_manages(other) for other in log.accounts.accounts()):
            raise RequestError(
                "Đây là quản trị viên cuối cùng, hãy thêm người khác trước",
                "This is the last administrator, add another one first",
            )
        if ends:
            _end_all(log, name)

    kiosk.written.write(work)


def _numbers(before: str, now: str) -> Mapping[str, str] | None:
    """Return what is sealed of a change: the old number stays known to be the same person's."""
    if before == now:
        return None
    return {"so_cccd": now} | ({"truoc": before} if before else {})


def _shown(account: Account) -> Account:
    masked = mask(account.so_cccd) or ""
    return replace(account, password="", pin=account.pin and "", so_cccd=masked)


def _manages(account: Account) -> bool:
    return Role.ADMINISTRATOR in account.roles and not (account.disabled or account.demo)


def _end_all(log: LogTransaction, name: str) -> None:
    for session in log.accounts.sessions():
        if session.officer == name:
            log.accounts.end_session(session.digest)
