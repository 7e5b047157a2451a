"""`keys`: where the master key lies and how old the keys are; new keys."""

import os
import sys
import time
from dataclasses import asdict
from typing import Any

import click

from verification.log.house_events import KeysRotated
from verification.officers.keys import KeyAges, key_ages
from verification.operations.commands import options, output
from verification.operations.keys import KeyPlace, key_place
from verification.operations.rotating import Rotation, rotate_keys
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.texts import TEXTS
from verification.operations.wiring import local_now, logging_kiosk
from verification.rights import command_line


@options.command
@click.argument(
    "action", type=click.Choice(["show", "rotate"]), metavar="ACTION", help="show, rotate"
)
@click.option("--master", is_flag=True, help="of rotate: a new master key too")
def keys(*, action: str, master: bool, emit: output.Emit) -> int:
    """Show where the master key lies; make new keys."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    if action == "rotate":
        begun = time.perf_counter()
        rotation = rotate_keys(actor, settings, local_now, master=master)
        seconds = round(time.perf_counter() - begun, 3)
        emit(_rotated(rotation, seconds), TEXTS("rotated", **asdict(rotation.done)).vi)
        _tell(rotation)
        return 0
    if master:
        raise click.UsageError("--master: rotate")
    with logging_kiosk(settings) as kiosk:
        ages = key_ages(actor, kiosk)
    place = key_place(settings)
    emit(_shown(place, ages), _line(place, ages))
    return 0


def _rotated(rotation: Rotation, seconds: float) -> dict[str, Any]:
    more = {"former": rotation.former, "wiped": rotation.wiped, "seconds": seconds}
    return asdict(rotation.done) | more


def _tell(rotation: Rotation) -> None:
    """Say on the terminal what the numbers mean for whoever did it."""
    said = [TEXTS("backups_old", former=rotation.former)] if rotation.former else []
    said += [TEXTS("marks_gone")] if rotation.done.persons_gone else []
    said += [] if rotation.wiped else [TEXTS("not_wiped")]
    sys.stderr.writelines(f"{text.vi}\n{text.en}\n" for text in said)


def _shown(place: KeyPlace, ages: KeyAges) -> dict[str, Any]:
    return {
        "where": place.name,
        "beside": place.beside,
        "trouble": place.trouble.vi if place.trouble else None,
        "data_since": output.iso_utc(ages.data_since),
        "index_since": output.iso_utc(ages.index_since) if ages.index_since else None,
        "rotations": [
            {
                "at": output.iso_utc(event.recorded_at),
                "officer": event.officer,
                "what": list(KeysRotated.of(event.codes).what),
                "unread": KeysRotated.of(event.codes).unread,
            }
            for event in ages.rotations
        ],
    }


def _line(place: KeyPlace, ages: KeyAges) -> str:
    beside = " (cạnh cơ sở dữ liệu / beside the database)" if place.beside else ""
    return f"{place.name}{beside}: {ages.data_since:%Y-%m-%d}, {ages.index_since or ''}"
