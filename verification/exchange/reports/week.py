"""The week, summed up on a Friday as the district office asks for it."""

from collections.abc import Sequence
from datetime import date

from verification.exchange.reports.counts import tables
from verification.exchange.reports.counts.figures import figures
from verification.exchange.reports.counts.reporting import refuse_desk, reported
from verification.exchange.reports.counts.span import week_of
from verification.exchange.reports.days import refuse_other_days
from verification.exchange.reports.report import Report, ReportKind
from verification.kiosk import Kiosk
from verification.rights import Actor, Right, needs

_TABLES: Sequence[tables.Making] = (
    tables.adoption,
    tables.ways,
    tables.helped,
    tables.difficulties,
    tables.data,
)


@needs(Right.REPORT)
def week(actor: Actor, kiosk: Kiosk, on: date, desk: str | None = None) -> Report:
    """Return the week that a day lies in, Saturday to Friday.

    Raises:
        RequestError: The day has not come, or one desk is asked for.
    """
    refuse_other_days(kiosk, on)
    refuse_desk(desk)
    found = figures(kiosk, week_of(on))
    made = [make(found) for make in _TABLES]
    return reported(actor.officer, kiosk, ReportKind.WEEK, found, made, "bhxh")
