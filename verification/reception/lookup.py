"""Looking up: cards by number or name, the last visits of a desk, and the log of who looked."""

import re
from collections.abc import Sequence

from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.card import periods, presented
from verification.card.facts import Card, Record
from verification.card.ports import MOST_NAMED, Named
from verification.card.presented import Presented
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event
from verification.log.ports import LogTransaction
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Viewed
from verification.log.writing import write, write_alone
from verification.reception.asked import Asked, understood
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
    name: str = "",
    birth: PartialDate | None = None,
    most: int = MOST_NAMED,
) -> Named:
    """Find cards by any number, or by a name or parts of one; the look is logged, no visit is made.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        number: In any form, or the text of a card's QR; None to look for a name.
        name: The name, or some of its words in any order.
        birth: The birth date as far as it is known; None for any.
        most: So many of a name at most.

    Returns:
        One record a number: the period that counts today, the others beside it.

    Raises:
        StoreError: It could not be logged; then nobody is shown.
    """
    found = unlogged(kiosk, Asked(number, name, birth), most)
    looked_at(actor, kiosk, [record.card for record in found.records], "search")
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


@needs(Right.RECEIVE)
def recent_visits(actor: Actor, kiosk: Kiosk) -> list[tuple[Visit, Content]]:
    """Return the last visits of this desk, newest first, each with its corrected content."""
    visits = kiosk.written.recent(actor.desk, RECENT)
    return [(visit, visit_content(kiosk.written, visit)) for visit in visits]


def storable(text: str) -> str:
    """Return text without the halves of characters that a command line can hold."""
    return text.encode("utf-8", "replace").decode()


def unlogged(kiosk: Kiosk, asked: Asked, most: int = MOST_NAMED) -> Named:
    """Return whom the store knows by what was asked; who shows them logs it (`looked_at`)."""
    if asked.number is not None:
        reading = presented.read(storable(asked.number).encode(), kiosk.likely_day())
        known = Named(_by_number(kiosk, reading))
    else:
        known = kiosk.cards.by_name(storable(asked.name), asked.birth, most)
    return Named(periods.on_the_day(known.records, kiosk.today()), known.more)


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
def find(actor: Actor, kiosk: Kiosk, text: str, most: int = MOST_NAMED) -> Named:
    """Find cards by what a hand wrote (`asked.understood`); the look is logged.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        text: A number, or a name with what is known of the birth date.
        most: So many of a name at most.

    Raises:
        RequestError: It is neither.
        StoreError: It could not be logged; then nobody is shown.
    """
    asked = understood(text)
    return look_up(actor, kiosk, number=asked.number, name=asked.name, birth=asked.birth, most=most)
