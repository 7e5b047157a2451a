"""How the parts of a report are read, on paper and on the page."""

from datetime import date, datetime

from verification.basics.dates import VIETNAM, vi_date
from verification.basics.figures import dotted, share_text
from verification.basics.texts import Text, Texts
from verification.exchange.reports.report import Cell, Period, Report, Share, Table

_TEXTS = Texts("verification.adapters.papers")
NOTHING = "–"
_ROOM = "\n\t\u00a0\u202f"  # characters that are not printed, and yet seen


def said(key: str, lang: str, **params: object) -> str:
    """Return words of the reports' papers in a language."""
    return _TEXTS(f"report.{key}", **params).in_language(lang)


def at_read(moment: datetime) -> str:
    """Return a moment as the clocks of the house show it."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def cell_read(cell: Cell, lang: str) -> str:
    """Return a cell as people read it: dots in thousands, shares in percent, `22/11/2026`."""
    match cell:
        case None:
            return ""
        case Text():
            return cell.in_language(lang)
        case Share():
            return NOTHING if cell.rate is None else share_text(cell.rate)
        case int():
            return dotted(cell)
        case datetime():
            return at_read(cell)
        case date():
            return vi_date(cell)
    return "".join(char for char in cell if char.isprintable() or char in _ROOM)


def period_read(period: Period, lang: str) -> str:
    """Return of what days a report is, and up to when where they are not over."""
    first, last = vi_date(period.first), vi_date(period.last)
    if period.until is not None:
        return said("until", lang, first=first, last=last, until=at_read(period.until))
    return said("of_day" if period.first == period.last else "of", lang, first=first, last=last)


def facility_read(report: Report, lang: str) -> str:
    """Return whose report it is."""
    if not report.facility:
        return said("facility_unknown", lang)
    return " · ".join(filter(None, (report.facility_name, report.facility)))


def bars(table: Table) -> list[int | None]:
    """Return how long the bar of each row is; None where it has none, as a sum of the others."""
    if table.charted is None:
        return [None] * len(table.rows)
    cells = [row[table.charted] for row in table.rows]
    found = [cell if isinstance(cell, int) else None for cell in cells]
    *others, last = found or [None]
    if len(others) > 1 and last == sum(one or 0 for one in others):
        found[-1] = None
    return found
