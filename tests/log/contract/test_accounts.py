"""The contract of the `Accounts` port."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING
from verification.basics.errors import RequestError, StoreError
from verification.log.account import Account, Session
from verification.log.events import EventKind
from verification.log.officer_events import AccountChanged
from verification.log.writing import Stranger
from verification.officers.kept import keep
from verification.rights import Role

if TYPE_CHECKING:
    from verification.log.ports import Log, LogTransaction

STRANGER = Stranger("1")
AN = Account("an.nt", frozenset({Role.RECEPTIONIST}), "Nguyễn Thị Mẫu", "079194000011", "hash")
FULL = replace(
    AN,
    name="binh",
    roles=frozenset(Role),
    pin="pin-hash",
    disabled=True,
    failures=7,
    locked_until=MORNING + timedelta(minutes=4, microseconds=5),
    full_login_at=MORNING,
    demo=True,
)
OPEN = Session("d" * 64, "an.nt", "1", "::1", MORNING, MORNING, MORNING + timedelta(hours=12))


@pytest.mark.parametrize("account", [AN, FULL])
def test_an_account_comes_back_as_it_was_put(port: Log, account: Account) -> None:
    assert port.accounts.account(account.name) is None
    port.write(lambda t: t.accounts.put_account(account))
    assert port.accounts.account(account.name) == account
    assert port.write(lambda t: t.accounts.account(account.name)) == account


def test_accounts_come_by_name_and_a_later_one_replaces(port: Log) -> None:
    for account in (FULL, AN, replace(AN, ho_ten="Mẫu", failures=1)):
        port.write(lambda t, a=account: t.accounts.put_account(a))
    assert [a.name for a in port.accounts.accounts()] == ["an.nt", "binh"]
    assert port.accounts.accounts()[0] == replace(AN, ho_ten="Mẫu", failures=1)


def test_sessions_come_newest_first_until_they_are_ended(port: Log) -> None:
    later = replace(OPEN, digest="e" * 64, opened_at=MORNING + timedelta(seconds=1), locked=True)
    for session in (OPEN, later):
        port.write(lambda t, s=session: t.accounts.put_session(s))
    assert list(port.accounts.sessions()) == [later, OPEN]
    port.write(lambda t: t.accounts.end_session(later.digest))
    port.write(lambda t: t.accounts.end_session("none"))
    assert port.accounts.session(later.digest) is None
    assert port.accounts.session(OPEN.digest) == OPEN


def test_a_session_put_again_is_changed(port: Log) -> None:
    moved = replace(OPEN, active_at=MORNING + timedelta(minutes=3), locked=True)
    for session in (OPEN, moved):
        port.write(lambda t, s=session: t.accounts.put_session(s))
    assert list(port.accounts.sessions()) == [moved]


def test_an_account_keeps_the_event_that_changed_it(port: Log) -> None:
    def work(log: LogTransaction) -> Account:
        return keep(log, STRANGER, AccountChanged("an.nt", "created", roles=("receptionist",)), AN)

    assert not port.accounts.are_bound()
    kept = port.write(work)
    assert port.accounts.account("an.nt") == kept == replace(AN, event_id="1-2")
    assert port.accounts.are_bound()
    port.write(work)  # bound once
    assert len(port.events([EventKind.ACCOUNTS_BOUND], MORNING)) == 1


def test_what_is_not_sound_is_not_kept(port: Log) -> None:
    for act in (
        lambda t: t.accounts.put_account(replace(AN, sound=False)),
        lambda t: t.accounts.put_session(replace(OPEN, sound=False)),
    ):
        with pytest.raises(ValueError, match="not sound"):
            port.write(act)
    assert not port.accounts.accounts()
    assert not port.accounts.sessions()


def test_work_that_fails_changes_no_account(port: Log) -> None:
    port.write(lambda t: t.accounts.put_account(AN))

    def work(t: object) -> None:
        t.accounts.put_account(replace(AN, disabled=True))  # type: ignore[attr-defined]
        t.accounts.put_session(OPEN)  # type: ignore[attr-defined]
        raise RequestError("hỏng", "broken")

    with pytest.raises(RequestError, match="broken"):
        port.write(work)
    assert port.accounts.account("an.nt") == AN
    assert list(port.accounts.sessions()) == []


def test_outside_of_a_piece_of_work_nothing_is_written(port: Log) -> None:
    port.write(lambda t: t.accounts.put_account(AN))
    for act in (
        lambda: port.accounts.put_account(FULL),
        lambda: port.accounts.put_session(OPEN),
    ):
        with pytest.raises(StoreError):
            act()
    assert [a.name for a in port.accounts.accounts()] == ["an.nt"]
