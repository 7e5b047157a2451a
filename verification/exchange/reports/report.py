"""A report as a value: what stands in it, whoever draws it as CSV, XLSX, PDF or on a page."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from verification.basics.texts import Text


class ReportKind(StrEnum):
    """What is reported, as the command line names it."""

    SHIFT = "shift"
    WEEK = "week"
    MONTH_BHXH = "month-bhxh"
    MONTH_SYT = "month-syt"
    DIFFICULTIES = "difficulties"


@dataclass(frozen=True)
class Share:
    """A part of a whole, written in percent with two decimals as the letters do: `29,33 %`.

    Args:
        part: How many.
        whole: Of how many; of none there is no share.
    """

    part: int
    whole: int

    @property
    def rate(self) -> Fraction | None:
        """Return the exact share, None where the whole is nothing."""
        return Fraction(self.part, self.whole) if self.whole else None


Cell: TypeAlias = Text | str | int | date | datetime | Share | None
"""What a cell may hold; None is an empty one. A number of a card is text, and masked."""


@dataclass(frozen=True)
class Table:
    """A table of a report.

    Args:
        key: Its name for programs; in CSV and XLSX its rows are found by it.
        title: Its heading.
        head: What its columns are called.
        rows: Its rows.
        charted: The column whose whole numbers are also drawn as bars, None for none.
        notes: What is said below it: what is counted how, and what is not known.
    """

    key: str
    title: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    charted: int | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Period:
    """The local days of a report, both included.

    Args:
        first: The first one.
        last: The last one.
        until: Up to when it is counted where it is not over yet, None where it is.
    """

    first: date
    last: date
    until: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """One part of a report that begins a page of its own, such as one shift.

    Args:
        title: Its heading, empty words where the report has one sheet.
        facts: Names and values above the tables.
        tables: What is counted.
        below: What changed later, below a line.
        notes: What everybody who reads it must know.
        signatures: Who signs, from left to right; none where nobody does.
        warnings: What is wrong with it, in red before all else.
    """

    title: Text
    tables: tuple[Table, ...]
    facts: tuple[tuple[Text, Cell], ...] = ()
    below: tuple[Table, ...] = ()
    notes: tuple[Text, ...] = ()
    signatures: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Report:
    """A report.

    Args:
        kind: What is reported.
        title: Its heading.
        facility: Code of this facility, empty while none is set.
        facility_name: Its name, empty where it is not in the list.
        period: Of what time.
        made_at: When.
        officer: By whom.
        sheets: What stands in it.
        to: To whom it goes, None for nobody outside.
    """

    kind: ReportKind
    title: Text
    facility: str
    facility_name: str
    period: Period
    made_at: datetime
    officer: str
    sheets: tuple[Sheet, ...]
    to: Text | None = None

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return the tables of all sheets, those of what changed later last in each."""
        return tuple(table for sheet in self.sheets for table in (*sheet.tables, *sheet.below))
