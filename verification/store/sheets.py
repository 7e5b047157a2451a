"""Tables that leave the house, as CSV or XLSX; a cell never runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV; write it as `utf-8-sig`, or Excel takes the letters for another code."""
    out = io.StringIO()
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def xlsx_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, without characters that XML cannot hold."""
    text = "".join(c for c in str(cell) if c.isprintable() or c in "\t\n\r")
    return f"'{text}" if text.startswith(_FORMULA) else text
