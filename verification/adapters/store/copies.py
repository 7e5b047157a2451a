"""Folders for copies of a store: none outlives whoever made it for longer than until the next."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_LOCK = "held"
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
        inner = Path(made) / "store"  # whoever empties it leaves the lock
        inner.mkdir(mode=0o700)
        with FileLock(Path(made) / _LOCK, mode=0o600):
            yield inner


def _clear(place: Path, prefix: str) -> None:
    """Remove the folders that nobody holds; those of others stay, and what cannot be removed."""
    with suppress(OSError):
        for folder in place.glob(f"{prefix}*"):
            if time.time() - folder.stat().st_mtime < _NEW_SECONDS:
                continue
            with suppress(OSError, Timeout):
                with FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder)
