"""What the national portal said of a person: the sealed content of an answer's event, and back.

Anything may be absent, and what cannot be read is left out: an answer is never lost by one field.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from verification.basics.dates import parse_partial
from verification.card.facts import Card
from verification.card.portal import (
    Cause,
    LookedUp,
    PortalAnswer,
    PortalOutcome,
    Question,
    SeenVisit,
)
from verification.log.content import card_from, card_values
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.unreadable import Content

T = TypeVar("T")
_OF_A_VISIT = ("ma_ho_so", "ma_cskcb", "ten_benh", "tinh_trang", "ket_qua", "ly_do_vv")


def observed(answer: PortalAnswer) -> dict[str, Any]:
    """Return what is sealed of an answer; what stands in the event's codes is not repeated.

    `hoi` is what was asked, `the` the card's facts, `the_moi` those of the card that replaces it,
    `co_quan` its issuer, `ghi_chu` the portal's words, `tiep` the answer about the card that was
    looked up once more, `lich_su` the visits, `tra_cuu` who looked the card up.
    """
    kept: dict[str, Any] = {"hoi": _question(answer.asked)} if answer.asked else {}
    for name, card in (("the", answer.card), ("the_moi", answer.new)):
        if card and (facts := {n: v for n, v in card_values(card).items() if v}):
            kept[name] = facts
    kept |= {"co_quan": answer.issuer} if answer.issuer else {}
    kept |= {"ghi_chu": answer.note} if answer.note else {}
    if answer.visits is not None:
        kept["lich_su"] = [_visit(visit) for visit in answer.visits]
    if answer.looked_up:
        kept["tra_cuu"] = [_look(look) for look in answer.looked_up]
    if answer.then:
        codes = {"at": answer.then.at.isoformat(), "outcome": answer.then.outcome.value}
        codes |= {"code": answer.then.code} if answer.then.code else {}
        kept["tiep"] = observed(answer.then) | codes
    return kept


def answer_of(event: Event, content: Content | None, *, history: bool = True) -> PortalAnswer:
    """Return the answer of an event, without its personal content where that is erased.

    Args:
        event: How a question ended, a `portal_answered` or `portal_failed` event.
        content: Of the event; None where it has none or was erased.
        history: False to leave out the visits and who looked the card up.
    """
    kind = PortalAnswered if event.kind is EventKind.PORTAL_ANSWERED else PortalFailed
    told = kind.of(event.codes)
    bare = PortalAnswer(
        outcome=_read(PortalOutcome, told.outcome) or PortalOutcome.SILENT,
        at=event.happened_at,
        ms=told.ms,
        code=told.code,
        cause=_read(Cause, told.cause),
        detail=told.detail,
    )
    left = {} if history else {"lich_su": None, "tra_cuu": None}
    return _with_content(bare, {**(content or {}), **left})


def _with_content(answer: PortalAnswer, content: Mapping[str, Any]) -> PortalAnswer:
    visits, looks = content.get("lich_su"), content.get("tra_cuu")
    return replace(
        answer,
        note=_words(content.get("ghi_chu")),
        card=_card(content.get("the")),
        issuer=_words(content.get("co_quan")),
        new=_card(content.get("the_moi")),
        then=_then(content.get("tiep")),
        visits=tuple(_each(_seen, visits)) if isinstance(visits, list) else None,
        looked_up=tuple(_each(_looked, looks)),
        asked=_read(_asked, content.get("hoi")),
    )


def _then(kept: object) -> PortalAnswer | None:
    if not isinstance(kept, dict):
        return None
    at, outcome = _read(datetime.fromisoformat, kept.get("at")), kept.get("outcome")
    known = _read(PortalOutcome, outcome)
    if at is None or known is None:
        return None
    return _with_content(PortalAnswer(known, at, code=_words(kept.get("code"))), kept)


def _question(asked: Question) -> dict[str, str]:
    """Return what was asked; who asked stands in the event."""
    return {"so_the": asked.so_the, "ho_ten": asked.ho_ten, "ngay_sinh": asked.ngay_sinh.iso}


def _asked(kept: Mapping[str, str]) -> Question:
    return Question(kept["so_the"], kept["ho_ten"], parse_partial(kept["ngay_sinh"]))


def _visit(visit: SeenVisit) -> dict[str, Any]:
    words = {name: text for name in _OF_A_VISIT if (text := getattr(visit, name))}
    times = {"ngay_vao": visit.ngay_vao, "ngay_ra": visit.ngay_ra}
    words |= {name: at.isoformat() for name, at in times.items() if at}
    words |= {} if visit.timed else {"ngay": 1}
    return words | ({"het": 1} if visit.ended else {})


def _seen(kept: Mapping[str, Any]) -> SeenVisit:
    words = {name: str(kept.get(name, "")) for name in _OF_A_VISIT}
    times = (_read(datetime.fromisoformat, kept.get(n)) for n in ("ngay_vao", "ngay_ra"))
    begin, end = times
    timed, ended = not kept.get("ngay"), bool(kept.get("het"))
    return SeenVisit(ngay_vao=begin, ngay_ra=end, timed=timed, ended=ended, **words)


def _look(look: LookedUp) -> dict[str, Any]:
    kept: dict[str, Any] = {"user": look.user}
    kept |= {"at": look.at.isoformat()} if look.at else {}
    kept |= {"code": look.code} if look.code else {}
    return kept | ({"own": 1} if look.own else {})


def _looked(kept: Mapping[str, Any]) -> LookedUp:
    at = _read(datetime.fromisoformat, kept.get("at"))
    return LookedUp(str(kept["user"]), at, str(kept.get("code", "")), bool(kept.get("own")))


def _card(kept: object) -> Card | None:
    return _read(card_from, kept)


def _words(kept: object) -> str | None:
    return kept if isinstance(kept, str) and kept else None


def _each(read: Callable[[Any], T], kept: object) -> Iterator[T]:
    rows = kept if isinstance(kept, list) else []
    return (one for row in rows if (one := _read(read, row)) is not None)


def _read(read: Callable[[Any], T], kept: object) -> T | None:
    """Return what was kept as it is read, None where there is none or it cannot be read."""
    if kept is None:
        return None
    try:
        return read(kept)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
