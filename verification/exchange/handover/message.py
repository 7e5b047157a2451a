"""The message about a visit, as a hospital system gets it: JSON, `docs/hospital-system.md`.

It tells of one event and carries the visit as it is when it is sent, so whoever got the last one
knows the whole. What staff wrote as notes is not in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from verification.basics.dates import VIETNAM
from verification.exchange.handover.facts import OF_CARD, facts_of_visit
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event, EventKind
from verification.log.outbox import Waiting
from verification.log.portal_events import PortalAnswered
from verification.log.visit import Visit
from verification.log.visit_events import Presented

VERSION = 1
UNKNOWN = "unknown"  # of an event whose row is damaged
_KINDS = {EventKind.TOLD: "said"}
_VISIT = (
    *("visit_id", "ngay", "thoi_diem", "quay", "phong"),
    *("cach_trinh", "doi_chieu", "nguoi_trinh"),
)


@dataclass(frozen=True)
class Message:
    """A message that is to be signed and sent.

    Args:
        item_id: Its name in the outbox, by which its receiver knows a repeat.
        visit: The visit that it is about.
        nth: Which message about the visit it is, from 1.
        body: Its bytes, JSON.
    """

    item_id: str
    visit: str
    nth: int
    body: bytes = field(repr=False)


class UnreadableVisit(Exception):  # a state of the store, told by its cause
    """The visit is there and cannot be read now."""


class ErasedVisit(Exception):  # likewise
    """What the visit held was erased: who has it keeps what they were sent, and gets no more."""


def message_of(kiosk: Kiosk, item: Waiting) -> Message | None:
    """Return what waits as a message, None where there is nothing to tell any more.

    Raises:
        ErasedVisit: Its content was erased; what changed later says nothing of the person.
        UnreadableVisit: The visit or its content is damaged.
    """
    visit = kiosk.written.visit(item.visit)
    if visit is None:
        return None
    if not visit.unreadable and kiosk.written.content(visit.presented) is None:
        raise ErasedVisit
    head = {"version": VERSION, "id": item.item_id, "nth": item.nth, "event": _event(kiosk, item)}
    body = json.dumps(
        head | state_of(kiosk, visit), ensure_ascii=False, separators=(",", ":")
    ).encode()
    return Message(item.item_id, item.visit, item.nth, body)


def state_of(kiosk: Kiosk, visit: Visit) -> dict[str, Any]:
    """Return a visit as a hospital system should have it now; erased facts are None.

    Raises:
        UnreadableVisit: The visit or its content is damaged.
    """
    if visit.unreadable:
        raise UnreadableVisit
    if visit_content(kiosk.written, visit).unreadable:
        raise UnreadableVisit
    try:
        facts = facts_of_visit(kiosk.written, visit)
    except ValueError as error:
        raise UnreadableVisit from error
    of_visit: dict[str, Any] = {name: facts[name] for name in _VISIT}
    of_visit |= {"so_thu_tu": visit.so_thu_tu, "cancelled": visit.cancelled}
    return {
        "facility": kiosk.facility,
        "visit": of_visit,
        "check": _check(kiosk, visit, facts),
        "portal": _portal(kiosk, visit),
        "patient": {name: facts[name] for name in OF_CARD},
    }


def _check(kiosk: Kiosk, visit: Visit, facts: Mapping[str, str | None]) -> dict[str, Any]:
    shown = kiosk.written.event(visit.presented)
    reasons = Presented.of(shown.codes).reasons if shown and shown.is_readable else ()
    same = reasons[:1] == (visit.reason,)  # a card that came later has its own
    kept: Sequence[str] = reasons if same else (visit.reason,)
    names = ("verdict", "rate", "rate_percent", "ma_doituong_kcb")
    return {name: facts[name] for name in names} | {"reasons": list(kept)}


def _portal(kiosk: Kiosk, visit: Visit) -> dict[str, Any] | None:
    if visit.portal is None:
        return None
    answered = _newest_answer(kiosk.written.exchanged.about(visit.presented))
    said = {"state": visit.portal.value, "code": visit.portal_code}
    verdict, reasons = (answered.verdict, list(answered.reasons)) if answered else (None, [])
    return said | {"verdict": verdict, "reasons": reasons}


def _newest_answer(events: Sequence[Event]) -> PortalAnswered | None:
    sound = (event for event in reversed(events) if event.is_readable)
    found = (event for event in sound if event.kind is EventKind.PORTAL_ANSWERED)
    return next((PortalAnswered.of(event.codes) for event in found), None)


def _event(kiosk: Kiosk, item: Waiting) -> dict[str, Any]:
    event = kiosk.written.event(item.event) if item.event else None
    sound = event is not None and event.is_readable
    kind = _KINDS.get(event.kind, event.kind.value) if event and sound else UNKNOWN
    return {"id": item.event, "kind": kind, "at": moment(event.recorded_at if event else None)}


def moment(at: datetime | None) -> str | None:
    """Return a moment as messages write it: local, with its zone."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds") if at else None
