"""`person export`, `person correct`, `person erase`: one person's data, as the person asks."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from verification.adapters.papers.person_pdf import person_pdf
from verification.basics.errors import RequestError
from verification.basics.private import new_private_file
from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.operations.commands import options, output
from verification.operations.commands.exchange import not_written
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception.person.correcting import FIELDS, correct
from verification.reception.person.dossier import as_json, export
from verification.reception.person.erasing import (
    Plan,
    done_words,
    erase_person,
    kept_words,
    plan,
)
from verification.reception.person.held import Found, find
from verification.rights import Actor, command_line

_TEXTS = Texts("verification.reception.person")
_FORMS = {".json": "json", ".pdf": "pdf"}
_ACTIONS = ("export", "correct", "erase")


@dataclass(frozen=True)
class _Asked:
    """What is asked for, and how it is answered."""

    actor: Actor
    kiosk: Kiosk
    found: Found
    emit: output.Emit
    why: str


@options.command
@click.argument("action", type=click.Choice(_ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS))
@click.argument("number", help="card, BHXH or citizen number; - for standard input")
@click.option("--out", type=options.PATH, metavar="FILE", help="export: a new file, .json or .pdf")
@click.option("--field", type=click.Choice(FIELDS), help="correct: which fact")
@click.option("--value", metavar="V", help="correct: the right value; a date as 1994-04-17")
@click.option("--why", default="", metavar="TEXT", help="correct, erase: who asked, by what")
@click.option("--visits-too", is_flag=True, help="erase: also visits that law has the house keep")
@click.option("--preview", is_flag=True, help="erase: say what would go, change nothing")
def person(
    *,
    action: str,
    number: str,
    out: Path | None,
    why: str,
    emit: output.Emit,
    **given: Any,  # noqa: ANN401  # options of one action
) -> int:
    """Export, correct or erase one person's data."""
    if action == "export" and (out is None or out.suffix.lower() not in _FORMS):
        raise click.UsageError("export: --out FILE.json | FILE.pdf")
    if action == "correct" and not (given["field"] and given["value"]):
        raise click.UsageError("correct: --field, --value, --why")
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    text = options.given_number(number)
    with logging_kiosk(settings) as kiosk:
        asked = _Asked(actor, kiosk, find(actor, kiosk, text), emit, why)
        if out is not None and action == "export":
            _export(asked, out)
        elif action == "correct":
            _correct(asked, given["field"], given["value"])
        else:
            _erase(asked, visits_too=given["visits_too"], preview=given["preview"])
    return 0


def _export(asked: _Asked, out: Path) -> None:
    found = asked.found
    if not (found.persons or found.records):
        raise _unknown(asked)
    form = _FORMS[out.suffix.lower()]
    found.one()  # before a file is made
    try:
        with new_private_file(out) as file:
            dossier = export(asked.actor, asked.kiosk, found, form)
            file.write(person_pdf(dossier) if form == "pdf" else as_json(dossier))
    except OSError as error:
        raise not_written(out, error) from error
    counts = {name: len(dossier.get(name, ())) for name in ("visits", "events", "card_lists")}
    line = f"{out}: {_both(_TEXTS('done.exported', **counts))}"
    asked.emit({"known": 1, "file": str(out), **counts}, line)
    return _left(asked.emit, "notes")


def _correct(asked: _Asked, field: str, value: str) -> None:
    if not asked.found.persons:
        raise _unknown(asked)
    visits = correct(asked.actor, asked.kiosk, asked.found, field, value, asked.why)
    said = _TEXTS("done.corrected", count=len(visits), field=field)
    asked.emit({"known": 1, "field": field, "corrected": list(visits)}, _both(said))
    return _left(asked.emit, "card_lists")


def _erase(asked: _Asked, *, visits_too: bool, preview: bool) -> None:
    planned = plan(asked.actor, asked.kiosk, asked.found, visits_too=visits_too)
    if planned is None:
        raise _unknown(asked)
    made = () if preview else erase_person(asked.actor, asked.kiosk, planned, asked.why)
    keys = _keys(planned, preview=preview) | {"event_ids": [event.event_id for event in made]}
    asked.emit(keys, _both(done_words(planned, preview=preview)))
    if planned.kept:
        asked.emit({"left": "kept"}, _both(kept_words(planned)))
    for name in ("card_lists", "backups", "hospital"):
        _left(asked.emit, name)


def _left(emit: output.Emit, what: str) -> None:
    emit({"left": what}, _both(_TEXTS(f"left.{what}")))


def _unknown(asked: _Asked) -> RequestError:
    """Return that the log knows nobody; where the card lists do, that and who changes them."""
    if not (rows := len(asked.found.records)):
        said = _TEXTS("unknown")
        return RequestError(said.vi, said.en)
    told = _TEXTS("in_lists", count=rows), _TEXTS("left.card_lists")
    return RequestError(". ".join(one.vi for one in told), ". ".join(one.en for one in told))


def _keys(planned: Plan, *, preview: bool) -> dict[str, Any]:
    return {
        "known": 1,
        "number": planned.person.masked,
        "preview": preview,
        "contents": planned.contents,
        "visits": [visit.visit_id for visit in planned.visits],
        "kept": [visit.visit_id for visit in planned.kept],
        "kept_until": planned.kept_until.isoformat() if planned.kept_until else None,
        "open_cases": list(planned.open_cases),
        "nothing_left": planned.all_of_it,
    }


def _both(text: Text) -> str:
    return f"{text.vi} / {text.en}"
