"""`import-cards`, `import-facilities`, `import-offices`, `import-undo`."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from verification.adapters.imports.importing import (
    COUNTED,
    HOSPITAL,
    IMPORTABLE,
    FromWhom,
    How,
    ImportReport,
)
from verification.basics.errors import RequestError
from verification.card.facts import LISTS, Origin
from verification.card.numbers import mask
from verification.operations.commands import options, output
from verification.operations.commands.progressing import Progressing
from verification.operations.settings import read_settings
from verification.operations.wiring import import_list, local_now, undo_import

_AT_NEED = ("unread", "noted", "notes_file")  # told only where there is something to tell
_APART = frozenset({*_AT_NEED, "changes", "stopped"})  # the others are keys of a preview
_takes_list = options.takes(
    options.takes_table,
    click.option("--replace", is_flag=True, help="remove what the file has not"),
    click.option("--delta", is_flag=True, help="the file is a list of changes"),
    click.option("--preview", is_flag=True, help="change nothing, tell what would change"),
    click.option("--remove-any", is_flag=True, help="remove however many"),
    click.option("--reject-any", is_flag=True, help="go on however many known rows are refused"),
    click.option(
        "--mapping",
        type=click.Path(path_type=Path),
        help="a file that says what the columns and words of the list mean",
    ),
)


@options.command
@_takes_list
@click.option(
    "--origin",
    type=click.Choice([origin.value for origin in LISTS]),
    default=Origin.HOSPITAL.value,
    help="who made the list; only the insurer's (bhxh) is trusted to say that a card ended",
)
@click.option("--as-of", type=options.DAY, help="the day of the list; today if not given")
def import_cards(
    *,
    file: Path,
    origin: str,
    as_of: date | None,
    mapping: Path | None,
    emit: output.Emit,
    **how: bool,
) -> int:
    """Import cards into the store."""
    whose = FromWhom(Origin(origin), as_of)
    if whose.origin is Origin.BHXH and as_of is None:
        raise click.UsageError("--origin bhxh cần --as-of, ngày của danh sách / needs --as-of")
    if as_of and as_of > local_now().date():
        raise RequestError("--as-of: ngày chưa tới", "--as-of: that day has not come yet")
    return _import("cards", file, emit, _how(mapping, **how), whose)


@options.command
@_takes_list
def import_facilities(*, file: Path, mapping: Path | None, emit: output.Emit, **how: bool) -> int:
    """Import facilities into the store."""
    return _import("facilities", file, emit, _how(mapping, **how))


@options.command
@_takes_list
def import_offices(*, file: Path, mapping: Path | None, emit: output.Emit, **how: bool) -> int:
    """Import social-insurance offices into the store."""
    return _import("offices", file, emit, _how(mapping, **how))


def _how(mapping: Path | None, **how: bool) -> How:
    if how["replace"] and how["delta"]:
        raise click.UsageError(
            "--delta là danh sách thay đổi, không đi với --replace / a list of changes replaces "
            "nothing"
        )
    return How(
        replace=how["replace"],
        delta=how["delta"],
        preview=how["preview"],
        remove_any=how["remove_any"],
        reject_any=how["reject_any"],
        mapping=mapping,
    )


def _import(kind: str, file: Path, emit: output.Emit, how: How, whose: FromWhom = HOSPITAL) -> int:
    settings = read_settings(os.environ)
    report = import_list(settings, IMPORTABLE[kind], file, how, whose, told=Progressing(sys.stderr))
    if report.unread:
        sys.stderr.write(
            "Dữ liệu thẻ trước đó hỏng hoặc không do kiosk nhập, thẻ trong đó không được giữ lại "
            f"({report.unread}) / The card store before was damaged or not imported by the kiosk, "
            f"its cards were not taken over ({report.unread})\n"
        )
    for stop in report.stopped:
        sys.stderr.write(f"{stop.text.vi} / {stop.text.en}\n")
    words = report_json(report) | (_preview(report) if how.preview else {})
    emit(words, ", ".join(f"{k}={v}" for k, v in words.items() if v is not None))
    return 0


def report_json(report: ImportReport) -> dict[str, Any]:
    """Return the keys of every import; that of a damaged card file only where there was one."""
    kept = {name: value for name, value in vars(report).items() if name not in _APART}
    return kept | {name: getattr(report, name) for name in _AT_NEED if getattr(report, name)}


def _preview(report: ImportReport) -> dict[str, Any]:
    """Return what an import would change; numbers masked, and nobody's name."""
    changes = report.changes
    return {
        "changes": {kind.value: count for kind, count in changes.counts.items()},
        "examples": {
            kind.value: [mask(change.number) for change in found]
            for kind, found in changes.examples.items()
        },
        "stopped": [{"vi": stop.text.vi, "en": stop.text.en} for stop in report.stopped],
    }


@options.command
def import_undo(*, emit: output.Emit) -> int:
    """Go back to the cards before the last import."""
    done = undo_import(read_settings(os.environ))
    last = done.undone
    answer = {
        "card_file": done.card_file,
        "cards": done.cards,
        "as_of": done.as_of.isoformat() if done.as_of else None,
        "undone": {
            "card_file": last.what.card_file,
            "table": last.what.table,
            "at": output.iso_utc(last.note.recorded_at),
            "officer": last.note.officer,
            **{name: last.what.counts.get(name) for name in COUNTED},
        },
    }
    emit(answer, f"{done.card_file}: {done.cards}, {last.what.card_file} ({last.what.table})")
    return 0
