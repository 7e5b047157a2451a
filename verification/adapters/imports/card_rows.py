"""Rows of a list of cards: text in, values of the card store out, or one sentence why not.

A row is refused where its number, name, birth, validity, status or registered place cannot be read:
the first five say who is insured and when, the place decides the rate. Of another cell that cannot
be read it is said so, and what is stored is kept: it is not taken for "there is none".
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from verification.adapters.imports import cells
from verification.adapters.imports.cells import Unread
from verification.adapters.imports.refused import Refused, cell_text
from verification.adapters.imports.statuses import status_of
from verification.basics import damaged, refused, written_dates
from verification.basics.names import name_key, spelled, without_controls
from verification.basics.refused import about, in_cell, missing, shown
from verification.basics.texts import Text
from verification.card import numbers as number
from verification.card.invisible import without_unseen
from verification.card.numbers import NumberKind

CARD_COLUMNS = (
    "ma_the",
    "ma_so_bhxh",
    "so_cccd",
    "ho_ten",
    "name_key",
    "ngay_sinh",
    "gioi_tinh",
    "dia_chi",
    "ma_dkbd",
    "gt_the_tu",
    "gt_the_den",
    "ma_kv",
    "ngay_du_5_nam",
    "trang_thai",
    "the_moi",
)
_ALWAYS = frozenset({"ma_the", "ma_so_bhxh", "ho_ten", "trang_thai"})  # "there is none" is no value
_SIDE = frozenset({"gioi_tinh", "dia_chi", "ma_kv", "ngay_du_5_nam", "so_cccd"})
_is_card = re.compile(r"[A-Z]{2}[1-5]\d{12}", re.ASCII).fullmatch
# the number of a new card that a status names is not the row's own
_CARD_IN_TEXT = re.compile(r"(?<!THE_MOI:)\b[A-Z]{2}[1-5]\d{12}\b", re.ASCII)
_DIGITS_IN_TEXT = re.compile(r"(?<!THE_MOI:)\b(?:\d{12}|\d{10})\b", re.ASCII)
_OF_CARDS = frozenset({NumberKind.CARD15, NumberKind.BHXH10, NumberKind.LEGACY})
_BHXH = 10  # digits
_SHOWN = 9  # characters from which a number is somebody's, and masked
_MOST_NAME = 255  # of HO_TEN in XML1
_INSURANCE = 1992  # Nghị định 299-HĐBT
_MOST_YEARS = 125  # of a life
_MOST_AHEAD = 50  # years that a card, or its end, lies ahead
_NEUTRAL = "'-"  # in a file of refused rows that comes back
_NONE: frozenset[str] = frozenset()
_Row = Mapping[str, str]


class _Limits(NamedTuple):
    """Between which days the dates of a row can lie, as text."""

    today: str
    oldest: str
    first: str
    last: str


def card_values(row: _Row, today: date) -> dict[str, object]:
    """Return the values of a card row.

    Beside the columns it names in `none` those whose cell is `-` alone: there is none. An empty
    cell and an absent column say nothing. `notes` are the sentences of cells that it goes without.

    Args:
        row: Cells by column.
        today: The real day.

    Raises:
        Refused: What is wrong with it.
    """
    get = row.get
    said = row.values()
    none = _none(row) if "-" in said or _NEUTRAL in said else _NONE
    ma_the, ma_so_bhxh = _numbers(row)
    ho_ten, key = spelled(get("ho_ten", "")) or _name(get("ho_ten", ""))
    born, sex = cells.birth(get("ngay_sinh", "")), cells.sex(get("gioi_tinh", ""))
    values: dict[str, object] = {
        "ma_the": ma_the,
        "ma_so_bhxh": ma_so_bhxh,
        "so_cccd": cells.citizen(get("so_cccd", ""), sex, born),
        "ho_ten": ho_ten,
        "name_key": key,
        "ngay_sinh": born,
        "gioi_tinh": sex,
        "dia_chi": cells.address(get("dia_chi", "")),
        "ma_dkbd": cells.place(get("ma_dkbd", "")),
        "gt_the_tu": cells.begin(get("gt_the_tu", "")),
        "gt_the_den": cells.end(get("gt_the_den", "")),
        "ma_kv": cells.area(get("ma_kv", "")),
        "ngay_du_5_nam": cells.begin(get("ngay_du_5_nam", "")),
    }
    notes = _without(row, values) if Unread in map(type, values.values()) else ()
    if not _are_possible(values, _limits(today)):
        notes += _check_days(row, values, _limits(today))
    status = status_of(get("trang_thai", ""), ma_the, values["gt_the_den"], today)
    values["trang_thai"], values["the_moi"] = status
    values["none"], values["notes"] = none, notes
    return values


def refused_numbers(row: _Row) -> tuple[str, ...]:
    """Return whose newest row it was, though it was refused; nobody's where none can be read.

    Where card number and BHXH number contradict each other it may have been either's.
    """
    names = ("ma_the", "ma_so_bhxh", "so_cccd")
    ma_the, ma_so_bhxh, so_cccd = (cells.as_number(str(row.get(n) or "")) for n in names)
    bhxh = ma_so_bhxh if number.kind_of(ma_so_bhxh) is NumberKind.BHXH10 else ""
    if number.kind_of(ma_the) in _OF_CARDS:
        return (ma_the, bhxh) if bhxh and not ma_the.endswith(bhxh) else (ma_the,)
    if bhxh:
        return (bhxh,)
    return (so_cccd,) if number.kind_of(so_cccd) is NumberKind.CCCD12 else ()


def numbers_in(row_cells: Iterable[str]) -> tuple[str, ...]:
    """Return whose rows they may have been, where no cell is sure to stand in its column.

    An open quotation mark puts the rows that follow into one cell. BHXH and citizen numbers count
    only where no card number is left.
    """
    text = "\n".join(row_cells).upper()
    cards = _CARD_IN_TEXT.findall(text)
    return tuple(dict.fromkeys(cards or _DIGITS_IN_TEXT.findall(text)))


def day_of_visit(row: _Row) -> date:
    """Return the day of `NGAY_VAO`, which XML1 writes as `yyyyMMddHHmm`.

    Raises:
        Refused: There is none, or it is no day.
    """
    text = row.get("ngay_vao", "")
    if not text:
        raise missing("ngay_vao")
    try:
        found = written_dates.day_of(text)
    except refused.Refused as error:
        raise in_cell("ngay_vao", text, error.text) from None
    return date(found.year, found.month or 1, found.day or 1)


def _none(row: _Row) -> frozenset[str]:
    """Return the columns of which a row says that there is nothing.

    A status is lifted only by one that says so; number and name there always are.
    """
    return frozenset(name for name, cell in row.items() if cell in {"-", _NEUTRAL}) - _ALWAYS


def _numbers(row: _Row) -> tuple[str, str | None]:
    ma_the, bhxh = row.get("ma_the", ""), row.get("ma_so_bhxh", "")
    if _is_card(ma_the) and (not bhxh or bhxh == ma_the[5:]):
        return ma_the, ma_the[5:]
    digits = "" if cells.says_nothing(bhxh) else cells.as_number(bhxh)
    number_ = _card_number(ma_the, digits)
    if number.kind_of(number_) is NumberKind.LEGACY:
        if digits and number.kind_of(digits) is not NumberKind.BHXH10:
            raise _bad_number("ma_so_bhxh", bhxh, cell_text("bhxh_form"))
        return number_, digits or None
    if digits and (not _are_digits(digits) or len(digits) > _BHXH):
        raise _bad_number("ma_so_bhxh", bhxh, cell_text("bhxh_form"))
    if digits and digits.zfill(_BHXH) != number_[-_BHXH:]:  # zeros that a spreadsheet dropped
        if len(digits) == _BHXH:
            raise Refused("bhxh_differs")
        raise _bad_number("ma_so_bhxh", bhxh, cell_text("bhxh_form"))
    return number_, number_[-_BHXH:]


def _card_number(cell: str, bhxh: str) -> str:
    """Return the number of a card; one of BHXH that lost its zeros where its own column has it."""
    if cells.says_nothing(cell):
        raise missing("ma_the")
    found = cells.as_number(cell)
    if number.kind_of(found) in _OF_CARDS:
        return found
    if _are_digits(found) and len(bhxh) == _BHXH and found.zfill(_BHXH) == bhxh:
        return bhxh
    raise _bad_number("ma_the", cell, _fault(cell, found))


def _fault(cell: str, found: str) -> Text:
    """Return what keeps a text from being the number of a card."""
    if cells.is_rounded(cell):
        return cell_text("rounded")
    if cells.is_spreadsheets(cell):
        return cell_text("spreadsheet")
    if number.kind_of(found) is NumberKind.CCCD12:
        return cell_text("card_citizen")
    fault = number.first_fault(found)
    if fault is None or fault.position is None:
        return cell_text("card_length", count=len(found))
    said = {"position": fault.position, "found": shown(fault.found)}
    if digit := number.misread_digit(fault):
        return cell_text("card_misread", digit=digit, **said)
    return cell_text(f"card_{fault.expected}", **said)


def _bad_number(column: str, cell: str, why: Text) -> refused.Refused:
    """Return the sentence with the number masked, as everywhere outside the row itself."""
    found = cells.as_number(cell)
    somebodys = len(found) >= _SHOWN and found.isalnum()
    return in_cell(column, number.mask(found) or "" if somebodys else cell, why)


def _name(cell: str) -> tuple[str, str]:
    """Read a name that is not made of Vietnamese syllables alone."""
    name = without_controls(without_unseen(cell))
    if cells.says_nothing(name):
        raise missing("ho_ten")
    if len(name) > _MOST_NAME:
        raise in_cell("ho_ten", name, cell_text("name_long", count=len(name), most=_MOST_NAME))
    if cells.is_spreadsheets(name):
        raise in_cell("ho_ten", name, cell_text("spreadsheet"))
    if number.kind_of(number.compact(name)) is not None:
        raise _bad_number("ho_ten", name, cell_text("name_number"))
    if damaged.is_nothing(name):
        raise in_cell("ho_ten", name, cell_text("name_none"))
    return name, name_key(name)


def _without(row: _Row, values: dict[str, object]) -> tuple[Text, ...]:
    """Take out cells that cannot be read, and return what is to be said of them.

    Raises:
        Refused: The row is nothing without one of them.
    """
    notes = []
    for name, value in values.items():
        if isinstance(value, Unread):
            if not (value.empty or name in _SIDE):
                raise in_cell(name, row[name], value.why)
            notes.append(_note(row, name, value.why))
            values[name] = None
    return tuple(notes)


def _note(row: _Row, name: str, why: Text) -> Text:
    cell = row[name]
    masked = name == "so_cccd" and len(cell) >= _SHOWN
    return about(name, number.mask(cells.as_number(cell)) or "" if masked else cell, why)


@lru_cache(maxsize=8)
def _limits(today: date) -> _Limits:
    day = today.isoformat()
    return _Limits(
        day, str(today.year - _MOST_YEARS), str(_INSURANCE), f"{today.year + _MOST_AHEAD}{day[4:]}"
    )


def _are_possible(values: Mapping[str, Any], limits: _Limits) -> bool:
    """Tell whether no date of a row contradicts another, or what is possible: the usual case."""
    born, begin, end = values["ngay_sinh"], values["gt_the_tu"], values["gt_the_den"]
    five, (today, oldest, first, last) = values["ngay_du_5_nam"], limits
    return (
        (born is None or oldest <= born <= today)
        and (end is None or first <= end <= last)
        and (five is None or first <= five <= last)
        and (begin is None or (first <= begin <= last and (born or "") <= begin <= (end or last)))
    )


def _check_days(row: _Row, values: dict[str, object], limits: _Limits) -> tuple[Text, ...]:
    """Compare the dates of a row with each other, and with what is possible.

    Raises:
        Refused: They cannot be.
    """
    born, begin, end = values["ngay_sinh"], values["gt_the_tu"], values["gt_the_den"]
    if isinstance(born, str) and not limits.oldest <= born <= limits.today:
        ahead = born > limits.today
        text = "birth_ahead" if ahead else "birth_old"
        raise in_cell("ngay_sinh", row["ngay_sinh"], cell_text(text, years=_MOST_YEARS))
    for name, day in (("gt_the_tu", begin), ("gt_the_den", end)):
        if isinstance(day, str) and not limits.first <= day <= limits.last:
            raise in_cell(name, row[name], _impossible(day, limits))
    if isinstance(begin, str):
        if isinstance(end, str) and begin > end:
            raise Refused("end_first", begin=begin, end=end)
        if isinstance(born, str) and begin < born:
            raise Refused("before_birth", begin=begin, born=born)
    five = values["ngay_du_5_nam"]
    if isinstance(five, str) and not limits.first <= five <= limits.last:
        values["ngay_du_5_nam"] = None
        return (_note(row, "ngay_du_5_nam", _impossible(five, limits)),)
    return ()


def _impossible(day: str, limits: _Limits) -> Text:
    if day < limits.first:
        return cell_text("before_insurance", year=_INSURANCE)
    return cell_text("far_ahead", years=_MOST_AHEAD)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
