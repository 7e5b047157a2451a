"""The QR of a BHYT card: 15 parts (old form), 17 (new form) or the short 9 or 10.

Layout and variants: `domain.md` 2 of the project's sources, read from public HIS parsers. The
payload reads whole or is refused whole.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from verification.basics.dates import PartialDate, parse_day, parse_partial
from verification.basics.names import tidy
from verification.card.facts import Card
from verification.card.numbers import NumberKind, kind_of
from verification.card.qr_names import name_of
from verification.card.reasons import Reason

_END = {"$", "#"}
_OLD, _NEW, _SHORT = 15, 17, (9, 10)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){2,}", re.ASCII)
_CHECK_STRING = re.compile(r"[0-9A-Fa-f]{13,16}-\d{4}", re.ASCII)  # its algorithm is not published
_FACILITY = re.compile(r"(\d{2})\s*[-\u2010-\u2015\u2212]?\s*([0-9A-Z]{3})", re.ASCII)
_OFFICE = re.compile(r"\d{14}", re.ASCII)
_CODED = re.compile(r"[0-9A-Fa-f/\-\u2010-\u2015\u2212]+", re.ASCII)
_AREAS = {"5": "K1", "6": "K2", "7": "K3"}
_ABSENT = {"", "-"}


class Refusal(Exception):  # an answer, not an error
    """The payload is refused whole.

    Args:
        reason: `unreadable` or `contradictory`.
        params: The sentence's particulars, `case` first.
    """

    def __init__(self, reason: Reason, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def unreadable(case: str) -> Refusal:
    """Return the refusal of a payload that is cut or garbled."""
    return Refusal(Reason.UNREADABLE, case=case)


def contradictory(case: str) -> Refusal:
    """Return the refusal of a payload whose parts disagree."""
    return Refusal(Reason.CONTRADICTORY, case=case)


def read(first: str, parts: Sequence[str], on: date) -> Card:
    """Read the parts of a card QR.

    Args:
        first: Part 0 as a compact number.
        parts: All parts, stripped, the terminator included.
        on: The visit date.

    Raises:
        Refusal: It is cut, garbled, or its parts disagree.
    """
    parts = [_tight(part) for part in parts]
    if _is_full(parts):
        card = _read_full(first, parts)
    elif len(parts) in _SHORT and _HEX.fullmatch(parts[1]) and parts[-1] and _is_end(parts[-1]):
        card = _read_short(first, parts)
    else:
        raise unreadable("cut")
    _cross_check(card, on)
    return card


def _tight(part: str) -> str:
    """Take the blanks out of a hex field, a date or a code; a text of letters keeps its own."""
    tight = "".join(part.split())
    return tight if _CODED.fullmatch(tight) and any(map(str.isdigit, tight)) else part


def parse_birth(text: str) -> PartialDate:
    """Read a birth date of a QR.

    Raises:
        Refusal: It is none.
    """
    try:
        return parse_partial(text)
    except ValueError:
        raise unreadable("birth") from None


def checked_name(name: str | None) -> str:
    """Return a person's name.

    Raises:
        Refusal: There is none.
    """
    if name is None:
        raise unreadable("name")
    return name


def _is_full(parts: Sequence[str]) -> bool:
    match len(parts):
        case 14:
            return bool(_CHECK_STRING.fullmatch(parts[13]))
        case n if n == _OLD:
            return _is_end(parts[-1])
        case n if n == _NEW:
            # with nothing after the last bar the place must be whole: the text may end in it
            return _is_end(parts[-1]) and (bool(parts[-1]) or _is_place(parts[15]))
    return False


def _is_end(part: str) -> bool:
    """Tell whether a part can be the end sign: `$`, `#`, what a keyboard made of it, or nothing."""
    return part in _END | {""} or (len(part) == 1 and unicodedata.category(part) == "Sc")


def _is_place(part: str) -> bool:
    return part in _ABSENT or _hex_text(part) is not None


def _read_full(first: str, parts: Sequence[str]) -> Card:
    if not (_CHECK_STRING.fullmatch(parts[13]) or parts[13] in _ABSENT):
        raise unreadable("garbled")
    _check_office(first, parts[9])
    _day(parts[8], "issued")
    return replace(
        _numbered(first),
        ho_ten=checked_name(name_of(parts[1])),
        ngay_sinh=parse_birth(parts[2]),
        gioi_tinh=_sex(parts[3]),
        dia_chi=_hex_text(parts[4]),
        ma_dkbd=_facility(parts[5]),
        gt_the_tu=_day(parts[6], "from"),
        gt_the_den=_day(parts[7], "to"),
        ma_kv=_AREAS.get(parts[11]),
        ngay_du_5_nam=_day(parts[12], "five_years"),
    )


def _read_short(first: str, parts: Sequence[str]) -> Card:
    at = len(parts) - 5  # from here: facility, valid from, valid to, issued, end
    if not _FACILITY.fullmatch(parts[at].upper()):
        raise unreadable("facility")
    _day(parts[at + 3], "issued")
    return replace(
        _numbered(first),
        ho_ten=checked_name(name_of(parts[1])),
        ngay_sinh=parse_birth(parts[2]),
        gioi_tinh=_sex(parts[3]),
        dia_chi=_hex_text(parts[4]) if at > 4 else None,  # noqa: PLR2004  # place of the address
        ma_dkbd=_facility(parts[at]),
        gt_the_tu=_day(parts[at + 1], "from"),
        gt_the_den=_day(parts[at + 2], "to"),
    )


def _numbered(first: str) -> Card:
    match kind_of(first):
        case NumberKind.BHXH10:
            return Card(ma_so_bhxh=first)
        case NumberKind.CARD15:
            return Card(ma_the=first, ma_so_bhxh=first[-10:])
    return Card(ma_the=first)


def _hex_text(part: str) -> str | None:
    """Decode a hex field; what is not whole, clean UTF-8 is not known."""
    if not _HEX.fullmatch(part):
        return None
    try:
        text = bytes.fromhex(part).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if any(unicodedata.category(c) == "Cc" for c in text):
        return None
    return tidy(text) or None


def _sex(part: str) -> str | None:
    if _HEX.fullmatch(part):  # a name or an address has slipped into this place
        raise unreadable("garbled")
    return part if part in {"1", "2"} else None


def _facility(part: str) -> str | None:
    if part in _ABSENT:
        return None
    found = _FACILITY.fullmatch(part.upper())
    if not found:
        raise unreadable("facility")
    return found[1] + found[2]


def _day(part: str, case: str) -> date | None:
    if part in _ABSENT:
        return None
    try:
        return parse_day(part)
    except ValueError:
        raise unreadable(case) from None


def _check_office(first: str, part: str) -> None:
    modern = kind_of(first) is not NumberKind.LEGACY
    if modern and _OFFICE.fullmatch(part) and part[-10:] != first[-10:]:
        raise contradictory("number")


def _cross_check(card: Card, on: date) -> None:
    if card.gt_the_tu and card.gt_the_den and card.gt_the_tu > card.gt_the_den:
        raise contradictory("validity")
    if card.ngay_sinh and card.ngay_sinh.first > on:
        raise contradictory("birth")
