"""Heads of the log outside the database: the file beside it, kept short."""

import contextlib
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO

from verification.log import chain

LONGEST = 1 << 20
"""Bytes above which the file is thinned."""

_NEWEST = 32  # of each desk all of these stay, before them ever fewer
# a crash tears a line; earlier versions wrote the next one right behind it
_TORN = re.compile(r"[^:]*(?::\d*(?::[0-9a-f]{0,63}(?:[^:]*:\d+:[0-9a-f]{64})?)?)?")


def head_file(db: Path) -> Path:
    """Return the file beside a database to which each new head is written."""
    return db.with_name(f"{db.name}.head")


def noted_heads(db: Path) -> dict[str, list[chain.Head]]:
    """Return the heads noted beside a log, by desk; a torn line is left out."""
    return heads_in(head_file(db))


def heads_in(file: Path) -> dict[str, list[chain.Head]]:
    """Return the heads noted in a file, by desk; a torn line is left out."""
    heads: dict[str, list[chain.Head]] = {}
    for line in _lines(file):
        if head := _head(line):
            heads.setdefault(head.desk, []).append(head)
    return heads


def foreign_lines(file: Path) -> list[int]:
    """Return the numbers of a file's lines, from 1, that are neither a head nor one torn."""
    lines = enumerate(_lines(file), 1)
    return [at for at, line in lines if not (_head(line) or _TORN.fullmatch(line))]


class HeadFile:
    """The file of heads while a log is open; other processes may write it too.

    Args:
        path: The file.
        longest: Bytes above which it is thinned.
    """

    def __init__(self, path: Path, longest: int = LONGEST) -> None:
        self._path = path
        self._longest = longest
        self._file: IO[bytes] | None = None

    def note(self, heads: Sequence[chain.Head]) -> None:
        """Add heads; where they cannot be written, the log goes on without them."""
        if not heads:
            return
        # a disk that takes the log but not the head must not turn a logged visit into an error
        with contextlib.suppress(OSError):
            file = self._current()
            file.write("".join(f"{head}\n" for head in heads).encode())
            file.flush()
            if file.tell() > self._longest:
                self._thin()

    def close(self) -> None:
        """Close the file."""
        if self._file:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _current(self) -> IO[bytes]:
        """Return the open file; another process may have put a thinned one in its place."""
        if self._file and not self._is_current(self._file):
            self.close()
        if self._file is None:
            self._file = _opened(self._path)
        return self._file

    def _is_current(self, file: IO[bytes]) -> bool:
        try:
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False

    def _thin(self) -> None:
        """Keep what still tells a cut, a rewritten chain, an older log put back."""
        kept = "".join(f"{head}\n" for head in thinned(_heads_in_order(self._path))).encode()
        self.close()  # some systems do not replace an open file
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                to.write(kept)
                to.flush()
                os.fsync(to.fileno())
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)
        self._longest = max(self._longest, 2 * len(kept))  # of very many desks


def thinned(heads: Sequence[chain.Head]) -> list[chain.Head]:
    """Return which heads are kept of a long file, in their order.

    Of each desk the newest 32, of those before them the 64th, 128th, ... from the end, and each
    head behind which the chain was shorter: that an older log was put back stays proved.
    """
    of_desk: dict[str, list[int]] = defaultdict(list)
    for at, head in enumerate(heads):
        of_desk[head.desk].append(at)
    kept = {at for places in of_desk.values() for at in _kept(heads, places)}
    return [head for at, head in enumerate(heads) if at in kept]


def _kept(heads: Sequence[chain.Head], places: Sequence[int]) -> Iterable[int]:
    yield places[0]
    yield from places[-_NEWEST:]
    step = 2 * _NEWEST
    while step < len(places):
        yield places[-step]
        step *= 2
    for at, following in pairwise(places):
        if heads[following].count <= heads[at].count:
            yield from (at, following)  # both, else the next thinning sees no step back


def _heads_in_order(path: Path) -> list[chain.Head]:
    return [head for line in _lines(path) if (head := _head(line))]


def _opened(path: Path) -> IO[bytes]:
    """Open the file at its end, for its owner alone; a torn last line gets an end of its own."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b")
    with contextlib.suppress(OSError):
        path.chmod(0o600)
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return file


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    return [line for line in text.split("\n") if line.strip()]


def _head(line: str) -> chain.Head | None:
    try:
        return chain.parse_head(line)
    except ValueError:
        return None
