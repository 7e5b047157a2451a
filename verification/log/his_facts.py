"""What the history keeps of what a hospital system told of a visit, as the rules of misuse read it.

What is told later replaces what stood there, field by field; what is not told says nothing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from verification.log.events import Event
from verification.log.sending_events import HisTold
from verification.rules.misuse.facts import day_of
from verification.rules.misuse.past_visit import PastVisit

PART = "his"
"""The part of an event's content that holds what a hospital system told."""
_CODES = ("ma_benh", "ma_loai_kcb", "ma_doituong_kcb")
_BEDS = frozenset({"03", "06", "09"})  # MA_LOAI_KCB, QĐ 1804/QĐ-BYT: the patient lies there
_OUTCOMES = frozenset({"", "chuyen_vien", "tu_vong"})
_MOST_DAYS = 9_999


def visit_of(event: Event) -> str:
    """Return the visit that something was told of."""
    return HisTold.of(event.codes).visit


def facts_told(content: Mapping[str, Any] | None, at: int, kind: str) -> Mapping[str, Any]:
    """Return the fields of a visit's occasion that follow from what was told of it.

    Args:
        content: Of the event, None where it has none or cannot be read.
        at: When the visit was, seconds since 1970.
        kind: What is known of its kind (`ma_loai_kcb`), empty for nothing.
    """
    part = (content or {}).get(PART)
    told: Mapping[str, Any] = part if isinstance(part, dict) else {}
    facts = {name: code for name in _CODES if isinstance(code := told.get(name), str) and code}
    days = told.get("so_ngay_thuoc")
    drugs = {"so_ngay_thuoc": days} if type(days) is int and 0 <= days <= _MOST_DAYS else {}
    return {**facts, **drugs, **_end(told, day_of(at), facts.get("ma_loai_kcb", kind))}


def _end(told: Mapping[str, Any], began: int, kind: str) -> dict[str, Any]:
    """Return how a visit ended: with what, and the last day in a bed where it was a stay in one."""
    end = told.get("ket_thuc")
    outcome = {"outcome": end if end in _OUTCOMES else ""} if isinstance(end, str) else {}
    in_bed = bool(told.get("ngay_vao_noi_tru")) or kind in _BEDS
    last = _day(end) or (_day(told.get("ngay_ra")) if in_bed else None)
    if last is not None:
        return {**outcome, "end_day": last if last >= began else None}
    no_stay = bool(outcome) or ("ma_loai_kcb" in told and not in_bed)
    return {**outcome, "end_day": None} if no_stay else {}


def _day(text: object) -> int | None:
    try:
        return PastVisit.end_day(date.fromisoformat(str(text)[:10]).isoformat())
    except ValueError:
        return None
