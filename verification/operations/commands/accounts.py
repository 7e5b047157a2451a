"""`accounts`: officers' accounts from the machine itself, the first administrator too."""

import getpass
import os
import sys
from dataclasses import dataclass
from typing import Any

import click

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.account import Account
from verification.officers import staff
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import Actor, Role, command_line

_LONGEST = 10_000  # characters of a password on standard input; input without an end is cut
_DO = {"disable": staff.disable, "enable": staff.enable, "unlock": staff.unlock_account}
_ACTIONS = ("list", "add", "disable", "enable", "unlock", "password", "facts", "reset")


@dataclass(frozen=True)
class _Asked:
    """What is done to which account."""

    action: str
    name: str
    roles: frozenset[Role]
    ho_ten: str
    so_cccd: str
    from_stdin: bool


@options.command
@click.argument("action", type=click.Choice(_ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS))
@click.argument("name", required=False, help="of the account")
@click.argument(
    "source", required=False, type=click.Choice(["-"]), help="- reads the password from stdin"
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="may be given several times",
)
@click.option("--ho-ten", default="", metavar="TEXT", help="the officer's name")
@click.option("--so-cccd", default="", metavar="NUMBER", help="the officer's number")
def accounts(
    *,
    action: str,
    name: str | None,
    source: str | None,
    roles: tuple[str, ...],
    ho_ten: str,
    so_cccd: str,
    emit: output.Emit,
) -> int:
    """List, add and change officers' accounts."""
    held = frozenset(Role(role) for role in roles)
    asked = _Asked(action, name or "", held, ho_ten, so_cccd, from_stdin=source == "-")
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    if action != "list" and not name:
        raise RequestError("Cần tên tài khoản", "Give the account's name")
    with logging_kiosk(settings) as kiosk:
        _act(asked, actor, kiosk)
        alike = staff.one_person(actor, kiosk)
        for account in staff.list_accounts(actor, kiosk):
            if action == "list" or account.name == asked.name.strip().lower():
                same = [n for names in alike if account.name in names for n in names]
                others = [name for name in same if name != account.name]
                emit(_keys(account) | {"same_person": others}, _line(account, others))
    return 0


def _act(asked: _Asked, actor: Actor, kiosk: Kiosk) -> None:
    if asked.action == "add":
        password = _password(asked)
        facts = {"ho_ten": asked.ho_ten, "so_cccd": asked.so_cccd}
        staff.create(actor, kiosk, asked.name, asked.roles, password, **facts)
    elif asked.action == "reset":
        password = _password(asked)
        facts = {"ho_ten": asked.ho_ten, "so_cccd": asked.so_cccd}
        staff.set_right(actor, kiosk, asked.name.lower(), asked.roles, password, **facts)
    elif asked.action == "facts":
        staff.change_facts(actor, kiosk, asked.name, asked.ho_ten, asked.so_cccd)
    elif asked.action == "password":
        staff.set_password(actor, kiosk, asked.name, _password(asked))
    elif asked.action != "list":
        _DO[asked.action](actor, kiosk, asked.name)


def _password(asked: _Asked) -> str:
    if asked.from_stdin:
        return sys.stdin.readline(_LONGEST).rstrip("\r\n")
    first = getpass.getpass("Mật khẩu / Password: ")
    if getpass.getpass("Gõ lại / Again: ") != first:
        raise RequestError("Hai lần gõ khác nhau", "The two differ")
    return first


def _line(account: Account, others: list[str]) -> str:
    marked = {"disabled": account.disabled, "demo": account.demo, "CHANGED": not account.sound}
    marks = [word for word, on in marked.items() if on]
    same = [f"cùng người / same person: {', '.join(others)}"] if others else []
    words = [account.name, ", ".join(sorted(account.roles)), account.ho_ten, *marks, *same]
    return " | ".join(word for word in words if word)


def _keys(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": sorted(account.roles),
        "ho_ten": account.ho_ten,
        "disabled": account.disabled,
        "demo": account.demo,
        "sound": account.sound,
    }
