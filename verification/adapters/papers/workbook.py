"""Workbooks; apart from `sheets`, because their library is slow to import."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from verification.adapters.papers.cells import Cell, as_read
from verification.basics.dates import VIETNAM
from verification.basics.spreadsheets import neutral

_MOMENT, _DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"
_TEXT, _SHARE = "@", "0.00%"
_WIDTHS = (8, 46)  # characters: of the narrowest and the widest column


def written(table: Sequence[Sequence[Cell]], name: str | None) -> bytes:
    """Return a workbook of one sheet.

    Args:
        table: The heading and what stands under it.
        name: Of the sheet.
    """
    book = empty()
    fill(book.create_sheet(name), table)
    return saved(book)


def empty() -> Workbook:
    """Return a workbook without a sheet."""
    book = Workbook()
    for made in book.worksheets:
        book.remove(made)
    return book


def fill(sheet: Worksheet, table: Sequence[Sequence[Cell]]) -> None:
    """Write a table into an empty sheet; its heading stays in sight and filters."""
    sheet.freeze_panes = "A2"
    for down, row in enumerate(table, start=1):
        for across, value in enumerate(row, start=1):
            _write(sheet.cell(down, across), value, heading=down == 1)
    for column, width in _widths(table):
        sheet.column_dimensions[column].width = width
    if table and table[0]:
        sheet.auto_filter.ref = sheet.dimensions


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(cell: SheetCell | MergedCell, value: Cell, *, heading: bool) -> None:
    if isinstance(value, datetime):
        # a sheet knows no time zones: what a clock in the house shows
        cell.value, cell.number_format = value.astimezone(VIETNAM).replace(tzinfo=None), _MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, _DAY
    elif isinstance(value, str):
        cell.value, cell.number_format = neutral(value), _TEXT
    elif isinstance(value, Fraction):
        cell.value, cell.number_format = float(value), _SHARE
    else:
        cell.value = value
    if heading:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=heading or isinstance(value, str))


def _widths(table: Sequence[Sequence[Cell]]) -> Iterator[tuple[str, int]]:
    """Yield each column with a width that its cells fit into, as far as a screen has room."""
    least, most = _WIDTHS
    for at in range(max(map(len, table), default=0)):
        longest = max((len(as_read(row[at])) for row in table if at < len(row)), default=0)
        yield get_column_letter(at + 1), min(max(longest + 3, least), most)
