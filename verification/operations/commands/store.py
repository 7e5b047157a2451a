"""`import-cards`, `import-facilities`, `import-offices`, `verify-log`."""

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
    import_file,
)
from verification.adapters.store.sqlite.heads import noted_heads
from verification.adapters.store.sqlite.reading import chains_in
from verification.basics.errors import RequestError
from verification.card.facts import Origin
from verification.log import chain
from verification.operations.commands import options, output
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now

_FOUND_WRONG = 3


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
    return _import("cards", file, emit, replace=replace, whose=whose)


@options.command
@_takes_table
def import_facilities(*, file: Path, replace: bool, emit: output.Emit) -> int:
    """Import facilities into the store."""
    return _import("facilities", file, emit, replace=replace)


@options.command
@_takes_table
def import_offices(*, file: Path, replace: bool, emit: output.Emit) -> int:
    """Import social-insurance offices into the store."""
    return _import("offices", file, emit, replace=replace)


def _import(
    kind: str, file: Path, emit: output.Emit, *, replace: bool, whose: FromWhom = HOSPITAL
) -> int:
    folder, what = read_settings(os.environ).db.parent, IMPORTABLE[kind]
    report = import_file(folder, what, file, local_now(), replace=replace, whose=whose)
    if report.unread:
        sys.stderr.write(
            f"Kho thẻ trước đó hỏng, các thẻ trong đó không được giữ lại ({report.unread}) / "
            f"The card store before was damaged, its cards were not taken over ({report.unread})\n"
        )
    words = {k: v for k, v in asdict(report).items() if k != "unread" or v}
    emit(words, ", ".join(f"{k}={v}" for k, v in words.items() if v is not None))
    return 0


@options.command
@click.option("--copy", type=Path, metavar="FILE", help="a copy of the database")
@click.option("--head", multiple=True, metavar="DESK:COUNT:HASH", help="one that you kept")
def verify_log(*, copy: Path | None, head: tuple[str, ...], emit: output.Emit) -> int:
    """Verify the chain of every desk. It may be that of a copy."""
    path = copy or read_settings(os.environ).db
    given = [_given_head(line) for line in head]
    chains = chains_in(path)
    noted = noted_heads(path)
    sound = True
    for desk in sorted({*chains, *(h.desk for h in given), *noted}):
        rows = chains.get(desk, [])
        heads = [h for h in given if h.desk == desk]
        problems = chain.verify(rows, [*heads, *noted.get(desk, ())])
        if desk not in noted and heads:
            problems.append(chain.Problem(len(rows), "head_missing"))
        sound = sound and not problems
        last = str(chain.Head(desk, len(rows), rows[-1]["hash"])) if rows else None
        answer = {
            "desk": desk,
            "events": len(rows),
            "head": last,
            "ok": not problems,
            "problems": [asdict(problem) for problem in problems],
        }
        told_words = "đúng" if not problems else ", ".join(f"{p.kind} ở {p.seq}" for p in problems)
        emit(answer, f"bàn {desk}: {len(rows)} sự kiện, {told_words}")
    return 0 if sound else _FOUND_WRONG


def _given_head(line: str) -> chain.Head:
    try:
        return chain.parse_head(line)
    except ValueError:
        raise RequestError(
            f"--head {line!r} không có dạng BÀN:SỐ:MÃ", "--head is not DESK:COUNT:HASH"
        ) from None
