"""Lists as workbooks: XLSX."""

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count, zip_longest
from pathlib import Path

import openpyxl

from verification.adapters.imports.book_scan import scan
from verification.adapters.imports.bounds import check_book, memory_within, room
from verification.adapters.imports.headings import our_words
from verification.adapters.imports.lines import Line, Sheet

_MOMENTS = frozenset({"thoi_diem"})  # columns in which the hour counts, not the day alone


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open a workbook.

    Raises:
        ImportFileError: It is locked, or would cost too much.
        OSError: It cannot be opened.
        ValueError: It is none, as are the other errors of `zipfile` and `openpyxl`.
    """
    scan(path, check_book(path))
    most = room()
    with contextlib.ExitStack() as left:
        with memory_within(most):
            sheet = _sheet(path, left)
        yield sheet._replace(memory=most)


def _sheet(path: Path, left: contextlib.ExitStack) -> Sheet:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    left.callback(book.close)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what it says of its size may be anything
    rows = left.enter_context(contextlib.closing(sheet.iter_rows(values_only=True)))
    heading = our_words([_text(cell) for cell in next(rows, ())])
    while heading and not heading[-1]:  # as wide as the widest row
        heading.pop()
    hours = [name in _MOMENTS for name in heading]
    cells = (
        [_text(cell, hour=hour) for cell, hour in zip_longest(row, hours, fillvalue=None)]
        for row in rows
    )
    return Sheet(heading, map(Line, count(2), (_within(heading, row) for row in cells)))


def _within(heading: Sequence[str], cells: list[str]) -> list[str]:
    """Leave out what a sheet has beyond its heading where nothing is written there."""
    beyond = any(cell.strip() for cell in cells[len(heading) :])
    return cells if beyond else cells[: len(heading)]


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
