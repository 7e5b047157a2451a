"""Several columns of somebody's list that are one of ours: how their cells are put together.

A spreadsheet takes the zeros off each part of a code, so that a joined one is never filled up by
a guess: `10` and `28` are 10028, not 01028.
"""

import re
from collections.abc import Sequence

from verification.adapters.imports.refused import Refused

_BLANK, _COMMA, _SLASH = " ", ", ", "/"
_BETWEEN = {
    **dict.fromkeys(("ho_ten", "ten"), _BLANK),
    "dia_chi": _COMMA,
    **dict.fromkeys(("ngay_sinh", "gt_the_tu", "gt_the_den", "ngay_du_5_nam"), _SLASH),
}
_FACILITY = frozenset({"ma_cskcb", "ma_dkbd"})
_PROVINCE, _IN_PROVINCE = 2, 3  # characters of the parts of a facility code
_PADDED = {"ma_co_quan": (2, 4), "ma_dkbd": (4,), "ma_cskcb": (4,)}  # as if a zero were lost
_YEAR = re.compile(r"\d{4}", re.ASCII)
_THREE = 3  # day, month and year


def joined(column: str, parts: Sequence[str]) -> str:
    """Return the cell that several are together.

    Args:
        column: Ours.
        parts: Theirs, in the order of the mapping.

    Raises:
        Refused: A part of a code or of a date is not there, or it may have lost a zero.
    """
    filled = [part.strip() for part in parts]
    if len(filled) == 1 or not any(filled):
        return filled[0] if filled else ""
    between = _BETWEEN.get(column, "")
    if between == _SLASH:
        return _date(column, filled)
    if between:
        return between.join(filter(None, filled))
    return _code(column, filled)


def _code(column: str, parts: Sequence[str]) -> str:
    if not all(parts):
        raise Refused("part_missing", column=column)
    first, second = parts[0], parts[-1]
    two = len(parts) == _PROVINCE and len(first) <= _PROVINCE and len(second) <= _IN_PROVINCE
    if column in _FACILITY and two and first.isdigit() and second.isdigit():
        return first.zfill(_PROVINCE) + second.zfill(_IN_PROVINCE)
    code = "".join(parts)
    if len(first) < _PROVINCE <= len(parts) and first.isdigit() and column in _PADDED:
        raise Refused("part_short", column=column)
    if len(code) in _PADDED.get(column, ()):
        raise Refused("part_short", column=column)
    return code


def _date(column: str, parts: Sequence[str]) -> str:
    """Return a date of its parts: without its day, or without day and month, never the month alone.

    Raises:
        Refused: What is there is not a year with what stands beside it.
    """
    held = [part for part in parts if part]
    at = [place for place, part in enumerate(parts) if part]
    apart = at[-1] - at[0] >= len(at)
    years = [place for place in at if _YEAR.fullmatch(parts[place])]
    if len(parts) >= _THREE and (apart or len(years) != 1 or years[0] not in {at[0], at[-1]}):
        raise Refused("part_missing", column=column)
    if len(parts) < _THREE and len(held) < len(parts) and not years:
        raise Refused("part_missing", column=column)
    return _SLASH.join(held)
