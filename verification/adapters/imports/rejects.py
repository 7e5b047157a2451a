"""What an import could not take, kept for the person who mends it: rows, and cells of rows.

Two files beside the store, begun only when there is something to write: `rejects-…csv` holds the
rows that were refused, `notes-…csv` those that were taken without some of their cells. Both hold
the row as it came. They are the importer's own, whatever else is imported at the same time, and
the oldest of them go: they are full of names.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from verification.adapters.imports.place_rows import key_of
from verification.adapters.imports.refused import taken_without
from verification.adapters.imports.tables import Row
from verification.basics.private import private_text
from verification.basics.spreadsheets import neutral
from verification.basics.texts import Text

KEPT = 40  # files of each kind, the newest
_REASONS = ("dong", "ly_do", "reason")
_LONGEST_KEY = 100  # more than any number is long; they are all held until the file ends
_LONGEST_NAME = 60  # letters of a source's name; a file's name has at most 255 bytes
_UNSAFE = re.compile(r"[^\w.-]+")
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of its country


class _Kept:
    """One file, made when its first row comes."""

    def __init__(self, folder: Path, what: str, name: str, heading: Sequence[str]) -> None:
        self._folder, self._what, self._name = folder, what, name
        self._heading = heading
        self._file: TextIO | None = None
        self._path: Path | None = None

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
        key: The column that names a row.
        now: The present, which tells the files of one source apart.
    """

    def __init__(
        self, folder: Path, source: Path, heading: Sequence[str], key: str, now: datetime
    ) -> None:
        name = f"{now:%Y%m%d-%H%M%S}-{safe_name(source.name)}"
        self._refused = _Kept(folder, "rejects", name, heading)
        self._noted = _Kept(folder, "notes", name, heading)
        self._key = key
        self.count = 0
        self.notes = 0
        self.keys: set[str] = set()

    def add(self, row: Row, why: Text) -> None:
        """Keep a refused row."""
        self.count += 1
        named = row.cells if row.cells is not None else [row.named.get(self._key, "")]
        self.keys.update(filter(None, (key_of(cell[:_LONGEST_KEY]) for cell in named)))
        self._refused.add(row, why)

    def note(self, row: Row, cells: Sequence[Text]) -> None:
        """Keep a row that was taken without some of its cells."""
        self.notes += 1
        self._noted.add(row, taken_without(cells))

    def close(self) -> tuple[str | None, str | None]:
        """Return where the refused and the noted rows stand, None where there are none."""
        return self._refused.close(), self._noted.close()


def safe_name(name: str) -> str:
    """Return what of a file's name may stand in another's, on any system."""
    plain = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    stem = plain.removesuffix(".csv").removesuffix(".CSV")
    return _UNSAFE.sub("_", stem)[:_LONGEST_NAME].strip("._-") or "danh-sach"


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
