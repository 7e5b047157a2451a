"""`fhir`: a FHIR request of a hospital system, answered as the desk is."""

import json
import os
import sys
from pathlib import Path

import click

from verification.adapters.hospital.fhir.submit import submitted
from verification.basics.errors import RequestError
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception.lookup import looked_at
from verification.rights import command_line

MOST_BYTES = 1_000_000
_OK = 200
_NOT_DONE = 1


@options.command
@click.argument("request_file", metavar="REQUEST.json|-")
def fhir(*, request_file: str, emit: output.Emit) -> int:
    """Answer a FHIR eligibility request; no visit is made. Whom it shows is logged as a look."""
    settings, raw = read_settings(os.environ), _read(request_file)
    with logging_kiosk(settings) as kiosk:
        actor = command_line(settings.first_desk or DEMO_DESK)
        answer = submitted(actor, kiosk, raw)
        if answer.shown:
            looked_at(actor, kiosk, [answer.shown], "check")
    emit(answer.resource, json.dumps(answer.resource, ensure_ascii=False, indent=2))
    if answer.status == _OK:
        return 0
    for issue in answer.resource["issue"]:
        sys.stderr.write(f"{' '.join(issue.get('expression', []))} {issue['details']['text']}\n")
    return _NOT_DONE


def _read(name: str) -> bytes:
    """Return what a file holds, `-` for standard input.

    Raises:
        RequestError: It cannot be read, or is too large.
    """
    try:
        with sys.stdin.buffer if name == "-" else Path(name).open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RequestError(f"Không đọc được tệp {name}", f"{name} cannot be read") from error
    if len(raw) > MOST_BYTES:
        raise RequestError(f"Tệp {name} quá lớn", f"{name} is too large")
    return raw
