"""Room on the disk that nobody writes into, given free once when the disk is full.

The file lies beside the database. Emptied, it says that the reserve was used; it is filled again
once there is room for it twice.
"""

import errno
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from verification.adapters.store.sqlite.mended import mended

_PIECE = 1 << 20
_TIMES = 2  # what must be free to fill it: itself, and as much again for the desks
_BLOCK = 512  # of `st_blocks`, whatever the disk's are
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_TRIED = 1 << 16  # bytes; more than a check-in takes
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_allocate = getattr(os, "posix_fallocate", None)


class Reserved(StrEnum):
    """How the reserve stands."""

    KEPT = "kept"
    USED = "used"  # the disk was full, and has no room for it since
    NONE = "none"  # there never was room for it, or somebody took it away


def reserve_file(db: Path) -> Path:
    """Return the file beside a database that holds its room."""
    return db.with_name(f"{db.name}.reserve")


def reserved(db: Path) -> Reserved:
    """Tell how the reserve of a database stands."""
    try:
        found = reserve_file(db).lstat()
    except OSError:
        return Reserved.NONE
    if not stat.S_ISREG(found.st_mode):  # a link would give room elsewhere, or empty another's
        return Reserved.NONE
    return Reserved.KEPT if found.st_size else Reserved.USED


def release(db: Path) -> bool:
    """Give the reserve free; False where there is none any more."""
    if reserved(db) is not Reserved.KEPT:
        return False
    try:
        handle = os.open(reserve_file(db), os.O_WRONLY | _NO_LINK)
        try:
            os.ftruncate(handle, 0)
        finally:
            os.close(handle)
    except OSError:
        return False
    mended(db, "the disk was full; the reserve was given free")
    return True


def keep(db: Path, size: int) -> Reserved:
    """Fill the reserve where it is not and there is room; tell how it stands.

    Args:
        db: The database.
        size: Bytes of it; they are really taken from the disk.
    """
    if reserved(db) is not Reserved.KEPT or _is_hollow(reserve_file(db), size):
        with suppress(OSError):  # a disk that refuses it is the desks' trouble soon enough
            if shutil.disk_usage(db.parent).free >= _TIMES * size:
                _fill(reserve_file(db), size)
                mended(db, "the reserve is kept")
    return reserved(db)


def _is_hollow(file: Path, size: int) -> bool:
    """Tell whether less is taken from the disk than it says: copied with its store, it is."""
    blocks = getattr(file.lstat(), "st_blocks", None)
    return blocks is not None and blocks * _BLOCK < size


def takes_more(db: Path) -> bool:
    """Tell whether more can be written where a database lies; a reserve that is kept is room."""
    try:
        with tempfile.TemporaryFile(dir=db.parent, buffering=0) as file:
            return file.write(os.urandom(_TRIED)) == _TRIED
    except OSError as error:
        return error.errno in _NO_ROOM and reserved(db) is Reserved.KEPT


def _fill(file: Path, size: int) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        if _allocate:
            _allocate(handle, 0, size)
        else:
            for _ in range(0, size, _PIECE):
                os.write(handle, os.urandom(_PIECE))  # what is alike a system may pack
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, 0)
        raise
    finally:
        os.close(handle)
