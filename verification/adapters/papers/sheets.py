"""Tables that leave the house, as CSV or XLSX; no cell of theirs is ever read as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from verification.adapters.papers.cells import Cell, as_read
from verification.basics.spreadsheets import neutral

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    csv.writer(text).writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    """Return a cell as a CSV has it; a number below nothing is a number, and no formula."""
    return str(cell) if isinstance(cell, int) else neutral(as_read(cell))


def as_xlsx(rows: Iterable[Sequence[Cell]], title: str | None = None) -> bytes:
    """Return rows as a workbook of one sheet, the first row its heading.

    Days are days and numbers numbers, in columns as wide as what they hold; the heading stays in
    sight and filters.

    Args:
        rows: The heading and what stands under it.
        title: Name of the sheet.
    """
    # a quarter of a second of its own: a server that starts does not wait for it
    from verification.adapters.papers.workbook import written  # noqa: PLC0415

    return written([list(row) for row in rows], _name(title))


def _name(title: str | None) -> str | None:
    return _NO_NAME.sub(" ", title).strip("' ")[:_LONGEST_NAME] or None if title else None
