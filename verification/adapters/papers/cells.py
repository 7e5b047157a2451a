"""A cell of a table that leaves the house, and how it is read."""

from datetime import date, datetime
from typing import TypeAlias

from verification.basics.dates import VIETNAM, vi_date

Cell: TypeAlias = str | int | date | datetime | None
"""Text stays text, whatever it looks like; a number of a card is text."""


def as_read(value: Cell) -> str:
    """Return a cell as it is read."""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return vi_date(value)
    return "" if value is None else str(value)
