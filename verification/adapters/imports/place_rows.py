"""Rows of lists of facilities and of social-insurance offices: text in, values out, or why not."""

from collections.abc import Mapping
from datetime import date

from verification.adapters.imports import cells
from verification.adapters.imports.cells import Unread
from verification.adapters.imports.refused import cell_text
from verification.basics.names import tidy
from verification.basics.refused import Refused, in_cell, missing
from verification.basics.texts import Text
from verification.card.invisible import without_unseen
from verification.rules.misuse.places import places

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
_LEVELS = ("ban_dau", "co_ban", "chuyen_sau")
_POINTS = ("lt50", "50_70", "ge70", "tam")
_TIERS = ("xa", "huyen", "tinh", "tw")
_LATITUDE, _LONGITUDE = 90, 180
_ZEROS = {2: 3, 4: 5}  # digits that codes of offices and facilities have, by those that are left
_Row = Mapping[str, str]


def facility_values(row: _Row, _today: date) -> dict[str, object]:
    """Return the values of a facility row.

    Raises:
        Refused: What is wrong with it.
    """
    code = cells.place(row.get("ma_cskcb", ""))
    if isinstance(code, Unread):
        raise _bad(row, "ma_cskcb", code.why)
    if code is None:
        raise missing("ma_cskcb")
    return {
        "ma_cskcb": code,
        "ten": _name(row),
        "ma_tinh": _province(row) or code[:2],
        "cap": _listed(row, "cap", _LEVELS),
        "diem": _listed(row, "diem", _POINTS),
        "hang_cu": _listed(row, "hang_cu", _TIERS),
        "loai_12": int(_listed(row, "loai_12", ("0", "1")) or 0),
        "vi_do": _degrees(row, "vi_do", _LATITUDE),
        "kinh_do": _degrees(row, "kinh_do", _LONGITUDE),
    }


def office_values(row: _Row, _today: date) -> dict[str, object]:
    """Return the values of a row of a social-insurance office.

    Raises:
        Refused: What is wrong with it.
    """
    code = cells.as_number(row.get("ma_co_quan", ""))
    if not code:
        raise missing("ma_co_quan")
    if not (code.isascii() and code.isdigit()):
        raise _bad(row, "ma_co_quan", cell_text("office"))
    code = code.zfill(_ZEROS.get(len(code), 0))
    address = cells.address(row.get("dia_chi", ""))
    if isinstance(address, Unread):
        raise _bad(row, "dia_chi", address.why)
    province = _province(row) or ""
    return {"ma_co_quan": code, "ten": _name(row), "ma_tinh": province, "dia_chi": address}


def key_of(cell: str) -> str:
    """Return the key of a refused row as the store would know it."""
    key = cells.as_number(cell)
    return key.zfill(_ZEROS.get(len(key), 0)) if key.isdigit() else key


def _bad(row: _Row, column: str, why: Text) -> Refused:
    return in_cell(column, row[column], why)


def _name(row: _Row) -> str:
    name = row.get("ten", "")
    if cells.says_nothing(name):
        raise missing("ten")
    if cells.is_spreadsheets(name):
        raise _bad(row, "ten", cell_text("spreadsheet"))
    if len(name) > cells.MOST_ADDRESS:
        raise _bad(row, "ten", cell_text("long", count=len(name), most=cells.MOST_ADDRESS))
    return tidy("".join(c if c.isprintable() else " " for c in without_unseen(name)))


def _province(row: _Row) -> str | None:
    text = row.get("ma_tinh", "")
    if cells.says_nothing(text):
        return None
    digits = cells.as_number(text)
    code = digits.zfill(2) if digits.zfill(2) in places().land else digits
    if not (len(code) == 2 and code.isascii() and code.isdigit()):  # noqa: PLR2004  # digits of a province
        raise _bad(row, "ma_tinh", cell_text("province"))
    return code


def _listed(row: _Row, name: str, known: tuple[str, ...]) -> str | None:
    text = row.get(name, "")
    if cells.says_nothing(text):
        return None
    word = cells.plain(text)
    found = next((one for one in known if cells.plain(one) == word), None)
    if found is None:
        raise _bad(row, name, cell_text("unlisted"))
    return found


def _degrees(row: _Row, name: str, limit: int) -> float | None:
    text = row.get(name, "")
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        if cells.says_nothing(text):
            return None
        raise _bad(row, name, cell_text("number")) from None
    if not -limit <= value <= limit:
        raise _bad(row, name, cell_text("degrees", limit=limit))
    return value
