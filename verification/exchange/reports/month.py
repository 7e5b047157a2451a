"""The month: two recipients, two lists of tables; nobody is named in either."""

from collections.abc import Mapping, Sequence
from datetime import date

from verification.exchange.reports.counts import case_tables, tables
from verification.exchange.reports.counts.figures import Figures, figures
from verification.exchange.reports.counts.reporting import refuse_desk, reported
from verification.exchange.reports.counts.span import month_before, month_of
from verification.exchange.reports.days import refuse_other_days
from verification.exchange.reports.report import Report, ReportKind, Table
from verification.kiosk import Kiosk
from verification.rights import Actor, Right, needs

_BOTH: Sequence[tables.Making] = (
    tables.adoption,
    tables.ways,
    tables.helped,
    tables.guides,
    tables.difficulties,
    tables.answers,
    tables.unreceived,
    tables.undone,
    tables.portal,
)
_CASES = {
    ReportKind.MONTH_BHXH: (case_tables.flags, case_tables.cards_counted, case_tables.cards),
    ReportKind.MONTH_SYT: (case_tables.flags, case_tables.cards_counted),
}
_LAST: Sequence[tables.Making] = (tables.compared, tables.data)
_TO: Mapping[ReportKind, str] = {ReportKind.MONTH_BHXH: "bhxh", ReportKind.MONTH_SYT: "syt"}


@needs(Right.REPORT)
def month_for_bhxh(actor: Actor, kiosk: Kiosk, on: date, desk: str | None = None) -> Report:
    """Return the month that a day lies in for the social-insurance office.

    Raises:
        RequestError: The day has not come, or one desk is asked for.
    """
    return _month(actor, kiosk, on, desk, ReportKind.MONTH_BHXH)


@needs(Right.REPORT)
def month_for_syt(actor: Actor, kiosk: Kiosk, on: date, desk: str | None = None) -> Report:
    """Return the month that a day lies in for the health department: counts alone.

    Raises:
        RequestError: The day has not come, or one desk is asked for.
    """
    return _month(actor, kiosk, on, desk, ReportKind.MONTH_SYT)


def _month(actor: Actor, kiosk: Kiosk, on: date, desk: str | None, kind: ReportKind) -> Report:
    refuse_other_days(kiosk, on)
    refuse_desk(desk)
    span = month_of(on)
    found = figures(kiosk, span, month_before(span))
    return reported(actor.officer, kiosk, kind, found, _tables(kiosk, kind, found), _TO[kind])


def _tables(kiosk: Kiosk, kind: ReportKind, found: Figures) -> list[Table]:
    return [
        *(make(found) for make in _BOTH),
        *(make(kiosk, found) for make in _CASES[kind]),
        *(make(found) for make in _LAST),
    ]
