"""Which file of a folder holds the cards in use, and who alone may build the next one."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from filelock import FileLock, Timeout

from verification.adapters.store.sqlite.database import BUSY_SECONDS, errors_in_words
from verification.basics.errors import StoreBusy
from verification.log.card_files import CardFile

UNREAD = ".unread"  # what an unread card file is called once it is put aside
BEFORE = ".before"  # what the card file before is called while an import can be undone
_FILE = re.compile(r"cards-(\d+)\.db", re.ASCII)


class Keeps(Enum):
    """Which card file stays as the one before, once another is in use."""

    OLD = 1  # the one in use until now
    BEFORE = 2  # the one that is it already: the new one holds the same cards
    NONE = 3  # the new one is it


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


def draft_of(target: Path) -> Path:
    """Return where the file that will be called so is built."""
    return target.with_suffix(".draft")


def digest_of(file: Path) -> str:
    """Return SHA-256 of a file's bytes, hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def is_of(file: Path, noted: CardFile | None) -> bool:
    """Tell whether a file holds the bytes that were noted."""
    return noted is not None and file.is_file() and digest_of(file) == noted.digest


def before_of(file: Path) -> Path:
    """Return where a card file lies once another one has taken its place."""
    return file.with_suffix(BEFORE)


def put_in_place(
    draft: Path, target: Path, aside: Path | None = None, *, keeps: Keeps = Keeps.OLD
) -> None:
    """Make a draft the card file in use; what could not be read stays, under another name.

    Args:
        draft: The draft.
        target: Its name.
        aside: The file in use, where it could not be read.
        keeps: Which file stays as the one before. Only one does.
    """
    there = _files(target.parent)
    old = [file for file in there if _FILE.fullmatch(file.name) and file != target]
    before = [file for file in there if file.suffix == BEFORE]
    draft.rename(target)
    on_disk(target.parent)
    goes = max((file for file in old if file != aside), key=number_of, default=None)
    for file in [] if keeps is Keeps.BEFORE else before:
        with suppress(OSError):
            file.unlink()
    for file in old:
        with suppress(OSError):  # Windows: still open somewhere; the highest number counts
            if file == aside:
                file.rename(file.with_suffix(UNREAD))
            elif file == goes and keeps is Keeps.OLD:
                file.rename(before_of(file))
            else:
                file.unlink()


def on_disk(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before going on."""
    with suppress(PermissionError):  # Windows opens no folder
        handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


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
