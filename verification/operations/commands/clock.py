"""`clock`: what contradicts the machine's clock, and noting what it recorded wrongly."""

import os
from datetime import datetime
from typing import Any

import click

from verification.basics.errors import RequestError
from verification.log.clock import Stretch, written
from verification.officers.clock import ClockNote, ClockState, clock_state, note_clock
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
@click.argument("action", type=click.Choice(["note", "show"]), metavar="ACTION", help="note, show")
@click.option("--why", default="", metavar="TEXT", help="of a note: the reason")
@click.option("--from", "first", type=options.MOMENT, help="begin, by the wrong clock")
@click.option("--to", "last", type=options.MOMENT, help="end, by the wrong clock, included")
def clock(
    *, action: str, why: str, first: datetime | None, last: datetime | None, emit: output.Emit
) -> int:
    """Show what contradicts the clock; note a wrong time."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    if action == "note" and not why.strip():
        raise click.UsageError("--why TEXT: lý do / the reason")
    if action == "show" and (why or first or last):
        raise RequestError("show không nhận --why, --from, --to", "show takes no other option")
    with logging_kiosk(settings) as kiosk:
        noted = note_clock(actor, kiosk, why, first, last) if action == "note" else None
        state = clock_state(actor, kiosk)
    emit((_note_keys(noted) if noted else {}) | _keys(state), _line(state))
    return 0


def _note_keys(note: ClockNote) -> dict[str, Any]:
    return {"event_id": note.event.event_id, "noted": _ends(note.stretch)}


def _keys(state: ClockState) -> dict[str, Any]:
    doubt = state.doubt
    return {
        "clock": output.iso_utc(state.now),
        "wrong": doubt is not None,
        "case": doubt.params["case"] if doubt else None,
        "newest": output.iso_utc(doubt.newest) if doubt else None,
        "proposed": _ends(state.proposed),
        "notes": [
            _note_keys(note) | {"officer": note.event.officer, "why": note.why}
            for note in state.notes
        ],
    }


def _ends(stretch: Stretch | None) -> list[str] | None:
    return [output.iso_utc(end) for end in (stretch.first, stretch.last)] if stretch else None


def _line(state: ClockState) -> str:
    now = f"Máy chỉ / the clock shows {written(state.now)}"
    if state.doubt is None:
        return f"{now}: không có gì trái / nothing contradicts it"
    newest = f"trái với / contradicts {state.doubt.params['case']} {written(state.doubt.newest)}"
    return f"{now}: {newest}"
