"""`report`: the sheet of a shift, the week, the month and the difficulties as a file."""

import os
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import click

from verification.adapters.papers.report_papers import FORMS, printed
from verification.adapters.papers.report_words import period_read
from verification.basics.private import new_private_file
from verification.exchange.reports.report import ReportKind
from verification.exchange.reports.taking import Asked, Taken, take_report
from verification.operations.commands import options, output
from verification.operations.commands.exchange import not_written
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
@click.argument(
    "kind",
    metavar="KIND",
    type=click.Choice([kind.value for kind in ReportKind]),
    help="shift, week, month-bhxh, month-syt or difficulties",
)
@click.option("--on", type=options.DAY, required=True, help="a day of the shift, week or month")
@click.option("--format", "form", type=click.Choice(list(FORMS)), required=True, help="as what")
@click.option(
    "--out",
    type=options.PATH,
    required=True,
    metavar="FILE",
    help="a new file; none is overwritten",
)
@click.option("--desk", type=options.DESK, metavar="D", help="of one desk; else of all")
def report(  # the options of the contract
    *, kind: str, on: date, form: str, out: Path, desk: str | None, emit: output.Emit
) -> int:
    """Write the report of a shift, a week or a month."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    asked = Asked(ReportKind(kind), on, form, desk)
    try:
        with logging_kiosk(settings) as kiosk, new_private_file(out) as file:
            taken = take_report(actor, kiosk, asked, printed)
            file.write(taken.file)
    except OSError as error:
        raise not_written(out, error) from error
    emit(_keys(taken, asked, out), f"{out}: {_line(taken)}")
    return 0


def _keys(taken: Taken, asked: Asked, out: Path) -> dict[str, Any]:
    made, rows = taken.report, Counter[str]()
    for table in made.tables:
        rows[table.key] += len(table.rows)
    until = made.period.until
    return {
        "kind": made.kind.value,
        "first": made.period.first.isoformat(),
        "last": made.period.last.isoformat(),
        "until": output.iso_utc(until) if until else None,
        "made_at": output.iso_utc(made.made_at),
        "file": str(out),
        "format": asked.form,
        "tables": dict(rows),
        "event_id": taken.event_id,
    }


def _line(taken: Taken) -> str:
    title, period = taken.report.title, taken.report.period
    return f"{title.vi}. {period_read(period, 'vi')} / {title.en}. {period_read(period, 'en')}"
