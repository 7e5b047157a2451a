"""A report as figures on the page: tables, and bars beside a column where a table has them."""

from collections.abc import Iterator
from html import escape

from verification.adapters.papers.report_words import bars, cell_read, facility_read, period_read
from verification.exchange.reports.report import Cell, Report, Share, Sheet, Table

_LOOK = """<style>
.report { font-size: 15px; line-height: 1.4; }
.report h3 { font-size: 18px; margin: 0 0 2px; padding: 0; }
.report h4 { font-size: 16px; margin: 18px 0 4px; padding: 0; }
.report p { margin: 2px 0; }
.report .wide { overflow-x: auto; }
.report table { border-collapse: collapse; min-width: min(100%, 640px); }
.report th, .report td { border: 1px solid #b9c6cf; padding: 3px 8px; text-align: left; }
.report th, .report td { vertical-align: top; }
.report th { background: #ecf1f6; }
.report td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.report td.bar { width: 180px; min-width: 90px; border: 0; vertical-align: middle; }
.report td.bar i { display: block; height: 10px; background: #0a4d8c; }
.report td:first-child { min-width: 130px; }
@media (max-width: 600px) { .report td.bar { display: none; } }
.report .note { color: #52626d; font-size: 13.5px; }
</style>"""


def report_html(report: Report, lang: str, none: str) -> str:
    """Return a report as HTML; whatever stands in it is text.

    Args:
        report: The report.
        lang: `vi` or `en`.
        none: What is said of a table without rows.
    """
    parts = [_LOOK, '<div class="report">', f"<h3>{escape(report.title.in_language(lang))}</h3>"]
    parts += [f"<p>{escape(facility_read(report, lang))}</p>"]
    parts += [f"<p>{escape(period_read(report.period, lang))}</p>"]
    for sheet in report.sheets:
        parts += _sheet(sheet, lang, none)
    return "".join([*parts, "</div>"])


def _sheet(sheet: Sheet, lang: str, none: str) -> Iterator[str]:
    if title := sheet.title.in_language(lang):
        yield f"<h3>{escape(title)}</h3>"
    for name, value in sheet.facts:
        read = escape(cell_read(value, lang))
        yield f"<p><b>{escape(name.in_language(lang))}:</b> {read}</p>"
    for table in (*sheet.tables, *sheet.below):
        yield from _table(table, lang, none)
    for note in sheet.notes:
        yield f'<p class="note">{escape(note.in_language(lang))}</p>'


def _table(table: Table, lang: str, none: str) -> Iterator[str]:
    yield f'<h4>{escape(table.title.in_language(lang))}</h4><div class="wide"><table><tr>'
    yield from (f"<th>{escape(name.in_language(lang))}</th>" for name in table.head)
    yield "</tr>"
    found = bars(table)
    most = max((bar for bar in found if bar), default=0)
    for row, bar in zip(table.rows, found, strict=True):
        yield "<tr>"
        yield from (_cell(cell, lang) for cell in row)
        if bar:  # its number stands in the row
            long = 100 * bar // most
            yield f'<td class="bar" aria-hidden="true"><i style="width:{long}%"></i></td>'
        yield "</tr>"
    if not table.rows:
        yield f'<tr><td colspan="{len(table.head)}">{escape(none)}</td></tr>'
    yield "</table></div>"
    for note in table.notes:
        yield f'<p class="note">{escape(note.in_language(lang))}</p>'


def _cell(cell: Cell, lang: str) -> str:
    looks = ' class="n"' if isinstance(cell, int | Share) else ""
    return f"<td{looks}>{escape(cell_read(cell, lang))}</td>"
