"""A report that leaves the house as a file: made, drawn, and logged before it is handed out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from verification.exchange.reports.making import making
from verification.exchange.reports.report import Report, ReportKind
from verification.kiosk import Kiosk
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

Drawing = Callable[[Report, str], bytes]
"""Draws a report in a form."""


@dataclass(frozen=True)
class Asked:
    """Which report is asked for.

    Args:
        kind: Of what.
        on: A day of its time.
        form: `csv`, `xlsx` or `pdf`.
        desk: Of one desk; None for all.
    """

    kind: ReportKind
    on: date
    form: str
    desk: str | None = None


@dataclass(frozen=True)
class Taken:
    """A report that may leave the house, and the event that says so."""

    report: Report
    file: bytes
    event_id: str


@needs(Right.HELP)
def take_report(actor: Actor, kiosk: Kiosk, asked: Asked, draw: Drawing) -> Taken:
    """Make a report as a file and log that it leaves the house; each kind names its own right.

    Raises:
        RequestError: There is no such report, or no such form.
        Forbidden: This officer may not have it.
    """
    report = making(asked.kind)(actor, kiosk, asked.on, asked.desk)
    file = draw(report, asked.form)
    rows = sum(len(table.rows) for table in report.tables)
    what = Exported(
        f"report_{asked.kind.value}",
        form=asked.form,
        rows=rows,
        period=report.period.first.isoformat(),
        of_desk=asked.desk,
    )
    return Taken(report, file, write_alone(kiosk.written, actor, what).event_id)
