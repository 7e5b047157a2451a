"""The watched folder: where other systems put lists, `hospital/`, `xml1/`, `company/`, `bhxh/`.

A file that has stopped growing is copied to the shelf, and what it would change is found out. Where
nothing bad would be lifted and nobody removed it is imported; else it waits for an administrator.
No file is taken in twice, whatever it is called: their digests are kept.
"""

import os
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

from verification.adapters.imports.bounds import MOST_BYTES
from verification.basics.errors import RequestError
from verification.basics.private import private_folder, private_text
from verification.card.facts import LISTS, Origin
from verification.operations.lists.shelf import Receiving

DONE = "done"
MOST_FILES = 2_000  # that are looked at in one folder
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", ".lock")
_NOT_LISTS = frozenset({"thumbs.db", "desktop.ini"})
_CHUNK = 1 << 20
_NO_FOLLOW = (
    getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
)
Size = tuple[int, int]


@dataclass(frozen=True)
class Lying:
    """A file in the folder.

    Args:
        path: Where.
        origin: Whose it is, by the folder that it lies in.
        size: Its bytes, and when it was last written to.
    """

    path: Path
    origin: Origin
    size: Size


class Ledger:
    """Digests of files that were taken in, kept for good.

    Args:
        path: Where; a line each.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: set[str] | None = None

    def __contains__(self, digest: str) -> bool:
        """Tell whether a file was taken in before.

        Raises:
            OSError: It cannot be read: then nothing may be taken in.
        """
        if self._known is None:
            try:
                self._known = set(self._path.read_text(encoding="ascii").split())
            except FileNotFoundError:
                self._known = set()
        return digest in self._known

    def note(self, digests: Iterable[str]) -> None:
        """Keep that files are taken in.

        Raises:
            OSError: It cannot be written.
        """
        new = [digest for digest in digests if digest not in self]
        with private_text(self._path, "a") as file:
            file.write("".join(f"{digest}\n" for digest in new))
        self._known = (self._known or set()).union(new)


def lying_in(folder: Path) -> Sequence[Lying]:
    """Return the files of a watched folder that may be lists.

    Raises:
        OSError: It cannot be read.
    """
    names = {entry.name for entry in os.scandir(folder)}
    found = []
    for origin in LISTS:
        if origin.value in names:
            found += [
                Lying(Path(entry.path), origin, _size(entry.stat(follow_symlinks=False)))
                for entry, _ in zip(
                    _entries(folder / origin.value), range(MOST_FILES), strict=False
                )
            ]
    return found


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    for entry in os.scandir(folder):
        name = entry.name.lower()
        unfinished = name.startswith((".", "~")) or name.endswith(_UNFINISHED)
        if not unfinished and name not in _NOT_LISTS and entry.is_file(follow_symlinks=False):
            yield entry


def _size(found: os.stat_result) -> Size:
    return found.st_size, found.st_mtime_ns


def copied(lying: Lying, coming: Receiving) -> bool:
    """Copy a file; False where it was written to meanwhile.

    Raises:
        OSError: It cannot be read.
        RequestError: It is too large.
        StoreError: The copy cannot be written.
    """
    with opened(lying) as file:
        while chunk := file.read(_CHUNK):
            _within(coming.size + len(chunk))
            coming.write(chunk)
        return _size(os.fstat(file.fileno())) == lying.size == (coming.size, lying.size[1])


def packed(files: Sequence[Lying], coming: Receiving) -> None:
    """Copy many files as one zip: each would else make a card file of its own.

    Raises:
        OSError: One cannot be read.
        RequestError: They are too large.
        StoreError: The copy cannot be written.
    """
    with zipfile.ZipFile(_Into(coming), "w", zipfile.ZIP_DEFLATED) as bundle:
        for lying in files:
            with opened(lying) as file, bundle.open(lying.path.name, "w") as part:
                while chunk := file.read(_CHUNK):
                    _within(coming.size + len(chunk))
                    part.write(chunk)


@contextmanager
def opened(lying: Lying) -> Iterator[IO[bytes]]:
    """Open a file that is one: no link, no pipe.

    Raises:
        OSError: It is none any more, or cannot be read.
    """
    number = os.open(lying.path, os.O_RDONLY | _NO_FOLLOW)
    with os.fdopen(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(lying.path.name)
        yield file


def put_away(path: Path, digest: str) -> bool:
    """Move a file that was dealt with to `done/`, 0600; False where the folder does not let us."""
    done = path.parent / DONE
    with suppress(OSError):
        private_folder(done)
        target = done / path.name
        if target.exists():
            target = done / f"{digest[:12]}-{path.name}"
        path.rename(target)
        with suppress(OSError):
            target.chmod(0o600)
        return True
    return False


def _within(size: int) -> None:
    if size > MOST_BYTES:
        raise RequestError("Tệp quá lớn để nhập", "The file is too large to be imported")


class _Into(RawIOBase):
    """A file that a zip is written into from front to end."""

    def __init__(self, coming: Receiving) -> None:
        self._coming = coming

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401  # whatever has bytes
        """Take bytes in."""
        self._coming.write(bytes(data))
        return len(data)
