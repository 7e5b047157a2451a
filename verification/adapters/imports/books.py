"""Lists as workbooks: XLSX, read row by row; XLS, XLSB and ODS by `old_books.py`."""

import contextlib
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from verification.adapters.imports.book_cells import Reading
from verification.adapters.imports.book_parts import Book
from verification.adapters.imports.book_scan import Heavy, RawRow
from verification.adapters.imports.bounds import check_book, is_old_office, too_heavy
from verification.adapters.imports.headings import HOURS, Find, find_heading
from verification.adapters.imports.lines import Line, Sheet
from verification.adapters.imports.merged import MergedCells
from verification.adapters.imports.old_books import opened as old_opened
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.which_sheet import Begun, begun, chosen

_OTHER_BOOKS = frozenset({"xl/workbook.bin", "content.xml"})  # XLSB, ODS
_NO_HOURS: Sequence[bool] = ()


@contextmanager
def opened(path: Path, find: Find = find_heading) -> Iterator[Sheet]:
    """Open a workbook.

    Raises:
        ImportFileError: It is locked, would cost too much, or has no sheet that is surely the list.
        OSError: It cannot be opened.
        ValueError: It is none.
        zipfile.BadZipFile: It is none.
    """
    if is_old_office(path) or _OTHER_BOOKS & {part.filename for part in check_book(path)}:
        with old_opened(path, find) as sheet:
            yield sheet
        return
    with contextlib.ExitStack() as left:
        with _in_words(path):
            sheet = _sheet(path, left, find)
        yield sheet


def _sheet(path: Path, left: contextlib.ExitStack, find: Find) -> Sheet:
    book = Book(left.enter_context(zipfile.ZipFile(path)))
    reading = book.reading()
    found = []
    for place, part in enumerate(book.sheets):
        with book.rows(part) as rows:
            lines = ((raw.at, _cells(raw, reading, _NO_HOURS)) for raw in rows)
            found.append(begun(place, part.name, lines, find, hidden=part.hidden))
    sheets = chosen(path, found, find)
    lines_below = left.enter_context(contextlib.closing(_lines(path, book, reading, sheets)))
    return Sheet(sheets[0].names, lines_below)


def _lines(path: Path, book: Book, reading: Reading, sheets: Iterable[Begun]) -> Generator[Line]:
    """Yield the lines below the headings of sheets; those of a further sheet are counted on."""
    before = 0
    with _in_words(path):
        for sheet in sheets:
            hours = [name in HOURS for name in sheet.names]
            last, merged = 0, MergedCells(sheet.names)
            with book.rows(book.sheets[sheet.place]) as rows:
                for raw in islice(rows, sheet.above, None):
                    cells = _cells(raw, reading, hours)
                    why = Refused("displaced") if raw.displaced else None
                    yield Line(before + raw.at, cells, why)
                    merged.see(raw.at, cells)
                    last = max(last, raw.at)
                merged.check(path, rows.merged)
            before += last


def _cells(raw: RawRow, reading: Reading, hours: Sequence[bool]) -> list[str]:
    """Return the cells of a row, as many as its heading has or as are written."""
    width = len(hours)
    cells = [""] * width
    for cell in raw.cells:
        column = cell.column
        hour = column < width and hours[column]
        text = reading.text(cell, hour=hour)
        if column >= len(cells):
            if not text.strip():
                continue
            cells += [""] * (column + 1 - len(cells))
        if cells[column]:
            raw.displaced = True
        cells[column] = text
    return cells


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except Heavy:
        raise too_heavy(path) from None
