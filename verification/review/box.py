"""What an auditor wrote into the one box: a number, a case, an account, a name, with its days."""

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

from verification.basics.dates import PartialDate, parse_partial
from verification.basics.errors import RequestError
from verification.basics.names import name_parts
from verification.card import numbers

LONGEST = 500
_CASE = re.compile(r"(?:hs|hồ sơ|case)?\W*(?P<number>\d{4}-\d{4,})", re.IGNORECASE)
_DAY = re.compile(r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?:/(?P<y>\d{4}))?(?![\d/])", re.ASCII)
_NEAR = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}
_NEAR_DAY = re.compile(r"\b(?:" + "|".join(_NEAR) + r")\b", re.IGNORECASE)
_BESIDE_DAYS = re.compile(
    r"(?<!\S)(?:từ ngày|đến ngày|ngày|từ|đến|tới|from|until|to|on|[–—-])(?!\S)", re.IGNORECASE
)
_MASKED = re.compile(
    r"(?P<head>(?:[A-Za-z]{2}[\s.]*[1-5]?[\d\s]{0,4})?)(?:\.{2,}|…|[•*xX]{2,})[\s.•*…xX]*"
    r"(?P<tail>\d[\d\s]*)"
)
_OFFICER = re.compile(
    r"(?:@\s*|(?:nv|nhân viên|officer)\s+)(?P<name>[\w.-]+)\s*(?P<rest>.*)", re.IGNORECASE
)
_TAIL = range(3, 10)  # digits of an end that say something and are no whole number
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LATELY = 3  # years: a day before is a birthday
_FEW = 2  # letters of a name
_IsOfficer = Callable[[str], bool]


@dataclass(frozen=True)
class Asked:
    """What somebody is looked for by; nothing at all stands for every visit of the days.

    Args:
        number: A whole number, or the text of a card's QR.
        head: How a number begins of which only a part is known.
        tail: How it ends.
        case: The number of a case.
        officer: An account.
        words: Words of a name, folded.
        birth: The birth date as far as it was written.
        first: The first day that was written.
        last: The last one.
    """

    number: str = ""
    head: str = ""
    tail: str = ""
    case: str = ""
    officer: str = ""
    words: tuple[str, ...] = ()
    birth: PartialDate | None = None
    first: date | None = None
    last: date | None = None

    @property
    def opens(self) -> bool:
        """Tell whether only the sealed content of each visit can answer."""
        return bool(self.tail or self.words or self.birth)


def understood(text: str, today: date, is_officer: _IsOfficer, *, as_name: bool = False) -> Asked:
    """Understand what was written.

    Args:
        text: `DN479…0011`, `2026-0012`, `an.lt hôm qua`, `mau nguyen 1994`, `12/11`.
        today: The local day.
        is_officer: Tells whether an account is or was at the desk.
        as_name: True to read a word that is an account as part of a name.

    Raises:
        RequestError: It is none of these; what can be written.
    """
    composed = unicodedata.normalize("NFC", text)[:LONGEST].strip()
    if case := _CASE.fullmatch(composed):
        return Asked(case=case["number"])
    if numbers.kind_of(numbers.compact(composed)) is not None or "|" in composed:
        return Asked(number=composed)
    asked, rest = _dated(composed, today)
    if masked := _MASKED.fullmatch(rest):
        head, tail = numbers.compact(masked["head"]), numbers.compact(masked["tail"])
        return replace(asked, head=head, tail=tail)
    if not as_name and (officer := _OFFICER.fullmatch(rest)):
        asked, rest = replace(asked, officer=officer["name"].lower()), officer["rest"]
    elif not as_name and " " not in rest and is_officer(rest.lower()):
        return replace(asked, officer=rest.lower())
    return _named(asked, rest)


def day_of(text: str, today: date) -> date | None:
    """Return the day that was written, None for nothing.

    Raises:
        RequestError: It is none.
    """
    written = text.strip()
    if not written:
        return None
    if near := _NEAR_DAY.fullmatch(written):
        return today - timedelta(days=_NEAR[near[0].lower()])
    found = _DAY.fullmatch(written)
    if found is None:
        raise RequestError(f"Không có ngày {written}", f"There is no day {written}")
    return _day(found, today)


def _dated(text: str, today: date) -> tuple[Asked, str]:
    """Return the days of a text, and what is left of it."""
    days = [today - timedelta(days=_NEAR[near.lower()]) for near in _NEAR_DAY.findall(text)]
    births: list[PartialDate] = []
    rest = _NEAR_DAY.sub(" ", text)
    for found in _DAY.finditer(rest):
        day = _day(found, today)
        lately = day.year >= today.year - _LATELY
        days += [day] if lately else []
        births += [] if lately else [PartialDate(day.year, day.month, day.day)]
    if days or births:
        rest = _BESIDE_DAYS.sub(" ", _DAY.sub(" ", rest))
    asked = Asked(birth=births[0] if births else None)
    if days:
        asked = replace(asked, first=min(days), last=max(days))
    return asked, " ".join(rest.split())


def _day(found: re.Match[str], today: date) -> date:
    """Return a day; without a year the last one that was."""
    year = int(found["y"] or today.year)
    try:
        day = date(year, int(found["m"]), int(found["d"]))
    except ValueError as error:
        wrong = found[0]
        raise RequestError(f"Không có ngày {wrong}", f"There is no day {wrong}") from error
    return day.replace(year=year - 1) if day > today and not found["y"] else day


def _named(asked: Asked, rest: str) -> Asked:
    whole = numbers.compact(rest)
    if whole.isdigit() and len(whole) in _TAIL:
        return replace(asked, tail=whole)
    if (year := _YEAR.search(rest)) and any(map(str.isalpha, rest)):
        with suppress(ValueError):
            asked = replace(asked, birth=asked.birth or parse_partial(year[0]))
        rest = _YEAR.sub(" ", rest)
    words = name_parts(re.sub(r"\b(?:sinh năm|sinh|năm)\b", " ", rest) if asked.birth else rest)
    known = asked.officer or asked.first or asked.birth
    letters = sum(map(len, words))
    if any(map(str.isdigit, rest)) or (letters < _FEW and not (known and not letters)):
        raise RequestError(
            "Viết số đủ 10, 12, 15 ký tự hay vài số cuối (…0011), số hồ sơ, tài khoản nhân viên,"
            " họ tên hoặc ngày (12/11)",
            "Write a whole number of 10, 12 or 15 characters or its last digits (…0011), a case, an"
            " officer's account, a name or a day (12/11)",
        )
    return replace(asked, words=words)
