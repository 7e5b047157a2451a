"""Looking up: cards by number or name, the last visits of a desk, and the log of who looked."""

import re
from collections.abc import Sequence

from verification.basics.dates import PartialDate, parse_partial
from verification.basics.errors import RequestError
from verification.card import numbers, periods, presented
from verification.card.facts import Card, Record
from verification.card.presented import Presented
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event
from verification.log.ports import LogTransaction
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Viewed
from verification.log.writing import write, write_alone
from verification.rights import Actor, Right, needs

RECENT = 10
AT_THE_DESK = "quay"
_CODE = re.compile(r"[a-z_]{2,24}", re.ASCII)


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
    look = Viewed(what, why, presented=presented_event.event_id)
    return write_alone(kiosk.written, actor, look, person_ref=presented_event.person_ref)


@needs(Right.CHECK)
def look_up(
    actor: Actor,
    kiosk: Kiosk,
    *,
    number: str | None = None,
    name: str | None = None,
    birth: PartialDate | None = None,
) -> Sequence[Record]:
    """Find cards by any number, or by name and birth date; no visit is made, the look is logged.

    Returns:
        One record a number: the period that counts today, the others beside it.

    Raises:
        RequestError: A name without a birth date.
        StoreError: It could not be logged; then nobody is shown.
    """
    found = periods.on_the_day(_known(kiosk, number, name, birth), kiosk.today())
    looked_at(actor, kiosk, [record.card for record in found], "search")
    return found


@needs(Right.CHECK)
def looked_at(actor: Actor, kiosk: Kiosk, cards: Sequence[Card], what: str) -> None:
    """Log whom the card store showed.

    Args:
        actor: Who looked.
        kiosk: The kiosk.
        cards: What was shown; nobody at all is logged too.
        what: How it was asked for, a code.

    Raises:
        StoreError: It could not be logged.
    """

    def work(log: LogTransaction) -> None:
        persons = [
            log.person(card.ma_so_bhxh, [n for n in (card.ma_the, card.so_cccd) if n])
            for card in cards
        ]
        of_whom = tuple(dict.fromkeys(persons))
        write(log, actor, Viewed(what, AT_THE_DESK, rows=len(cards), persons=of_whom))

    kiosk.written.write(work)


def _known(
    kiosk: Kiosk, number: str | None, name: str | None, birth: PartialDate | None
) -> Sequence[Record]:
    if number is not None:
        return _by_number(kiosk, presented.read(storable(number).encode(), kiosk.likely_day()))
    if name is None or birth is None:
        raise RequestError(
            "Tra theo tên cần cả họ tên và ngày sinh", "A look-up by name needs name and birth date"
        )
    return kiosk.cards.by_name(storable(name), birth)


@needs(Right.RECEIVE)
def recent_visits(actor: Actor, kiosk: Kiosk) -> list[tuple[Visit, Content]]:
    """Return the last visits of this desk, newest first, each with its corrected content."""
    visits = kiosk.written.recent(actor.desk, RECENT)
    return [(visit, visit_content(kiosk.written, visit)) for visit in visits]


def storable(text: str) -> str:
    """Return text without the halves of characters that a command line can hold."""
    return text.encode("utf-8", "replace").decode()


def _by_number(kiosk: Kiosk, reading: Presented) -> Sequence[Record]:
    card = reading.card
    if card is None:
        return ()
    if card.ma_the:
        return kiosk.cards.by_card(card.ma_the)
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
    name, _, birth = text.rpartition(",")
    if not name.strip():
        if numbers.kind_of(numbers.compact(text)) is None:
            raise RequestError("Thêm dấu phẩy và ngày sinh", "Add a comma and the birth date")
        return look_up(actor, kiosk, number=text)
    try:
        return look_up(actor, kiosk, name=name, birth=parse_partial(birth))
    except ValueError:
        raise RequestError(
            f"Ngày sinh {birth.strip()!r} không đúng", f"{birth.strip()!r} is no birth date"
        ) from None
