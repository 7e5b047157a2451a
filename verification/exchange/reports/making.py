"""Each kind of report and how it is made."""

from collections.abc import Callable, Mapping
from datetime import date

from verification.exchange.reports.difficulties import difficulties_report
from verification.exchange.reports.report import Report, ReportKind
from verification.kiosk import Kiosk
from verification.rights import Actor

Making = Callable[[Actor, Kiosk, date, str | None], Report]
"""Makes a report of the time that a day lies in, of one desk or of all."""

_MAKING: Mapping[ReportKind, Making] = {
    ReportKind.DIFFICULTIES: difficulties_report,
}


def making(kind: ReportKind) -> Making:
    """Return what makes a kind of report; each names the right that it needs."""
    return _MAKING[kind]
