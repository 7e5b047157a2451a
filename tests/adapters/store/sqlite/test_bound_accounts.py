"""What somebody who can write `kiosk.db`, but has no key, makes of accounts and sessions."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from tests.support import (
    MASTER_KEY,
    OFFICER,
    Clock,
    a_password,
    citizen_number,
    make_demo_store,
    officer_account,
    open_kiosk,
)
from tests.tamper_support import of_a_version_before
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.basics.errors import Forbidden, RequestError, SignInError
from verification.log.account import Place
from verification.log.events import EventKind
from verification.log.findings import HOUSE, Kind
from verification.officers import passwords, signin, staff
from verification.rights import Actor, Right, Role, command_line, may

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.kiosk import Kiosk

HERE = Place("1", "127.0.0.1")
ROOT_LINE = command_line("1")
NEW = "song-dem-trang-6"
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
KNOWN = HASHER.hash("ke-gian-biet-cau-nay")
TOKEN = "the-token-of-a-stranger"  # invented
DAY = EventKind.ACCOUNT_CHANGED
_COPY = "INSERT INTO account SELECT {} FROM account WHERE name = '{}'"
_OLD = "early.account"
_BACK = "INSERT OR REPLACE INTO account SELECT * FROM early.account WHERE name = '{}'"
_SESSION_BACK = (
    "INSERT OR REPLACE INTO session SELECT * FROM early.session WHERE officer = '{}' LIMIT 1"
)


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", HASHER)
        patch.setattr(passwords, "NOBODYS", HASHER.hash("nobody's"))
        yield


def keep(path: Path, at: Path) -> None:
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(at)) as early:
        now.backup(early)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, quick: None) -> Path:
    """Return a store after some days, with `early.db`, an older copy; copy it, never write it."""
    folder, clock = tmp_path_factory.mktemp("house"), Clock()
    make_demo_store(folder)
    with open_kiosk(folder, clock) as (kiosk, _):
        for name, role in (
            ("an.nt", Role.RECEPTIONIST),
            ("binh.tv", Role.AUDITOR),
            ("chi.lt", Role.ADMINISTRATOR),
            ("dung.pv", Role.ADMINISTRATOR),
        ):
            officer_account(kiosk, name, role)
        signed = {n: signin.sign_in(kiosk, n, a_password(n), HERE) for n in ("an.nt", "binh.tv")}
        keep(folder / "kiosk.db", folder / "early.db")
        signin.sign_out(kiosk, signed["an.nt"].session.digest)
        signin.lock(kiosk, signed["binh.tv"].session.digest)
        staff.set_password(ROOT_LINE, kiosk, "chi.lt", NEW)
        both = frozenset({Role.AUDITOR, Role.RECEPTIONIST})
        staff.change_roles(ROOT_LINE, kiosk, "binh.tv", both)
        staff.change_roles(ROOT_LINE, kiosk, "binh.tv", frozenset({Role.AUDITOR}))
        staff.disable(ROOT_LINE, kiosk, "dung.pv")
        for _ in range(3):
            with pytest.raises(SignInError):
                signin.sign_in(kiosk, "an.nt", "wrong", HERE)
        signin.sign_in(kiosk, "chi.lt", NEW, HERE)
    return folder


@pytest.fixture
def folder(house: Path, tmp_path: Path) -> Path:
    """Return a copy of the house, closed."""
    shutil.copytree(house, tmp_path, dirs_exist_ok=True)
    return tmp_path


def tamper(folder: Path, *statements: str) -> None:
    """Change the store as somebody with a SQLite shell does."""
    with closing(sqlite3.connect(folder / "kiosk.db", isolation_level=None)) as db:
        db.execute("ATTACH ? AS early", (str(folder / "early.db"),))
        for statement in statements:
            db.execute(statement)


def found(folder: Path, *, key: bool) -> set[tuple[str, str]]:
    """Return what the proof says is wrong, by kind and word."""
    with copied(folder / "kiosk.db", MASTER_KEY if key else None) as copy:
        findings = prove(copy).findings
    return {(f.kind.value, f.what) for f in findings}


def columns(**changed: str) -> str:
    names = (
        "name, roles, sealed, password, pin, disabled, failures, locked_until, full_login_at, "
        "demo, event_id, mac"
    )
    return ", ".join(changed.get(name, name) for name in names.split(", "))


# by name: statements; what is found with the key; what is found without
ACCOUNTS: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "an account of one's own": (
        (_COPY.format(columns(name="'ke.gian'", password=f"'{KNOWN}'"), "chi.lt"),),
        {"ke.gian added", "ke.gian changed"},
        {"ke.gian added"},
    ),
    "another password": (
        (f"UPDATE account SET password = '{KNOWN}' WHERE name = 'chi.lt'",),
        {"chi.lt changed"},
        set(),
    ),
    "the password of another account": (
        (
            (
                "UPDATE account AS a SET password = b.password FROM account AS b"
                " WHERE b.name = 'an.nt' AND a.name = 'chi.lt'"
            ),
        ),
        {"chi.lt changed"},
        set(),
    ),
    "a role more": (
        ("UPDATE account SET roles = 'administrator,receptionist' WHERE name = 'an.nt'",),
        {"an.nt changed", "an.nt roles"},
        {"an.nt roles"},
    ),
    "another's whole row but the name": (
        (
            (
                "UPDATE account SET (roles, sealed, password, event_id, mac) ="
                " (SELECT roles, sealed, password, event_id, mac FROM account"
                " WHERE name = 'chi.lt') WHERE name = 'an.nt'"
            ),
        ),
        {"an.nt changed", "an.nt roles", "an.nt older"},
        {"an.nt roles", "an.nt older"},
    ),
    "a name and number of before": (
        (
            (
                "UPDATE account SET sealed = (SELECT a.sealed FROM early.account a WHERE"
                " a.name = 'binh.tv') WHERE name = 'binh.tv'"
            ),
        ),
        {"binh.tv changed"},
        set(),
    ),
    "two names swapped": (
        (
            "UPDATE account SET name = 'x' WHERE name = 'an.nt'",
            "UPDATE account SET name = 'an.nt' WHERE name = 'chi.lt'",
            "UPDATE account SET name = 'chi.lt' WHERE name = 'x'",
        ),
        {f"{n} {w}" for n in ("an.nt", "chi.lt") for w in ("changed", "roles", "older")}
        | {"an.nt failures"},
        {f"{n} {w}" for n in ("an.nt", "chi.lt") for w in ("roles", "older")} | {"an.nt failures"},
    ),
    "another name": (
        ("UPDATE account SET name = 'ke.gian' WHERE name = 'chi.lt'",),
        {"ke.gian added", "ke.gian changed", "chi.lt gone"},
        {"ke.gian added", "chi.lt gone"},
    ),
    "a name that is none": (
        (_COPY.format(columns(name="'Nguyễn Thị Mẫu'"), "chi.lt"),),
        {"? added", "? changed"},
        {"? added"},
    ),
    "a demo account with a password": (
        ("UPDATE account SET demo = 1 WHERE name = 'an.nt'",),
        {"an.nt changed"},
        set(),
    ),
    "the disabled one opened": (
        ("UPDATE account SET disabled = 0 WHERE name = 'dung.pv'",),
        {"dung.pv changed", "dung.pv enabled"},
        {"dung.pv enabled"},
    ),
    "wrong attempts forgotten": (
        ("UPDATE account SET failures = 0, locked_until = NULL WHERE name = 'an.nt'",),
        {"an.nt changed", "an.nt failures"},
        {"an.nt failures"},
    ),
    "a PIN": (
        (f"UPDATE account SET pin = '{KNOWN}' WHERE name = 'an.nt'",),
        {"an.nt changed"},
        set(),
    ),
    "a full login today": (
        ("UPDATE account SET full_login_at = '2099-01-01T00:00:00+00:00' WHERE name = 'an.nt'",),
        {"an.nt changed"},
        set(),
    ),
    "an old password put back": ((_BACK.format("chi.lt"),), {"chi.lt older"}, {"chi.lt older"}),
    "a role of before put back": ((_BACK.format("binh.tv"),), {"binh.tv older"}, {"binh.tv older"}),
    "the disabled one put back": (
        (_BACK.format("dung.pv"),),
        {"dung.pv older", "dung.pv enabled"},
        {"dung.pv older", "dung.pv enabled"},
    ),
    "a row of before the wrong attempts": (
        (_BACK.format("an.nt"),),
        {"an.nt failures"},
        {"an.nt failures"},
    ),
    "an account deleted": (
        ("DELETE FROM account WHERE name = 'binh.tv'",),
        {"binh.tv gone"},
        {"binh.tv gone"},
    ),
    "all accounts deleted": (
        ("DELETE FROM account",),
        {f"{n} gone" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
        {f"{n} gone" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
    ),
    "the MACs taken away": (
        ("UPDATE account SET mac = NULL",),
        {f"{n} unbound" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
        {f"{n} unbound" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
    ),
    "the column of the MACs taken away": (
        ("ALTER TABLE account DROP COLUMN mac",),
        {f"{n} unbound" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
        {f"{n} unbound" for n in ("an.nt", "binh.tv", "chi.lt", "dung.pv")},
    ),
}
SESSIONS: dict[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "a session of one's own": (
        (
            (
                "INSERT INTO session SELECT '{}', 'chi.lt', desk, '10.0.0.9', opened_at, active_at,"
                " '2099-01-01T00:00:00+00:00', 0, NULL, NULL FROM session LIMIT 1"
            ),
        ),
        {"added", "unbound"},
        {"added", "unbound"},
    ),
    "another's session for a token of one's own": (
        ("UPDATE session SET digest = '{}' WHERE officer = 'chi.lt'",),
        {"changed"},
        set(),
    ),
    "a session made the administrator's": (
        ("UPDATE session SET officer = 'chi.lt' WHERE officer = 'binh.tv'",),
        {"added", "changed"},
        {"added"},
    ),
    "a session that never ends": (
        ("UPDATE session SET ends_at = '2099-01-01T00:00:00+00:00' WHERE officer = 'chi.lt'",),
        {"changed"},
        set(),
    ),
    "a session at another desk": (
        ("UPDATE session SET desk = '2' WHERE officer = 'chi.lt'",),
        {"added", "changed"},
        {"added"},
    ),
    "one that was signed out put back": (
        (_SESSION_BACK.format("an.nt"),),
        {"over"},
        {"over"},
    ),
    "a locked one put back unlocked": (
        (_SESSION_BACK.format("binh.tv"),),
        {"unlocked"},
        {"unlocked"},
    ),
    "one session twice": (
        (
            (
                "INSERT INTO session SELECT '{}', officer, desk, address, opened_at, active_at,"
                " ends_at, locked, event_id, mac FROM session WHERE officer = 'chi.lt'"
            ),
        ),
        {"changed", "doubled"},
        {"doubled"},
    ),
    "the MACs taken away": (("UPDATE session SET mac = NULL",), {"unbound"}, {"unbound"}),
}


def test_a_house_that_nobody_touched_is_sound(folder: Path) -> None:
    assert found(folder, key=True) == found(folder, key=False) == set()
    with copied(folder / "kiosk.db") as copy:
        assert {"account_mac", "session_mac"} <= set(prove(copy).unchecked)


@pytest.mark.parametrize("attack", ACCOUNTS)
def test_what_was_done_to_an_account_is_found(folder: Path, attack: str) -> None:
    statements, with_key, without = ACCOUNTS[attack]
    tamper(folder, *statements)
    for key, words in ((True, with_key), (False, without)):
        told = found(folder, key=key) - {("account", "table account")}  # its shape, where changed
        assert told == {("account", f"account {word}") for word in words}


@pytest.mark.parametrize("attack", SESSIONS)
def test_what_was_done_to_a_session_is_found(folder: Path, attack: str) -> None:
    statements, with_key, without = SESSIONS[attack]
    digest = signin.digest_of(TOKEN)
    tamper(folder, *(statement.format(digest) for statement in statements))
    for key, words in ((True, with_key), (False, without)):
        told = found(folder, key=key)
        assert {kind for kind, _ in told} <= {"session"}
        assert {what.split()[-1] for _, what in told} == words


def test_what_is_wrong_stands_at_the_event_concerned(folder: Path) -> None:
    tamper(folder, "UPDATE account SET roles = 'auditor' WHERE name = 'chi.lt'")
    tamper(folder, "UPDATE session SET ends_at = ends_at || ' ' WHERE officer = 'chi.lt'")
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        named = (
            "SELECT desk, seq FROM log WHERE json_extract(codes, '$.{}') = 'chi.lt' AND kind = ?"
        )
        made = db.execute(named.format("account"), ("account_changed",)).fetchall()
        opened = db.execute(named.format("officer"), ("signed_in",)).fetchall()
    with copied(folder / "kiosk.db", MASTER_KEY) as copy:
        places = {(f.desk, f.seq, f.what.split()[-1], f.kind) for f in prove(copy).findings}
    assert places == {
        (*made[0], "roles", Kind.ACCOUNT),  # where they were given
        (*made[-1], "changed", Kind.ACCOUNT),
        (*opened[-1], "changed", Kind.SESSION),
    }


def test_who_also_takes_the_events_away_is_told_by_the_heads(folder: Path) -> None:
    tamper(
        folder,
        _BACK.format("dung.pv"),
        "DROP TRIGGER log_no_DELETE",
        "DELETE FROM log WHERE kind = 'account_changed' AND codes LIKE '%disabled%'",
    )
    assert "deleted" in {kind for kind, _ in found(folder, key=False)}


def test_a_row_that_no_event_tells_of_stands_at_the_house(folder: Path) -> None:
    tamper(folder, _COPY.format(columns(name="'ke.gian'"), "chi.lt"))
    with copied(folder / "kiosk.db", MASTER_KEY) as copy:
        assert {(f.desk, f.seq) for f in prove(copy).findings} == {(HOUSE, 0)}


# ---- what the kiosk does with such rows

LETS_IN = {"chi.lt": NEW, "an.nt": a_password("an.nt"), "binh.tv": a_password("binh.tv")}
# by name: who is concerned, and a password that would let in if the row were believed
OPENS = {
    "an account of one's own": ("ke.gian", "ke-gian-biet-cau-nay"),
    "another password": ("chi.lt", "ke-gian-biet-cau-nay"),
    "the password of another account": ("chi.lt", a_password("an.nt")),
    "a role more": ("an.nt", a_password("an.nt")),
    "another's whole row but the name": ("an.nt", NEW),
    "a name and number of before": ("binh.tv", a_password("binh.tv")),
    "another name": ("ke.gian", NEW),
    "the disabled one opened": ("dung.pv", a_password("dung.pv")),
    "wrong attempts forgotten": ("an.nt", a_password("an.nt")),
    "an old password put back": ("chi.lt", a_password("chi.lt")),
    "a role of before put back": ("binh.tv", a_password("binh.tv")),
    "the disabled one put back": ("dung.pv", a_password("dung.pv")),
    "the MACs taken away": ("chi.lt", NEW),
    "two names swapped": ("chi.lt", a_password("an.nt")),
    "a PIN": ("an.nt", a_password("an.nt")),
}


@pytest.fixture
def kiosk(folder: Path, clock: Clock, quick: None) -> Iterator[Kiosk]:
    with open_kiosk(folder, clock) as (opened, _):
        yield opened


@pytest.mark.parametrize("attack", OPENS)
def test_an_account_changed_outside_lets_nobody_in_and_says_so_to_who_knows_its_password(
    folder: Path, kiosk: Kiosk, attack: str
) -> None:
    name, password = OPENS[attack]
    tamper(folder, *ACCOUNTS[attack][0])
    with pytest.raises(SignInError, match="sửa ngoài kiosk"):
        signin.sign_in(kiosk, name, password, HERE)
    with pytest.raises(SignInError, match="không đúng") as refused:  # whoever tries passwords
        signin.sign_in(kiosk, name, "something-else", HERE)
    assert "kiosk" not in str(refused.value)
    (account,) = [a for a in staff.list_accounts(ROOT_LINE, kiosk) if a.name == name]
    assert (account.sound, account.roles) == (False, frozenset())


@pytest.mark.parametrize("attack", ["another password", "an old password put back"])
def test_others_go_on_beside_an_account_that_was_changed(
    folder: Path, kiosk: Kiosk, attack: str
) -> None:
    tamper(folder, *ACCOUNTS[attack][0])
    signed = signin.sign_in(kiosk, "an.nt", LETS_IN["an.nt"], HERE)
    assert signin.actor(kiosk, signed.session.digest)


def test_a_session_of_an_account_whose_roles_were_changed_by_hand_is_over(
    folder: Path, kiosk: Kiosk
) -> None:
    signed = signin.sign_in(kiosk, "an.nt", LETS_IN["an.nt"], HERE)
    tamper(folder, *ACCOUNTS["a role more"][0])
    assert signin.standing(kiosk, signed.session.digest)[0] == "ended"
    assert signin.actor(kiosk, signed.session.digest) is None
    assert signin.locked_officer(kiosk, signed.session.digest) is None
    signin.touch(kiosk, signed.session.digest)  # does not bind it anew
    with pytest.raises(SignInError):
        signin.unlock(kiosk, signed.session.digest, LETS_IN["an.nt"], HERE)
    assert not kiosk.written.accounts.account("an.nt").sound  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "attack", [name for name in SESSIONS if name != "a locked one put back unlocked"]
)
def test_a_session_made_or_changed_outside_lets_nobody_act(
    folder: Path, kiosk: Kiosk, attack: str
) -> None:
    digest = signin.digest_of(TOKEN)
    tamper(folder, *(statement.format(digest) for statement in SESSIONS[attack][0]))
    unsound = [s for s in kiosk.written.accounts.sessions() if not s.sound]
    assert unsound
    assert {signin.standing(kiosk, s.digest)[0] for s in unsound} == {"ended"}
    shown = staff.list_sessions(ROOT_LINE, kiosk)
    assert {s.digest for s in unsound} <= {s.digest for s in shown}
    for session in unsound:
        staff.end_session(ROOT_LINE, kiosk, session.digest)
    assert not [s for s in kiosk.written.accounts.sessions() if not s.sound]


def test_a_locked_session_put_back_as_it_was_unlocked_is_locked(folder: Path, kiosk: Kiosk) -> None:
    (locked,) = [s for s in kiosk.written.accounts.sessions() if s.officer == "binh.tv"]
    tamper(folder, *SESSIONS["a locked one put back unlocked"][0])
    assert signin.standing(kiosk, locked.digest)[0] == "locked"
    signin.unlock(kiosk, locked.digest, LETS_IN["binh.tv"], HERE)
    assert signin.standing(kiosk, locked.digest)[0] == "live"
    assert found(folder, key=True) == set()


@pytest.mark.parametrize("act", ["disable", "set_password", "set_right", "end_session"])
def test_a_session_that_an_administrator_ended_is_over_though_its_row_is_put_back(
    folder: Path, kiosk: Kiosk, act: str
) -> None:
    signed = signin.sign_in(kiosk, "an.nt", LETS_IN["an.nt"], HERE)
    keep(folder / "kiosk.db", folder / "later.db")
    roles = frozenset({Role.RECEPTIONIST})
    {
        "disable": lambda: staff.disable(ROOT_LINE, kiosk, "an.nt"),
        "set_password": lambda: staff.set_password(ROOT_LINE, kiosk, "an.nt", NEW),
        "set_right": lambda: staff.set_right(ROOT_LINE, kiosk, "an.nt", roles, NEW),
        "end_session": lambda: staff.end_session(ROOT_LINE, kiosk, signed.session.digest),
    }[act]()
    back = _SESSION_BACK.format("an.nt")
    tamper(
        folder, "ATTACH '{}' AS later".format(folder / "later.db"), back.replace("early", "later")
    )
    assert kiosk.written.accounts.session(signed.session.digest)
    if act == "disable":
        staff.enable(ROOT_LINE, kiosk, "an.nt")
    assert signin.standing(kiosk, signed.session.digest)[0] == "ended"
    assert {what.split()[-1] for kind, what in found(folder, key=True)} == {"over"}
    assert signin.actor(kiosk, signin.sign_in(kiosk, "chi.lt", NEW, HERE).session.digest)


def test_wrong_attempts_at_such_an_account_wait_as_at_any_other(folder: Path, kiosk: Kiosk) -> None:
    tamper(folder, *ACCOUNTS["another password"][0])
    for _ in range(5):
        with pytest.raises(SignInError):
            signin.sign_in(kiosk, "chi.lt", "ke-gian-biet-cau-nay", HERE)
    with pytest.raises(SignInError, match="thử lại sau"):
        signin.sign_in(kiosk, "chi.lt", "ke-gian-biet-cau-nay", HERE)
    failed = kiosk.written.events([EventKind.SIGN_IN_FAILED], Clock().now)
    assert [event.codes["account"] for event in failed[-5:]] == ["chi.lt"] * 5


def test_a_hash_that_would_take_all_memory_is_not_even_tried(folder: Path, kiosk: Kiosk) -> None:
    greedy = "$argon2id$v=19$m=4194304,t=9,p=4$" + KNOWN.split("$", 4)[4]
    tamper(folder, f"UPDATE account SET password = '{greedy}' WHERE name = 'chi.lt'")
    with pytest.raises(SignInError, match="không đúng"):
        signin.sign_in(kiosk, "chi.lt", NEW, HERE)


def test_an_administrator_sets_such_an_account_right_and_it_is_logged(
    folder: Path, kiosk: Kiosk
) -> None:
    tamper(folder, *ACCOUNTS["a role more"][0])
    boss = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1")
    for change in (
        lambda: staff.change_roles(boss, kiosk, "an.nt", frozenset({Role.RECEPTIONIST})),
        lambda: staff.set_password(boss, kiosk, "an.nt", NEW),
        lambda: staff.change_facts(boss, kiosk, "an.nt", "Ai Đó", ""),
        lambda: staff.enable(boss, kiosk, "an.nt"),
    ):
        with pytest.raises(RequestError, match="sửa ngoài kiosk"):
            change()
    staff.set_right(boss, kiosk, "an.nt", frozenset({Role.RECEPTIONIST}), NEW)
    account = kiosk.written.accounts.account("an.nt")
    assert account
    assert (account.sound, account.roles) == (True, frozenset({Role.RECEPTIONIST}))
    assert (account.ho_ten, account.so_cccd) == (OFFICER["ho_ten"], citizen_number("an.nt"))
    signed = signin.sign_in(kiosk, "an.nt", NEW, HERE)
    actor = signin.actor(kiosk, signed.session.digest)
    assert actor
    assert not may(actor, Right.MANAGE)
    event = kiosk.written.events([DAY], Clock().now)[-1]
    assert (event.codes["what"], event.codes["roles"]) == ("set_right", ["receptionist"])
    assert found(folder, key=True) == set()


def test_an_administrator_disables_such_an_account_and_nothing_of_it_is_believed(
    folder: Path, kiosk: Kiosk
) -> None:
    tamper(folder, *ACCOUNTS["a role more"][0])
    staff.disable(ROOT_LINE, kiosk, "an.nt")
    staff.enable(ROOT_LINE, kiosk, "an.nt")
    with pytest.raises(SignInError):
        signin.sign_in(kiosk, "an.nt", LETS_IN["an.nt"], HERE)
    assert kiosk.written.accounts.account("an.nt").roles == frozenset()  # type: ignore[union-attr]
    assert found(folder, key=True) == set()


def test_an_account_nobody_made_can_be_disabled(folder: Path, kiosk: Kiosk) -> None:
    tamper(folder, *ACCOUNTS["an account of one's own"][0])
    staff.disable(ROOT_LINE, kiosk, "ke.gian")
    assert found(folder, key=True) == set()


def test_who_receives_needs_a_name_and_number_when_set_right(folder: Path, kiosk: Kiosk) -> None:
    tamper(folder, "UPDATE account SET sealed = x'00' WHERE name = 'an.nt'")
    with pytest.raises(RequestError, match="họ tên"):
        staff.set_right(ROOT_LINE, kiosk, "an.nt", frozenset({Role.RECEPTIONIST}), NEW)
    staff.set_right(ROOT_LINE, kiosk, "an.nt", frozenset({Role.RECEPTIONIST}), NEW, **OFFICER)


def test_only_who_manages_sets_right(kiosk: Kiosk) -> None:
    clerk = Actor("an.nt", frozenset({Role.RECEPTIONIST}), "1")
    with pytest.raises(Forbidden):
        staff.set_right(clerk, kiosk, "an.nt", frozenset(Role), NEW)


def test_an_administrator_who_was_tampered_with_does_not_count_as_the_last_one(
    folder: Path, kiosk: Kiosk
) -> None:
    staff.create(ROOT_LINE, kiosk, "em.lt", frozenset({Role.ADMINISTRATOR}), NEW)
    tamper(folder, *ACCOUNTS["another password"][0])
    with pytest.raises(RequestError, match="cuối cùng"):
        staff.disable(ROOT_LINE, kiosk, "em.lt")


def test_where_all_administrators_are_tampered_with_the_command_line_sets_one_right(
    folder: Path, kiosk: Kiosk
) -> None:
    tamper(folder, "UPDATE account SET password = '!'")
    assert signin.first_code(kiosk) is None
    assert "dòng lệnh" in str(signin.first_refusal(kiosk))
    staff.set_right(ROOT_LINE, kiosk, "chi.lt", frozenset({Role.ADMINISTRATOR}), NEW)
    assert signin.first_refusal(kiosk) is None
    assert signin.sign_in(kiosk, "chi.lt", NEW, HERE)


# ---- deleted accounts, and MACs taken away, over a restart


def test_where_all_accounts_were_deleted_only_the_command_line_makes_an_administrator(
    folder: Path, kiosk: Kiosk
) -> None:
    tamper(folder, "DELETE FROM account", "DELETE FROM session")
    assert signin.first_code(kiosk) is None
    assert "accounts add" in str(signin.first_refusal(kiosk))
    staff.create(ROOT_LINE, kiosk, "em.lt", frozenset({Role.ADMINISTRATOR}), NEW)
    assert signin.first_refusal(kiosk) is None


def test_a_code_from_before_the_accounts_were_deleted_makes_no_administrator(
    store_folder: Path, clock: Clock, quick: None
) -> None:
    with open_kiosk(store_folder, clock) as (kiosk, _):
        code = signin.first_code(kiosk)
        assert code
        officer_account(kiosk, "chi.lt", Role.ADMINISTRATOR)
        with closing(sqlite3.connect(store_folder / "kiosk.db")) as db, db:
            db.execute("DELETE FROM account")
        with pytest.raises(SignInError, match="dòng lệnh"):
            signin.make_first(kiosk, code, "ke.gian", NEW, HERE)
        assert not kiosk.written.accounts.accounts()


UNDONE = (
    "DELETE FROM _sqlite_migrations WHERE name LIKE 'm005%'",
    "PRAGMA user_version = 3",
)


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE account SET mac = NULL",),
        ("UPDATE account SET mac = NULL, event_id = NULL", *UNDONE),
        ("ALTER TABLE account DROP COLUMN mac", *UNDONE),
        ("ALTER TABLE account DROP COLUMN mac", "ALTER TABLE session DROP COLUMN mac", *UNDONE),
        ("UPDATE account SET mac = ''", *UNDONE),
        ("UPDATE account SET mac = NULL", "DROP INDEX idx_log_account", *UNDONE),
    ],
)
def test_the_next_start_blesses_nothing(
    folder: Path, clock: Clock, quick: None, statements: tuple[str, ...]
) -> None:
    tamper(folder, f"UPDATE account SET password = '{KNOWN}' WHERE name = 'chi.lt'", *statements)
    for _ in range(2):
        with open_kiosk(folder, clock) as (kiosk, _log):
            assert not any(account.sound for account in kiosk.written.accounts.accounts())
            with pytest.raises(SignInError):
                signin.sign_in(kiosk, "chi.lt", "ke-gian-biet-cau-nay", HERE)
            bound = kiosk.written.events([EventKind.ACCOUNTS_BOUND], Clock().now)
            assert [event.codes["count"] for event in bound] == [0]


@pytest.mark.parametrize("more", [(), ("DELETE FROM log_written", "DELETE FROM log_end"), UNDONE])
def test_who_takes_the_event_of_the_binding_out_of_the_log_has_nothing_bound(
    folder: Path, clock: Clock, quick: None, more: tuple[str, ...]
) -> None:
    tamper(
        folder,
        "DROP TRIGGER log_no_DELETE",
        "DELETE FROM log WHERE kind = 'accounts_bound'",
        f"UPDATE account SET password = '{KNOWN}', mac = NULL, event_id = NULL",
        "UPDATE session SET mac = NULL",
        *more,
    )
    assert "account chi.lt unbound" in {what for _, what in found(folder, key=True)}
    for _ in range(2):
        with open_kiosk(folder, clock) as (kiosk, _log):
            assert not any(account.sound for account in kiosk.written.accounts.accounts())
            with pytest.raises(SignInError):
                signin.sign_in(kiosk, "chi.lt", "ke-gian-biet-cau-nay", HERE)
            assert not kiosk.written.events([EventKind.ACCOUNTS_BOUND], Clock().now)


def test_rows_of_before_are_bound_only_as_the_log_bears_them_out(
    folder: Path, clock: Clock, quick: None
) -> None:
    tamper(
        folder,
        "DROP TRIGGER log_no_DELETE",
        "DELETE FROM log WHERE kind = 'accounts_bound'",
        "UPDATE account SET mac = NULL, event_id = NULL",
        "UPDATE session SET mac = NULL",
        "UPDATE account SET roles = 'administrator' WHERE name = 'an.nt'",
        "UPDATE account SET disabled = 0 WHERE name = 'dung.pv'",
        _COPY.format(columns(name="'ke.gian'", password=f"'{KNOWN}'"), "chi.lt"),
        _COPY.format(columns(name="'demo-x'", password=f"'{KNOWN}'", demo="1"), "binh.tv"),
        *UNDONE,
    )
    with closing(sqlite3.connect(folder / "kiosk.db")) as db, db:
        of_a_version_before(db)
    with open_kiosk(folder, clock) as (kiosk, _):
        sound = {a.name: a.sound for a in kiosk.written.accounts.accounts()}
        assert kiosk.written.accounts.sessions() == []
        (event,) = kiosk.written.events([EventKind.ACCOUNTS_BOUND], Clock().now)
    assert [name for name, holds in sound.items() if holds] == ["binh.tv", "chi.lt"]
    assert len(sound) == 6
    assert event.codes["count"] == 2


def test_who_may_act_is_found_in_a_step_however_long_the_log_is(folder: Path, clock: Clock) -> None:
    asked: list[str] = []
    with closing(SqliteLog(folder / "kiosk.db", MASTER_KEY, clock)) as log:
        connection = log._readers.get()  # what the engine asks
        connection.set_trace_callback(asked.append)
        log.accounts.account("chi.lt")
        log.accounts.session("x")
        connection.set_trace_callback(None)
        plans = [
            [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
            for query in asked
            if "FROM log" in query  # the rows, not the key that opens them
        ]
    assert len(plans) == 2
    for steps in plans:
        assert not [step for step in steps if "SCAN" in step or "TEMP" in step]
        of_codes = [step for step in steps if "idx_log_" in step]
        assert of_codes
        assert all("<expr>=?" in step for step in of_codes)
