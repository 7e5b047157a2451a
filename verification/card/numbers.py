"""Numbers that a person can type: card, social-insurance and citizen number.

Structure of the 15 characters: QĐ 1351/QĐ-BHXH 2015; of the 10 digits: QĐ 1666/QĐ-BHXH 2020.
"""

import itertools
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from verification.card.invisible import without_unseen


class NumberKind(StrEnum):
    """The forms a number can have; the values are the kinds of `contracts`."""

    CARD15 = "bhyt_number"
    BHXH10 = "bhxh_number"
    CCCD12 = "cccd_number"
    LEGACY = "legacy_number"


_FORMS = {
    NumberKind.CARD15: re.compile(r"[A-Z]{2}[1-5]\d{2}\d{10}", re.ASCII),
    NumberKind.BHXH10: re.compile(r"\d{10}", re.ASCII),
    NumberKind.CCCD12: re.compile(r"\d{12}", re.ASCII),
    NumberKind.LEGACY: re.compile(r"[A-Z]{2}[1-7]\d{2}[0-9A-Z]{2}\d{8}", re.ASCII),
}
_CARD_LENGTH = 15
_DIGIT_LENGTHS = (10, 12)
_MIN_DIGITS = 4  # fewer digits than this, and a text is no attempt at a number
_MAX_LENGTH = 24
_SEPARATORS = re.compile(r"[\s.\-_\u2010-\u2015\u2212]+")
_GAP = r"(?:[\s.\-_()\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff]{0,3}|,)"
_DAYS = (  # 26/11/2026 and 2026-11-26 are no numbers, though an hour stands behind them
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?P<by>[./-])(?:0?[1-9]|1[0-2])(?P=by)(?:19|20)\d\d"
    r"(?!\d|[.-]\d{3})|(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d|[.-]\d)"
)
_WITHIN = re.compile(  # 15 characters of a card, 9 to 13 digits, whatever stands between
    rf"(?P<day>{_DAYS})"
    rf"|(?<![0-9A-Za-z])[A-Za-z]{{2}}(?:{_GAP}[\dA-Za-z]){{2}}(?:{_GAP}\d){{11}}(?![\dA-Za-z])"
    rf"|[A-Za-z]{_GAP}[A-Za-z]{_GAP}[1-7](?:{_GAP}\d){{2}}(?:{_GAP}[\dA-Za-z]){{2}}"
    rf"(?:{_GAP}\d){{8}}(?!\d)"
    rf"|(?<!\d)\d(?:(?:{_GAP}\d){{11}}|(?:{_GAP}\d){{9}}|(?:{_GAP}\d){{10}}|\d{{12}}|(?: ?\d){{8}})"
    r"(?!\d)"
)
_BETWEEN = re.compile(r"[\W_]+")
_CARD_CUTS = {1, 2, 3, 5, 7, 8, 11, 15}  # where a card's number is parted, those of before too
_GROUPS = {_CARD_LENGTH: (0, 2, 3, 5, 8, 11, 15), 10: (0, 3, 6, 10), 12: (0, 4, 8, 12)}
AS_DIGIT = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "I": "1",
    "L": "1",
    "Z": "2",
    "S": "5",
    "G": "6",
    "B": "8",
}
"""The digit that a letter is read for, or typed for."""


@dataclass(frozen=True)
class Fault:
    """Why a number is none.

    Args:
        position: 1-based place of the first wrong character, None for a wrong length.
        expected: `letter`, `benefit` or `digit`; for a wrong length `length`.
        found: The character there, or the count of characters.
    """

    position: int | None
    expected: str
    found: str


def compact(text: str) -> str:
    """Strip blanks, dots, dashes and what nobody sees; write in plain capitals and digits."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", without_unseen(text))).upper()


def kind_of(number: str) -> NumberKind | None:
    """Tell which form a compact number has; CARD15 goes before LEGACY."""
    return next((kind for kind, form in _FORMS.items() if form.fullmatch(number)), None)


def is_card_like(number: str) -> bool:
    """Tell whether a compact number can stand in field 0 of a card QR."""
    return kind_of(number) in {NumberKind.CARD15, NumberKind.BHXH10, NumberKind.LEGACY}


def is_attempt(number: str) -> bool:
    """Tell whether a compact text was meant as a number, right or wrong."""
    if not number.isascii() or not number.isalnum() or len(number) > _MAX_LENGTH:
        return False
    if number.isdigit():
        return True
    letters = 1 if len(number) == _CARD_LENGTH else 2  # at full length one of the two may be wrong
    digits = sum(c.isdigit() for c in number)
    return number[:letters].isalpha() and digits >= max(_MIN_DIGITS, len(number) // 2)


def first_fault(number: str, *, whole: bool = True) -> Fault | None:
    """Find what keeps a compact text from being a number.

    Args:
        number: Compact text.
        whole: False while the person is still typing: a short text is no fault then.
    """
    if not number or number[0].isdigit():
        return _digits_fault(number, whole=whole)
    for at, char in enumerate(number[:_CARD_LENGTH]):
        expected = "letter" if at < 2 else "benefit" if at == 2 else "digit"  # noqa: PLR2004  # places of the card number
        if not _fits(char, expected):
            return Fault(at + 1, expected, char)
    if len(number) > _CARD_LENGTH or (whole and len(number) < _CARD_LENGTH):
        return Fault(None, "length", str(len(number)))
    return None


def misread_digit(fault: Fault) -> str | None:
    """Return the digit that a letter was probably read for: 0 for O, 1 for I."""
    return AS_DIGIT.get(fault.found) if fault.expected == "digit" else None


def mask(number: str | None) -> str | None:
    """Hide the middle: 15 characters show the first 5 and the last 4, others the last 4."""
    if number is None:
        return None
    head = number[:5] if len(number) == _CARD_LENGTH else ""
    hidden = len(number) - len(head) - 4
    return f"{head}{'•' * max(hidden, 0)}{number[-4:]}"


def mask_within(text: str) -> str:
    """Hide the middle of each card, insurance, citizen or telephone number that stands in a text.

    Blanks, dots and dashes inside a number do not save it, nor do letters written against it. Days
    are left as they are.
    """
    return _WITHIN.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    if found["day"]:
        return found[0]
    parts = [part for part in _BETWEEN.split(found[0]) if part]
    number = "".join(parts)
    if len(number) != _CARD_LENGTH or _is_of_a_card(number, parts):
        return mask(number) or ""
    letters = re.split(r"\d", number, maxsplit=1)[0]  # a word that stands before a number
    return f"{letters}{'•' * (len(number) - len(letters) - 4)}{number[-4:]}"


def _is_of_a_card(number: str, parts: list[str]) -> bool:
    """Tell whether 15 characters stand as a card's do, and not as a word before 12 digits."""
    cuts = set(itertools.accumulate(len(part) for part in parts))
    return number[2].isdigit() and cuts <= _CARD_CUTS and (3 not in cuts or 5 in cuts)  # noqa: PLR2004  # places of the card number


def spaced(number: str) -> str:
    """Group a number, masked or not, as it is printed: `DN 4 79 790 000 0011`."""
    cuts = _GROUPS.get(len(number), (0, len(number)))
    return " ".join(number[a:b] for a, b in itertools.pairwise(cuts))


def _fits(char: str, expected: str) -> bool:
    if expected == "letter":
        return "A" <= char <= "Z"
    return char in ("12345" if expected == "benefit" else "0123456789")


def _digits_fault(number: str, *, whole: bool) -> Fault | None:
    for at, char in enumerate(number):
        if not _fits(char, "digit"):
            return Fault(at + 1, "digit", char)
    if len(number) > max(_DIGIT_LENGTHS) or (whole and len(number) not in _DIGIT_LENGTHS):
        return Fault(None, "length", str(len(number)))
    return None
