"""What an import could not take, kept for the person who mends it: rows, and cells of rows.

Two files beside the store, begun only when there is something to write: `rejects-…csv` holds the
rows that were refused, `notes-…csv` those that were taken without some of their cells. Both hold
the row as it came. They are the importer's own, whatever else is imported at the same time, and
the oldest of them go: they are full of names.
"""

import csv
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from verification.adapters.imports.refused import taken_without
from verification.adapters.imports.tables import Row
from verification.basics.private import private_text
from verification.basics.spreadsheets import neutral
from verification.basics.texts import Text

KEPT = 40  # files of each kind, the newest
_REASONS = ("dong", "ly_do", "reason")
_FILES = ("rejects", "notes")
_Left = Mapping[str, Any]
_LONGEST_NAME = 60  # letters of a source's name; a file's name has at most 255 bytes
_UNSAFE = re.compile(r"[^\w.-]+")
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of its country


class _Kept:
    """One file, made when its first row comes."""

    def __init__(
        self, folder: Path, what: str, name: str, heading: Sequence[str], left: _Left | None
    ) -> None:
        self._folder, self._what, self._name = folder, what, name
        self._heading = heading
        self._file: TextIO | None = None
        self._path: Path | None = None
        if left and left["file"]:
            self._path = folder / left["file"]
            os.truncate(self._path, left["bytes"])
            self._file = private_text(self._path, "a")

    def kept(self) -> dict[str, Any]:
        """Have all rows on the disk; return how far they reach."""
        if self._file is None or self._path is None:
            return {"file": None, "bytes": 0}
        self._file.flush()
        os.fsync(self._file.fileno())
        return {"file": self._path.name, "bytes": os.fstat(self._file.fileno()).st_size}

    def add(self, row: Row, why: Text) -> None:
        if self._file is None:
            self._path, self._file = self._made()
            self._file.write(_BOM)
            self._write([*_REASONS, *self._heading])
        cells = row.cells if row.cells is not None else self._cells(row)
        self._write([str(row.at), why.vi, why.en, *cells])

    def close(self) -> str | None:
        if self._file is None:
            return None
        self._file.close()
        _forget(self._folder, self._what)
        return str(self._path)

    def _cells(self, row: Row) -> Iterable[str]:
        return (row.named.get(name, "") for name in self._heading)

    def _write(self, cells: Iterable[str]) -> None:
        assert self._file is not None  # noqa: S101  # made above
        csv.writer(self._file).writerow([neutral(cell) for cell in cells])

    def _made(self) -> tuple[Path, TextIO]:
        """Make a file that was not there, 0600 from its first byte."""
        for at in range(1, 1000):
            more = f"-{at}" if at > 1 else ""
            path = self._folder / f"{self._what}-{self._name}{more}.csv"
            with suppress(FileExistsError):
                return path, private_text(path, "x")
        raise FileExistsError(str(self._folder / f"{self._what}-{self._name}.csv"))


class Rejects:
    """Writes what could not be taken, with its place and reason.

    Args:
        folder: Where to write, beside the store.
        source: The imported file.
        heading: Its columns.
        now: The present, which tells the files of one source apart.
        left: What an ended import of the same has kept: its files are gone on with.
    """

    def __init__(
        self,
        folder: Path,
        source: Path,
        heading: Sequence[str],
        now: datetime,
        left: _Left | None = None,
    ) -> None:
        name = f"{now:%Y%m%d-%H%M%S}-{safe_name(source.name)}"
        of_both = [left[what] if left else None for what in _FILES]
        self._refused, self._noted = (
            _Kept(folder, what, name, heading, one)
            for what, one in zip(_FILES, of_both, strict=True)
        )
        self.count: int
        self.notes: int
        self.count, self.notes = left["counts"] if left else (0, 0)

    def add(self, row: Row, why: Text) -> None:
        """Keep a refused row."""
        self.count += 1
        self._refused.add(row, why)

    def note(self, row: Row, cells: Sequence[Text]) -> None:
        """Keep a row that was taken without some of its cells."""
        self.notes += 1
        self._noted.add(row, taken_without(cells))

    def kept(self) -> dict[str, Any]:
        """Have all rows on the disk; return how far they reach, as JSON can hold it."""
        files = zip(_FILES, (self._refused.kept(), self._noted.kept()), strict=True)
        return dict(files) | {"counts": [self.count, self.notes]}

    def close(self) -> tuple[str | None, str | None]:
        """Return where the refused and the noted rows stand, None where there are none."""
        return self._refused.close(), self._noted.close()


def can_go_on(folder: Path, state: _Left) -> bool:
    """Tell whether what an ended import wrote of rows it could not take is still there."""
    return all(_is_there(folder, state["rejects"][what]) for what in _FILES)


def safe_name(name: str) -> str:
    """Return what of a file's name may stand in another's, on any system."""
    plain = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    stem = plain.removesuffix(".csv").removesuffix(".CSV")
    return _UNSAFE.sub("_", stem)[:_LONGEST_NAME].strip("._-") or "danh-sach"


def _is_there(folder: Path, left: _Left) -> bool:
    if not left["file"]:
        return True
    path, size = folder / str(left["file"]), int(left["bytes"])
    return path.is_file() and path.stat().st_size >= size


def _forget(folder: Path, what: str) -> None:
    files = sorted(folder.glob(f"{what}-*.csv"), key=_changed)
    for path in files[:-KEPT]:
        with suppress(OSError):  # somebody else was quicker, or has it open
            path.unlink()


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
