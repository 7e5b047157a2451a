"""What an administrator does with accounts, and each officer with the own one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import OFFICER, a_password, officer_account
from verification.basics.errors import RequestError, SignInError
from verification.log.account import Place, SessionState
from verification.log.events import EventKind
from verification.officers import signin, staff
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.account import Account

HERE = Place("1", "127.0.0.1")
SHELL = command_line("1")
CHI = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1")
AN = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")
PIN = "2957"
NEW = "tram-xanh-82-la"
DESK_ROLE = frozenset({Role.RECEPTIONIST})

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def staffed(kiosk: Kiosk) -> Kiosk:
    """Return a kiosk with the administrator `chi.lt` and the receptionist `an.nt`."""
    officer_account(kiosk, "chi.lt", Role.ADMINISTRATOR)
    officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
    return kiosk


def account(kiosk: Kiosk, name: str) -> Account:
    """Return an account as it is kept."""
    found = kiosk.written.accounts.account(name)
    assert found
    return found


def changes(kiosk: Kiosk) -> list[tuple[str, str, str]]:
    """Return who changed which account how."""
    events = kiosk.written.events([EventKind.ACCOUNT_CHANGED], kiosk.clock() - timedelta(days=1))
    return [(e.codes["officer"], e.codes["account"], e.codes["what"]) for e in events]


# ---- making accounts


def test_an_account_is_made_with_the_officers_facts(staffed: Kiosk) -> None:
    made = staff.create(
        CHI, staffed, " Dung.PV ", DESK_ROLE, NEW, ho_ten=" Phạm  Dung", so_cccd="079 194 000 011"
    )
    assert (made.name, made.ho_ten, made.so_cccd) == ("dung.pv", "Phạm Dung", "079194000011")
    assert account(staffed, "dung.pv") == made
    assert changes(staffed)[-1] == ("chi.lt", "dung.pv", "created")
    assert signin.sign_in(staffed, "dung.pv", NEW, HERE)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "x" * 33, "an nt", "an/nt", "ân", "-an", "dong-lenh", "quay-thu", "demo-tiep-don"],
)
def test_a_name_that_cannot_be_one_is_refused(staffed: Kiosk, name: str) -> None:
    with pytest.raises(RequestError, match="account name"):
        staff.create(CHI, staffed, name, DESK_ROLE, NEW)


def test_a_name_is_given_once(staffed: Kiosk) -> None:
    with pytest.raises(RequestError, match="already"):
        staff.create(CHI, staffed, "AN.NT", DESK_ROLE, NEW, **OFFICER)
    assert signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)


@pytest.mark.parametrize("number", ["123", "07919400001a", "٠٧٩١٩٤٠٠٠٠١١"])
def test_a_citizen_number_has_twelve_digits(staffed: Kiosk, number: str) -> None:
    with pytest.raises(RequestError, match="12 digits"):
        staff.create(CHI, staffed, "dung.pv", DESK_ROLE, NEW, so_cccd=number)


def test_a_common_password_and_no_role_are_refused(staffed: Kiosk) -> None:
    with pytest.raises(RequestError, match="too common"):
        staff.create(CHI, staffed, "dung.pv", DESK_ROLE, "matkhau2026")
    with pytest.raises(RequestError, match="role"):
        staff.create(CHI, staffed, "dung.pv", frozenset(), NEW)
    assert staffed.written.accounts.account("dung.pv") is None


def test_lists_hold_no_hash_and_no_whole_number(staffed: Kiosk) -> None:
    staff.create(CHI, staffed, "dung.pv", DESK_ROLE, NEW, ho_ten="Mẫu", so_cccd="079194000011")
    listed = staff.list_accounts(CHI, staffed)
    assert [found.name for found in listed] == ["an.nt", "chi.lt", "dung.pv"]
    assert not any(found.password or found.pin for found in listed)
    assert "079194000011" not in str(listed)


def test_each_officer_reads_the_own_account_without_hashes(staffed: Kiosk) -> None:
    staff.create(CHI, staffed, "dung.pv", DESK_ROLE, NEW, ho_ten="Mẫu", so_cccd="079194000011")
    found = staff.own_account(Actor("dung.pv", DESK_ROLE, "1"), staffed)
    assert found
    assert (found.name, found.ho_ten, found.password, found.pin) == ("dung.pv", "Mẫu", "", None)
    assert "079194000011" not in str(found)
    assert staff.own_account(command_line("1"), staffed) is None


def test_who_receives_or_reviews_has_a_name_and_a_number(staffed: Kiosk) -> None:
    for facts in ({}, {"ho_ten": "Phạm Mẫu"}, {"so_cccd": "079194000011"}):
        with pytest.raises(RequestError, match="name and citizen number"):
            staff.create(CHI, staffed, "dung.pv", DESK_ROLE, NEW, **facts)
    staff.create(CHI, staffed, "dung.pv", frozenset({Role.ADMINISTRATOR}), NEW)
    with pytest.raises(RequestError, match="name and citizen number"):
        staff.change_roles(CHI, staffed, "dung.pv", DESK_ROLE)


# ---- changing accounts


def test_name_and_number_are_corrected_and_the_log_says_only_which(staffed: Kiosk) -> None:
    staff.change_facts(CHI, staffed, "an.nt", " Ngô  Mẫu ", "")
    staff.change_facts(CHI, staffed, "an.nt", "", "079 194 000 012")
    after = account(staffed, "an.nt")
    assert (after.ho_ten, after.so_cccd) == ("Ngô Mẫu", "079194000012")
    since = staffed.clock() - timedelta(days=1)
    events = staffed.written.events([EventKind.ACCOUNT_CHANGED], since)
    assert [event.codes.get("fields") for event in events[-2:]] == [["ho_ten"], ["so_cccd"]]
    assert "Ngô" not in str(events)
    for facts in (("", " "), ("", "123")):
        with pytest.raises(RequestError):
            staff.change_facts(CHI, staffed, "an.nt", *facts)


@pytest.mark.parametrize("act", ["disable", "roles"])
def test_the_last_administrator_stays(staffed: Kiosk, act: str) -> None:
    before = account(staffed, "chi.lt")
    does = {
        "disable": lambda: staff.disable(CHI, staffed, "chi.lt"),
        "roles": lambda: staff.change_roles(CHI, staffed, "chi.lt", DESK_ROLE),
    }
    with pytest.raises(RequestError, match="last administrator"):
        does[act]()
    assert account(staffed, "chi.lt") == before


def test_a_disabled_administrator_does_not_count(staffed: Kiosk) -> None:
    officer_account(staffed, "dung.pv", Role.ADMINISTRATOR)
    staff.disable(CHI, staffed, "dung.pv")
    with pytest.raises(RequestError, match="last administrator"):
        staff.disable(CHI, staffed, "chi.lt")
    staff.enable(CHI, staffed, "dung.pv")
    staff.disable(CHI, staffed, "chi.lt")


def test_an_enabled_account_need_not_wait(staffed: Kiosk) -> None:
    for _ in range(5):
        with pytest.raises(SignInError):
            signin.sign_in(staffed, "an.nt", "khong-phai", HERE)
    staff.enable(CHI, staffed, "an.nt")
    assert signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)


def test_a_password_set_by_the_administrator_replaces_password_and_pin(staffed: Kiosk) -> None:
    signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)
    staff.set_pin(AN, staffed, a_password("an.nt"), PIN)
    staff.set_password(CHI, staffed, "an.nt", NEW)
    assert account(staffed, "an.nt").pin is None
    with pytest.raises(SignInError):
        signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)
    assert signin.sign_in(staffed, "an.nt", NEW, HERE)
    assert staffed.written.accounts.sessions()[1:] == []


def test_what_is_done_to_no_account_is_refused(staffed: Kiosk) -> None:
    signin.try_out(staffed, Role.AUDITOR, HERE)
    for name in ("khong-co", "demo-giam-dinh"):
        for act in (staff.disable, staff.enable):
            with pytest.raises(RequestError, match="no account"):
                act(CHI, staffed, name)
        with pytest.raises(RequestError, match="no account"):
            staff.set_password(CHI, staffed, name, NEW)
    with pytest.raises(RequestError, match="has ended"):
        staff.end_session(CHI, staffed, "0" * 64)


def test_every_change_names_who_made_it(staffed: Kiosk) -> None:
    digest = signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE).session.digest
    staff.end_session(CHI, staffed, digest)
    staff.change_roles(CHI, staffed, "an.nt", frozenset({Role.AUDITOR}))
    staff.disable(SHELL, staffed, "an.nt")
    assert changes(staffed)[2:] == [
        ("chi.lt", "an.nt", "session_ended"),
        ("chi.lt", "an.nt", "roles"),
        ("dong-lenh", "an.nt", "disabled"),
    ]


def test_sessions_are_listed_until_they_end(staffed: Kiosk, clock: Clock) -> None:
    signed = signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)
    assert list(staff.list_sessions(CHI, staffed)) == [signed.session]
    clock.forward(hours=12)
    assert staff.list_sessions(CHI, staffed) == []
    clock.forward(seconds=1)
    assert staff.list_sessions(CHI, staffed) == []


# ---- the own account


def test_the_own_password_is_changed_with_the_old_one_alone(staffed: Kiosk) -> None:
    signed = signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE)
    with pytest.raises(SignInError):
        staff.change_password(AN, staffed, "khong-phai", NEW)
    with pytest.raises(RequestError, match="too common"):
        staff.change_password(AN, staffed, a_password("an.nt"), "matkhau2026")
    assert signin.standing(staffed, signed.session.digest)[0] is SessionState.LIVE
    staff.change_password(AN, staffed, a_password("an.nt"), NEW)
    assert signin.standing(staffed, signed.session.digest)[0] is SessionState.ENDED
    assert signin.sign_in(staffed, "an.nt", NEW, HERE)


def test_guessing_the_old_password_at_an_open_desk_is_slowed(staffed: Kiosk) -> None:
    for _ in range(5):
        with pytest.raises(SignInError):
            staff.set_pin(AN, staffed, "khong-phai", PIN)
    with pytest.raises(SignInError, match="60 seconds"):
        staff.change_password(AN, staffed, a_password("an.nt"), NEW)


def test_a_plain_pin_is_refused(staffed: Kiosk) -> None:
    with pytest.raises(RequestError):
        staff.set_pin(AN, staffed, a_password("an.nt"), "1234")
    assert account(staffed, "an.nt").pin is None


def test_an_administrator_has_no_pin_and_one_set_before_counts_no_more(staffed: Kiosk) -> None:
    with pytest.raises(RequestError, match="no PIN"):
        staff.set_pin(CHI, staffed, a_password("chi.lt"), PIN)
    digest = signin.sign_in(staffed, "an.nt", a_password("an.nt"), HERE).session.digest
    staff.set_pin(AN, staffed, a_password("an.nt"), PIN)
    signin.lock(staffed, digest)
    signin.unlock(staffed, digest, PIN, HERE)
    staff.change_roles(CHI, staffed, "an.nt", frozenset({Role.ADMINISTRATOR}))
    signin.lock(staffed, digest)
    with pytest.raises(SignInError):
        signin.unlock(staffed, digest, PIN, HERE)
    signin.unlock(staffed, digest, a_password("an.nt"), HERE)


def test_the_command_line_has_no_password_of_its_own(staffed: Kiosk) -> None:
    with pytest.raises(SignInError):
        staff.change_password(replace(SHELL), staffed, "", NEW)


def test_a_pin_is_taken_away_and_its_officer_sets_another(kiosk: Kiosk) -> None:
    chief = command_line("1")
    officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
    own = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")
    staff.set_pin(own, kiosk, a_password("an.nt"), "2957")
    staff.drop_pin(chief, kiosk, "an.nt")
    account = kiosk.written.accounts.account("an.nt")
    assert account
    assert (account.pin, account.sound) == ("", True)
    with pytest.raises(RequestError):
        staff.drop_pin(chief, kiosk, "khong.co")
    staff.set_pin(own, kiosk, a_password("an.nt"), "5908")
