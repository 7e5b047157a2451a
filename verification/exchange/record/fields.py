"""The 26 fields of a check-in record in their order, and what can be wrong with one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.exchange.record")
EMERGENCY = "2"
NOT_INSURED = "9"
"""`MA_DOITUONG_KCB` of a visit that the insurance has no part in."""
ITEMS = {
    "ma_dich_vu": "ten_dich_vu",
    "ma_thuoc": "ten_thuoc",
    "ma_vat_tu": "ten_vat_tu",
}
"""Codes that the first cost item may have, with the field of its name."""
CARD = ("ma_the_bhyt", "ma_dkbd", "gt_the_tu", "gt_the_den")
"""What several cards stand in joined by `;`, in one order."""
MOST_CARDS = 3
"""More numbers do not go into the field."""


@dataclass(frozen=True)
class CheckIn:
    """One visit as the record has it: texts in the official forms, empty for what is not there.

    QĐ 3176/QĐ-BYT, in the order of the official table; the names are its tags in small letters.
    """

    ma_lk: str = ""
    stt: str = ""
    ma_bn: str = ""
    ho_ten: str = ""
    so_cccd: str = ""
    ngay_sinh: str = ""
    gioi_tinh: str = ""
    ma_the_bhyt: str = ""
    ma_dkbd: str = ""
    gt_the_tu: str = ""
    gt_the_den: str = ""
    ma_doituong_kcb: str = ""
    ngay_vao: str = ""
    ngay_vao_noi_tru: str = ""
    ly_do_vnt: str = ""
    ma_ly_do_vnt: str = ""
    ma_loai_kcb: str = ""
    ma_cskcb: str = ""
    ma_dich_vu: str = ""
    ten_dich_vu: str = ""
    ma_thuoc: str = ""
    ten_thuoc: str = ""
    ma_vat_tu: str = ""
    ten_vat_tu: str = ""
    ngay_yl: str = ""
    du_phong: str = ""


NAMES = tuple(field.name for field in fields(CheckIn))
REQUIRED = frozenset(
    {
        *("ma_lk", "stt", "ma_bn", "ho_ten", "ngay_sinh", "gioi_tinh", "ma_doituong_kcb"),
        *("ngay_vao", "ma_loai_kcb", "ma_cskcb", "ngay_yl"),
    }
)
"""What is never empty, whatever the others say."""


def number_of(name: str) -> int:
    """Return the number of a field in the official table, from 1."""
    return NAMES.index(name) + 1


def tag_of(name: str) -> str:
    """Return a field as reports of what lacks name it, `3 MA_BN`; it is nobody's data."""
    return f"{number_of(name)} {name.upper()}"


def words_of(name: str) -> Text:
    """Return the number, the tag and the name of a field."""
    words = _TEXTS(f"field.{name}")
    return Text(f"{tag_of(name)} ({words.vi})", f"{tag_of(name)} ({words.en})")


class Level(StrEnum):
    """How much something that is wrong weighs."""

    WRONG = "wrong"  # the record is not sent
    DOUBTFUL = "doubtful"  # a person should look; sources differ, or it may be so


@dataclass(frozen=True)
class Flaw:
    """Something that is wrong with a file of records.

    Args:
        code: What, a code.
        level: How much it weighs.
        words: The same for a person; no value stands in it.
        nth: Which record of the file, from 1; None where it is the file itself.
        name: Of the field, None where it is no single one.
        line: Of the file, where it is known.
    """

    code: str
    level: Level
    words: Text
    nth: int | None = None
    name: str | None = None
    line: int | None = None


Check = Callable[[Sequence[CheckIn]], Sequence[Flaw]]
"""Finds what is wrong with records that were not written yet."""


def wrong_ones(flaws: Sequence[Flaw]) -> list[Flaw]:
    """Return those for which a record is not sent."""
    return [flaw for flaw in flaws if flaw.level is Level.WRONG]
