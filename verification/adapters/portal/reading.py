"""Reads the portal's JSON as it comes: keys in any case, fields missing, null, of a wrong type."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.transport import Failed
from verification.basics.dates import VIETNAM, PartialDate
from verification.basics.names import without_controls
from verification.card.invisible import without_unseen
from verification.card.portal import Cause

_TOO_MANY = 429
_SERVER = 500
_MOVED = range(300, 400)
_NULL = frozenset({"", "null", "undefined"})
_YEARS = range(1900, 2200)
_PARTED = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})(?:[ T].*)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T].*)?", re.ASCII)
_BARE = re.compile(r"\d{8}(?:\d{4}|\d{6})?", re.ASCII)
_CLOCK = re.compile(r"[ T](\d{1,2}):(\d{2})", re.ASCII)
_AMOUNT = re.compile(r"(\d{1,13})(?:\.0*)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3}){0,3}", re.ASCII)
_DAY = 8  # digits


class _Number(str):
    """A number where text belongs, as it was written: its zeros in front were lost."""

    __slots__ = ()


class _Twice:
    """A key that stands twice and says two things: nothing of it is believed."""


_TWICE = _Twice()


@dataclass(frozen=True)
class Fields:
    """An object of the answer, its keys in small letters."""

    values: Mapping[str, Any]

    def text(self, name: str, width: int = 0, most: int = LIMITS.reply.most_letters) -> str | None:
        """Return a text without blanks around it, None where there is none.

        Args:
            name: Of the field.
            width: Of a text that is all digits: a number gets its zeros back.
            most: Letters that are kept.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return None
        told = value.replace("\n", " ").replace("\r", " ").replace("\t", " ")
        told = without_controls(without_unseen(told))[:most]
        if told.lower() in _NULL:
            return None
        return told.zfill(width) if isinstance(value, _Number) and told.isdigit() else told

    def exact(self, name: str, most: int) -> str | None:
        """Return a text as it is, None where it is none or longer."""
        value = self.values.get(name)
        fits = isinstance(value, str) and value.isprintable() and 0 < len(value.strip()) <= most
        return str(value) if fits else None

    def inner(self, name: str) -> "Fields":
        """Return an object inside, an empty one where there is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {})

    def rows(self, *names: str) -> Iterator["Fields"]:
        """Iterate over the objects of the first list that is there; an object alone is one row."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, (list, dict)):
                found = value if isinstance(value, list) else [value]
                rows = [Fields(row) for row in found if isinstance(row, dict)]
                yield from rows[: LIMITS.reply.most_rows]
                return

    def has_list(self, *names: str) -> bool:
        """Tell whether one of these is there as a list, or as null or missing: none is known."""
        found = [self.values.get(name) for name in names]
        return all(one is None or isinstance(one, (list, dict)) or one == "" for one in found)

    def partial(self, name: str) -> PartialDate | None:
        """Return a date at its precision, None where it is none."""
        told = self.text(name) or ""
        bare = told.isdigit() and len(told) == _DAY - 1  # a number, whose zero in front was lost
        return read_partial(told.zfill(_DAY) if bare else told)

    def day(self, name: str) -> date | None:
        """Return a date that is known to the day."""
        found = self.partial(name)
        return found.first if found and found.day is not None else None

    def amount(self, name: str) -> int | None:
        """Return an amount of đồng."""
        told = self.text(name) or ""
        if _THOUSANDS.fullmatch(told):
            told = told.replace(".", "").replace(",", "")
        found = _AMOUNT.fullmatch(told)
        return int(found[1]) if found else None


def read_fields(body: bytes) -> Fields | None:
    """Return the object that an answer is, None where it is none."""
    try:
        found = json.loads(
            body.removeprefix(b"\xef\xbb\xbf"),
            object_pairs_hook=_object,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=lambda _name: None,
        )
    except (ValueError, RecursionError, LookupError, MemoryError):
        return None
    return Fields(found) if isinstance(found, dict) else None


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = key.strip().lower()
        known = found.get(name)
        if known in (None, "") or known == value:
            found[name] = value
        elif value not in (None, ""):
            found[name] = _TWICE
    return found


def status_failure(status: int) -> Failed | None:
    """Return why a HTTP status means no answer, None where its body is to be read."""
    if status >= _SERVER or status == _TOO_MANY:
        return Failed(Cause.PORTAL_ERROR, f"HTTP {status}")
    if status in _MOVED:  # never followed: the address would carry the password to who knows where
        return Failed(Cause.NOT_READABLE, f"HTTP {status}")
    return None


def read_partial(text: str) -> PartialDate | None:
    """Read `dd/MM/yyyy`, `MM/yyyy`, `yyyy`, `yyyyMMdd`, `ddMMyyyy`, `yyyyMMddHHmm` or ISO."""
    text = text.strip()
    if found := _PARTED.fullmatch(text):
        return _date(found[3], found[2], found[1])
    if found := _ISO.fullmatch(text):
        return _date(*found.groups())
    if not _BARE.fullmatch(text):
        return None
    year_first = _date(text[:4], text[4:6], text[6:8])
    if year_first or len(text) > _DAY:
        return year_first
    return _date(text[4:8], text[2:4], text[:2])


def _date(year: str, month: str | None, day: str | None) -> PartialDate | None:
    if int(year) not in _YEARS:
        return None
    try:
        return PartialDate(int(year), *(int(part) if part else None for part in (month, day)))
    except ValueError:
        return None


@dataclass(frozen=True)
class Moment:
    """A time of day, or a day alone.

    Args:
        at: The time, in Vietnam; midnight where it is not told.
        timed: Whether it is told.
    """

    at: datetime
    timed: bool


def read_moment(text: str) -> Moment | None:
    """Read `yyyyMMddHHmm` and its kin; None where it is no time."""
    text = text.strip()
    found = read_partial(text)
    if found is None or found.day is None:
        return None
    day = found.first
    clock = _CLOCK.search(text)
    bare = _BARE.fullmatch(text) and len(text) > _DAY
    told = clock.groups() if clock else (text[8:10], text[10:12]) if bare else None
    hour, minute = (int(told[0]), int(told[1])) if told else (0, 0)
    try:
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)
    except ValueError:
        return None
    return Moment(at, timed=told is not None)
