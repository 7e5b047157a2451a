"""Rows of import files: text in, values of the card store out, or one sentence why not."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from verification.basics.dates import parse_day, parse_partial
from verification.basics.names import name_key, search_key, tidy, without_controls
from verification.card import numbers as number
from verification.card.facts import Status
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
FACILITY_COLUMNS = (
    "ma_cskcb",
    "ten",
    "ma_tinh",
    "cap",
    "diem",
    "hang_cu",
    "loai_12",
    "vi_do",
    "kinh_do",
)
OFFICE_COLUMNS = ("ma_co_quan", "ten", "ma_tinh", "dia_chi")

_CSKCB = re.compile(r"\d{2}[0-9A-Z]{3}", re.ASCII)
# the number of a new card that a status names is not the row's own
_CARD_IN_TEXT = re.compile(r"(?<!THE_MOI:)\b[A-Z]{2}[1-5]\d{12}\b", re.ASCII)
_DIGITS_IN_TEXT = re.compile(r"(?<!THE_MOI:)\b(?:\d{12}|\d{10})\b", re.ASCII)
_OF_CARDS = frozenset({NumberKind.CARD15, NumberKind.BHXH10, NumberKind.LEGACY})
_XML_TIMES = (8, 12, 14)
_SEXES = {"": None, "1": "1", "2": "2", "NAM": "1", "NU": "2"}
_AREAS = {"": None, "K1": "K1", "K2": "K2", "K3": "K3"}
_LEVELS = ("", "ban_dau", "co_ban", "chuyen_sau")
_POINTS = ("", "lt50", "50_70", "ge70", "tam")
_TIERS = ("", "xa", "huyen", "tinh", "tw")
_Row = Mapping[str, str]


def card_values(row: _Row) -> dict[str, object]:
    """Return the values of a card row.

    Beside the columns it names in `none` those whose cell is `-` alone: there is none. An empty
    cell and an absent column say nothing.

    Raises:
        ValueError: What is wrong with it, in one sentence.
    """
    none = frozenset(name for name, cell in row.items() if cell == "-")
    row = {name: cell for name, cell in row.items() if name not in none}
    ma_the, ma_so_bhxh = _numbers(row)
    status, the_moi = _status(row.get("trang_thai", ""))
    name = without_controls(without_unseen(row.get("ho_ten", "")))
    if not name:
        raise ValueError("thiếu ho_ten")
    begin, end = _day(row, "gt_the_tu"), _day(row, "gt_the_den")
    if begin and end and begin > end:
        raise ValueError("gt_the_tu sau gt_the_den")
    return {
        "ma_the": ma_the,
        "ma_so_bhxh": ma_so_bhxh,
        "so_cccd": _citizen_number(row),
        "ho_ten": name,
        "name_key": name_key(name),
        "ngay_sinh": _birth(row),
        "gioi_tinh": _one_of(row, "gioi_tinh", _SEXES),
        "dia_chi": tidy(row.get("dia_chi", "")) or None,
        "ma_dkbd": _facility_code(row, "ma_dkbd"),
        "gt_the_tu": begin,
        "gt_the_den": end,
        "ma_kv": _one_of(row, "ma_kv", _AREAS),
        "ngay_du_5_nam": _day(row, "ngay_du_5_nam"),
        "trang_thai": status.value if status else None,
        "the_moi": the_moi,
        "none": none,
    }


def refused_numbers(row: _Row) -> tuple[str, ...]:
    """Return whose newest row it was, though it was refused; nobody's where none can be read.

    Where card number and BHXH number contradict each other it may have been either's.
    """
    names = ("ma_the", "ma_so_bhxh", "so_cccd")
    ma_the, ma_so_bhxh, so_cccd = (number.compact(str(row.get(n) or "")) for n in names)
    bhxh = ma_so_bhxh if number.kind_of(ma_so_bhxh) is NumberKind.BHXH10 else ""
    if number.kind_of(ma_the) in _OF_CARDS:
        return (ma_the, bhxh) if bhxh and not ma_the.endswith(bhxh) else (ma_the,)
    if bhxh:
        return (bhxh,)
    return (so_cccd,) if number.kind_of(so_cccd) is NumberKind.CCCD12 else ()


def numbers_in(cells: Iterable[str]) -> tuple[str, ...]:
    """Return whose rows they may have been, where no cell is sure to stand in its column.

    An open quotation mark puts the rows that follow into one cell. BHXH and citizen numbers count
    only where no card number is left.
    """
    text = "\n".join(cells).upper()
    cards = _CARD_IN_TEXT.findall(text)
    return tuple(dict.fromkeys(cards or _DIGITS_IN_TEXT.findall(text)))


def day_of_visit(row: _Row) -> date:
    """Return the day of `NGAY_VAO`, which XML1 writes as `yyyyMMddHHmm`.

    Raises:
        ValueError: There is none, or it is no day.
    """
    text = row.get("ngay_vao", "")
    try:
        if text.isdigit() and len(text) in _XML_TIMES:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        return parse_day(text)
    except ValueError:
        raise ValueError("ngay_vao không phải ngày có thật") from None


def facility_values(row: _Row) -> dict[str, object]:
    """Return the values of a facility row.

    Raises:
        ValueError: What is wrong with it, in one sentence.
    """
    code = _facility_code(row, "ma_cskcb")
    if code is None or not tidy(row.get("ten", "")):
        raise ValueError("thiếu ma_cskcb hoặc ten")
    return {
        "ma_cskcb": code,
        "ten": tidy(row["ten"]),
        "ma_tinh": row.get("ma_tinh") or code[:2],
        "cap": _listed(row, "cap", _LEVELS),
        "diem": _listed(row, "diem", _POINTS),
        "hang_cu": _listed(row, "hang_cu", _TIERS),
        "loai_12": int(_listed(row, "loai_12", ("", "0", "1")) or 0),
        "vi_do": _degrees(row, "vi_do", 90),
        "kinh_do": _degrees(row, "kinh_do", 180),
    }


def office_values(row: _Row) -> dict[str, object]:
    """Return the values of a row of a social-insurance office.

    Raises:
        ValueError: What is wrong with it, in one sentence.
    """
    code, name = row.get("ma_co_quan", ""), tidy(row.get("ten", ""))
    if not code.isdigit() or not name:
        raise ValueError("thiếu ma_co_quan hoặc ten")
    address = tidy(row.get("dia_chi", "")) or None
    return {"ma_co_quan": code, "ten": name, "ma_tinh": row.get("ma_tinh", ""), "dia_chi": address}


def _numbers(row: _Row) -> tuple[str, str | None]:
    ma_the = number.compact(row.get("ma_the", ""))
    ma_so_bhxh = number.compact(row.get("ma_so_bhxh", "")) or None
    kind = number.kind_of(ma_the)
    if kind not in _OF_CARDS:
        raise ValueError("ma_the không đúng dạng")
    if ma_so_bhxh and number.kind_of(ma_so_bhxh) is not NumberKind.BHXH10:
        raise ValueError("ma_so_bhxh không phải 10 chữ số")
    if kind is NumberKind.LEGACY:
        return ma_the, ma_so_bhxh
    if ma_so_bhxh not in {None, ma_the[-10:]}:
        raise ValueError("ma_so_bhxh khác 10 số cuối của ma_the")
    return ma_the, ma_the[-10:]


def _status(text: str) -> tuple[Status | None, str | None]:
    word, _, new = text.strip().partition(":")
    try:
        status = Status(word) if word or new else None
    except ValueError:
        raise ValueError(f"trang_thai {word!r} không có trong danh mục") from None
    if (status is Status.THE_MOI) != bool(new):
        raise ValueError("trang_thai the_moi phải có số thẻ mới, và chỉ nó")
    compact = number.compact(new)
    if new and not number.is_card_like(compact):
        raise ValueError("số thẻ mới trong trang_thai không đúng dạng")
    return status, compact or None


def _citizen_number(row: _Row) -> str | None:
    compact = number.compact(row.get("so_cccd", ""))
    if compact and number.kind_of(compact) is not NumberKind.CCCD12:
        raise ValueError("so_cccd không phải 12 chữ số")
    return compact or None


def _birth(row: _Row) -> str | None:
    text = row.get("ngay_sinh", "")
    try:
        return parse_partial(text).iso if text else None
    except ValueError:
        raise ValueError("ngay_sinh không phải ngày có thật") from None


def _day(row: _Row, name: str) -> str | None:
    text = row.get(name, "")
    try:
        return parse_day(text).isoformat() if text not in {"", "-"} else None
    except ValueError:
        raise ValueError(f"{name} không phải ngày có thật") from None


def _one_of(row: _Row, name: str, known: Mapping[str, str | None]) -> str | None:
    key = search_key(row.get(name, ""))
    if key not in known:
        raise ValueError(f"{name} không có trong danh mục")
    return known[key]


def _listed(row: _Row, name: str, known: tuple[str, ...]) -> str | None:
    text = row.get(name, "")
    if text not in known:
        raise ValueError(f"{name} không có trong danh mục")
    return text or None


def _facility_code(row: _Row, name: str) -> str | None:
    code = number.compact(row.get(name, ""))
    if code and not _CSKCB.fullmatch(code):
        raise ValueError(f"{name} không đúng dạng mã cơ sở")
    return code or None


def _degrees(row: _Row, name: str, limit: int) -> float | None:
    text = row.get(name, "").replace(",", ".")
    try:
        value = float(text) if text else None
    except ValueError:
        raise ValueError(f"{name} không phải số") from None
    if value is not None and not -limit <= value <= limit:
        raise ValueError(f"{name} ngoài giới hạn")
    return value
