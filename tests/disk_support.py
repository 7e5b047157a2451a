"""Disks that are small, full or refuse to be written: real ones, where this machine lets us."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILL = "filled"


def _ran(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@contextmanager
def _mounted(folder: Path, *words: str) -> Iterator[Path]:
    folder.mkdir(parents=True)
    if not _ran("mount", *words, str(folder)):
        pytest.skip(f"no disk may be mounted here: mount {' '.join(words[:2])} is refused")
    try:
        yield folder
    finally:
        _ran("umount", "--lazy", str(folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount an empty disk of so many megabytes; skip where nobody may."""
    with _mounted(folder, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs") as disk:
        yield disk


@contextmanager
def turned_read_only(disk: Path) -> Iterator[None]:
    """Let nobody write on a small disk."""
    if not _ran("mount", "-o", "remount,ro", str(disk)):
        pytest.skip("no disk may be turned read-only here")
    try:
        yield
    finally:
        _ran("mount", "-o", "remount,rw", str(disk))


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with (disk / _FILL).open("ab", buffering=0) as file:
        for piece in (1 << 20, 4096, 1):
            try:
                while file.write(b"x" * piece) == piece:
                    pass
            except OSError:
                continue
    assert not shutil.disk_usage(disk).free


def make_room(disk: Path) -> None:
    """Take away what `fill` wrote."""
    (disk / _FILL).unlink()


@contextmanager
def ageing_disk(folder: Path, image: Path, megabytes: int = 64) -> Iterator[Path]:
    """Mount a disk that its system turns read-only after an error; skip where nobody may."""
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    if not _ran("mkfs.ext4", "-q", str(image)):
        pytest.skip("mkfs.ext4 is not here")
    with _mounted(folder, "-o", "loop,errors=remount-ro", str(image)) as disk:
        yield disk


def turn_read_only(disk: Path) -> None:
    """Let the system meet an error on the disk, after which it lets nothing be written."""
    device = disk.stat().st_dev
    name = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
    Path(f"/sys/fs/ext4/{name}/trigger_fs_error").write_text("tests")
