"""What a mistyped number was surely meant to be: offered to whoever typed it, never taken alone."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from verification.card import numbers
from verification.card.invisible import without_unseen

_CARD_LENGTH = 15
_LEAST = 8  # characters of digits and what looks like them that are surely a number
_AS_LETTER = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
# An input method (VNI) puts a tone on the vowel instead of the digit behind it.
_TONES = dict(zip("\u0301\u0300\u0309\u0303\u0323", "12345", strict=True))


@dataclass(frozen=True)
class Repair:
    """What a text was meant to be.

    Args:
        text: The number, compact; as far as it was typed.
        put: What takes the place of what was wrong.
        whole: Whether that is a whole number.
    """

    text: str
    put: str
    whole: bool


@dataclass(frozen=True)
class Codes:
    """The codes that a card number begins with.

    Args:
        groups: Two letters of a group of insured people.
        provinces: Two digits of a province.
    """

    groups: Collection[str]
    provinces: Collection[str]


def repair_of(typed: str, codes: Codes) -> Repair | None:
    """Return what a typed text was meant to be, None where it is right or nothing is sure.

    Args:
        typed: What stands in the box.
        codes: What codes there are.
    """
    compact = _without_tones(numbers.compact(typed))
    if not compact.isascii() or not compact.isalnum() or len(compact) > _CARD_LENGTH:
        return None
    bent = compact != numbers.compact(typed)
    if not bent and numbers.first_fault(compact, whole=False) is None:
        fixed = _known_codes(compact, codes)
    else:
        fixed = _as_card(compact, codes) or _as_digits(compact)
    if fixed is None or (fixed == compact and not bent):
        return None
    put = "".join(new for old, new in zip(compact, fixed, strict=True) if old != new)
    put = put[:1] if len(set(put)) == 1 else put
    kind = numbers.kind_of(fixed)
    return Repair(fixed, put or fixed[:3], kind not in {None, numbers.NumberKind.LEGACY})


def span_of(typed: str, position: int) -> tuple[int, int]:
    """Return where a character of the compact text stands in what was typed.

    Args:
        typed: What stands in the box.
        position: 1-based place in its compact form.
    """
    seen = 0
    for at, char in enumerate(typed):
        seen += len(numbers.compact(char))
        if seen >= position:
            return at, at + 1
    return len(typed), len(typed)


def _without_tones(compact: str) -> str:
    """Return a text with the digits that an input method made tones of, and Đ for what it was."""
    apart = unicodedata.normalize("NFD", without_unseen(compact))
    return "".join(_TONES.get(char, char) for char in apart).replace("Đ", "D")


def _as_card(compact: str, codes: Codes) -> str | None:
    """Return a text as the card number that it looks like, as far as it was typed."""
    group = "".join(_AS_LETTER.get(char, char) for char in compact[:2])
    rest = [char if char.isdigit() else numbers.AS_DIGIT.get(char, "") for char in compact[2:]]
    benefit = rest[0] if rest else "1"
    if group not in codes.groups or not all(rest) or benefit not in "12345":
        return None
    return group + "".join(rest)


def _as_digits(compact: str) -> str | None:
    """Return a text as the BHXH or citizen number that it looks like."""
    digits = [char if char.isdigit() else numbers.AS_DIGIT.get(char, "") for char in compact]
    real = sum(map(str.isdigit, compact))
    long_enough = _LEAST <= len(compact) <= 12 and real >= len(compact) - 3  # noqa: PLR2004  # a citizen number; more than three are no slip
    sure = long_enough and all(digits) and not compact[:2].isalpha()  # else it is a card's group
    return "".join(digits) if sure else None


def _known_codes(compact: str, codes: Codes) -> str | None:
    """Return a whole card number with the two letters, or digits, of a code put right."""
    if numbers.kind_of(compact) is not numbers.NumberKind.CARD15:
        return None
    group, province = compact[:2], compact[3:5]
    if group not in codes.groups and province in codes.provinces:
        swapped = group[::-1]
        return swapped + compact[2:] if swapped in codes.groups else None
    if province not in codes.provinces and group in codes.groups:
        swapped = province[::-1]
        return compact[:3] + swapped + compact[5:] if swapped in codes.provinces else None
    return None
