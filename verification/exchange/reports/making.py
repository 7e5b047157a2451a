"""Each kind of report and how it is made."""

from collections.abc import Callable, Mapping
from datetime import date

from verification.basics.errors import RequestError
from verification.exchange.reports.difficulties import difficulties_report
from verification.exchange.reports.month import month_for_bhxh, month_for_syt
from verification.exchange.reports.report import Report, ReportKind
from verification.exchange.reports.shift import shift_report
from verification.exchange.reports.week import week
from verification.kiosk import Kiosk
from verification.rights import Actor

Making = Callable[[Actor, Kiosk, date, str | None], Report]
"""Makes a report of the time that a day lies in, of one desk or of all."""

_MAKING: Mapping[ReportKind, Making] = {
    ReportKind.DIFFICULTIES: difficulties_report,
    ReportKind.WEEK: week,
    ReportKind.MONTH_BHXH: month_for_bhxh,
    ReportKind.MONTH_SYT: month_for_syt,
    ReportKind.SHIFT: shift_report,
}


def making(kind: ReportKind) -> Making:
    """Return what makes a kind of report; each names the right that it needs.

    Raises:
        RequestError: This version makes none.
    """
    if kind not in _MAKING:
        raise RequestError("Chưa có loại báo cáo này", "There is no such report")
    return _MAKING[kind]


def kinds() -> tuple[ReportKind, ...]:
    """Return the kinds of reports that are made."""
    return tuple(kind for kind in ReportKind if kind in _MAKING)
