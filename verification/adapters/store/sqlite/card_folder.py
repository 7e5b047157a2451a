"""Which file of a folder holds the cards in use, and who alone may build the next one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from verification.adapters.store.sqlite.database import BUSY_SECONDS, errors_in_words
from verification.basics.errors import StoreBusy

_FILE = re.compile(r"cards-(\d+)\.db", re.ASCII)


def newest_file(folder: Path) -> Path | None:
    """Return the card file in use: the one with the highest number."""
    found = [(int(m[1]), p) for p in _files(folder) if (m := _FILE.fullmatch(p.name))]
    return max(found)[1] if found else None


def next_file(folder: Path) -> Path:
    """Return the name of the file that will replace the one in use."""
    current = newest_file(folder)
    return folder / f"cards-{number_of(current) + 1 if current else 1}.db"


def number_of(file: Path) -> int:
    """Return the number of a card file."""
    return int(_FILE.fullmatch(file.name)[1])  # type: ignore[index]  # only such names come here


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Build the next card file while nobody else does.

    Raises:
        StoreBusy: Somebody else does.
    """
    path = folder / "cards.lock"
    lock = FileLock(path, timeout=BUSY_SECONDS)
    with errors_in_words(path):
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreBusy(
                "Một lần nhập khác đang chạy, thử lại sau", "Another import is running, try again"
            ) from error
    try:
        yield
    finally:
        lock.release()


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
