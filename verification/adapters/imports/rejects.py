"""The rows of an import that were refused, kept for the person who mends them."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from verification.basics.private import private_text


class Rejects:
    """Writes refused rows with their place and reason; the file holds what the source held.

    Args:
        folder: Where to write, beside the store.
        source: The imported file.
        heading: Its columns.
        left: What an ended import of the same has kept: its file is gone on with.
    """

    def __init__(
        self,
        folder: Path,
        source: Path,
        heading: Sequence[str],
        left: Mapping[str, Any] | None = None,
    ) -> None:
        self._path = folder / f"rejects-{source.name}.csv"
        self._heading = ["dong", "ly_do", *heading]
        self._file: TextIO | None = None
        self.count = 0
        if left and left["file"]:
            self.count = left["count"]
            os.truncate(self._path, left["bytes"])
            self._file = private_text(self._path, "a")
        else:
            self._path.unlink(missing_ok=True)

    def add(self, line: int, why: str, row: Mapping[str, object]) -> None:
        """Keep one refused row."""
        self.count += 1
        if self._file is None:
            self._file = private_text(self._path, "w")
            csv.writer(self._file).writerow(self._heading)
        csv.DictWriter(self._file, self._heading, extrasaction="ignore").writerow(
            {**row, "dong": line, "ly_do": why}
        )

    def kept(self) -> dict[str, Any]:
        """Have all rows on the disk; return how far they reach, as JSON can hold it."""
        if self._file is None:
            return {"file": None, "bytes": 0, "count": 0}
        self._file.flush()
        os.fsync(self._file.fileno())
        size = os.fstat(self._file.fileno()).st_size
        return {"file": self._path.name, "bytes": size, "count": self.count}

    def close(self) -> str | None:
        """Return where they stand, None where no row was refused."""
        if self._file is None:
            return None
        self._file.close()
        return str(self._path)


def can_go_on(folder: Path, state: Mapping[str, Any]) -> bool:
    """Tell whether the refused rows that an ended import wrote are still there."""
    left = state["rejects"]
    if not left["file"]:
        return True
    path = folder / left["file"]
    return path.is_file() and path.stat().st_size >= int(left["bytes"])
