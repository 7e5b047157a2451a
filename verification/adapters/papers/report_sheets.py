"""A report as rows for programs and for sums.

A row of the CSV begins with the number of its sheet, the key of its table (empty for facts and
notes of the sheet), and what it is: `warning`, `fact`, `head`, `row`, `note`; with `_later` what
changed after the report was made. Numbers stand there plain, a share as its part, its whole and in
percent.
"""

from collections.abc import Iterator, Sequence

from verification.adapters.papers import cells
from verification.adapters.papers.report_words import facility_read, period_read, said
from verification.adapters.papers.sheets import as_csv
from verification.basics.figures import share_number
from verification.basics.texts import Text
from verification.exchange.reports.report import Cell, Report, Share, Sheet, Table

_LATER = "_later"
_START = ("sheet", "table", "line")
_OF_SHARE = ("part", "whole")
Row = list[cells.Cell]


def report_csv(report: Report, lang: str) -> bytes:
    """Return a report as one CSV."""
    rows = [[str(at), *row] for at, row in _rows(report, lang)]
    widest = max(map(len, rows), default=0)
    head = [*_START, *(f"cell_{n}" for n in range(1, widest - len(_START) + 1))]
    return as_csv([head, *([*row, *[""] * (widest - len(row))] for row in rows)])


def report_facts(report: Report, lang: str) -> Iterator[tuple[str, cells.Cell]]:
    """Yield names and values of what a report is: whose, of when, made by whom."""
    yield said("fact.report", lang), report.title.in_language(lang)
    yield said("fact.facility", lang), facility_read(report, lang)
    yield said("fact.period", lang), period_read(report.period, lang)
    if report.to:
        yield said("fact.to", lang), report.to.in_language(lang)
    yield said("fact.made_at", lang), report.made_at
    yield said("fact.officer", lang), report.officer


def worded(cell: Cell, lang: str) -> cells.Cell:
    """Return a cell as spreadsheets take it: a share as its exact value."""
    if isinstance(cell, Text):
        return cell.in_language(lang)
    return cell.rate if isinstance(cell, Share) else cell


def shares(table: Table) -> frozenset[int]:
    """Return the columns of a table that hold shares."""
    return frozenset(
        at for row in table.rows for at, cell in enumerate(row) if isinstance(cell, Share)
    )


def _rows(report: Report, lang: str) -> Iterator[tuple[int, Row]]:
    for name, value in report_facts(report, lang):
        yield 0, ["", "fact", name, value]
    for at, sheet in enumerate(report.sheets, start=1):
        for row in _sheet(sheet, lang):
            yield at, row


def _sheet(sheet: Sheet, lang: str) -> Iterator[Row]:
    if title := sheet.title.in_language(lang):
        yield ["", "fact", title]
    for warning in sheet.warnings:
        yield ["", "warning", warning.in_language(lang)]
    for name, value in sheet.facts:
        yield ["", "fact", name.in_language(lang), *_plain(value, lang)]
    for table in sheet.tables:
        yield from _table(table, lang, "")
    for table in sheet.below:
        yield from _table(table, lang, _LATER)
    for note in sheet.notes:
        yield ["", "note", note.in_language(lang)]


def _table(table: Table, lang: str, later: str) -> Iterator[Row]:
    parted = shares(table)
    yield [table.key, f"head{later}", *_head(table, parted, lang)]
    for row in table.rows:
        yield [table.key, f"row{later}", *_line(row, parted, lang)]
    for note in table.notes:
        yield [table.key, f"note{later}", note.in_language(lang)]


def _head(table: Table, parted: frozenset[int], lang: str) -> Iterator[str]:
    for at, name in enumerate(table.head):
        own = name.in_language(lang)
        if at not in parted:
            yield own
            continue
        for of_share in _OF_SHARE:
            yield f"{own} ({said(f'share.{of_share}', lang)})"
        yield f"{own} (%)"


def _line(row: Sequence[Cell], parted: frozenset[int], lang: str) -> Iterator[cells.Cell]:
    for at, cell in enumerate(row):
        plain = _plain(cell, lang)
        yield from plain
        if at in parted:
            yield from [""] * (len(_OF_SHARE) + 1 - len(plain))


def _plain(cell: Cell, lang: str) -> Row:
    if not isinstance(cell, Share):
        return [worded(cell, lang)]
    rate = cell.rate
    # each in a cell of its own: a spreadsheet takes 3/12 for a day
    return [cell.part, cell.whole, "" if rate is None else share_number(rate)]
