"""Tables from outside: CSV in UTF-8, or XLSX, with headings in our words or in Vietnamese."""

import contextlib
import csv
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from itertools import zip_longest
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from verification.adapters.imports.book_scan import scan
from verification.adapters.imports.bounds import (
    MOST_COLUMNS,
    MOST_ROWS,
    Lines,
    check_book,
    check_file,
    memory_within,
    room,
    too_heavy,
)
from verification.basics.errors import ImportFileError
from verification.basics.names import search_key

_DELIMITERS = ",;\t"
_MOMENTS = frozenset({"thoi_diem"})  # columns in which the hour counts, not the day alone
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


class _Endless(Exception):
    """There are more rows of nothing than a sheet has rows."""


@dataclass(frozen=True)
class Table:
    """A table from outside.

    Args:
        heading: Column names, in our words where they are known.
        rows: One mapping of text a row; read once.
    """

    heading: Sequence[str]
    rows: Iterable[dict[str, str]]


class TornRow(dict[str, str]):
    """A row with another number of cells than the heading: no cell is sure to stand in its column.

    Args:
        named: The cells by the columns in which they stand.
        cells: All of them.
    """

    def __init__(self, named: dict[str, str], cells: Sequence[str]) -> None:
        super().__init__(named)
        self.cells = tuple(cells)


@contextmanager
def read_table(path: Path) -> Iterator[Table]:
    """Open a CSV or XLSX file.

    Raises:
        ImportFileError: It cannot be read, it is neither, or it would cost too much (`bounds.py`).
    """
    with contextlib.ExitStack() as opened, _errors_in_words(path):
        check_file(path)
        most = None
        if path.suffix.lower() == ".xlsx":
            scan(path, check_book(path))
            most = room()
            with memory_within(most):
                table = _xlsx(path, opened)
        else:
            file = opened.enter_context(path.open(encoding="utf-8-sig", newline=""))
            table = _csv(Lines(file, path))
        if len(table.heading) > MOST_COLUMNS:
            raise too_heavy(path)
        yielded = Table(table.heading, _rows_in_words(path, iter(table.rows), most))
        opened_now = opened.pop_all()
    with opened_now:
        yield yielded


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


def _rows_in_words(
    path: Path, rows: Iterator[dict[str, str]], most: int | None
) -> Iterator[dict[str, str]]:
    while True:
        with _errors_in_words(path), memory_within(most):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _csv(lines: Lines) -> Table:
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    heading = _our_words(next(csv.reader([first], delimiter=delimiter), []))
    lines.row_ends()
    return Table(heading, _rows(heading, _one_by_one(lines, delimiter)))


def _one_by_one(lines: Lines, delimiter: str) -> Iterator[list[str]]:
    for row in csv.reader(lines, delimiter=delimiter):
        lines.row_ends()
        yield row


def _xlsx(path: Path, opened: contextlib.ExitStack) -> Table:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    opened.callback(book.close)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what it says of its size may be anything
    rows = opened.enter_context(contextlib.closing(sheet.iter_rows(values_only=True)))
    heading = _our_words([_text(cell) for cell in next(rows, ())])
    while heading and not heading[-1]:  # as wide as the widest row
        heading.pop()
    hours = [name in _MOMENTS for name in heading]
    cells = (
        [_text(cell, hour=hour) for cell, hour in zip_longest(row, hours, fillvalue=None)]
        for row in rows
    )
    return Table(heading, _rows(heading, (_within(heading, row) for row in cells)))


def _within(heading: Sequence[str], cells: list[str]) -> list[str]:
    """Leave out what a sheet has beyond its heading where nothing is written there."""
    beyond = any(cell.strip() for cell in cells[len(heading) :])
    return cells if beyond else cells[: len(heading)]


def _rows(heading: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    blank = 0
    for line in lines:
        blank += 1
        if blank > MOST_ROWS:
            raise _Endless
        if any(cell.strip() for cell in line):
            blank = 0
            row = {name: cell.strip() for name, cell in zip(heading, line, strict=False)}
            yield row if len(line) == len(heading) else TornRow(row, line)


def _text(cell: object, *, hour: object = False) -> str:
    if isinstance(cell, datetime):
        if hour:
            return cell.isoformat(timespec="seconds")
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _our_words(heading: Sequence[str]) -> list[str]:
    return [_aliases().get(_plain(name), name.strip()) for name in heading]


def _plain(name: str) -> str:
    return search_key(name.replace("_", " "))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    source = resources.files("verification.adapters.imports").joinpath("headings.toml").read_bytes()
    known = tomllib.loads(source.decode())["heading"]
    return {_plain(alias): name for name, aliases in known.items() for alias in (name, *aliases)}
