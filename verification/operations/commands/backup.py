"""`backup`, `restore-drill`, `restore`: a copy is made, tried out, and gone back to."""

import os
import shlex
from pathlib import Path
from typing import Any

import click

from verification.log.key_file import read_master_key
from verification.operations.backup.making import Made, back_up
from verification.operations.backup.noting import note_backup
from verification.operations.backup.restoring import Drill, drill
from verification.operations.backup.restoring import restore as restored
from verification.operations.beforehand import file_of
from verification.operations.commands import options, output
from verification.operations.keys import existing_master_key
from verification.operations.settings import DEMO_DESK, Settings, read_settings
from verification.operations.wiring import local_now, logging_kiosk
from verification.rights import command_line

_CANNOT_GO_BACK = 3


@options.command
@click.argument("target", type=options.PATH, metavar="TARGET")
@click.option("--key-to", type=options.PATH, metavar="DIR", help="also put the key there, apart")
def backup(*, target: Path, key_to: Path | None, emit: output.Emit) -> int:
    """Copy the store into a folder while desks work."""
    settings = read_settings(os.environ)
    made = back_up(settings, target, local_now, key_to)
    emit(_made_keys(made), _made_line(made))
    if made.manifest.sound:
        with logging_kiosk(settings) as kiosk:
            note_backup(kiosk.written, command_line(settings.first_desk or DEMO_DESK), made)
    return 0 if made.manifest.sound else _CANNOT_GO_BACK


@options.command
@click.argument("folder", type=options.PATH, metavar="BACKUP")
@click.option(
    "--key", type=options.PATH, metavar="FILE", help="its key file; else the kiosk's own key"
)
@click.option(
    "--in", "place", type=options.PATH, metavar="DIR", help="try it out there, then clean up"
)
def restore_drill(*, folder: Path, key: Path | None, place: Path | None, emit: output.Emit) -> int:
    """Try a backup out in a new place."""
    settings = read_settings(os.environ)
    file_of(settings)
    done = drill(settings, folder, _key(settings, key), local_now, place)
    emit(_drill_keys(folder, done), _drill_line(done))
    return 0 if done.sound else _CANNOT_GO_BACK


@options.command
@click.argument("folder", type=options.PATH, metavar="BACKUP")
@click.option("--to", type=options.PATH, required=True, metavar="DIR", help="a new folder")
@click.option("--key", type=options.PATH, metavar="FILE", help="put this key beside it")
def restore(*, folder: Path, to: Path, key: Path | None, emit: output.Emit) -> int:
    """Put a backup into a new folder; nothing is overwritten."""
    made = restored(folder, to, read_master_key(key, of_copy=True) if key else None)
    db = to / made.db
    answer = {"db": str(db), "made_at": made.made_at.isoformat(), "heads": list(made.heads)}
    settings = f"KIOSK_DB={shlex.quote(str(db))}"
    if key is None:
        settings += " KIOSK_KEY_FILE=…"
    emit(
        answer,
        f"{db}: bản của {made.made_at:%H:%M %d/%m/%Y}. Kiểm tra: {settings} python -m verification "
        f"verify-log / restored; verify it, then start the kiosk with these settings",
    )
    return 0


def _key(settings: Settings, given: Path | None) -> bytes:
    return read_master_key(given, of_copy=True) if given else existing_master_key(settings)


def _made_keys(made: Made) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "folder": str(made.folder),
        "made_at": manifest.made_at.isoformat(),
        "events": manifest.counts.get("log"),
        "visits": manifest.counts.get("visit"),
        "bytes": sum(one.bytes for one in manifest.files.values()),
        "heads": list(manifest.heads),
        "key": str(made.key) if made.key else None,
        "key_mark": manifest.key,
        "same_disk": made.same_disk,
        "sound": manifest.sound,
        "seconds": round(made.seconds, 3),
    }


def _made_line(made: Made) -> str:
    told = [f"{made.folder}: {made.manifest.counts.get('visit', '?')} lượt / visits"]
    if not made.manifest.sound:
        told.append("KHO ĐANG HỎNG: giữ các bản cũ, chạy verify-log / THE STORE IS DAMAGED")
    if made.same_disk:
        told.append(
            "cùng ổ đĩa với dữ liệu: hỏng ổ là mất cả hai / on the disk of the store itself"
        )
    kept = f"khóa ở {made.key}" if made.key else "khóa không nằm trong bản này"
    told.append(f"{kept}, dấu {made.manifest.key} / the key is kept apart")
    return "; ".join(told)


def _drill_keys(folder: Path, done: Drill) -> dict[str, Any]:
    return {
        "backup": str(folder),
        "made_at": done.manifest.made_at.isoformat(),
        "could_go_back": done.sound,
        "problems": [{"vi": one.vi, "en": one.en} for one in done.problems],
        "events": done.manifest.counts.get("log"),
        "visits": done.manifest.counts.get("visit"),
        "cards": done.cards,
        "read": done.read,
        "seconds": round(done.seconds, 3),
    }


def _drill_line(done: Drill) -> str:
    at, counts = f"{done.manifest.made_at:%H:%M %d/%m/%Y}", done.manifest.counts
    if done.sound:
        return (
            f"QUAY LẠI ĐƯỢC bản {at}: {counts.get('log')} sự kiện, {counts.get('visit')} lượt, "
            f"{done.cards} thẻ, đọc thử {done.read} lượt, {done.seconds:.1f} giây "
            "/ one could go back"
        )
    vi = ", ".join(one.vi for one in done.problems)
    en = ", ".join(one.en for one in done.problems)
    return f"KHÔNG QUAY LẠI ĐƯỢC bản {at}: {vi} / one could not go back: {en}"
