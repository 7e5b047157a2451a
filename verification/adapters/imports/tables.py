"""Tables from outside, whatever form they come in: a heading in our words, and rows of text."""

import contextlib
import csv
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from verification.adapters.imports import xml1
from verification.adapters.imports.bounds import (
    MOST_COLUMNS,
    MOST_ROWS,
    too_heavy,
)
from verification.adapters.imports.forms import reader_of
from verification.adapters.imports.headings import find_heading
from verification.adapters.imports.lines import Row, Sheet, Table
from verification.adapters.imports.mapping import ColumnMapping
from verification.adapters.imports.shape import Shape
from verification.adapters.store.sqlite.card_folder import digest_of
from verification.basics.errors import ImportFileError

__all__ = ["Row", "Table", "digest_of_list", "read_table"]
# what csv, zipfile and the readers raise for a file that is no table
_NO_TABLE = (
    csv.Error,
    zipfile.BadZipFile,
    LookupError,
    TypeError,
    ValueError,
)


class _Endless(Exception):
    """There are more rows of nothing than a sheet has rows."""


@contextmanager
def read_table(path: Path, mapping: ColumnMapping | None = None) -> Iterator[Table]:
    """Open a list of any form.

    Args:
        path: The file, or a folder of XML1.
        mapping: What its columns and words mean, where they are not ours.

    Raises:
        ImportFileError: It cannot be read, it is neither, or it would cost too much (`bounds.py`).
    """
    with contextlib.ExitStack() as opened, _errors_in_words(path):
        find = mapping.find if mapping else find_heading
        sheet = opened.enter_context(reader_of(path)(path, find))
        if mapping:
            mapping.check(path, sheet.heading)
        if len(sheet.heading) > MOST_COLUMNS:
            raise too_heavy(path)
        rows = _in_words(path, _rows(sheet))
        heading = mapping.heading(sheet.heading) if mapping else sheet.heading
        mapped = map(mapping.mapped, rows) if mapping else rows
        opened_now = opened.pop_all()
    with opened_now:
        yield Table(heading, mapped, sheet.own_days, sheet.share)


def size_of_list(path: Path) -> int:
    """Return how many bytes a list has; of a folder, its files together."""
    return sum(file.stat().st_size for file in (xml1.files_of(path) if path.is_dir() else (path,)))


def digest_of_list(path: Path) -> str:
    """Return SHA-256 of a list's bytes, hex; of a folder, of the names and digests in it.

    Raises:
        ImportFileError: It cannot be read.
    """
    with _errors_in_words(path):
        if not path.is_dir():
            return digest_of(path)
        said = "".join(f"{digest_of(file)}  {file.name}\n" for file in xml1.files_of(path))
    return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()


@contextmanager
def _errors_in_words(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a file into one sentence."""
    try:
        yield
    except (MemoryError, _Endless) as error:
        raise too_heavy(path) from error
    except OSError as error:
        raise ImportFileError(
            f"Không mở được tệp {path.name}", f"Cannot open {path.name} ({error.strerror})"
        ) from error
    except _NO_TABLE as error:
        raise ImportFileError(
            f"Tệp {path.name} không phải bảng CSV hay XLSX", f"{path.name} is no CSV or XLSX table"
        ) from error


def _in_words(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    with _errors_in_words(path):
        yield from rows


def _rows(sheet: Sheet) -> Iterator[Row]:
    shape, blank = Shape(sheet.heading), 0
    for at, line, why in sheet.lines:
        if not why and not any(map(str.strip, line)):
            blank += 1
            if blank > MOST_ROWS:
                raise _Endless
            continue
        blank = 0
        wrong = why or shape.why(line)
        yield Row(at, shape.named(line), tuple(line) if wrong else None, wrong)
