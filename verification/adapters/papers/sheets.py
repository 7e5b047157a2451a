"""Tables that leave the house, as CSV or XLSX; no cell of theirs is ever read as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from verification.basics.dates import VIETNAM, vi_date
from verification.basics.spreadsheets import neutral

Cell: TypeAlias = str | int | date | datetime | None
"""Text stays text, whatever it looks like; a number of a card is text."""

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOMENT, _DAY = "dd/mm/yyyy hh:mm", "dd/mm/yyyy"
_TEXT = "@"
_WIDTHS = (8, 46)  # characters: of the narrowest and the widest column
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    csv.writer(text).writerows([neutral(_read(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[Cell]], title: str | None = None) -> bytes:
    """Return rows as a workbook of one sheet, the first row its heading.

    Days are days and numbers numbers, in columns as wide as what they hold; the heading stays in
    sight and filters.

    Args:
        rows: The heading and what stands under it.
        title: Name of the sheet.
    """
    table = [list(row) for row in rows]
    book = Workbook()
    for made in book.worksheets:
        book.remove(made)
    sheet = book.create_sheet(_name(title))
    sheet.freeze_panes = "A2"
    for down, row in enumerate(table, start=1):
        for across, value in enumerate(row, start=1):
            _write(sheet.cell(down, across), value, heading=down == 1)
    for column, width in _widths(table):
        sheet.column_dimensions[column].width = width
    if table and table[0]:
        sheet.auto_filter.ref = sheet.dimensions
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(cell: SheetCell, value: Cell, *, heading: bool) -> None:
    if isinstance(value, datetime):
        # a sheet knows no time zones: what a clock in the house shows
        cell.value, cell.number_format = value.astimezone(VIETNAM).replace(tzinfo=None), _MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, _DAY
    elif isinstance(value, str):
        cell.value, cell.number_format = neutral(value), _TEXT
    else:
        cell.value = value
    if heading:
        cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=heading or isinstance(value, str))


def _widths(table: Sequence[Sequence[Cell]]) -> Iterator[tuple[str, int]]:
    """Yield each column with a width that its cells fit into, as far as a screen has room."""
    least, most = _WIDTHS
    for at in range(max(map(len, table), default=0)):
        longest = max((len(_read(row[at])) for row in table if at < len(row)), default=0)
        yield get_column_letter(at + 1), min(max(longest + 3, least), most)


def _read(value: Cell) -> str:
    """Return a cell as it is read."""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return vi_date(value)
    return "" if value is None else str(value)


def _name(title: str | None) -> str | None:
    return _NO_NAME.sub(" ", title).strip("' ")[:_LONGEST_NAME] or None if title else None
