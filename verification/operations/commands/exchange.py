"""`outbox`, `close-day`, `evidence`: what waits, before a day closes, that the portal failed."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from verification.adapters.papers.outage_pdf import outage_pdf
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.private import new_private_file
from verification.exchange.closing import Unverified, ask_day_again, still_asked, unverified
from verification.exchange.evidence import evidence_of
from verification.exchange.waiting import Listed, send_again, still_due, waiting
from verification.exchange.wording import errand_words, error_words, state_words, word_of
from verification.operations.commands import options, output
from verification.operations.outboxes import send_here
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line

_WAIT = 60
_RETRY_WAIT = 30


@options.command
@click.option("--retry", metavar="ID", help="send it again now: an item, a visit, or all")
@click.option("--on", type=options.DAY, help="only what began to wait on this day")
def outbox(*, retry: str | None, on: date | None, emit: output.Emit) -> int:
    """List what waits to be sent; send it again."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    with logging_kiosk(settings) as kiosk:
        if retry is not None:
            sent = send_again(actor, kiosk, retry, on)
            send_here(settings, kiosk, lambda: not still_due(kiosk, sent), _RETRY_WAIT)
        for listed in waiting(actor, kiosk, on).listed:
            emit(_keys(listed), _line(listed))
    return 0


@options.command
@click.option("--on", type=options.DAY, help="the day; today where it is left out")
@click.option(
    "--wait",
    "seconds",
    type=click.IntRange(0, 3600),
    default=_WAIT,
    metavar="SECONDS",
    help=f"wait so long for the answers, {_WAIT} unless told",
)
def close_day(*, on: date | None, seconds: int, emit: output.Emit) -> int:
    """Ask the portal again about a day's unverified visits."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    with logging_kiosk(settings) as kiosk:
        day = on or kiosk.today()
        asked = ask_day_again(actor, kiosk, day)
        send_here(settings, kiosk, lambda: not still_asked(actor, kiosk, asked), seconds)
        open_ones = unverified(actor, kiosk, day)
        for one in open_ones:
            emit(_unverified_keys(one), _unverified_line(one))
        still = still_asked(actor, kiosk, asked)
    emit(*_total(day, asked, open_ones, still))
    return 0


@options.command
@click.argument("visit", metavar="VISIT_ID", help="the visit")
@click.option(
    "--out",
    type=options.PATH,
    required=True,
    metavar="FILE.pdf",
    help="a new file; none is overwritten",
)
def evidence(*, visit: str, out: Path, emit: output.Emit) -> int:
    """Write a sheet that says how the portal failed a visit."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    account = settings.portal.masked_user if settings.portal else ""
    try:
        with logging_kiosk(settings) as kiosk, new_private_file(out) as file:
            found = evidence_of(actor, kiosk, visit)
            file.write(outage_pdf(found, actor, kiosk, account))
    except OSError as error:
        raise not_written(out, error) from error
    answer = {
        "visit_id": visit,
        "file": str(out),
        "attempts": len(found.attempts),
        "settled": found.settled is not None,
        "event_id": found.looked.event_id,
    }
    emit(answer, f"{out}: {len(found.attempts)} lần tra cứu / attempts")
    return 0


def not_written(out: Path, error: OSError) -> RequestError:
    """Return why a file was not written."""
    if isinstance(error, FileExistsError):
        return RequestError(
            f"Đã có tệp {out}, không ghi đè: hãy chọn tên khác",
            f"{out} is there already and is not written over",
        )
    return RequestError(f"Không ghi được tệp {out}", f"{out} cannot be written")


def _keys(listed: Listed) -> dict[str, Any]:
    item = listed.item
    return {
        "item_id": item.item_id,
        "errand": item.errand.value,
        "visit_id": item.visit,
        "desk": listed.desk,
        "since": output.iso_utc(item.since),
        "due": output.iso_utc(item.due) if item.due else None,
        "attempts": item.attempts,
        "last_error": item.last_error,
        "state": listed.state.value,
    }


def _line(listed: Listed) -> str:
    item, state = listed.item, state_words(listed.state)
    told = [
        item.item_id,
        errand_words(item.errand).vi,
        f"quầy {listed.desk}",
        f"{item.since.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
    ]
    told += [f"{state.vi} / {state.en}", str(item.attempts)]
    if item.last_error:
        told.append(error_words(item.last_error).vi)
    return " | ".join(told)


def _unverified_keys(one: Unverified) -> dict[str, Any]:
    item = one.waiting
    return {
        "visit_id": one.visit.visit_id,
        "desk": one.visit.desk,
        "so_thu_tu": one.visit.so_thu_tu,
        "happened_at": output.iso_utc(one.visit.happened_at),
        "portal": one.word,
        "code": one.visit.portal_code,
        "due": output.iso_utc(item.due) if item and item.due else None,
        "last_error": item.last_error if item else None,
    }


def _unverified_line(one: Unverified) -> str:
    at = f"{one.visit.happened_at.astimezone(VIETNAM):%H:%M}"
    told = [one.visit.visit_id, f"quầy {one.visit.desk}", at, word_of(one).vi]
    if one.waiting and one.waiting.last_error:
        told.append(error_words(one.waiting.last_error).vi)
    return " | ".join(told)


def _total(
    day: date, asked: Sequence[str], open_ones: Sequence[Unverified], still: int
) -> tuple[dict[str, Any], str]:
    keys = {
        "day": day.isoformat(),
        "asked": len(asked),
        "unverified": len(open_ones),
        "still_asked": still,
    }
    line = (
        f"{day:%d/%m/%Y}: hỏi lại {len(asked)} lượt, còn {len(open_ones)} lượt chưa được Cổng xác "
        f"nhận / {len(asked)} asked again, {len(open_ones)} still not confirmed"
    )
    return keys, line
