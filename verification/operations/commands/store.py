"""`import-cards`, `import-facilities`, `import-offices`."""

import os
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from verification.adapters.imports.importing import (
    HOSPITAL,
    IMPORTABLE,
    FromWhom,
    How,
)
from verification.basics.errors import RequestError
from verification.card.facts import Origin
from verification.operations.commands import options, output
from verification.operations.settings import read_settings
from verification.operations.wiring import import_list, local_now

_AT_NEED = ("unread", "noted", "notes_file")  # told only where there is something to tell
_takes_table = options.takes(
    options.takes_table,
    click.option("--replace", is_flag=True, help="remove what the file has not"),
)


@options.command
@_takes_table
@click.option(
    "--origin",
    type=click.Choice([origin.value for origin in Origin]),
    default=Origin.HOSPITAL.value,
    help="who made the list; only the insurer's (bhxh) is trusted to say that a card ended",
)
@click.option("--as-of", type=options.DAY, help="the day of the list; today if not given")
def import_cards(
    *, file: Path, replace: bool, origin: str, as_of: date | None, emit: output.Emit
) -> int:
    """Import cards into the store."""
    whose = FromWhom(Origin(origin), as_of)
    if whose.origin is Origin.BHXH and as_of is None:
        raise click.UsageError("--origin bhxh cần --as-of, ngày của danh sách / needs --as-of")
    if as_of and as_of > local_now().date():
        raise RequestError("--as-of: ngày chưa tới", "--as-of: that day has not come yet")
    return _import("cards", file, emit, How(replace=replace), whose)


@options.command
@_takes_table
def import_facilities(*, file: Path, replace: bool, emit: output.Emit) -> int:
    """Import facilities into the store."""
    return _import("facilities", file, emit, How(replace=replace))


@options.command
@_takes_table
def import_offices(*, file: Path, replace: bool, emit: output.Emit) -> int:
    """Import social-insurance offices into the store."""
    return _import("offices", file, emit, How(replace=replace))


def _import(kind: str, file: Path, emit: output.Emit, how: How, whose: FromWhom = HOSPITAL) -> int:
    settings = read_settings(os.environ)
    report = import_list(settings, IMPORTABLE[kind], file, how, whose)
    if report.unread:
        sys.stderr.write(
            "Kho thẻ trước đó hỏng hoặc không do kiosk nhập, các thẻ trong đó không được giữ lại "
            f"({report.unread}) / The card store before was damaged or not imported by the kiosk, "
            f"its cards were not taken over ({report.unread})\n"
        )
    words = {k: v for k, v in asdict(report).items() if k != "changes" and (k not in _AT_NEED or v)}
    emit(words, ", ".join(f"{k}={v}" for k, v in words.items() if v is not None))
    return 0
