"""What is done to a visit after it was received, and the look-up of cards.

Every change is an event; nothing that was logged changes.
"""

import re
from collections.abc import Sequence
from typing import Any

from verification import number as number_of
from verification import presented
from verification.card import Record
from verification.dates import PartialDate, parse_partial
from verification.errors import RequestError
from verification.events import Event, EventKind, NewEvent
from verification.kiosk import Kiosk
from verification.names import tidy
from verification.ports import LogTransaction
from verification.presented import Presented
from verification.rights import Actor, Right, needs
from verification.sealed import noted, visit_content
from verification.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit
from verification.writing import at_desk

RECENT = 10
AT_THE_DESK = "quay"
_CODE = re.compile(r"[a-z_]{2,24}", re.ASCII)


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
        return _about(log, actor, visit, EventKind.CANCELLED, {"why": why.value}, noted(note))

    return kiosk.written.write(work)


@needs(Right.RECEIVE)
def compare_id(actor: Actor, kiosk: Kiosk, visit_id: str, doi_chieu: DoiChieu) -> Event:
    """Note with what the photo was compared.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, EventKind.ID_CHECKED, {"doi_chieu": doi_chieu.value})


@needs(Right.RECEIVE)
def correct_presentation(actor: Actor, kiosk: Kiosk, visit_id: str, how: CachTrinh) -> Event:
    """Correct how the card was presented.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, EventKind.CORRECTED, {"cach_trinh": how.value})


@needs(Right.RECEIVE)
def correct_presenter(actor: Actor, kiosk: Kiosk, visit_id: str, who: NguoiTrinh) -> Event:
    """Note who presents the card.

    Raises:
        RequestError: There is no such visit.
    """
    return _change(actor, kiosk, visit_id, EventKind.CORRECTED, {"nguoi_trinh": who.value})


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
    value = _corrected_value(name, typed)
    text = value.iso if isinstance(value, PartialDate) else value
    content = {"ban_ghi": {name: text}, "cach_doc": {name: "go"}}
    _change(actor, kiosk, visit_id, EventKind.CORRECTED, {"field": name}, content)
    return {name: value}


def _corrected_value(name: str, typed: str) -> PartialDate | str:
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
    return _change(actor, kiosk, visit_id, EventKind.NOTED, {}, noted(text))


@needs(Right.MANAGE)
def erase(actor: Actor, kiosk: Kiosk, visit_id: str) -> Event:
    """Erase the personal content of a visit; the chain still verifies.

    The right to manage: a person's request to erase is answered by the house, not at the desk
    (Luật 91/2025/QH15, NĐ 356/2025 Đ5).

    Raises:
        RequestError: There is no such visit.
    """

    def work(log: LogTransaction) -> Event:
        visit = _existing(log, visit_id)
        erased = [visit.visit_id, visit.presented, *visit.corrected]
        for event_id in erased:
            log.erase(event_id)
        return _about(log, actor, visit, EventKind.CONTENT_ERASED, {"erased": erased}, None)

    return kiosk.written.write(work)


@needs(Right.VIEW_PERSON)
def viewed(
    actor: Actor, kiosk: Kiosk, presented_event: Event, what: str, why: str = AT_THE_DESK
) -> Event:
    """Log that somebody looked at what is masked otherwise.

    Args:
        actor: Who looked.
        kiosk: The kiosk.
        presented_event: Whose data.
        what: Was looked at, a code.
        why: A code, never words: they may name somebody.

    Raises:
        RequestError: There is no such reason.
    """
    if not _CODE.fullmatch(why):
        raise RequestError("Hãy chọn lý do xem", "Choose why you look")
    codes = {"of": presented_event.event_id, "what": what, "why": why}
    return at_desk(actor, kiosk.written, EventKind.VIEWED, codes, presented_event.person_ref)


@needs(Right.CHECK)
def look_up(
    _actor: Actor,
    kiosk: Kiosk,
    *,
    number: str | None = None,
    name: str | None = None,
    birth: PartialDate | None = None,
) -> Sequence[Record]:
    """Find cards by any number, or by name and birth date; no visit is made."""
    if number is not None:
        return _by_number(kiosk, presented.read(_storable(number).encode(), kiosk.today()))
    if name is None or birth is None:
        raise RequestError(
            "Tra theo tên cần cả họ tên và ngày sinh", "A look-up by name needs name and birth date"
        )
    return kiosk.cards.by_name(_storable(name), birth)


@needs(Right.RECEIVE)
def recent_visits(actor: Actor, kiosk: Kiosk) -> list[tuple[Visit, dict[str, Any]]]:
    """Return the last visits of this desk, newest first, each with its corrected content."""
    visits = kiosk.written.recent(actor.desk, RECENT)
    return [(visit, visit_content(kiosk.written, visit)) for visit in visits]


def _existing(log: LogTransaction, visit_id: str) -> Visit:
    visit = log.visit(_storable(visit_id))
    if visit is None:
        raise RequestError(f"Không có lượt {visit_id}", f"There is no visit {visit_id}")
    return visit


def _storable(text: str) -> str:
    """Return text without the halves of characters that a command line can hold."""
    return text.encode("utf-8", "replace").decode()


def _change(  # one event and what it is made of
    actor: Actor,
    kiosk: Kiosk,
    visit_id: str,
    kind: EventKind,
    codes: dict[str, Any],
    content: dict[str, Any] | None = None,
) -> Event:
    return kiosk.written.write(
        lambda log: _about(log, actor, _existing(log, visit_id), kind, codes, content)
    )


def _about(  # one event and what it is made of
    log: LogTransaction,
    actor: Actor,
    visit: Visit,
    kind: EventKind,
    codes: dict[str, Any],
    content: dict[str, Any] | None,
) -> Event:
    codes = codes | {"visit": visit.visit_id, "officer": actor.officer}
    return log.append(NewEvent(actor.desk, kind, None, codes, visit.person_ref, content))


def _by_number(kiosk: Kiosk, reading: Presented) -> Sequence[Record]:
    card = reading.card
    if card is None:
        return ()
    if card.ma_the:
        record = kiosk.cards.by_card(card.ma_the)
        return (record,) if record else ()
    if card.ma_so_bhxh:
        return kiosk.cards.by_bhxh(card.ma_so_bhxh)
    return kiosk.cards.by_citizen(card.so_cccd or "")


@needs(Right.CHECK)
def find(actor: Actor, kiosk: Kiosk, text: str) -> Sequence[Record]:
    """Find cards by what a hand wrote: a number, or `Họ tên, ngày sinh`; the look is logged.

    Raises:
        RequestError: It is neither.
        StoreError: It could not be logged; then nobody is shown.
    """
    found = _found(actor, kiosk, text)
    codes = {"what": "search", "why": AT_THE_DESK, "rows": len(found), "officer": actor.officer}

    def work(log: LogTransaction) -> None:
        cards = [record.card for record in found]
        persons = [
            log.person(card.ma_so_bhxh, [n for n in (card.ma_the, card.so_cccd) if n])
            for card in cards
        ]
        said = codes | {"persons": [*dict.fromkeys(persons)]}
        log.append(NewEvent(actor.desk, EventKind.VIEWED, None, said))

    kiosk.written.write(work)
    return found


def _found(actor: Actor, kiosk: Kiosk, text: str) -> Sequence[Record]:
    name, _, birth = text.rpartition(",")
    if not name.strip():
        if number_of.kind_of(number_of.compact(text)) is None:
            raise RequestError("Thêm dấu phẩy và ngày sinh", "Add a comma and the birth date")
        return look_up(actor, kiosk, number=text)
    try:
        return look_up(actor, kiosk, name=name, birth=parse_partial(birth))
    except ValueError:
        raise RequestError(
            f"Ngày sinh {birth.strip()!r} không đúng", f"{birth.strip()!r} is no birth date"
        ) from None
