"""Which backups of a folder are this house's, which is the newest, and which go in turn."""

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.operations.backup.making import UNFINISHED
from verification.operations.backup.manifest import Manifest, read_manifest
from verification.operations.backup_settings import Keep

_NAME = re.compile(r"kiosk-\d{8}-\d{6}", re.ASCII)
_BROKEN_OFF = timedelta(days=1)
_Span = Callable[[date], object]


@dataclass(frozen=True)
class Backup:
    """A backup as it lies in a folder."""

    folder: Path
    manifest: Manifest


def backups_in(target: Path, house: str) -> Sequence[Backup]:
    """Return the backups of a house in a folder, newest first; what is none of its is passed over.

    Raises:
        OSError: The folder cannot be read.
    """
    found = []
    for folder in target.iterdir():
        if _NAME.fullmatch(folder.name) is None:
            continue
        try:
            manifest = read_manifest(folder)
        except RequestError:  # half written by something else; a person has to look at it
            continue
        if manifest.house == house:
            found.append(Backup(folder, manifest))
    return sorted(found, key=lambda one: one.manifest.made_at, reverse=True)


def newest_sound(backups: Iterable[Backup]) -> Backup | None:
    """Return the newest backup that is not damaged."""
    return next((one for one in backups if one.manifest.sound), None)


def kept(backups: Sequence[Backup], keep: Keep) -> frozenset[Path]:
    """Return the folders that stay.

    A damaged backup is the only copy of something, perhaps: it stays while it is among the newest,
    and never stands in for a sound one.

    Args:
        backups: Newest first.
        keep: How many.
    """
    sound = [one for one in backups if one.manifest.sound]
    ways = ((_day, keep.days), (_week, keep.weeks), (_month, keep.months))
    stay = {folder for of, most in ways for folder in _newest_of_each(sound, of, most)}
    if sound:
        oldest_day = min(one.manifest.made_at for one in sound[: keep.days])
        damaged = (one for one in backups if not one.manifest.sound)
        return frozenset(
            stay | {one.folder for one in damaged if one.manifest.made_at >= oldest_day}
        )
    return frozenset(one.folder for one in backups)


def rotate(target: Path, house: str, keep: Keep, now: datetime) -> Sequence[Path]:
    """Delete the backups of a house whose turn it is; return them.

    Nothing is deleted while the newest backup is damaged.

    Raises:
        OSError: The folder cannot be read, or one of them not be deleted.
    """
    found = backups_in(target, house)
    gone: list[Path] = []
    if found and found[0].manifest.sound:
        stay = kept(found, keep)
        gone = [one.folder for one in found if one.folder not in stay]
    for folder in target.glob(f"{UNFINISHED}kiosk-*"):
        if now.timestamp() - folder.stat().st_mtime > _BROKEN_OFF.total_seconds():
            gone.append(folder)
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _newest_of_each(backups: Sequence[Backup], of: _Span, most: int) -> Iterable[Path]:
    first: dict[object, Path] = {}
    for one in backups:
        first.setdefault(of(one.manifest.made_at.astimezone(VIETNAM).date()), one.folder)
    return list(first.values())[:most]


def _day(day: date) -> object:
    return day


def _week(day: date) -> object:
    return day.isocalendar()[:2]


def _month(day: date) -> object:
    return day.year, day.month
