"""Lists that were handed in, each in a folder of its own beside the store: 0700, its files 0600.

What is being received stands aside until it is whole. A list goes once it is imported or given up,
what is left after a week: they hold the same personal data as the store.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from verification.adapters.store.sqlite.database import errors_in_words
from verification.basics.errors import RequestError, StoreError
from verification.basics.private import private_folder, private_text
from verification.basics.texts import Text
from verification.operations.lists.asked import Asked

KEPT = timedelta(days=7)
ROOM_LEFT = 500_000_000  # bytes of the disk that no list takes: the desks write into their log
_ABOUT, _PART = "about.json", ".part"
_NUMBER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_LONGEST_NAME = 120  # bytes: the file of its refused rows is called after it
_PRIVATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Rows(StrEnum):
    """Rows of a list that an import puts down."""

    REJECTS = "rejects"  # refused
    NOTES = "notes"  # taken without some of their cells

    @property
    def file(self) -> str:
        """Return what the file of them is called."""
        return f"{self.value}.csv"


class State(StrEnum):
    """What became of a list."""

    WAITS = "waits"
    IMPORTED = "imported"
    FAILED = "failed"  # it cannot be imported as it is


@dataclass(frozen=True)
class Given:
    """A list that was handed in.

    Args:
        number: Names it.
        name: As the file was called.
        officer: Who handed it in.
        at: When.
        size: Its bytes.
        digest: SHA-256 of them, hex.
        asked: How it is to be imported, as far as that is known.
        watched: Where it lies in the watched folder, None for an upload.
        state: What became of it.
        said: Why it waits for an administrator, or cannot be imported.
        refused: How many rows were refused when it was last read.
    """

    number: str
    name: str
    officer: str
    at: datetime
    size: int
    digest: str
    asked: Asked = field(default_factory=Asked)
    watched: str | None = None
    state: State = State.WAITS
    said: Text | None = None
    refused: int = 0


class Receiving:
    """A list while it is received.

    Args:
        folder: Its own, aside.
        name: Of the file.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.path = folder / name
        self.size = 0
        self._sum = hashlib.sha256()
        self._file = os.fdopen(os.open(self.path, _PRIVATE, 0o600), "wb")

    @property
    def digest(self) -> str:
        """Return SHA-256 of what has come, hex."""
        return self._sum.hexdigest()

    def write(self, data: bytes) -> None:
        """Take in some more.

        Raises:
            StoreError: The disk is full, or fails.
        """
        see_room(self.folder, len(data))
        with errors_in_words(self.path):
            self._file.write(data)
        self._sum.update(data)
        self.size += len(data)

    def close(self) -> None:
        """Close the file; what could not be written any more is told.

        Raises:
            StoreError: The disk is full, or fails.
        """
        with errors_in_words(self.path):
            self._file.close()


class Shelf:
    """All lists that were handed in.

    Args:
        folder: Where they are kept.
        clock: Returns the present time.
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self._clock = clock

    @contextmanager
    def receiving(
        self, name: str, officer: str, asked: Asked | None = None, watched: str | None = None
    ) -> Iterator[tuple[Receiving, Callable[[], Given]]]:
        """Receive a list; one that was not ended by the call given is removed.

        Raises:
            StoreError: It cannot be written.
        """
        number = secrets.token_hex(8)
        aside, kept = self.folder / f"{number}{_PART}", self.folder / number
        with errors_in_words(aside):
            private_folder(self.folder)
            aside.mkdir(mode=0o700)
        try:
            with errors_in_words(aside):
                coming = Receiving(aside, plain_name(name))

            def whole() -> Given:
                coming.close()
                given = Given(
                    number, coming.path.name, officer, self._clock(), coming.size, coming.digest,
                    asked or Asked(), watched,
                )  # fmt: skip
                with errors_in_words(aside):
                    _write(aside, given)
                    aside.rename(kept)
                return given

            try:
                yield coming, whole
            finally:
                with suppress(StoreError):
                    coming.close()
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def all(self) -> Sequence[Given]:
        """Return the lists, newest first; what is too old has gone."""
        found = [given for number in self._numbers() if (given := self.one(number))]
        return sorted(found, key=lambda given: given.at, reverse=True)

    def one(self, number: str) -> Given | None:
        """Return a list by its number, None where there is none."""
        if not _NUMBER.fullmatch(number):
            return None
        try:
            kept = json.loads((self.folder / number / _ABOUT).read_text(encoding="utf-8"))
            given = _given(number, kept)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return given

    def file_of(self, given: Given) -> Path:
        """Return where a list lies."""
        return self.folder / given.number / given.name

    def rows_of(self, given: Given, rows: Rows = Rows.REJECTS) -> Path | None:
        """Return where rows of a list lie that an import put down, None where there are none."""
        path = self.folder / given.number / rows.file
        return path if path.is_file() else None

    def note(self, given: Given, **changed: Any) -> Given:  # noqa: ANN401  # fields of its
        """Keep what became of a list."""
        given = replace(given, **changed)
        if (self.folder / given.number).is_dir():
            with errors_in_words(self.folder / given.number):
                _write(self.folder / given.number, given)
        return given

    def take_rows(self, given: Given, rows: Rows, file: Path | None) -> None:
        """Keep rows of a list with it; those of before go."""
        kept = self.folder / given.number / rows.file
        with errors_in_words(kept):
            kept.unlink(missing_ok=True)
            if file and file.is_file() and kept.parent.is_dir():
                file.replace(kept)
                kept.chmod(0o600)

    def drop_file(self, given: Given) -> None:
        """Remove a list that was imported; its refused rows stay."""
        with suppress(OSError):
            self.file_of(given).unlink()

    def drop(self, given: Given) -> None:
        """Remove a list with all that belongs to it."""
        shutil.rmtree(self.folder / given.number, ignore_errors=True)

    def tidy(self, *, begins: bool = False) -> None:
        """Remove what is too old, and what a killed server left half.

        Args:
            begins: Whether nothing can be coming in yet.
        """
        for folder in self.folder.glob(f"*{_PART}") if begins else ():
            shutil.rmtree(folder, ignore_errors=True)
        for number in self._numbers():
            given = self.one(number)
            if given is None or self._clock() - given.at > KEPT:
                shutil.rmtree(self.folder / number, ignore_errors=True)

    def _numbers(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return [one.name for one in self.folder.iterdir() if _NUMBER.fullmatch(one.name)]


def plain_name(name: str) -> str:
    """Return what a file may be called here, whatever its sender calls it."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable())
    kept = " ".join(_NO_NAME.sub(" ", kept).split()).strip(" .")
    stem, dot, ending = kept.rpartition(".") if len(kept) - kept.rfind(".") < 10 else (kept, "", "")  # noqa: PLR2004  # a longer one is no ending
    room = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    short = stem.encode()[:room].decode("utf-8", "ignore").strip(" .") + dot + ending
    return (
        f"ds-{short}" if short in {_ABOUT, *(rows.file for rows in Rows)} else short or "danh-sach"
    )


def see_room(folder: Path, size: int) -> None:
    """See that the disk takes so many bytes, and then has room left for the desks.

    Raises:
        RequestError: It does not.
    """
    with suppress(OSError):
        while not folder.is_dir():
            folder = folder.parent
        if shutil.disk_usage(folder).free - size < ROOM_LEFT:
            raise RequestError(
                "Ổ đĩa của máy chủ không đủ chỗ cho danh sách này",
                "The server's disk has no room for this list",
            )


def _write(folder: Path, given: Given) -> None:
    kept: dict[str, Any] = {
        "name": given.name,
        "officer": given.officer,
        "at": given.at.isoformat(),
        "size": given.size,
        "digest": given.digest,
        "asked": given.asked.kept(),
        "watched": given.watched,
        "state": given.state.value,
        "said": [given.said.vi, given.said.en] if given.said else None,
        "refused": given.refused,
    }
    written = folder / f"{_ABOUT}{_PART}"
    with private_text(written, "w") as file:
        json.dump(kept, file, ensure_ascii=False)
    written.replace(folder / _ABOUT)


def _given(number: str, kept: Mapping[str, Any]) -> Given:
    said = kept["said"]
    return Given(
        number,
        str(kept["name"]),
        str(kept["officer"]),
        datetime.fromisoformat(kept["at"]),
        int(kept["size"]),
        str(kept["digest"]),
        Asked.of(kept["asked"]),
        kept["watched"],
        State(kept["state"]),
        Text(*map(str, said)) if said else None,
        int(kept["refused"]),
    )
