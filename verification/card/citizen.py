"""Citizen numbers: as people and files write them, and how two of them differ.

12 digits: three of the province, one of century and sex, two of the year of birth, six more.
"""

from verification.card import numbers
from verification.card.numbers import NumberKind

_LENGTH = 12
_OLD_LENGTH = 9  # CMND, before 2016: another number, which none of 12 digits can be told from
_LOST_ZEROS = range(10, _LENGTH)  # provinces begin with 0, which spreadsheets drop
_GROWN = 18
_A_GENERATION = 14  # years between a child and whoever brings it
_NEAR_DIGITS = 2  # one digit mistyped, or two exchanged


def as_written(text: str) -> str | None:
    """Return the 12 digits that a text means, None where it means no citizen number."""
    digits = numbers.compact(text)
    if digits.isascii() and digits.isdigit() and len(digits) in _LOST_ZEROS:
        digits = digits.zfill(_LENGTH)
    return digits if numbers.kind_of(digits) is NumberKind.CCCD12 else None


def is_old(text: str) -> bool:
    """Tell whether a text is the number of an identity card of before 2016."""
    digits = numbers.compact(text)
    return digits.isascii() and digits.isdigit() and len(digits) == _OLD_LENGTH


def places(a: str, b: str) -> tuple[int, ...]:
    """Return the places, from 1, at which two numbers of one length differ."""
    return tuple(n for n, (x, y) in enumerate(zip(a, b, strict=True), 1) if x != y)


def are_near(a: str, b: str) -> bool:
    """Tell whether two numbers differ in no more than a slip of the hand."""
    return len(places(a, b)) <= _NEAR_DIGITS


def may_be_a_parents(born: int, child_born: int, on: int) -> bool:
    """Tell by years whether who was born then may have brought somebody who is not grown up."""
    return on - child_born < _GROWN and child_born - born >= _A_GENERATION


def birth_year(number: str) -> int:
    """Return the year of birth that a number of 12 digits says."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])
