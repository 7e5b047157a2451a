"""`access`: who saw whom between two moments."""

import os
from datetime import datetime
from typing import Any

import click

from verification.basics.dates import VIETNAM
from verification.officers.access_log import Access
from verification.officers.who_saw import Sights, Window, of_person
from verification.officers.who_saw import who_saw as seen
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
@click.option("--since", type=options.MOMENT, required=True, help="the first moment")
@click.option("--until", type=options.MOMENT, help="the first one left out; now by default")
@click.option("--person", default="", metavar="NUMBER", help="whose; - for standard input")
@click.option("--officer", default="", metavar="NAME", help="by whom, an account")
def access(
    *, since: datetime, until: datetime | None, person: str, officer: str, emit: output.Emit
) -> int:
    """Tell who saw whom between two moments."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    number = options.given_number(person)
    with logging_kiosk(settings) as kiosk:
        window = Window(since, until or kiosk.clock(), officer=officer.strip())
        if person:
            window = of_person(kiosk, window, number)
        found = seen(actor, kiosk, window)
    for row in found.rows:
        emit(_keys(row, found), _line(row, found))
    if not found.rows:
        emit({"rows": 0}, "Không có ai / nobody")
    return 0


def _keys(row: Access, found: Sights) -> dict[str, Any]:
    return {
        "at": output.iso_utc(row.at),
        "officer": row.officer,
        "kind": row.kind.value,
        "what": row.what,
        "about": row.about,
        "person": row.person,
        "numbers": _numbers(row, found),
        "desk": row.desk,
        "address": row.address,
        "why": row.why,
    }


def _line(row: Access, found: Sights) -> str:
    told = (row.officer, row.kind.value, row.what, " ".join(_numbers(row, found)) or row.person)
    at = f"{row.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
    return ", ".join(filter(None, (at, *told, f"quầy / desk {row.desk}", row.why)))


def _numbers(row: Access, found: Sights) -> list[str]:
    return [found.numbers[ref] for ref in row.person.split() if ref in found.numbers]
