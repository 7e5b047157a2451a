"""Rows of a visits file, as values: what was presented, and what is known beside the card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from verification.basics.dates import PartialDate
from verification.basics.names import tidy
from verification.basics.refused import Refused, in_cell, missing
from verification.basics.texts import Texts
from verification.basics.written_dates import day_of, read_date, why
from verification.card import numbers
from verification.card.numbers import NumberKind
from verification.rules.misuse.moments import moment_of
from verification.rules.misuse.places import house

COLUMNS = (
    *("thoi_diem", "ma_the", "so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh", "gt_the_tu"),
    *("gt_the_den", "ma_cskcb", "quay", "nhan_vien", "cach_trinh", "cach_doc"),
    *("ma_doituong_kcb", "ma_loai_kcb", "ma_benh", "so_ngay_thuoc", "ket_thuc", "ma_bn"),
    "doi_chieu",
)
REQUIRED = ("thoi_diem", "ma_the", "ma_cskcb")
BESIDE = (
    *("so_cccd", "ma_bn", "ma_doituong_kcb", "ma_loai_kcb", "ma_benh", "so_ngay_thuoc"),
    *("ket_thuc", "doi_chieu"),
)
_TEXTS = Texts("verification.rules.misuse")
_EARLIEST = 1800  # below it a year is a misread number
_EPOCH = date(1970, 1, 1)
_OUTCOMES = {"", "chuyen_vien", "tu_vong"}


@dataclass(frozen=True)
class PastVisit:
    """A visit, as the history keeps it.

    Args:
        at: Seconds since 1970; the first of the day where only that is known.
        ma_cskcb: The facility.
        desk: The desk; empty elsewhere.
        officer: Who received.
        typed: True when a hand typed the number.
        card: Facts of the card as presented, as text.
        beside: What is known beside the card.
        timed: False where only the day is known.
    """

    at: int
    ma_cskcb: str
    desk: str = ""
    officer: str = ""
    typed: bool = False
    card: Mapping[str, str | None] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    timed: bool = True

    @property
    def key(self) -> str:
        """Return what makes it the same visit when it is told again."""
        number_ = self.card.get("ma_the") or self.card.get("ma_so_bhxh") or ""
        return f"{self.ma_cskcb}|{self.at}|{number_}"

    @staticmethod
    def end_day(text: str) -> int:
        """Return the last day of a stay, counted from 1970."""
        return (date.fromisoformat(text[:10]) - _EPOCH).days


def is_typed(cach_trinh: str) -> bool:
    """Tell whether a way of presenting means that a hand typed the number."""
    return cach_trinh == "go"


def past_visit(row: Mapping[str, str], *, hours: bool = True) -> PastVisit:
    """Read a row of a visits file.

    Args:
        row: The row.
        hours: False where no row of its file tells an hour.

    Raises:
        Refused: What is wrong with it.
    """
    try:
        moment = moment_of(row, hours=hours)
    except Refused as error:
        raise in_cell("thoi_diem", row.get("thoi_diem", ""), error.text) from None
    ma_the = numbers.compact(row.get("ma_the", "") or row.get("so_cccd", ""))
    for name, there in (("ma_the", ma_the), ("ma_cskcb", row.get("ma_cskcb", "").strip())):
        if not there:
            raise missing(name)
    named = numbers.kind_of(ma_the) in {NumberKind.CARD15, NumberKind.BHXH10}
    card = {
        "ma_the": ma_the,
        "ma_so_bhxh": ma_the[-10:] if named else None,
        "ho_ten": tidy(row.get("ho_ten", "")) or None,
        "ngay_sinh": _birth(row.get("ngay_sinh", ""), moment.at.date()),
        "gioi_tinh": {"1": "1", "2": "2"}.get(row.get("gioi_tinh", "")),
        "gt_the_tu": _day(row, "gt_the_tu"),
        "gt_the_den": _day(row, "gt_the_den"),
    }
    return PastVisit(
        int(moment.at.timestamp()),
        house(row["ma_cskcb"]),
        row.get("quay", ""),
        row.get("nhan_vien", ""),
        row.get("cach_doc") == "go" or is_typed(row.get("cach_trinh", "")),
        card,
        beside_of(row),
        moment.timed,
    )


def beside_of(row: Mapping[str, str]) -> dict[str, str]:
    """Return what a row says beside the card, empty values left out.

    Raises:
        Refused: A value is none of its kind.
    """
    found = {name: row[name].strip() for name in BESIDE if row.get(name, "").strip()}
    days = found.get("so_ngay_thuoc", "0")
    if not (days.isascii() and days.isdigit() and len(days) <= 4):  # noqa: PLR2004  # no drug lasts 27 years
        raise in_cell("so_ngay_thuoc", days, _TEXTS("visit.days"))
    if (end := found.get("ket_thuc", "")) not in _OUTCOMES:
        found["ket_thuc"] = _end(end).isoformat()
    return found


def _end(text: str) -> date:
    """Read the end of a stay; files give it with a time of day too.

    Raises:
        Refused: What is wrong with it.
    """
    try:
        return moment_of({"thoi_diem": text}).at.date()
    except Refused as error:
        meant = any(map(str.isdigit, text))
        raise in_cell("ket_thuc", text, error.text if meant else _TEXTS("visit.end")) from None


def _birth(text: str, seen: date) -> str | None:
    if not text:
        return None
    try:
        found = read_date(text)
    except Refused as error:
        raise in_cell("ngay_sinh", text, error.text) from None
    if not found.year:
        return None
    if found.year < _EARLIEST:
        raise in_cell("ngay_sinh", text, why("no_year", year=found.year))
    if PartialDate(found.year, found.month, found.day).first > seen:
        raise in_cell("ngay_sinh", text, _TEXTS("visit.born_later"))
    return found.iso


def _day(row: Mapping[str, str], name: str) -> str | None:
    text = row.get(name, "")
    if text in {"", "-"}:
        return None
    try:
        found = day_of(text)
    except Refused as error:
        raise in_cell(name, text, error.text) from None
    if found.year < _EARLIEST:
        raise in_cell(name, text, why("no_year", year=found.year))
    return found.iso
