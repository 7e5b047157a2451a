"""A copy of one person's data for the person: what is in it, and what is left out and why."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.card.facts import Record
from verification.exchange.difficulties import EVER
from verification.kiosk import Kiosk
from verification.log.content import card_values, visit_content
from verification.log.events import Event, EventKind
from verification.log.visit import Visit
from verification.log.visit_events import Exported, Presented
from verification.log.writing import write_alone
from verification.reception.person.held import Found, Held
from verification.rights import Actor, Right, needs

_TEXTS = Texts("verification.reception.person")
_LOOKS = (EventKind.VIEWED, EventKind.EXPORTED, EventKind.CASE_REPORTED)
_INSIDE = frozenset({"officer", "flags", "numbers", "score", "so_sanh"})
"""Codes of the house's own work: who it was, and what the rules of misuse weigh."""
LEFT_OUT = ("officers", "reasoning", "hospital", "backups")


@needs(Right.CHANGE_HOUSE)
def export(actor: Actor, kiosk: Kiosk, found: Found, form: str) -> Mapping[str, Any]:
    """Return a copy of a person's data; that it leaves the house is logged first.

    Args:
        actor: Who takes it.
        kiosk: The kiosk.
        found: The person, as found by a number.
        form: What it is written as, `json` or `pdf`.

    Raises:
        RequestError: The number means several people.
        StoreError: It could not be logged; then nothing is taken out.
    """
    person = found.one()
    refs = tuple(sorted(person.refs)) if person else None
    write_alone(kiosk.written, actor, Exported("person", form=form, persons=refs))
    made_at = kiosk.clock().astimezone(VIETNAM).isoformat(timespec="seconds")
    head = {"made_at": made_at, "facility": kiosk.facility or ""}
    of_lists = {"card_lists": [_record(one) for one in found.records]}
    left = {"left_out": [_words(f"left_out.{name}") for name in LEFT_OUT]}
    return head | (_of_log(kiosk, person) if person else {"visits": []}) | of_lists | left


def as_json(dossier: Mapping[str, Any]) -> bytes:
    """Return it as a file that programs read."""
    return json.dumps(dossier, ensure_ascii=False, indent=2).encode()


def _of_log(kiosk: Kiosk, person: Held) -> dict[str, Any]:
    looks = [event for event in person.events if _is_look(event)]
    named = kiosk.written.events((EventKind.VIEWED, EventKind.EXPORTED), EVER)
    looks += [event for event in named if person.refs & {*event.codes.get("persons", ())}]
    rest = [e for e in person.events if not _is_look(e) and not e.kind.value.startswith("case_")]
    return {
        "person": dict(person.facts),
        "visits": [_visit(kiosk, visit) for visit in person.visits],
        "events": [_event(person, event) for event in rest if event.kind not in _OF_RULES],
        "visits_elsewhere": [
            {
                "at": _at(datetime.fromtimestamp(one.at, VIETNAM)),
                "ma_cskcb": one.ma_cskcb,
                "ma_benh": one.ma_benh,
            }
            for one in person.elsewhere
        ],
        "cases": [
            {"number": one.number, "opened_at": _at(one.opened_at), "state": one.state.value}
            for one in person.cases
        ],
        "seen_by": [_look(event) for event in sorted(looks, key=lambda one: one.recorded_at)],
    }


_OF_RULES = frozenset({EventKind.FLAGGED, EventKind.FLAG_ANSWERED, EventKind.SAMPLE_JUDGED})


def _is_look(event: Event) -> bool:
    looked = event.kind is EventKind.PRESENTED and Presented.of(event.codes).lookup
    return looked or event.kind in _LOOKS


def _visit(kiosk: Kiosk, visit: Visit) -> dict[str, Any]:
    facts = visit_content(kiosk.written, visit).get("ban_ghi", {})
    return {
        "visit_id": visit.visit_id,
        "at": _at(visit.happened_at),
        "desk": visit.desk,
        "verdict": visit.verdict,
        "reason": visit.reason,
        "rate": visit.rate,
        "ma_doituong_kcb": visit.ma_doituong_kcb,
        "cancelled": visit.cancelled.value if visit.cancelled else None,
        "portal_code": visit.portal_code,
        "ban_ghi": dict(facts),
    }


def _event(person: Held, event: Event) -> dict[str, Any]:
    content = person.contents.get(event.event_id)
    told = {name: value for name, value in event.codes.items() if name not in _INSIDE}
    base = {"event_id": event.event_id, "at": _at(event.happened_at), "kind": event.kind.value}
    unreadable = {"unreadable": True} if content is not None and content.unreadable else {}
    return base | {"codes": told, "content": dict(content or {})} | unreadable


def _look(event: Event) -> dict[str, str]:
    what = event.codes.get("what") or event.kind.value
    return {"at": _at(event.recorded_at), "desk": event.desk, "what": str(what)}


def _record(record: Record) -> dict[str, Any]:
    known = {name: value for name, value in card_values(record.card).items() if value}
    return known | {"origin": record.origin.value, "as_of": record.as_of.isoformat()}


def _at(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def _words(key: str) -> dict[str, str]:
    said = _TEXTS(key)
    return {"vi": said.vi, "en": said.en}
