"""Known cards whose number is nearly the one that was typed: one character, or two neighbours.

An offer to look again at the slip; nobody is taken for somebody else by it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verification.card import numbers
from verification.card.facts import Record
from verification.card.numbers import NumberKind
from verification.card.ports import Cards

MOST_NEAR = 4
_DIGITS = "0123456789"
_PREFIX = 5  # group, benefit and province before the ten digits of the person
_PERSON = 10


@dataclass(frozen=True)
class Near:
    """A known card whose number is nearly the one that was typed.

    Args:
        record: One of its periods.
        number: What shows it: of a card, a person or a citizen.
        place: 1-based place of the first character that differs; 0 where the number is right, and
            of several people.
    """

    record: Record
    number: str
    place: int


def near(number: str, cards: Cards, most: int = MOST_NEAR) -> Sequence[Near]:
    """Return known cards near a compact number of full length, at most so many.

    A number of n digits costs 10 n - 1 questions to the index of the store at most, 119 for a
    citizen number. Of a card number the ten digits of the person may be off by one, or what stands
    before them may be another.

    Args:
        number: As typed; one character of it may be none that can stand there.
        cards: The card store.
        most: So many.
    """
    found: dict[str, Near] = {}
    for one in _all_near(number, cards):
        found.setdefault(one.number, one)
        if len(found) == most:
            break
    return list(found.values())


def _all_near(number: str, cards: Cards) -> Iterator[Near]:
    if len(number) == _PREFIX + _PERSON and not number.isdigit():
        yield from _near_card(number, cards)
    elif len(number) == _PERSON:
        for digits in _variants(number):
            for record in cards.by_bhxh(digits):
                yield Near(record, digits, _first_difference(number, digits))
    elif len(number) == 12:  # noqa: PLR2004  # a citizen number
        for record in cards.by_citizen(number):  # it belongs to several people
            own = record.card.ma_the or record.card.ma_so_bhxh
            if own:
                yield Near(record, own, 0)
        for digits in _variants(number):
            for record in cards.by_citizen(digits):
                yield Near(record, digits, _first_difference(number, digits))


def _near_card(number: str, cards: Cards) -> Iterator[Near]:
    prefix, person = number[:_PREFIX], number[_PREFIX:]
    if person.isdigit():
        for record in cards.by_bhxh(person):
            known = record.card.ma_the
            if known and known != number:
                yield Near(record, known, _first_difference(number, known))
    for digits in _variants(person):
        for record in cards.by_bhxh(digits):
            known = record.card.ma_the
            if known and known.startswith(prefix):
                yield Near(record, known, _first_difference(number, known))


def _variants(digits: str) -> Iterator[str]:
    """Iterate over what digits become by another digit in one place, or by two exchanged."""
    wrong = [at for at, char in enumerate(digits) if char not in _DIGITS]
    if len(wrong) > 1:
        return
    for at in wrong or range(len(digits)):
        for digit in _DIGITS:
            if digit != digits[at]:
                yield f"{digits[:at]}{digit}{digits[at + 1 :]}"
    if wrong:
        return
    for at in range(len(digits) - 1):
        one, other = digits[at], digits[at + 1]
        if one != other:
            yield f"{digits[:at]}{other}{one}{digits[at + 2 :]}"


def _first_difference(typed: str, known: str) -> int:
    return next(n for n, (a, b) in enumerate(zip(typed, known, strict=True), 1) if a != b)


def is_whole(number: str) -> bool:
    """Tell whether a compact text has the length of a number, right or wrong."""
    kind = numbers.kind_of(number)
    lengths = (_PERSON, 12, _PREFIX + _PERSON)
    return kind is not NumberKind.LEGACY and len(number) in lengths and numbers.is_attempt(number)
