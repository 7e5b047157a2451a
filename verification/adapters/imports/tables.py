"""Tables from outside, whatever form they come in: a heading in our words, and rows of text."""

import contextlib
import csv
import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

from openpyxl.utils.exceptions import InvalidFileException

from verification.adapters.imports import books, csv_text, xml1
from verification.adapters.imports.bounds import (
    MOST_COLUMNS,
    MOST_ROWS,
    check_file,
    memory_within,
    too_heavy,
)
from verification.adapters.imports.lines import Sheet
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.shape import Shape
from verification.adapters.store.sqlite.card_folder import digest_of
from verification.basics.errors import ImportFileError

# what csv, zipfile and openpyxl raise for a file that is no table
_NO_TABLE = (
    csv.Error,
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    LookupError,
    TypeError,
    ValueError,
)
_READERS = {".xlsx": books.opened, ".xml": xml1.opened, ".zip": xml1.opened}


class _Endless(Exception):
    """There are more rows of nothing than a sheet has rows."""


class Row(NamedTuple):
    """A row of a table.

    Args:
        at: Its number in the file, the heading and what stands before it counted.
        named: Its cells by column, blanks around them taken off.
        cells: All its cells where none is sure to stand in its column, as where their number is
            not that of the heading; None for a whole row.
        why: Why it cannot be taken, whatever its cells say; None where they decide.
    """

    at: int
    named: dict[str, str]
    cells: tuple[str, ...] | None = None
    why: Refused | None = None

    @property
    def torn(self) -> bool:
        """Tell whether its cells are not sure to stand in their columns."""
        return self.cells is not None


class Table(NamedTuple):
    """A table from outside.

    Args:
        heading: Column names, in our words where they are known.
        rows: Read once.
        own_days: Whether each row tells of a day of its own, `ngay_vao`: it is XML1.
        share: Returns which share of the file was read so far; None where nobody knows.
    """

    heading: Sequence[str]
    rows: Iterable[Row]
    own_days: bool = False
    share: Callable[[], float] | None = None


@contextmanager
def read_table(path: Path) -> Iterator[Table]:
    """Open a CSV or XLSX file.

    Raises:
        ImportFileError: It cannot be read, it is neither, or it would cost too much (`bounds.py`).
    """
    with contextlib.ExitStack() as opened, _errors_in_words(path):
        sheet = opened.enter_context(_reader(path)(path))
        if len(sheet.heading) > MOST_COLUMNS:
            raise too_heavy(path)
        rows = _in_words(path, _rows(sheet), sheet.memory)
        opened_now = opened.pop_all()
    with opened_now:
        yield Table(sheet.heading, rows, sheet.own_days, sheet.share)


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


def _reader(path: Path) -> Callable[[Path], AbstractContextManager[Sheet]]:
    if path.is_dir():
        return xml1.opened
    check_file(path)
    return _READERS.get(path.suffix.lower(), csv_text.opened)


@contextmanager
def _errors_in_words(path: Path) -> Iterator[None]:
    """Turn what can be wrong with a file into one sentence."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise ImportFileError(
            f"Tệp {path.name} không phải UTF-8; hãy lưu lại dạng CSV UTF-8",
            f"{path.name} is not UTF-8; save it as CSV UTF-8",
        ) from error
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


def _in_words(path: Path, rows: Iterator[Row], memory: int | None) -> Iterator[Row]:
    while True:
        with _errors_in_words(path), memory_within(memory):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _rows(sheet: Sheet) -> Iterator[Row]:
    shape, blank = Shape(sheet.heading), 0
    for at, line, why in sheet.lines:
        blank += 1
        if blank > MOST_ROWS:
            raise _Endless
        if why or any(cell.strip() for cell in line):
            blank = 0
            wrong = why or shape.why(line)
            yield Row(at, shape.named(line), tuple(line) if wrong else None, wrong)
