"""`hand-over`: a day's visits as the hospital system should have them."""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from verification.basics.private import new_private_file
from verification.exchange.handover.day import HandedOver, handed_over_on
from verification.operations.commands import options, output
from verification.operations.commands.exchange import not_written
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
@click.option("--on", type=options.DAY, required=True, help="the day")
@click.option(
    "--out",
    type=options.PATH,
    metavar="FILE.jsonl",
    help="a new file for the whole list, patients' facts included; none is overwritten",
)
def hand_over(*, on: date, out: Path | None, emit: output.Emit) -> int:
    """List a day's visits as the HIS should have them."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    with logging_kiosk(settings) as kiosk:
        if out is None:
            for one in handed_over_on(actor, kiosk, on):
                emit(_keys(one), _line(one))
            return 0
        try:
            with new_private_file(out) as file:
                found = handed_over_on(actor, kiosk, on)
                file.write(_lines(found).encode())
        except OSError as error:
            raise not_written(out, error) from error
    waiting = sum(one.waiting for one in found)
    answer = {"day": on.isoformat(), "file": str(out), "visits": len(found), "waiting": waiting}
    told = f"{out}: {len(found)} lượt, {waiting} tin chưa nhận / visits, messages not taken yet"
    emit(answer, told)
    return 0


def _lines(found: Sequence[HandedOver]) -> str:
    rows = (_keys(one) | (one.state or {}) for one in found)
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _keys(one: HandedOver) -> dict[str, Any]:
    """Return what names no patient."""
    visit, state = one.visit, one.state or {}
    return {
        "visit_id": visit.visit_id,
        "nth": visit.handed,
        "waiting": one.waiting,
        "unreadable": one.state is None,
        **{name: state.get(name) for name in ("visit", "check", "portal")},
    }


def _line(one: HandedOver) -> str:
    visit = one.visit
    if one.state is None:
        return f"{visit.visit_id} | không đọc được / unreadable"
    told = [visit.visit_id, f"số {visit.so_thu_tu}", f"quầy {visit.desk}", visit.verdict]
    told += [f"hủy ({visit.cancelled})"] if visit.cancelled else []
    told += [f"{visit.handed} tin / messages"]
    told += [f"{one.waiting} chưa nhận / not taken"] if one.waiting else []
    return " | ".join(told)
