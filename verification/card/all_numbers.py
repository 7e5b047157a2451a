"""All numbers of who is meant by one of them, as far as the card store knows."""

from verification.card.facts import Card
from verification.card.ports import Cards

NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")
"""The fields of a card by which a person is found."""


def all_numbers(cards: Cards, card: Card) -> tuple[str, ...]:
    """Return the numbers of a card, and those that the store knows beside them.

    Args:
        cards: The card store.
        card: As it was shown or typed; one number is enough.
    """
    by = {
        "ma_the": cards.by_card,
        "ma_so_bhxh": cards.by_bhxh,
        "so_cccd": cards.by_citizen,
    }
    written = [(name, number) for name in NUMBERS if (number := getattr(card, name))]
    known = [record.card for name, number in written for record in by[name](number)]
    each = (getattr(one, name) for one in (card, *known) for name in NUMBERS)
    return tuple(dict.fromkeys(filter(None, each)))
