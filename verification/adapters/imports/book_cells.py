"""Cells of a workbook into text: what a person would have read in them, and never more digits."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from verification.adapters.imports.book_scan import Cell, Strings

_DAY = 86_400  # seconds
_FIRST_1900 = datetime(1899, 12, 30)  # noqa: DTZ001  # a sheet knows no zone
_LEAP_1900 = 60  # a day that never was; serials before it are one day further
_FROM_1904 = 1_462
_LAST = 2_958_466  # the day after 9999-12-31
_SURE_DIGITS = 15  # of a number that a spreadsheet keeps
_PLAIN = re.compile(r"-?\d{1,15}", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_QUOTED = re.compile(r'"[^"]*"?|\\.|[_*].|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', re.DOTALL)
_FRACTION = re.compile(r"(?<=s)\.0+")
_HALVES = range(0xD800, 0xE000)  # of a sign in UTF-16, none by itself
_ZEROS = re.compile(r"0{2,15}")
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), "d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), "h"),
    22: "dh",
}


class Form(NamedTuple):
    """How a style shows a number.

    Args:
        day: It shows a day.
        hour: It shows an hour.
        digits: It fills the number up with zeros to so many digits.
    """

    day: bool = False
    hour: bool = False
    digits: int = 0


PLAIN = Form()


def form_of(number: int, codes: Mapping[int, str]) -> Form:
    """Return how a number format shows a number.

    Args:
        number: Of the format.
        codes: The formats that the workbook brings itself.
    """
    code = codes.get(number)
    if code is None:
        shown = _BUILT_IN.get(number, "")
        return Form("d" in shown, "h" in shown)
    first = _QUOTED.sub("", code).partition(";")[0].lower().strip()
    if _ZEROS.fullmatch(first):
        return Form(digits=len(first))
    shown = _FRACTION.sub("", first)
    if "general" in shown or any(sign in shown for sign in "0#?@"):
        return PLAIN
    hour = "h" in shown or "s" in shown
    return Form("d" in shown or "y" in shown or ("m" in shown and not hour), hour)


class Reading(NamedTuple):
    """What the cells of a workbook are read with.

    Args:
        strings: Those that cells name by their place.
        forms: How each style shows a number.
        from_1904: Whether days are counted from 1904.
    """

    strings: Strings
    forms: Sequence[Form]
    from_1904: bool

    def text(self, cell: Cell, *, hour: bool) -> str:
        """Return what a person would have read in a cell.

        An error stays its sign, `#N/A`; of a formula that nobody reckoned its text is left.

        Args:
            cell: The cell.
            hour: Whether in its column an hour counts beside the day.

        Raises:
            ValueError: The workbook is damaged.
        """
        kind, text = cell.kind, cell.text
        if text is None:
            return "=" if cell.formula else ""
        if kind == "s":
            return _unescaped(self._string(text))
        if kind in {"inlineStr", "str"}:
            return _unescaped(text)
        if kind == "n":
            if not text:  # openpyxl writes a formula with an empty value
                return "=" if cell.formula else ""
            return self._number(text, cell.style, hour=hour)
        if kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if kind == "e":
            return text if text.startswith("#") else f"#{text}"
        if kind == "d":
            return _iso(text, hour=hour)
        raise ValueError(kind)

    def _string(self, text: str) -> str:
        try:
            return self.strings[int(text)]
        except IndexError as error:
            raise ValueError(text) from error

    def _number(self, text: str, style: str, *, hour: bool) -> str:
        form = PLAIN
        if style:
            place = int(style)
            form = self.forms[place] if place < len(self.forms) else PLAIN
        if form.day or form.hour:
            shown = _day(text, form, from_1904=self.from_1904, hour=hour)
            if shown is not None:
                return shown
        plain = text if _PLAIN.fullmatch(text) else digits(text)
        return plain.zfill(form.digits) if form.digits and plain.isdigit() else plain


def digits(text: str) -> str:
    """Return a number without an exponent, and with one where its last digits are lost.

    What is none is returned as it is.
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    if abs(number) >= Decimal(10) ** _SURE_DIGITS:
        return f"{number:.{_SURE_DIGITS - 1}E}"
    short = Decimal(repr(float(number)))  # 0.1 is kept as 0.10000000000000001
    if short == short.to_integral_value():
        return str(int(short))
    return f"{short:f}"


def _day(text: str, form: Form, *, from_1904: bool, hour: bool) -> str | None:
    """Return the day, or the hour, that a serial number is; None where it is none."""
    try:
        serial = float(text)
    except ValueError:
        return None
    if not form.day:
        return _clock(serial) if 0 <= serial < 1 else None
    if from_1904:
        serial += _FROM_1904
    elif serial < 1 or _LEAP_1900 <= serial < _LEAP_1900 + 1:
        return None  # an hour in the style of a day, or the day that never was
    elif serial < _LEAP_1900:
        serial += 1
    if not 0 <= serial < _LAST:
        return None
    moment = _FIRST_1900 + timedelta(seconds=round(serial * _DAY))
    return _moment(moment, hour=hour and form.hour)


def _iso(text: str, *, hour: bool) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return _moment(moment.replace(tzinfo=None), hour=hour and "T" in text)


def _clock(serial: float) -> str:
    seconds = round(serial * _DAY) % _DAY
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _moment(moment: datetime, *, hour: bool) -> str:
    return moment.isoformat(timespec="seconds") if hour else moment.date().isoformat()


def _unescaped(text: str) -> str:
    """Return a text with the signs that XML cannot hold, which are written `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(_sign, text)


def _sign(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if code in _HALVES else chr(code)
