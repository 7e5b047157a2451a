"""What is done to a visit after it was received.

Every change is an event; nothing that was logged changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from verification.basics.dates import PartialDate, parse_partial
from verification.basics.errors import RequestError
from verification.basics.names import tidy
from verification.card.facts import Card
from verification.card.side_by_side import Pair, pair
from verification.exchange import difficulties
from verification.kiosk import Kiosk
from verification.log.content import noted
from verification.log.events import Event, EventKind, Happening
from verification.log.outbox import CORRECTED
from verification.log.portal_events import PortalAskedAgain
from verification.log.ports import LogTransaction
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit
from verification.log.visit_events import Cancelled, ContentErased, Corrected, IdChecked, Noted
from verification.log.writing import Who, write
from verification.reception.answer import Answer
from verification.reception.lookup import storable
from verification.rights import Actor, Right, needs

ASKED_BY = frozenset({"ho_ten", "ngay_sinh", "ma_the", "ma_so_bhxh", "so_cccd"})
"""Fields that a question to the portal is made of."""


@needs(Right.RECEIVE)
def undo(actor: Actor, kiosk: Kiosk, visit_id: str, why: CancelReason, note: str = "") -> Event:
    """Undo a visit: an event takes it out of counts, rules, reports and hand-over.

    Raises:
        RequestError: There is no such visit, or it was undone before.
    """

    def work(log: LogTransaction) -> Event:
        visit = _existing(log, visit_id)
        if visit.cancelled:
            raise RequestError(
                f"Lượt {visit_id} đã hủy trước đó", f"Visit {visit_id} was undone before"
            )
        return _about(log, actor, visit, Cancelled(visit.visit_id, why), noted(note))

    return kiosk.written.write(work)


@needs(Right.RECEIVE)
def compare_id(actor: Actor, kiosk: Kiosk, visit_id: str, doi_chieu: DoiChieu) -> Event:
    """Note with what the photo was compared.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, lambda visit: IdChecked(visit, doi_chieu))


@needs(Right.RECEIVE)
def correct_presentation(actor: Actor, kiosk: Kiosk, visit_id: str, how: CachTrinh) -> Event:
    """Correct how the card was presented.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, lambda visit: Corrected(visit, cach_trinh=how))


@needs(Right.RECEIVE)
def correct_presenter(actor: Actor, kiosk: Kiosk, visit_id: str, who: NguoiTrinh) -> Event:
    """Note who presents the card.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, lambda visit: Corrected(visit, nguoi_trinh=who))


@needs(Right.RECEIVE)
def choose_room(actor: Actor, kiosk: Kiosk, visit_id: str, code: str) -> Event:
    """Send the patient of a visit to a room of the house's list, at first or to another one.

    Raises:
        RequestError: There is no such visit or room.
    """
    if all(room.code != code for room in kiosk.slips.rooms):
        raise RequestError(f"Không có phòng {code}", f"There is no room {code}")
    return _change(actor, kiosk, visit_id, lambda visit: Corrected(visit, phong=code))


@needs(Right.RECEIVE)
def correct_field(
    actor: Actor, kiosk: Kiosk, visit_id: str, name: str, typed: str
) -> dict[str, Any]:
    """Correct a field by hand; it loses its mark of having been scanned.

    Returns:
        The corrected field of the card, by name.

    Raises:
        RequestError: There is no such visit, or it is no value of this field.
    """
    value = corrected_value(name, typed)
    text = value.iso if isinstance(value, PartialDate) else value
    content = {"ban_ghi": {name: text}, "cach_doc": {name: "go"}}

    def work(log: LogTransaction) -> None:
        visit = _existing(log, visit_id)
        _about(log, actor, visit, Corrected(visit.visit_id, field=name), content)
        if name in ASKED_BY:
            ask_portal_again(log, actor, kiosk, visit)

    kiosk.written.write(work)
    return {name: value}


def ask_portal_again(log: LogTransaction, who: Who, kiosk: Kiosk, visit: Visit) -> None:
    """Have the portal asked about what a visit is now, where one is asked."""
    if kiosk.asks_portal and not visit.cancelled:
        write(log, who, PortalAskedAgain(visit.visit_id, CORRECTED), person_ref=visit.person_ref)


def as_corrected(answer: Answer, visit_id: str, corrected: Mapping[str, Any]) -> Answer:
    """Return an answer with what was corrected of its visit, another's as it is."""
    before, visit = answer.verdict.card, answer.visit
    if before is None or visit is None or visit.visit_id != visit_id:
        return answer
    card = replace(before, **corrected)
    pairs = [p for p in answer.corrected if p.fact not in corrected]
    pairs += side_by_side(before, card, corrected)
    shown = replace(answer, verdict=replace(answer.verdict, card=card))
    return replace(shown, corrected=tuple(pairs))


def side_by_side(before: Card, after: Card, names: Iterable[str]) -> list[Pair]:
    """Return corrected facts of a person as they were (`kept`) and as they are now (`shown`)."""
    old, new = _as_read(before), _as_read(after)
    both = [(name, old.get(name), new.get(name)) for name in names]
    return [pair(name, now, was) for name, was, now in both if was and now and was != now]


def _as_read(card: Card) -> dict[str, str | None]:
    born = card.ngay_sinh.vi if card.ngay_sinh else None
    return {"ho_ten": card.ho_ten, "ngay_sinh": born, "gioi_tinh": card.gioi_tinh}


def corrected_value(name: str, typed: str) -> PartialDate | str:
    """Return what was typed as the value of a field.

    Raises:
        RequestError: It is none.
    """
    if name != "ngay_sinh":
        return tidy(typed)
    try:
        return parse_partial(typed)
    except ValueError:
        raise RequestError(f"{typed!r} không phải ngày sinh", f"{typed!r} is no date") from None


@needs(Right.RECEIVE)
def note(actor: Actor, kiosk: Kiosk, visit_id: str, text: str) -> Event:
    """Add a note to a visit.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, Noted, noted(text))


@needs(Right.CHANGE_HOUSE)
def erase(actor: Actor, kiosk: Kiosk, visit_id: str) -> Event:
    """Erase the personal content of a visit; the chain still verifies.

    The right to manage: a person's request to erase is answered by the house, not at the desk
    (Luật 91/2025/QH15, NĐ 356/2025 Đ5).

    Raises:
        RequestError: There is no such visit.
    """

    def work(log: LogTransaction) -> Event:
        visit = _existing(log, visit_id)
        erased = (visit.visit_id, visit.presented, *visit.corrected, *_beside(log, visit))
        for event_id in erased:
            log.erase(event_id)
        return _about(log, actor, visit, ContentErased(visit.visit_id, erased))

    return kiosk.written.write(work)


_WORDS = (EventKind.NOTED, EventKind.CANCELLED, EventKind.PORTAL_KEPT)
"""Events of a visit whose content is what the desk wrote of it."""
_EVER = datetime.min.replace(tzinfo=UTC)


def _beside(log: LogTransaction, visit: Visit) -> tuple[str, ...]:
    """Return the events that hold what others said of the person, and what the desk wrote."""
    told = [event.event_id for event in log.exchanged.about(visit.presented)]
    # since ever: with a clock set back, what was written later stands before the visit
    words = [event for event in log.events(_WORDS, _EVER) if event.is_readable]
    wrote = (event.event_id for event in words if event.codes["visit"] == visit.visit_id)
    return *told, *visit.his, *wrote, *difficulties.words_of(log, visit)


def _existing(log: LogTransaction, visit_id: str) -> Visit:
    visit = log.visit(storable(visit_id))
    if visit is None:
        raise RequestError(f"Không có lượt {visit_id}", f"There is no visit {visit_id}")
    if visit.unreadable:
        raise RequestError(f"Lượt {visit_id} không đọc được", f"Visit {visit_id} is unreadable")
    return visit


def _change(
    actor: Actor,
    kiosk: Kiosk,
    visit_id: str,
    what: Callable[[str], Happening],
    content: dict[str, Any] | None = None,
) -> Event:
    def work(log: LogTransaction) -> Event:
        visit = _existing(log, visit_id)
        return _about(log, actor, visit, what(visit.visit_id), content)

    return kiosk.written.write(work)


def _about(
    log: LogTransaction,
    actor: Actor,
    visit: Visit,
    what: Happening,
    content: dict[str, Any] | None = None,
) -> Event:
    return write(log, actor, what, person_ref=visit.person_ref, content=content)
