"""Who is one person, and who holds whose account: what four eyes are told apart by.

Accounts are people by the citizen numbers that they have and ever had since these are kept; the
numbers are sealed content, so a number changed later separates nobody.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property

from verification.basics.errors import Forbidden
from verification.card.numbers import compact
from verification.log.account import Account
from verification.log.case import Case, terms
from verification.log.events import Event, EventKind
from verification.log.officer_events import AccountChanged
from verification.log.ports import Written
from verification.log.unreadable import Content
from verification.rights import COMMAND_LINE, RIGHTS, Actor, Right, Role, may

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_DIGITS = 12
_SETS_NUMBER = frozenset({"created", "facts", "set_right"})
_REVIEWING = frozenset(role.value for role in Role if Right.REVIEW in RIGHTS[role])


def written(so_cccd: str) -> str | None:
    """Return the 12 digits of a citizen number however it was typed, None where it has none."""
    digits = compact(so_cccd)
    return digits if len(digits) == _DIGITS and digits.isdecimal() else None


def has(account: Account, right: Right) -> bool:
    """Tell whether an account lets in somebody with a right."""
    return not account.disabled and may(Actor(account.name, account.roles, ""), right)


def reviews(account: Account) -> bool:
    """Tell whether an account may review."""
    return has(account, Right.REVIEW)


class Staff:
    """The accounts as people; read anew for each piece of work.

    Args:
        log: Of the piece of work, or as it stands.
    """

    def __init__(self, log: Written) -> None:
        self._log = log
        self._lately: dict[str, list[tuple[str, str]]] = {}

    def names_of(self, officer: str) -> frozenset[str]:
        """Return all accounts of an officer's person, the officer's own among them."""
        return self._people.get(officer, frozenset({officer}))

    def names_with(self, so_cccd: str) -> frozenset[str]:
        """Return the accounts that have or had a citizen number."""
        number = written(so_cccd)
        return frozenset(name for name, held in self._numbers.items() if held and number in held)

    def is_known(self, officer: str) -> bool:
        """Tell whether an account has a citizen number that can be read, now and before."""
        account = self._accounts.get(officer)
        return bool(account and written(account.so_cccd) and self._numbers.get(officer))

    def refuse_alike(self, case: Case, maker: str, second: str) -> None:
        """Let nobody but two people pass, neither of whom holds the other's account.

        Args:
            case: What they decide about.
            maker: Who proposed.
            second: Who is to agree.

        Raises:
            Forbidden: The sentence says why the second does not count.
        """
        self._refuse_unread()
        if maker == second:
            raise Forbidden("Người đề nghị không tự duyệt", "Who proposes does not approve")
        if second in self.names_of(maker):
            raise Forbidden(
                f"{maker} và {second} là một người (cùng số căn cước): không tự duyệt",
                f"{maker} and {second} are one person by citizen number and do not approve",
            )
        for name in (second, maker):
            if not self.is_known(name):
                raise Forbidden(
                    f"Tài khoản {name} không có số căn cước đọc được nên không ai biết đó là"
                    " người thứ hai",
                    f"Account {name} has no readable citizen number, so nobody knows whether"
                    " it is a second person",
                )
        self._refuse_held(case, maker, second)

    def _refuse_unread(self) -> None:
        unread = next((event for event in self._changes if not event.is_readable), None)
        if unread:
            raise Forbidden(
                f"Một thay đổi tài khoản trong nhật ký không đọc được ({unread.event_id}): không ai"
                " biết ai là người thứ hai",
                f"A change of an account in the log is unreadable ({unread.event_id}), so nobody"
                " knows who is a second person",
            )

    def _refuse_held(self, case: Case, maker: str, second: str) -> None:
        one, other = self.names_of(maker), self.names_of(second)
        if case.number not in self._lately:
            found = self._given(case)
            self._lately[case.number] = [(by, n) for by, to in found for n in self.names_of(to)]
        given = self._lately[case.number]
        if any(by in other and to in other for by, to in given):
            raise Forbidden(
                f"{second} tự giao quyền hay tự sửa tài khoản của mình nên không tính là người"
                " thứ hai ở hồ sơ này",
                f"{second} gave roles to, or changed, their own account, so they do not count as"
                " second person here",
            )
        for first, last in ((one, other), (other, one)):
            if _reached(first, given) & last:
                giver, taker = (maker, second) if first is one else (second, maker)
                raise Forbidden(
                    f"{giver} đã lập, mở hay sửa tài khoản {taker} (tự mình hay qua người khác)"
                    " nên hai người không duyệt cho nhau ở hồ sơ này",
                    f"{giver} made, opened or changed account {taker}, directly or through"
                    " others, so neither approves for the other here",
                )

    def barred(self, case: Case, maker: str, second: str) -> Forbidden | None:
        """Return why an account does not count as second person, None where it does."""
        try:
            self.refuse_alike(case, maker, second)
        except Forbidden as why:
            return why
        return None

    def beside(self, case: Case, maker: str, right: Right) -> list[str]:
        """Return the accounts with a right that count as second person beside a maker."""
        able = [a.name for a in self._accounts.values() if has(a, right)]
        return [name for name in able if self.barred(case, maker, name) is None]

    @cached_property
    def _changes(self) -> list[Event]:
        return list(self._log.events((EventKind.ACCOUNT_CHANGED,), _LONG_AGO))

    @cached_property
    def _accounts(self) -> Mapping[str, Account]:
        return {account.name: account for account in self._log.accounts.accounts()}

    @cached_property
    def _numbers(self) -> Mapping[str, frozenset[str] | None]:
        """Return the numbers that each account has or had; None where one cannot be read."""
        found: dict[str, set[str] | None] = {
            name: {account.so_cccd} if account.sound else None
            for name, account in self._accounts.items()
        }
        for event in (one for one in self._changes if one.is_readable):
            done = AccountChanged.of(event.codes)
            name, held = done.account, found.setdefault(done.account, set())
            kept = self._kept(event) if done.what in _SETS_NUMBER else ()
            if kept is None:
                found[name] = None
            elif held is not None:
                held.update(kept)
        return {
            name: held if held is None else frozenset(filter(None, map(written, held)))
            for name, held in found.items()
        }

    def _kept(self, event: Event) -> Iterable[str] | None:
        """Return the numbers that a change kept, None where they cannot be read."""
        content = self._log.content(event.event_id) or Content()
        if content.unreadable:
            return None
        return [str(content[key]) for key in ("so_cccd", "truoc") if content.get(key)]

    @cached_property
    def _people(self) -> Mapping[str, frozenset[str]]:
        people: dict[str, frozenset[str]] = {}
        for name, held in self._numbers.items():
            same = {name}
            for number in held or ():
                known = (other for other, n in self._numbers.items() if n and number in n)
                same |= {one for other in known for one in people.get(other, {other})}
            whole = frozenset(same)
            people |= dict.fromkeys(whole, whole)
        return people

    def _given(self, case: Case) -> Iterator[tuple[str, str]]:
        """Yield who gave whom an account or what it may do, lately enough to count on a case.

        Lately is from some days before the case was opened, and whatever was written after it,
        whatever the clock said. What the command line gave comes from whoever has the machine.
        """
        events = self._log.events((EventKind.ACCOUNT_CHANGED, EventKind.CASE_OPENED), _LONG_AGO)
        since = case.opened_at - timedelta(days=terms()["second"]["days_before"])
        late, roles = False, dict[str, frozenset[str]]()
        for event in (one for one in events if one.is_readable):
            if event.kind is EventKind.CASE_OPENED:
                late = late or event.codes["case"] == case.number
                continue
            done = AccountChanged.of(event.codes)
            before = roles.get(done.account, frozenset())
            if done.roles is not None:
                roles[done.account] = frozenset(done.roles)
            counts = self._counts(event.officer, done, before)
            if counts and (late or event.recorded_at >= since):
                yield event.officer, done.account

    def _counts(self, by: str, done: AccountChanged, before: frozenset[str]) -> bool:
        if by in {"", COMMAND_LINE} or done.what in terms()["second"]["harmless"]:
            return False
        gave = frozenset(done.roles or ()) - before
        alone = by in self.names_of(done.account)
        match done.what:
            case "created":  # its password is known to whoever made it
                return not alone or bool(gave & _REVIEWING)
            case "roles":
                return bool(gave & _REVIEWING if alone else gave)
            case "password":
                return not alone
        return True


def _reached(first: Iterable[str], given: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the accounts that some hold, directly or through others."""
    held, edges = set(first), list(given)
    reached: set[str] = set()
    while new := {to for by, to in edges if by in held and to not in reached}:
        reached |= new
        held |= new
    return frozenset(reached)
