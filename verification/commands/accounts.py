"""`accounts`: officers' accounts from the machine itself, the first administrator too."""

import getpass
import os
import sys
from argparse import Namespace
from typing import Any

from verification import officers
from verification.accounts import Account
from verification.commands import output
from verification.errors import RequestError
from verification.kiosk import Kiosk
from verification.rights import Actor, Role, command_line
from verification.settings import DEMO_DESK, checked_desk, read_settings
from verification.wiring import logging_kiosk

_DO = {"disable": officers.disable, "enable": officers.enable}


def accounts(args: Namespace) -> int:
    """List, add, correct, disable or enable accounts, or set a password."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.desk or DEMO_DESK))
    if args.action != "list" and not args.name:
        raise RequestError("Cần tên tài khoản", "Give the account's name")
    with logging_kiosk(settings) as kiosk:
        _act(args, actor, kiosk)
        for account in officers.list_accounts(actor, kiosk):
            if args.action == "list" or account.name == args.name.strip().lower():
                keys = _keys(account)
                output.emit(args, keys, _line(account))
    return 0


def _act(args: Namespace, actor: Actor, kiosk: Kiosk) -> None:
    if args.action == "add":
        roles = frozenset(Role(role) for role in args.role or ())
        password = _password(args)
        facts = {"ho_ten": args.ho_ten, "so_cccd": args.so_cccd}
        officers.create(actor, kiosk, args.name, roles, password, **facts)
    elif args.action == "facts":
        officers.change_facts(actor, kiosk, args.name, args.ho_ten, args.so_cccd)
    elif args.action == "password":
        officers.set_password(actor, kiosk, args.name, _password(args))
    elif args.action != "list":
        _DO[args.action](actor, kiosk, args.name)


def _password(args: Namespace) -> str:
    if args.source == "-":
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mật khẩu / Password: ")
    if getpass.getpass("Gõ lại / Again: ") != first:
        raise RequestError("Hai lần gõ khác nhau", "The two differ")
    return first


def _line(account: Account) -> str:
    marks = [word for word, on in (("disabled", account.disabled), ("demo", account.demo)) if on]
    words = [account.name, ", ".join(sorted(account.roles)), account.ho_ten, *marks]
    return " | ".join(word for word in words if word)


def _keys(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": sorted(account.roles),
        "ho_ten": account.ho_ten,
        "disabled": account.disabled,
        "demo": account.demo,
    }
