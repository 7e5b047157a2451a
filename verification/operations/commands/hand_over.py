"""`hand-over`: a day's visits as the hospital system should have them."""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from verification.adapters.hospital.flags import Flagged, Province
from verification.basics.errors import SettingsError
from verification.basics.private import new_private_file
from verification.exchange.handover.day import HandedOver, handed_over_on
from verification.exchange.handover.signing import secrets_of
from verification.kiosk import Kiosk
from verification.operations.commands import options, output
from verification.operations.commands.exchange import not_written
from verification.operations.handover_settings import is_address
from verification.operations.settings import DEMO_DESK, Settings, checked_desk, read_settings
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
@click.option("--flags", is_flag=True, help="what a province finds over all houses, see scale.md")
def hand_over(*, on: date, out: Path | None, flags: bool, emit: output.Emit) -> int:
    """List a day's visits as the HIS should have them."""
    if flags and out:
        raise click.UsageError("--flags | --out FILE.jsonl")
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    with logging_kiosk(settings) as kiosk:
        if flags:
            return _flags(_province(settings), kiosk, handed_over_on(actor, kiosk, on), emit)
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


def _province(settings: Settings) -> Province:
    """Return where the house hands over to.

    Raises:
        SettingsError: It is no web address.
    """
    hospital = settings.hospital
    if not (hospital.to and is_address(hospital.to)):
        raise SettingsError(
            "--flags cần KIOSK_HANDOVER_TO là địa chỉ web của tỉnh",
            "--flags needs KIOSK_HANDOVER_TO to be a province's web address",
        )
    ca = Path(hospital.ca) if hospital.ca else None
    return Province(hospital.to, secrets_of(hospital.secret or ""), ca)


def _flags(
    province: Province, kiosk: Kiosk, visits: Sequence[HandedOver], emit: output.Emit
) -> int:
    for visit in (one.visit for one in visits if not one.visit.cancelled):
        second = int(kiosk.clock().timestamp())
        found = province.flags(visit.visit_id, visit.day, second)
        known = None if found is None else [vars(flag) for flag in found]
        words = "chưa có ở tỉnh / not there yet" if found is None else _told(found)
        emit({"visit_id": visit.visit_id, "flags": known}, f"{visit.visit_id} | {words}")
    return 0


def _told(found: Sequence[Flagged]) -> str:
    return ", ".join(f"{one.rule} {one.level} ({one.count})" for one in found) or "–"


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
