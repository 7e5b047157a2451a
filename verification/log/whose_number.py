"""Whom a number means: what of a person is taken out or erased, and who saw that same person."""

from dataclasses import dataclass
from datetime import date

from verification.basics.errors import RequestError
from verification.card import presented
from verification.card.all_numbers import NUMBERS
from verification.card.facts import Card, Record
from verification.card.numbers import mask
from verification.card.ports import Cards
from verification.log.finding import Visits


@dataclass(frozen=True)
class Whose:
    """Whom a number means.

    Args:
        card: The number, as it was read.
        records: Rows of the card lists in use.
        persons: References of whom the log knows by it.
    """

    card: Card
    records: tuple[Record, ...]
    persons: tuple[str, ...]

    @property
    def masked(self) -> str:
        """Return the number that was asked by, masked."""
        return mask(next((one for n in NUMBERS if (one := getattr(self.card, n))), None)) or ""


def whose_number(cards: Cards, visits: Visits, text: str, day: date) -> Whose:
    """Find whom a number means; a citizen number also those whose own number a list ties to it.

    A card or social-insurance number is its person alone: what else the lists know of it, such as
    a citizen number that two rows bear, would find others.

    Args:
        cards: The card store.
        visits: What knows persons by number.
        text: A card, social-insurance or citizen number, or the text of a QR.
        day: The present local day.

    Raises:
        RequestError: It is no such number.
    """
    card = presented.read(text.strip().encode("utf-8", "replace"), day).card
    if card is None or not any(getattr(card, name) for name in NUMBERS):
        raise RequestError(
            "Đây không phải số thẻ, mã số BHXH hay số CCCD", "This is no card or person's number"
        )
    records = records_of(cards, card)
    own = _own(card) or (card.so_cccd or "", *(n for one in records for n in _own(one.card)))
    return Whose(card, records, tuple(visits.persons_of(tuple(dict.fromkeys(own)))))


def records_of(cards: Cards, card: Card) -> tuple[Record, ...]:
    """Return the rows of the card lists of a number; none where it has none."""
    if card.ma_the:
        return tuple(cards.by_card(card.ma_the))
    if card.ma_so_bhxh:
        return tuple(cards.by_bhxh(card.ma_so_bhxh))
    return tuple(cards.by_citizen(card.so_cccd)) if card.so_cccd else ()


def masked_number(facts: object) -> str:
    """Return the masked number of what a record says of a person; empty where it has none."""
    known = facts if isinstance(facts, dict) else {}
    return mask(next((known[name] for name in NUMBERS if known.get(name)), None)) or ""


def _own(card: Card) -> tuple[str, ...]:
    return tuple(number for number in (card.ma_so_bhxh, card.ma_the) if number)
