"""Whose a number is, and which BHXH number somebody has, without a visit and apart from the desk.

Masked first; the whole number is a second look, and each of both is logged.
"""

from collections.abc import Callable
from dataclasses import dataclass

from verification.basics.errors import RequestError
from verification.card import numbers
from verification.card.facts import Card
from verification.card.numbers import NumberKind
from verification.card.ports import MOST_NAMED, Named
from verification.kiosk import Kiosk
from verification.reception import lookup
from verification.reception.asked import understood
from verification.rights import Actor, Right, needs

_BHXH = 10  # the last characters of a card's number


@dataclass(frozen=True)
class Whose:
    """Whom the store knows by what was written.

    Args:
        kind: What kind of number it was, None for a name or a QR.
        named: Who is found.
        ma_so_bhxh: Of a card's number: the BHXH number that it ends with.
    """

    kind: NumberKind | None
    named: Named
    ma_so_bhxh: str | None = None


@needs(Right.VIEW_PERSON)
def whose(actor: Actor, kiosk: Kiosk, text: str, most: int = MOST_NAMED) -> Whose:
    """Find somebody by a number, or by a name with what is known of the birth date; it is logged.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        text: What was written.
        most: So many of a name at most.

    Raises:
        RequestError: It is neither a number nor a name.
        StoreError: It could not be logged; then nobody is shown.
    """
    compact = numbers.compact(text)
    kind = numbers.kind_of(compact)
    ends_so = compact[-_BHXH:] if kind is NumberKind.CARD15 else None
    return Whose(kind, lookup.find(actor, kiosk, text, most), ends_so)


@needs(Right.VIEW_PERSON)
def whole_numbers(actor: Actor, kiosk: Kiosk, text: str, is_meant: Callable[[Card], bool]) -> Card:
    """Return one of those whom `whose` found, to show the numbers whole; it is logged.

    Args:
        actor: Who looks.
        kiosk: The kiosk.
        text: What was written.
        is_meant: Tells which of them was chosen.

    Raises:
        RequestError: The card store does not know them any more, or never did.
        StoreError: It could not be logged; then nothing is shown.
    """
    known = lookup.unlogged(kiosk, understood(text)).records
    card = next((one.card for one in known if is_meant(one.card)), None)
    if card is None:
        raise RequestError("Hãy tìm lại người này", "Look this person up again")
    lookup.looked_at(actor, kiosk, [card], "number")
    return card
