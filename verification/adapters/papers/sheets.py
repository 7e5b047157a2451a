"""Tables that leave the house, as CSV or XLSX; no cell of theirs is ever read as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from verification.basics.spreadsheets import neutral

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[Sequence[str]], title: str | None = None) -> bytes:
    """Return rows as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([neutral(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
