"""Writing much without a desk's commit waiting for it.

What one process has written and the system still holds is written out by another's `fsync` too,
which then waits for all of it. So an import lets what it wrote go to the disk in small pieces.
"""

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SECONDS = 0.05
_PIECE = 4 << 20

_to_disk = getattr(os, "fdatasync", os.fsync)


@contextmanager
def written_out(file: Path) -> Iterator[None]:
    """Have what is written into a file go to the disk all the while.

    It must end after every connection of SQLite to the file: closing it takes their locks away.
    """
    handle, ended = os.open(file, os.O_RDWR | os.O_CREAT, 0o600), threading.Event()
    writer = threading.Thread(target=_write_out, args=(handle, ended), name=f"out {file.name}")
    writer.start()
    try:
        yield
    finally:
        ended.set()
        writer.join()
        os.close(handle)


def copy(source: Path, target: Path) -> None:
    """Copy a file in pieces that are on the disk before the next is read.

    Raises:
        OSError: It cannot be read or written, or it is a pipe, which would be waited for.
    """
    if not source.is_file():
        raise OSError(errno.EINVAL, "no file", str(source))
    with source.open("rb") as given, target.open("r+b") as taken:
        while piece := given.read(_PIECE):
            taken.write(piece)
            taken.flush()
            _to_disk(taken.fileno())


def _write_out(handle: int, ended: threading.Event) -> None:
    while not ended.wait(_SECONDS):
        with suppress(OSError):  # whoever writes is told
            _to_disk(handle)
