"""`api-key`: the keys by which systems of the hospital ask the kiosk, from the machine itself."""

import os
from datetime import timedelta
from typing import Any

import click

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.api_keys import ApiKey
from verification.officers import systems
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import Actor, SystemRole, command_line

_ACTIONS = ("make", "rotate", "change", "end", "list")
_USUAL_HOURS = systems.OVERLAP // timedelta(hours=1)


@options.command
@click.argument("action", type=click.Choice(_ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS))
@click.argument("name", required=False, help="of the system; end: or the id of one key")
@click.option(
    "--right",
    "rights",
    multiple=True,
    type=click.Choice([right.value for right in SystemRole]),
    help="may be given several times",
)
@click.option(
    "--per-minute",
    type=int,
    metavar="N",
    help=f"requests in a minute, {systems.USUAL_PER_MINUTE} unless told",
)
@click.option(
    "--overlap",
    type=click.IntRange(0),
    default=_USUAL_HOURS,
    metavar="HOURS",
    help=f"rotate: the former key is taken so long, {_USUAL_HOURS} unless told",
)
def api_key(
    *,
    action: str,
    name: str | None,
    rights: tuple[str, ...],
    per_minute: int | None,
    overlap: int,
    emit: output.Emit,
) -> int:
    """Make, rotate, change, end, list keys of other systems.

    The key of make and rotate is shown this once.
    """
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    if action != "list" and not name:
        raise RequestError("Cần tên hệ thống", "Give the system's name")
    held = frozenset(SystemRole(right) for right in rights)
    with logging_kiosk(settings) as kiosk:
        made = _act(actor, kiosk, action, name or "", held, per_minute, overlap)
        if made:
            emit(_keys(made.key, kiosk) | {"key": made.text}, made.text)
            return 0
        wanted = (name or "").strip().lower()
        for key in systems.list_keys(actor, kiosk):
            if not wanted or wanted in {key.system, key.key_id}:
                emit(_keys(key, kiosk), _line(key, kiosk))
    return 0


def _act(  # one action and what it needs
    actor: Actor,
    kiosk: Kiosk,
    action: str,
    name: str,
    rights: frozenset[SystemRole],
    per_minute: int | None,
    overlap: int,
) -> systems.NewKey | None:
    if action == "make":
        pace = systems.USUAL_PER_MINUTE if per_minute is None else per_minute
        return systems.make_key(actor, kiosk, name, rights, pace)
    if action == "rotate":
        return systems.rotate_key(actor, kiosk, name, timedelta(hours=overlap))
    if action == "change":
        systems.change_key(actor, kiosk, name, rights, per_minute)
    elif action == "end":
        systems.end_key(actor, kiosk, name)
    return None


def _keys(key: ApiKey, kiosk: Kiosk) -> dict[str, Any]:
    return {
        "system": key.system,
        "key_id": key.key_id,
        "rights": sorted(key.rights),
        "per_minute": key.per_minute,
        "made_at": output.iso_utc(key.made_at),
        "ends": output.iso_utc(key.ends) if key.ends else None,
        "in_use": key.lives(kiosk.clock()),
        "sound": key.sound,
    }


def _line(key: ApiKey, kiosk: Kiosk) -> str:
    lives = key.lives(kiosk.clock())
    ends = f"{key.ends.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if key.ends else ""
    words = [
        key.system,
        key.key_id,
        ", ".join(sorted(key.rights)),
        f"{key.per_minute}/phút (minute)" if lives else "đã hết / ended",
        f"đến / until {ends}" if lives and ends else "",
        "" if key.sound else "CHANGED",
    ]
    return " | ".join(word for word in words if word)
