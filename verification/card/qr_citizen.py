"""The QR of a citizen card (CCCD, căn cước): seven plain fields or more.

Only fields 0 to 6 are read; the card of 07/2024 adds fields whose order is not confirmed.
"""

import re
from collections.abc import Sequence
from datetime import date

from verification.basics.names import name_key, tidy
from verification.card.facts import Card
from verification.card.qr_card import checked_name, contradictory, parse_birth, unreadable
from verification.card.qr_names import plain_name, without_caps_lock

_NUMBER = re.compile(r"\d{12}", re.ASCII)
_BIRTH = re.compile(r"\d{4}|\d{6}|\d{8}", re.ASCII)
_MIN_PARTS = 7
_FEMALE = "Nữ"
_FEMALE_LOST = re.compile("[Nn][^0-9A-Za-z|]{1,4}")  # of its second letter nothing is left
# what no citizen card ends with, but the next code in the same scan
_ANOTHER = re.compile(r"nam|nữ|\d{1,2}/\d{1,2}/\d{4}|[$#]|\d{8}.*\w{10}.*", re.IGNORECASE)


def is_citizen_number(part: str) -> bool:
    """Tell whether part 0 is a citizen number."""
    return bool(_NUMBER.fullmatch(part))


def read(parts: Sequence[str], on: date) -> Card:
    """Read the parts of a citizen card's QR.

    Raises:
        Refusal: It is cut, garbled, or contradictory.
    """
    if len(parts) < _MIN_PARTS:
        raise unreadable("cut")
    if any(_ANOTHER.fullmatch(part) for part in parts[6:]):
        raise unreadable("mixed")
    sex = _sex(tidy(parts[4]))
    if sex is None or not _BIRTH.fullmatch(parts[3]):
        raise unreadable("garbled")
    birth = parse_birth(parts[3])
    if birth.first > on:
        raise contradictory("birth")
    return Card(
        so_cccd=parts[0],
        ho_ten=checked_name(plain_name(parts[2])),
        ngay_sinh=birth,
        gioi_tinh=sex,
        dia_chi=_address(parts) or None,
    )


def _sex(text: str) -> str | None:
    """Return the sex; of both words only `Nữ` has a letter that can be lost or be read wrongly."""
    if text.lower() == "nam":
        return "1"
    return "2" if name_key(text) == name_key(_FEMALE) or _FEMALE_LOST.fullmatch(text) else None


def _address(parts: Sequence[str]) -> str:
    typed_under_caps = without_caps_lock(tidy(parts[4])) != tidy(parts[4])
    return tidy(parts[5]).swapcase() if typed_under_caps else tidy(parts[5])
