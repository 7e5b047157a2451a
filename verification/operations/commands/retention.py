"""`retention`: what is older than its term is shown, and erased."""

import os
from typing import Any

import click

from verification.basics.figures import dotted
from verification.log.forgetting_events import Forgets
from verification.log.terms import Terms
from verification.officers.keeping import Due, Plan, erase_old, preview
from verification.operations.commands import options, output
from verification.operations.keeping import last_erased
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line

_NAMES = {
    Forgets.VISITS: "lượt khám / visits",
    Forgets.PORTAL: "trả lời của Cổng / portal",
    Forgets.ACCESS: "ghi chú về kho, ca / notes",
}


@options.command
@click.option("--preview", "only_shows", is_flag=True, help="show it, erase nothing (the default)")
@click.option("--run", "erases", is_flag=True, help="erase all of it now, however much")
def retention(*, only_shows: bool, erases: bool, emit: output.Emit) -> int:
    """Show or erase what is older than its term."""
    if only_shows and erases:
        raise click.UsageError("--preview, --run: một trong hai / one of both")
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    terms = settings.keeping
    with logging_kiosk(settings) as kiosk:
        plan = preview(actor, kiosk, terms)
        gone = erase_old(actor, kiosk, terms) if erases else None
        last = last_erased(kiosk)
    answer = _keys(plan, terms) | {"last_erased": output.iso_utc(last) if last else None}
    if gone is not None:
        answer |= {"erased": {what.value: count for what, count in gone.items()}}
    emit(answer, _line(plan, terms, erased=gone is not None))
    return 0


def _keys(plan: Plan, terms: Terms) -> dict[str, Any]:
    dues = {due.what.value: _due_keys(due) for due in plan.dues}
    return {"clock_wrong": plan.doubt is not None, "years": dict(vars(terms)), "due": dues}


def _due_keys(due: Due) -> dict[str, Any]:
    return {
        "before": due.before.date().isoformat(),
        "events": len(due.events),
        "of": due.there,
        "held_by_open_cases": due.held,
        "asks": due.is_much,
    }


def _line(plan: Plan, terms: Terms, *, erased: bool) -> str:
    if plan.doubt:
        return "Đồng hồ máy sai, không xóa gì / the clock is wrong, nothing is erased"
    verb = "đã xóa / erased" if erased else "quá hạn / due"
    return "\n".join(_due_line(due, terms, verb) for due in plan.dues)


def _due_line(due: Due, terms: Terms, verb: str) -> str:
    told = f"{_NAMES[due.what]} ({terms.of(due.what)} năm / years): {dotted(len(due.events))}"
    held = f", {dotted(due.held)} giữ vì hồ sơ mở / held by open cases" if due.held else ""
    asks = f", {due.percent} %: chờ --run / waits for --run" if due.is_much else ""
    return f"{told} {verb}{held}{'' if 'erased' in verb else asks}"
