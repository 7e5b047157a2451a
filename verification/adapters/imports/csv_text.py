"""Lists as text: CSV in UTF-8, with comma, semicolon or tab."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from verification.adapters.imports.bounds import Lines
from verification.adapters.imports.headings import our_words
from verification.adapters.imports.lines import Line, Sheet

_DELIMITERS = ",;\t"


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open a CSV file.

    Raises:
        OSError: It cannot be opened.
        UnicodeDecodeError: It is not UTF-8.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = Lines(file, path)
        first = next(lines, "")
        delimiter = max(_DELIMITERS, key=first.count)
        heading = our_words(next(csv.reader([first], delimiter=delimiter), []))
        lines.row_ends()
        size, read = path.stat().st_size, file.buffer.tell  # type: ignore[attr-defined]  # it has
        rows = map(Line, count(2), _one_by_one(lines, delimiter))
        yield Sheet(heading, rows, share=lambda: read() / size if size else 1.0)


def _one_by_one(lines: Lines, delimiter: str) -> Iterator[list[str]]:
    for row in csv.reader(lines, delimiter=delimiter):
        lines.row_ends()
        yield row
