"""The settings of backups: where, when, and how many stay."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from verification.basics.errors import SettingsError

OFF = "off"
"""Says that there is none on purpose."""
_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_KEEP = re.compile(r"(\d{1,3}),(\d{1,3}),(\d{1,3})", re.ASCII)


@dataclass(frozen=True)
class Keep:
    """How many backups stay: the newest of so many days, weeks and months that have one."""

    days: int = 7
    weeks: int = 4
    months: int = 12


@dataclass(frozen=True)
class Plan:
    """When and where the store is backed up.

    Args:
        target: `KIOSK_BACKUP`, the folder.
        at: `KIOSK_BACKUP_AT`, the local time of day.
        keep: `KIOSK_BACKUP_KEEP`, how many stay.
    """

    target: Path
    at: time = time(2)
    keep: Keep = field(default_factory=Keep)


def read_backup(environ: Mapping[str, str], root: Path) -> Plan | None:
    """Read when and where the store is backed up; None where it is not.

    Args:
        environ: The environment.
        root: Folder that a relative one starts at.

    Raises:
        SettingsError: One of them is wrong; the sentence says which.
    """
    at = _AT.fullmatch(environ.get("KIOSK_BACKUP_AT", "").strip() or "02:00")
    keep = _KEEP.fullmatch(environ.get("KIOSK_BACKUP_KEEP", "").replace(" ", "") or "7,4,12")
    if at is None:
        raise _wrong("KIOSK_BACKUP_AT", "02:00")
    if keep is None or int(keep[1]) < 1:
        raise _wrong("KIOSK_BACKUP_KEEP", "7,4,12")
    target = environ.get("KIOSK_BACKUP", "").strip()
    if target.lower() in {"", OFF}:
        return None
    return Plan(root / target, time(int(at[1]), int(at[2])), Keep(*map(int, keep.groups())))


def _wrong(name: str, example: str) -> SettingsError:
    return SettingsError(
        f"Thiết lập {name} không hợp lệ, ví dụ đúng: {example}",
        f"Setting {name} is not valid, a right one: {example}",
    )
