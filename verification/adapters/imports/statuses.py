"""The status of a card, by the words of the contract and by those that hospitals write for them.

What is not surely one of them refuses the row: no card stays green because nobody understood.
"""

import re
from datetime import date

from verification.adapters.imports.cells import as_number, plain, says_nothing
from verification.adapters.imports.refused import cell_text
from verification.basics.refused import Refused, in_cell
from verification.card import numbers
from verification.card.facts import Status

_WORDS = {
    **{status.value.replace("_", " ").upper(): status for status in Status},
    **dict.fromkeys(("CON HIEU LUC", "DANG HIEU LUC", "CO HIEU LUC"), Status.HIEU_LUC),
    **dict.fromkeys(("DA THU HOI", "BI THU HOI", "THE THU HOI"), Status.THU_HOI),
    **dict.fromkeys(("DA BAO GIAM", "BAO GIAM THE"), Status.BAO_GIAM),
    **dict.fromkeys(
        ("DA TAM KHOA", "BI TAM KHOA", "THE TAM KHOA", "KHOA", "BI KHOA"), Status.TAM_KHOA
    ),
    **dict.fromkeys(("DA TU VONG", "CHET", "DA CHET"), Status.TU_VONG),
}
# said of the dates alone; they stand in columns of their own
_RUNS = frozenset({"CON HAN", "CON HAN SU DUNG"})
_ENDED = frozenset({"HET HAN", "HET HAN SU DUNG", "HET HIEU LUC", "DA HET HAN", "QUA HAN"})
_BY_WORD = {status.value: status.value for status in Status if status is not Status.THE_MOI}
_NUMBERED = re.compile(r"([^:]*?)\s*:\s*(.*)", re.DOTALL)


def status_of(cell: str, own: str, end: object, today: date) -> tuple[str | None, str | None]:
    """Return the status and the number of the new card; None for a row that says nothing of it.

    Args:
        cell: What stands there.
        own: The row's own number.
        end: Its last day, as text, or None.
        today: The real day.

    Raises:
        Refused: It is no status.
    """
    if not cell:
        return None, None
    if cell in _BY_WORD:
        return _BY_WORD[cell], None
    if says_nothing(cell):
        return None, None
    parts = _NUMBERED.fullmatch(cell)
    word, new = (parts[1], parts[2].strip()) if parts and parts[2] else (cell, "")
    status = _WORDS.get(plain(word))
    if status is None and not new:
        return _of_dates(cell, end, today)
    if status is None:
        raise _bad(word, "status")
    if (status is Status.THE_MOI) != bool(new):
        raise _bad(cell, "new_card_alone")
    number = as_number(new)
    if new and not numbers.is_card_like(number):
        raise _bad(cell, "new_card_form")
    if new and number in {own, own[-10:]}:
        raise _bad(cell, "new_card_same")
    return status.value, number or None


def is_sound(word: str) -> bool:
    """Tell whether a word says that a card is sound, and so lifts what was said of it before."""
    return _WORDS.get(plain(word)) is Status.HIEU_LUC


def _of_dates(cell: str, end: object, today: date) -> tuple[None, None]:
    word = plain(cell)
    ended = isinstance(end, str) and end < today.isoformat()
    if word in _RUNS or (word in _ENDED and ended):
        return None, None
    raise _bad(cell, "status_ended" if word in _ENDED else "status")


def _bad(cell: str, key: str) -> Refused:
    return in_cell("trang_thai", cell, cell_text(key))
