"""The rows of an import that were refused, kept for the person who mends them."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from verification.basics.private import private_text
from verification.card import numbers as number

_LONGEST_KEY = 100  # more than any number is long; they are all held until the file ends


class Rejects:
    """Writes refused rows with their place and reason; the file holds what the source held.

    Args:
        folder: Where to write, beside the store.
        source: The imported file.
        heading: Its columns.
        key: The column that names a row.
    """

    def __init__(self, folder: Path, source: Path, heading: Sequence[str], key: str) -> None:
        self._path = folder / f"rejects-{source.name}.csv"
        self._path.unlink(missing_ok=True)
        self._heading = ["dong", "ly_do", *heading]
        self._file: TextIO | None = None
        self._key = key
        self.count = 0
        self.keys: set[str] = set()

    def add(self, line: int, why: str, row: Mapping[str, object]) -> None:
        """Keep one refused row."""
        self.count += 1
        self.keys.add(number.compact(str(row.get(self._key, ""))[:_LONGEST_KEY]))
        if self._file is None:
            self._file = private_text(self._path, "w")
            csv.writer(self._file).writerow(self._heading)
        csv.DictWriter(self._file, self._heading, extrasaction="ignore").writerow(
            {**row, "dong": line, "ly_do": why}
        )

    def close(self) -> str | None:
        """Return where they stand, None where no row was refused."""
        if self._file is None:
            return None
        self._file.close()
        return str(self._path)
