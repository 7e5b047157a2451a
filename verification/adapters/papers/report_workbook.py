"""A report as a workbook: what it is on the first sheet, then a sheet for each table."""

import re
from collections.abc import Iterator

from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from verification.adapters.papers import cells
from verification.adapters.papers.report_sheets import report_facts, worded
from verification.adapters.papers.report_words import said
from verification.adapters.papers.workbook import empty, fill, saved
from verification.basics.spreadsheets import neutral
from verification.exchange.reports.report import Report, Sheet, Table

_WHOLE = "#,##0"
_NO_NAME = re.compile(r"[\[\]:*?/\\\s]+")
_LONGEST_NAME = 31
_COVER_WIDTHS = {"A": 26, "B": 90}


def report_workbook(report: Report, lang: str) -> bytes:
    """Return a report as a workbook."""
    book = empty()
    names: set[str] = set()
    cover = book.create_sheet(_unused(said("cover", lang), names))
    fill(cover, list(_cover(report, lang)))
    cover.auto_filter.ref = cover.freeze_panes = None
    for column, width in _COVER_WIDTHS.items():
        cover.column_dimensions[column].width = width
    several = len(report.sheets) > 1
    for at, sheet in enumerate(report.sheets, start=1):
        for title, table in _tables(sheet, lang):
            name = _unused(f"{at}. {title}" if several else title, names)
            _write(book.create_sheet(name), table, lang)
            cover.append([neutral(name), neutral(title)])  # a name has less room than a title
    return saved(book)


def _cover(report: Report, lang: str) -> Iterator[list[cells.Cell]]:
    yield from (list(fact) for fact in report_facts(report, lang))
    for sheet in report.sheets:
        if title := sheet.title.in_language(lang):
            yield [title]
        for warning in sheet.warnings:
            yield [said("fact.warning", lang), warning.in_language(lang)]
        for name, value in sheet.facts:
            yield [name.in_language(lang), worded(value, lang)]
        for note in sheet.notes:
            yield [said("fact.note", lang), note.in_language(lang)]


def _tables(sheet: Sheet, lang: str) -> Iterator[tuple[str, Table]]:
    for table in sheet.tables:
        yield table.title.in_language(lang), table
    for table in sheet.below:
        yield said("later_sheet", lang, title=table.title.in_language(lang)), table


def _write(sheet: Worksheet, table: Table, lang: str) -> None:
    head: list[cells.Cell] = [name.in_language(lang) for name in table.head]
    fill(sheet, [head, *([worded(cell, lang) for cell in row] for row in table.rows)])
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell.value, int):
                cell.number_format = _WHOLE
    for down, note in enumerate(table.notes, start=len(table.rows) + 3):
        told = sheet.cell(down, 1, neutral(note.in_language(lang)))
        told.font = Font(italic=True)


def _unused(title: str, names: set[str]) -> str:
    """Return a name for a sheet that no other one has; spreadsheets know no case in them."""
    whole = _NO_NAME.sub(" ", title).strip("' ")
    short = whole[: _LONGEST_NAME + 1].rpartition(" ")[0] if len(whole) > _LONGEST_NAME else whole
    name = base = (short or whole[:_LONGEST_NAME]).rstrip(",;:.(' ") or "-"
    count = 1
    while name.lower() in names:
        count += 1
        name = f"{base[: _LONGEST_NAME - len(str(count)) - 1]} {count}"
    names.add(name.lower())
    return name
