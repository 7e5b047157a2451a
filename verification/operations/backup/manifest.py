"""What a backup says of itself: when, of what, which files and digests, which key opens it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from verification.basics.errors import RequestError

MANIFEST = "backup.json"
_FORM = 1
_MARK_CHARS = 16
_LONGEST = 1_000_000


@dataclass(frozen=True)
class Kept:
    """A file of a backup: how long it is, and SHA-256 of its bytes, hex."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Args:
        made_at: When.
        db: Name of the log's file.
        facility: Code of the facility, or None.
        house: The hash of the log's first event: no other house has it; empty for an empty log.
        commit: Of the program, empty where it is not known.
        key: A mark of the master key that opens it; says nothing of the key.
        heads: `DESK:COUNT:HASH` of each desk.
        counts: Rows by table.
        sound: False where SQLite found the copy damaged: it is kept, and counts as none.
        files: By name.
    """

    made_at: datetime
    db: str
    facility: str | None
    house: str
    commit: str
    key: str
    heads: tuple[str, ...]
    counts: Mapping[str, int]
    sound: bool
    files: Mapping[str, Kept]

    def text(self) -> str:
        """Return it as JSON."""
        told = asdict(self) | {"made_at": self.made_at.isoformat(timespec="seconds"), "form": _FORM}
        return json.dumps(told, ensure_ascii=False, indent=1)


def mark_of(key: bytes) -> str:
    """Return a mark by which a master key is known again."""
    return hmac.digest(key, b"kiosk-backup", "sha256").hex()[:_MARK_CHARS]


def kept_file(file: Path) -> Kept:
    """Return length and digest of a file as it lies there.

    Raises:
        OSError: It cannot be read.
    """
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Kept(file.stat().st_size, digest)


def read_manifest(backup: Path) -> Manifest:
    """Read what a backup says of itself.

    Raises:
        RequestError: It is no backup, or its list cannot be read.
    """
    try:
        with (backup / MANIFEST).open("rb") as opened:
            told: dict[str, Any] = json.loads(opened.read(_LONGEST))
        return _manifest(told)
    except FileNotFoundError as error:
        raise RequestError(
            f"{backup} không phải bản sao lưu của kiosk: không có {MANIFEST}",
            f"{backup} is no backup of the kiosk: there is no {MANIFEST}",
        ) from error
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise RequestError(
            f"Không đọc được {MANIFEST} của {backup}", f"{MANIFEST} of {backup} cannot be read"
        ) from error


def _manifest(told: Mapping[str, Any]) -> Manifest:
    if told["form"] != _FORM:
        raise ValueError(told["form"])
    listed = told["files"].items()
    files = {name: Kept(int(one["bytes"]), str(one["sha256"])) for name, one in listed}
    if any(name != Path(name).name or name.startswith(".") for name in (*files, told["db"])):
        raise ValueError(files)  # a name that leads out of the folder
    return Manifest(
        made_at=datetime.fromisoformat(told["made_at"]),
        db=str(told["db"]),
        facility=told["facility"],
        house=str(told["house"]),
        commit=str(told["commit"]),
        key=str(told["key"]),
        heads=tuple(map(str, told["heads"])),
        counts={str(name): int(count) for name, count in told["counts"].items()},
        sound=told["sound"] is True,
        files=files,
    )
