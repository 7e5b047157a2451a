"""Each kind of report and how it is made."""

from collections.abc import Callable, Mapping
from datetime import date

from verification.basics.errors import RequestError
from verification.exchange.reports.report import Report, ReportKind
from verification.kiosk import Kiosk
from verification.rights import Actor

Making = Callable[[Actor, Kiosk, date, str | None], Report]
"""Makes a report of the time that a day lies in, of one desk or of all."""

_MAKING: Mapping[ReportKind, Making] = {}


def making(kind: ReportKind) -> Making:
    """Return what makes a kind of report; each names the right that it needs.

    Raises:
        RequestError: This version makes none.
    """
    if kind not in _MAKING:
        raise RequestError("Chưa có loại báo cáo này", "There is no such report")
    return _MAKING[kind]


def refuse_future(kiosk: Kiosk, on: date) -> None:
    """Refuse a day that has not come yet.

    Raises:
        RequestError: It has not.
    """
    if on > kiosk.today():
        raise RequestError(f"Ngày {on:%d/%m/%Y} chưa đến", f"{on} has not come yet")
