"""`accounts`: the first administrator, and what is done to accounts on the machine itself."""

from __future__ import annotations

import getpass
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

PASSWORD = "tram-xanh-82-la"
ADD = ("accounts", "add", "chi.lt", "-", "--role", "administrator")
FACTS = ("--ho-ten", "Lê Mẫu", "--so-cccd", "079194000099")

pytestmark = pytest.mark.usefixtures("quick_hashes")


def test_an_account_is_added_from_standard_input_and_listed(run: Callable[..., Ran]) -> None:
    added = run(*ADD, "--role", "auditor", *FACTS, stdin=f"{PASSWORD}\n".encode())
    assert (added.status, added.err) == (0, "")
    listed = run("accounts", "list")
    assert listed.lines == [
        {
            "name": "chi.lt",
            "roles": ["administrator", "auditor"],
            "ho_ten": "Lê Mẫu",
            "disabled": False,
            "demo": False,
            "same_person": [],
            "sound": True,
        }
    ]
    plain = run("accounts", "list", plain=True)
    assert plain.out == "chi.lt | administrator, auditor | Lê Mẫu\n"
    assert PASSWORD not in added.out + listed.out


def test_the_terminal_asks_twice(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    typed = [PASSWORD, PASSWORD, PASSWORD, "khac"]
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: typed.pop(0))
    assert run(*ADD[:3], *ADD[4:]).status == 0
    assert "differ" in run("accounts", "password", "chi.lt").sentence


def test_accounts_changed_outside_are_marked_and_set_right(
    run: Callable[..., Ran], home: Path
) -> None:
    run(*ADD, stdin=PASSWORD.encode())
    with closing(sqlite3.connect(home / "kiosk.db")) as intruder, intruder:
        intruder.execute("UPDATE account SET password = 'x'")
    (line,) = run("accounts", "list").lines
    assert (line["sound"], line["roles"]) == (False, [])
    assert run("accounts", "list", plain=True).out == "chi.lt | CHANGED\n"
    assert "sửa ngoài kiosk" in run("accounts", "password", "chi.lt", "-", stdin=b"mua-roi-8").err
    reset = ("accounts", "reset", "chi.lt", "-")
    assert run(*reset, stdin=b"mua-roi-nghe-6").status == 1  # without a role
    right = run(*reset, "--role", "administrator", stdin=b"mua-roi-nghe-6")
    assert (right.answer["sound"], right.answer["roles"]) == (True, ["administrator"])


def test_disable_enable_and_password(run: Callable[..., Ran]) -> None:
    for words in (ADD, ("accounts", "add", "an.nt", "-", "--role", "receptionist", *FACTS)):
        run(*words, stdin=PASSWORD.encode())
    assert run("accounts", "disable", "an.nt").answer["disabled"] is True
    assert run("accounts", "facts", "an.nt", "--ho-ten", "Ngô Mẫu").answer["ho_ten"] == "Ngô Mẫu"
    assert run("accounts", "enable", "an.nt").answer["disabled"] is False
    assert run("accounts", "unlock", "an.nt").status == 0
    assert run("accounts", "password", "an.nt", "-", stdin=b"mua-roi-nghe-6").status == 0


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("accounts", "disable"), 1),
        (("accounts", "disable", "khong-co"), 1),
        (("accounts", "add", "an.nt", "-"), 1),
        (("accounts", "add", "an.nt", PASSWORD), 2),
        (("accounts", "add", "an.nt", "-", "--role", "boss"), 2),
        (("accounts",), 2),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    run: Callable[..., Ran], words: tuple[str, ...], status: int
) -> None:
    ran = run(*words, stdin=PASSWORD.encode())
    assert ran.status == status
    assert status == 2 or ran.sentence


def test_the_command_line_is_named_in_the_log(run: Callable[..., Ran], home: Path) -> None:
    run(*ADD, stdin=PASSWORD.encode())
    with closing(sqlite3.connect(home / "kiosk.db")) as log:
        (codes,) = log.execute("SELECT codes FROM log").fetchone()
    assert '"officer":"dong-lenh"' in codes
