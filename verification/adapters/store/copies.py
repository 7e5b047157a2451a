"""Folders for copies of a store: none outlives whoever made it for longer than until the next."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_LOCK, _STORE = "held", "store"
_NEW_SECONDS = 60.0  # until then it may not be held yet


@contextmanager
def folder_of_copies(prefix: str, place: Path | None = None) -> Iterator[Path]:
    """Make a folder, and remove it in the end; before, remove what a kill left behind of such.

    Args:
        prefix: How its name begins, the same wherever such copies are made.
        place: Where, None for the system's temporary folder.

    Raises:
        OSError: It cannot be made there.
    """
    _clear(Path(place or tempfile.gettempdir()), prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=place) as made:
        inner = Path(made) / _STORE  # whoever empties it leaves the lock
        inner.mkdir(mode=0o700)
        with FileLock(Path(made) / _LOCK, mode=0o600):
            yield inner


def _clear(place: Path, prefix: str) -> None:
    """Remove such folders that nobody holds; what is somebody's own stays, whatever its name."""
    for folder in place.glob(f"{prefix}*"):
        with suppress(OSError, Timeout):
            if _is_left(folder):
                with FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder)


def _is_left(folder: Path) -> bool:
    """Tell whether a folder was made here, by this user, and not just now."""
    found = folder.lstat()
    ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    aged = time.time() - found.st_mtime >= _NEW_SECONDS
    if not (stat.S_ISDIR(found.st_mode) and ours and aged):
        return False
    return {one.name for one in folder.iterdir()} == {_LOCK, _STORE}
