"""Cells of a list into values: what they say, that they say nothing, or why they cannot be read.

Mended is what can mean one thing only. What earlier cells said is remembered: the next are quick.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from verification.adapters.imports.refused import cell_text
from verification.basics.names import search_key, tidy
from verification.basics.refused import Refused
from verification.basics.remembering import remembered
from verification.basics.texts import Text
from verification.basics.written_dates import Written, day_of, read_date
from verification.card import numbers
from verification.card.invisible import without_unseen
from verification.card.numbers import NumberKind
from verification.rules.misuse.places import places

MOST_ADDRESS = 1024
_NOTHING = frozenset(
    {
        *("", "-", "'-", "--", "---", "–", "—", ".", "NULL", "(NULL)", "NONE", "NIL", "NAN", "NAT"),
        *("N/A", "NA", "KHONG", "KHONG CO", "CHUA CO", "CHUA RO", "KHONG RO"),
    }
)
_NO_DATE = frozenset(
    {
        *("0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "9999-12-31"),
        *("9999-01-01", "9998-12-31"),
    }
)
_NO_BEGIN = _NO_DATE | {"1970-01-01"}
_NO_END = _NO_DATE | {"1970-01-01", "2079-06-06", "2099-12-31", "2999-12-31", "3000-01-01"}
_DECIMALS = re.compile(r"(\d+)[.,]0+", re.ASCII)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.ASCII)
_PLACE = re.compile(r"\d{2}[0-9A-Z]{3}", re.ASCII)
_PLACE_NAMED = re.compile(r"(\d{2}[0-9A-Z]{3})\s*[-–—:|]\s*[^\W\d_].*", re.ASCII)
_LOST_ZERO = re.compile(r"[1-9]\d{3}", re.ASCII)
_PASSPORT = re.compile(r"(?=.*\d{5})[A-Z]{0,2}\d{5,9}[A-Z]?", re.ASCII)
_SEXES = {
    **dict.fromkeys(("1", "NAM", "TRAI", "M", "MALE"), "1"),
    **dict.fromkeys(("2", "NU", "GAI", "F", "FEMALE"), "2"),
    # said, and no sex of a card: nothing that could be kept
    **dict.fromkeys(("3", "KHAC", "CHUA XAC DINH", "KHONG XAC DINH", "OTHER", "UNKNOWN"), None),
}
_AREAS = {f"{way}{n}": f"K{n}" for n in (1, 2, 3) for way in ("K", "KV", "K ", "KV ", "KHU VUC ")}
_USUAL = 10  # characters of a day as nearly all lists write it
_LONGEST_WORD = 12  # letters of what says that there is none
_OLD_CITIZEN = 9  # digits of a CMND
_CITIZEN = 12
_LOST_ZEROS = range(10, _CITIZEN)


class Unread(NamedTuple):
    """A cell that says something else than it should.

    Args:
        why: In words.
        empty: Whether that is surely no value at all, such as a date that a program made up.
    """

    why: Text
    empty: bool = False


Cell = str | None | Unread


def plain(cell: str) -> str:
    """Return a cell as capitals without marks, as it is looked up in lists of words."""
    return search_key(unicodedata.normalize("NFKC", without_unseen(cell)).replace("_", " "))


def says_nothing(cell: str) -> bool:
    """Tell whether a cell is empty, or holds what programs and people write into an empty one."""
    return not cell or plain(cell) in _NOTHING


def is_spreadsheets(cell: str) -> bool:
    """Tell whether a cell is an error or a formula of a spreadsheet."""
    return cell.startswith(("#", "=", "＝"))


def as_number(cell: str) -> str:
    """Return the compact number in a cell, without what spreadsheets put around one."""
    text = unicodedata.normalize("NFKC", without_unseen(cell)).strip().strip("'\"`’")
    decimals = _DECIMALS.fullmatch(text)
    return numbers.compact(decimals[1] if decimals else text)


def is_rounded(cell: str) -> bool:
    """Tell whether a spreadsheet wrote a number as `1.234E+14`: its last digits are lost."""
    return _ROUNDED.fullmatch(cell.strip().upper()) is not None


@remembered(1 << 16)
def birth(cell: str) -> Cell:
    """Read a date of birth, at the precision given."""
    return _date(cell, _NO_DATE, whole=False)


@remembered(1 << 16)
def begin(cell: str) -> Cell:
    """Read the first day of a validity."""
    return _date(cell, _NO_BEGIN)


@remembered(1 << 16)
def end(cell: str) -> Cell:
    """Read the last day of a validity."""
    return _date(cell, _NO_END)


@remembered(1 << 13)
def sex(cell: str) -> Cell:
    """Read a sex; a third one is understood, and none that a card has."""
    return _listed(cell, _SEXES)


@remembered(1 << 10)
def area(cell: str) -> Cell:
    """Read an area, K1 to K3."""
    return _listed(cell, _AREAS)


@remembered(1 << 15)
def place(cell: str) -> Cell:
    """Read a facility code; a zero that a spreadsheet dropped is put back where a province fits."""
    if says_nothing(cell):
        return None
    text = unicodedata.normalize("NFKC", without_unseen(cell)).strip().upper()
    named = _PLACE_NAMED.fullmatch(text)
    code = as_number(named[1] if named else text)
    if _LOST_ZERO.fullmatch(code):
        code = f"0{code}"
        return code if code[:2] in places().land else Unread(cell_text("place_zero"))
    if is_spreadsheets(cell) or not _PLACE.fullmatch(code) or code.startswith("00"):
        return Unread(cell_text("spreadsheet" if is_spreadsheets(cell) else "place"))
    return code


def citizen(cell: str, sex_: Cell, born: Cell) -> Cell:
    """Read a citizen number; None for another paper's number, which is none.

    Args:
        cell: The cell.
        sex_: Sex of the row.
        born: Its date of birth: with it lost zeros are put back, where all agrees.
    """
    if len(cell) == _CITIZEN and _are_digits(cell) and cell[1:] != cell[:-1]:
        return cell
    if not cell or says_nothing(cell):
        return None
    digits = as_number(cell)
    if numbers.kind_of(digits) is NumberKind.CCCD12:
        same = digits == digits[0] * _CITIZEN
        return Unread(cell_text("citizen_form"), empty=True) if same else digits
    if is_rounded(cell):
        return Unread(cell_text("rounded"))
    if _are_digits(digits) and len(digits) in _LOST_ZEROS:
        whole = digits.zfill(_CITIZEN)
        return whole if _agrees(whole, sex_, born) else Unread(cell_text("citizen_zeros"))
    if (digits.isdigit() and len(digits) == _OLD_CITIZEN) or _is_passport(digits):
        return None
    return Unread(cell_text("citizen_form"))


def address(cell: str) -> Cell:
    """Read an address."""
    if not cell:
        return None
    usual = _LONGEST_WORD < len(cell) <= MOST_ADDRESS and cell[0] not in "#=＝"
    if usual and cell.isprintable() and "  " not in cell and _is_nfc(cell):
        return cell
    if says_nothing(cell):
        return None
    if is_spreadsheets(cell):
        return Unread(cell_text("spreadsheet"))
    text = tidy("".join(c if c.isprintable() else " " for c in without_unseen(cell)))
    if len(text) > MOST_ADDRESS:
        return Unread(cell_text("long", count=len(text), most=MOST_ADDRESS))
    return text or None


def _date(cell: str, placeholders: frozenset[str], *, whole: bool = True) -> Cell:
    usual = _usual_day(cell)
    if usual and usual not in placeholders:
        return usual
    if says_nothing(cell):
        return None
    if is_spreadsheets(cell):
        return Unread(cell_text("spreadsheet"))
    try:
        found = read_date(cell)
        if _made_up(found, placeholders):
            return Unread(cell_text("placeholder"), empty=True)
        return (day_of(cell) if whole else found).iso
    except Refused as refused:
        return Unread(refused.text)


def _usual_day(cell: str) -> str | None:
    """Return the day of `2026-01-31` and `31/01/2026`, which nearly all are, without a search."""
    if len(cell) != _USUAL or not cell.isascii():
        return None
    day = f"{cell[6:]}-{cell[3:5]}-{cell[:2]}" if cell[2] == cell[5] == "/" else cell
    year, month, of_month = day[:4], day[5:7], day[8:]
    if not (day[4] == day[7] == "-" and f"{year}{month}{of_month}".isdigit() and year >= "1800"):
        return None
    return day if "01" <= month <= "12" and "01" <= of_month <= "28" else None


def _made_up(found: Written, placeholders: frozenset[str]) -> bool:
    return found.year in {0, 1} or found.iso in placeholders


def _listed(cell: str, known: Mapping[str, str | None]) -> Cell:
    if says_nothing(cell):
        return None
    text = plain(cell)
    decimals = _DECIMALS.fullmatch(text)
    text = decimals[1] if decimals else text
    return known[text] if text in known else Unread(cell_text("unlisted"))


def _is_nfc(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _agrees(whole: str, sex_: Cell, born: Cell) -> bool:
    """Tell whether a citizen number fits its province, the sex and the year of birth."""
    if not (isinstance(sex_, str) and isinstance(born, str)):
        return False
    century, year = divmod(int(born[:4]), 100)
    digit = 2 * (century - 19) + (sex_ == "2")
    fits = whole[3] == str(digit) and whole[4:6] == f"{year:02d}"
    return fits and whole[0] == "0" and whole[1:3] in places().land


def _is_passport(text: str) -> bool:
    return not text.isdigit() and _PASSPORT.fullmatch(text) is not None
