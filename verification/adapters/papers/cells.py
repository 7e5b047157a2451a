"""A cell of a table that leaves the house, and how it is read."""

from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias

from verification.basics.dates import VIETNAM, vi_date
from verification.basics.figures import share_text

Cell: TypeAlias = str | int | Fraction | date | datetime | None
"""Text stays text, whatever it looks like; a number of a card is text, a fraction a share."""


def as_read(value: Cell) -> str:
    """Return a cell as it is read."""
    if isinstance(value, datetime):
        return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return vi_date(value)
    if isinstance(value, Fraction):
        return share_text(value)
    return "" if value is None else str(value)
