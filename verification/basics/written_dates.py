"""Dates and hours as programs and people write them into cells of a list.

Read is what can mean one day only: the day stands before the month, a year has four digits. Where
a number is all there is, its length tells the form; a day's count of a spreadsheet is one of its
1900 system. A date without an hour has none.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from verification.basics.dates import VIETNAM
from verification.basics.names import search_key
from verification.basics.refused import Refused
from verification.basics.remembering import remembered
from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.basics")
_LONGEST = 60  # more letters than any date has
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})
_YEARS = range(1800, 2200)  # in which a number of a certain length is a date
_FIRST_SERIAL = date(1899, 12, 30)
_SERIALS = range(10_000, 73_051)  # 1927 to 2099; with four digits it would be a year
_DAY_SECONDS = 86_400
_AFTERNOON = frozenset({"CH", "PM", "CHIEU"})
_CLOCK = (
    r"(?P<hour>\d{1,2})[:H](?P<minute>\d{2})(?:[:M](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>SA|CH|AM|PM|SANG|CHIEU))?(?: ?(?P<zone>Z|[+-]\d{2}:?\d{2}))?"
)
_AFTER = re.compile(rf"(?P<date>.+?\d)(?:[T ]|, ){_CLOCK}", re.ASCII)
_BEFORE = re.compile(rf"{_CLOCK},? (?:NGAY )?(?P<date>\d.+)", re.ASCII)
_WEEKDAY = re.compile(r"(?:THU \w+|CHU NHAT),? (?=\S)", re.ASCII)
_PARTED = re.compile(r"(\d{1,4}) ?([/.\-]) ?(\d{1,2}) ?\2 ?(\d{1,4})", re.ASCII)
_MONTH = re.compile(r"T?(\d{1,2}) ?[/.\-] ?(\d{4})", re.ASCII)
_MONTH_LAST = re.compile(r"(\d{4}) ?[/.\-] ?(\d{1,2})", re.ASCII)
_WORDS = (
    *("GIENG", "HAI", "BA", "TU", "NAM", "SAU", "BAY", "TAM", "CHIN", "MUOI"),
    *("MUOI MOT", "MUOI HAI"),
)
_ENGLISH = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER"),
    *("OCTOBER", "NOVEMBER", "DECEMBER"),
)
_LETTERS = 3  # that an English month is shortened to
_OURS = "|".join(sorted(_WORDS, key=len, reverse=True))
_SPOKEN = re.compile(
    rf"(?:NGAY )?(?:(?P<day>\d{{1,2}})[ ,/.\-]*)?(?:THANG|THG|TH)[ .]?(?P<month>\d{{1,2}}|{_OURS})"
    r"[ ,/.\-]*(?:NAM )?(?P<year>\d{2,4})",
    re.ASCII,
)
_ABROAD = re.compile(
    r"(?P<day>\d{1,2})[ ,/.\-]*(?P<month>[A-Z]{3,9})[ ,/.\-]*(?P<year>\d{2,4})|"
    r"(?P<month_>[A-Z]{3,9})\.? (?P<day_>\d{1,2}),? (?P<year_>\d{4})",
    re.ASCII,
)
_DECIMALS = re.compile(r"(\d+)\.0+", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:[.,](\d{1,15}))?", re.ASCII)
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.ASCII)


class Written(NamedTuple):
    """What a cell says of a day.

    Args:
        year: Of it; 0 where a program wrote zeros alone, for a date that it has not.
        month: None where only the year is known.
        day: None where it is not known.
        clock: The hour in Vietnam, None where none is written.
    """

    year: int
    month: int | None = None
    day: int | None = None
    clock: time | None = None

    @property
    def iso(self) -> str:
        """Return the day as `1994-04-17`, `1955-07` or `1955`."""
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def read_date(text: str) -> Written:
    """Read a cell.

    Raises:
        Refused: It says no day, or may say two.
    """
    found = _kept(text)
    if isinstance(found, Text):
        raise Refused(found)
    return found


def day_of(text: str) -> Written:
    """Read a cell that must say the day.

    Raises:
        Refused: It says none, or no more than a month or a year.
    """
    found = read_date(text)
    if found.day is None:
        raise Refused(why("whole"))
    return found


def why(key: str, **values: object) -> Text:
    """Return why something is no date.

    Args:
        key: Of `texts.toml`, below `date`.
        values: What its sentence names.
    """
    return _TEXTS(f"date.{key}", **values)


@remembered(1 << 15)
def _kept(text: str) -> Written | Text:
    try:
        return _read(text)
    except Refused as refused:
        return refused.text


def _read(text: str) -> Written:
    plain = _plain(text)
    if not plain or len(plain) > _LONGEST:
        raise Refused(why("none"))
    if plain.isdigit() and plain.isascii():
        return _of_digits(plain)
    if _ROUNDED.fullmatch(plain):
        raise Refused(why("rounded"))
    for form in (_AFTER, _BEFORE):
        if found := form.fullmatch(plain):
            return _with_clock(_of_words(found["date"].rstrip(" ,")), found)
    return _of_words(plain)


def _plain(text: str) -> str:
    """Return bare capitals, plain digits and single blanks."""
    shown = unicodedata.normalize("NFKC", text)
    seen = "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)
    plain = search_key(seen).strip("'\"").strip()
    number = _DECIMALS.fullmatch(plain)
    plain = number[1] if number else plain
    return _WEEKDAY.sub("", plain, count=1) if plain.startswith(("THU ", "CHU ")) else plain


def _of_words(plain: str) -> Written:
    if plain.isdigit():
        return _of_digits(plain)
    if found := _PARTED.fullmatch(plain):
        return _of_parts(found[1], found[3], found[4])
    if found := _MONTH.fullmatch(plain):
        return _checked(int(found[2]), int(found[1]), 0)
    if found := _MONTH_LAST.fullmatch(plain):
        return _checked(int(found[1]), int(found[2]), 0)
    if (found := _SERIAL.fullmatch(plain)) and int(plain[:5]) in _SERIALS:
        return _of_serial(int(plain[:5]), found[1])
    if found := _SPOKEN.fullmatch(plain):
        month = found["month"]
        at = _WORDS.index(month) + 1 if month in _WORDS else int(month)
        return _checked(_year(found["year"]), at, int(found["day"] or 0))
    if (found := _ABROAD.fullmatch(plain)) and (at := _english(found["month"] or found["month_"])):
        day = int(found["day"] or found["day_"])
        return _checked(_year(found["year"] or found["year_"]), at, day)
    if plain.startswith("NAM ") and len(plain) == len("NAM 1955"):
        return _of_words(plain[4:])
    raise Refused(why("none"))


def _english(word: str) -> int:
    """Return the month, 0 where the word is none."""
    names = enumerate(_ENGLISH, 1)
    return next((n for n, name in names if name.startswith(word) or word == f"{name[:3]}T"), 0)


def _of_parts(first: str, month: str, last: str) -> Written:
    if int(month) > 12 >= int(first) > 0 and len(last) == 4:  # noqa: PLR2004  # months, digits of a year
        raise Refused(why("month_first", month=month))
    year_first = len(first) == 4  # noqa: PLR2004  # digits of a year
    day, year = (last, first) if year_first else (first, last)
    if len(day) > 2:  # noqa: PLR2004  # digits of a day
        raise Refused(why("none"))
    return _checked(_year(year), int(month), int(day))


def _year(text: str) -> int:
    if len(text) == 2:  # noqa: PLR2004  # 31/01/26
        raise Refused(why("short_year", year=text))
    if len(text) != 4:  # noqa: PLR2004  # digits of a year
        raise Refused(why("none"))
    return int(text)


def _of_digits(text: str) -> Written:
    read = _BY_LENGTH.get(len(text))
    if not text.strip("0"):
        return Written(0)
    if read is None:
        raise Refused(why("none"))
    return read(text)


def _of_year(text: str) -> Written:
    return _checked(int(text), 0, 0)


def _of_five(text: str) -> Written:
    if int(text) not in _SERIALS:
        raise Refused(why("none"))
    return _of_serial(int(text), None)


def _of_six(text: str) -> Written:
    """Read `MMyyyy` or `yyyyMM`: no number can be both, and neither is `ddMMyy`."""
    if int(text[:2]) <= 12 and int(text[2:]) in _YEARS:  # noqa: PLR2004  # months of a year
        return _checked(int(text[2:]), int(text[:2]), 0)
    if int(text[:4]) in _YEARS:
        return _checked(int(text[:4]), int(text[4:]), 0)
    raise Refused(why("short_year", year=text[4:]))


def _of_seven(text: str) -> Written:
    """Read `dMMyyyy`, which lost its zero, where it cannot be `ddMyyyy`."""
    year, cuts = int(text[3:]), ((text[0], text[1:3]), (text[:2], text[2]))
    days = [(int(d), int(m)) for d, m in cuts if _is_day(year, int(m), int(d))]
    if year not in _YEARS or len(days) != 1:
        raise Refused(why("none"))
    return Written(year, days[0][1], days[0][0])


def _of_eight(text: str) -> Written:
    """Read `ddMMyyyy` or `yyyyMMdd`: no number can be both, as no month and day make a year."""
    day_first = int(text[2:4]) <= 12 and int(text[4:]) in _YEARS  # noqa: PLR2004  # months of a year
    if not day_first and (int(text[:4]) in _YEARS or text in {"00010101", "99991231"}):
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:]))
    return _checked(int(text[4:]), int(text[2:4]), int(text[:2]))


def _of_minutes(text: str) -> Written:
    """Read `yyyyMMddHHmm` or `yyyyMMddHHmmss`, of which zeros stand for what is not known."""
    found = _checked(int(text[:4]), int(text[4:6]), int(text[6:8]))
    clock = _time(int(text[8:10]), int(text[10:12]), int(text[12:] or 0))
    return found if found.day is None else found._replace(clock=clock)


_BY_LENGTH: dict[int, Callable[[str], Written]] = {
    4: _of_year,
    5: _of_five,
    6: _of_six,
    7: _of_seven,
    8: _of_eight,
    12: _of_minutes,
    14: _of_minutes,
}


def _of_serial(days: int, part: str | None) -> Written:
    day = _FIRST_SERIAL + timedelta(days)
    seconds = round(float(f"0.{part or 0}") * _DAY_SECONDS)
    if not seconds or seconds == _DAY_SECONDS:
        return Written(day.year, day.month, day.day)
    clock = (datetime.combine(day, time()) + timedelta(seconds=seconds)).time()
    return Written(day.year, day.month, day.day, clock)


def _checked(year: int, month: int, day: int) -> Written:
    """Return a date that there is; a month or a day that is 0 is not known."""
    if not year and not month and not day:
        return Written(0)
    if not year:
        raise Refused(why("no_year", year=year))
    if not month and day:
        raise Refused(why("no_month", month="00"))
    if month > 12:  # noqa: PLR2004  # months of a year
        raise Refused(why("no_month", month=month))
    if day and not _is_day(year, month, day):
        raise Refused(why("no_day", day=day, month=f"{month:02d}/{year:04d}"))
    return Written(year, month or None, day or None)


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]  # noqa: PLR2004  # months of a year


def _time(hour: int, minute: int, second: int) -> time:
    if hour > 23:  # noqa: PLR2004  # hours of a day
        raise Refused(why("no_hour", hour=hour))
    if minute > 59 or second > 59:  # noqa: PLR2004  # minutes of an hour
        raise Refused(why("no_minute", minute=minute if minute > 59 else second))  # noqa: PLR2004  # as above
    return time(hour, minute, second)


def _with_clock(found: Written, said: re.Match[str]) -> Written:
    """Return a day with its hour, in Vietnam."""
    if found.day is None or found.month is None:
        raise Refused(why("whole"))
    clock = _time(_hour(said), int(said["minute"]), int(said["second"] or 0))
    if not said["zone"]:
        return found._replace(clock=clock)
    zone = said["zone"].replace("Z", "+00:00")
    written = f"{found.iso}T{clock.isoformat()}{zone[:3]}:{zone[-2:]}"
    try:
        here = datetime.fromisoformat(written).astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise Refused(why("none")) from None
    return Written(here.year, here.month, here.day, here.time())


def _hour(said: re.Match[str]) -> int:
    """Return the hour of 24: `12:05 SA` is five past midnight, `13:05 CH` is what it says."""
    hour, half = int(said["hour"]), said["half"]
    if half is None:
        return hour
    if hour > 12 and half not in _AFTERNOON:  # noqa: PLR2004  # hours of half a day
        raise Refused(why("no_hour", hour=f"{hour} {half}"))
    if half in _AFTERNOON:
        return hour if hour >= 12 else hour + 12  # noqa: PLR2004  # as above
    return 0 if hour == 12 else hour  # noqa: PLR2004  # as above
