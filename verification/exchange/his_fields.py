"""What a hospital system tells of a visit, and how each of its values is read.

The names are those of the check-in record and of XML1 (QĐ 3176/QĐ-BYT). A value that is none of
its kind is named by its field and a code; nothing is put right silently but blanks and form.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from verification.basics.dates import VIETNAM, parse_day
from verification.basics.texts import Text, Texts
from verification.card.invisible import without_unseen

_TEXTS = Texts("verification.exchange")
_DISEASE = re.compile(r"[A-Z]\d{2}(\.\d{1,2})?")
_WRITTEN = re.compile(r"\d{12}")  # yyyyMMddHHmm, as the record has it
_OUTCOMES = frozenset({"", "chuyen_vien", "tu_vong"})
_MOST_DAYS = 9_999
_EARLIEST_TIME = datetime(2000, 1, 1, tzinfo=VIETNAM)
# what XML does not take, or no form shows
_NO_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
FIRST_ITEMS = ("ma_dich_vu", "ma_thuoc", "ma_vat_tu")


@dataclass(frozen=True)
class ToldByHis:
    """What a hospital system told of a visit; None for what it did not.

    Args:
        ma_bn: The hospital's number of the patient.
        ma_lk: Its number of the visit, never used again.
        ma_dich_vu: Code of the first service.
        ten_dich_vu: Its name.
        ma_thuoc: Code of the first drug, where no service came first.
        ten_thuoc: Its name.
        ma_vat_tu: Code of the first supply, where neither came first.
        ten_vat_tu: Its name.
        ngay_yl: When the first cost item was ordered.
        ngay_vao: When the visit began, as the hospital system has it.
        ngay_vao_noi_tru: When the patient was admitted to a bed.
        ly_do_vnt: Why.
        ma_ly_do_vnt: Likewise, a code.
        ma_loai_kcb: Kind of the visit.
        ma_doituong_kcb: Its code for the record; the desk's own of the visit stays beside it.
        ma_benh: Main disease, ICD-10.
        ma_benh_kt: Other diseases, ICD-10, joined by `;`.
        so_ngay_thuoc: Days of drugs handed out.
        ngay_ra: When the visit ended.
        ket_thuc: How: empty, `chuyen_vien`, `tu_vong`, or the last day of a stay in a bed, ISO.
    """

    ma_bn: str | None = None
    ma_lk: str | None = None
    ma_dich_vu: str | None = None
    ten_dich_vu: str | None = None
    ma_thuoc: str | None = None
    ten_thuoc: str | None = None
    ma_vat_tu: str | None = None
    ten_vat_tu: str | None = None
    ngay_yl: datetime | None = None
    ngay_vao: datetime | None = None
    ngay_vao_noi_tru: datetime | None = None
    ly_do_vnt: str | None = None
    ma_ly_do_vnt: str | None = None
    ma_loai_kcb: str | None = None
    ma_doituong_kcb: str | None = None
    ma_benh: str | None = None
    ma_benh_kt: str | None = None
    so_ngay_thuoc: int | None = None
    ngay_ra: datetime | None = None
    ket_thuc: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """Return what was told, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}

    @property
    def has_item(self) -> bool:
        """Tell whether the first cost item is known."""
        return any(getattr(self, name) for name in FIRST_ITEMS)

    @property
    def last_day(self) -> date | None:
        """Return the last day of a stay, where the end was told so."""
        day = None if self.ket_thuc in _OUTCOMES else self.ket_thuc
        return date.fromisoformat(day) if day else None

    def values(self) -> dict[str, str | int]:
        """Return what was told as the log and a message hold it."""
        return {name: _plain(value) for name, value in self.given.items()}

    def over(self, before: "ToldByHis") -> "ToldByHis":
        """Return what is known once this was told after something else."""
        return replace(before, **self.given)


NAMES = tuple(field.name for field in fields(ToldByHis))


@dataclass(frozen=True)
class BadField:
    """A value that cannot be taken.

    Args:
        name: Of the field.
        code: Why, for programs.
        why: Why, in words; it does not repeat the value.
    """

    name: str
    code: str
    why: Text


class _Bad(ValueError):
    """Why a value is none; its code stands in `args`."""


def read_told(values: Mapping[str, object]) -> ToldByHis | tuple[BadField, ...]:
    """Return what values mean, or all that are none of their kind.

    Args:
        values: By name, as a message or the log holds them.
    """
    read: dict[str, Any] = {}
    bad: list[BadField] = []
    for name, value in values.items():
        try:
            read[name] = _READERS.get(name, _unknown)(value)
        except _Bad as error:
            bad.append(bad_field(name, *error.args))
    return tuple(bad) or ToldByHis(**read)


def bad_field(name: str, code: str, **params: object) -> BadField:
    """Return why the value of a field cannot be taken."""
    return BadField(name, code, _TEXTS(f"his.{code}", **params))


def disagreeing(told: ToldByHis, received: date | None = None) -> Iterator[BadField]:
    """Return the fields of a visit that contradict each other.

    Args:
        told: What is known of it.
        received: The day that the desk received it, where that is sure.
    """
    inside, begun = told.ngay_vao_noi_tru, told.ngay_vao
    if begun and inside and inside < begun:
        yield bad_field("ngay_vao_noi_tru", "before_begin")
    if told.ngay_ra and any(at and told.ngay_ra < at for at in (begun, inside)):
        yield bad_field("ngay_ra", "before_begin")
    ended = told.ngay_ra.date() if told.ngay_ra else None
    if begun is None and received and ended and ended < received:
        yield bad_field("ngay_ra", "before_begin")
    days = (begun.date() if begun else received, inside.date() if inside else None)
    if (last := told.last_day) and any(day and last < day for day in days):
        yield bad_field("ket_thuc", "before_begin")
    for item in FIRST_ITEMS:
        named = f"ten_{item.removeprefix('ma_')}"
        if getattr(told, named) and not getattr(told, item):
            yield bad_field(named, "name_alone")
    if told.ly_do_vnt and told.ngay_vao_noi_tru is None:
        yield bad_field("ly_do_vnt", "no_admission")


def _unknown(_value: object) -> None:
    raise _Bad("unknown_field")


def _text(most: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise _Bad("no_text")
        if len(value) > most:
            raise _Bad("too_long")
        if _NO_CHARACTER.search(value):
            raise _Bad("no_character")
        # two numbers that look alike would be two: what nobody sees comes along when copied
        if not (text := unicodedata.normalize("NFC", without_unseen(value)).strip()):
            raise _Bad("empty")
        return text

    return read


def _moment(value: object) -> datetime:
    text = _text(40)(value)
    if not text.isascii():
        raise _Bad("no_moment")
    try:
        written = _WRITTEN.fullmatch(text)
        # a date alone is no moment: an hour is never made up
        found = (
            datetime.strptime(text, "%Y%m%d%H%M")  # noqa: DTZ007  # the zone follows
            if written
            else datetime.fromisoformat(text if ":" in text else "")
        )
        at = found.replace(tzinfo=VIETNAM) if found.tzinfo is None else found
        at = at.astimezone(VIETNAM).replace(second=0, microsecond=0)
    except (ValueError, OverflowError):
        raise _Bad("no_moment") from None
    if at < _EARLIEST_TIME - timedelta(days=1):  # a zone may lie before it
        raise _Bad("no_moment")
    return at


def _disease(value: object) -> str:
    text = _text(10)(value).upper()
    if not _DISEASE.fullmatch(text) or not text.isascii():
        raise _Bad("no_disease")
    return text


def _diseases(value: object) -> str:
    parts = [part for part in _text(255)(value).split(";") if part.strip()]
    if not parts:
        raise _Bad("empty")
    return ";".join(map(_disease, parts))


def _days(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 7.0 is a whole number in JSON
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Bad("no_number")
    if not 0 <= value <= _MOST_DAYS:
        raise _Bad("out_of_range")
    return value


def _end(value: object) -> str:
    if isinstance(value, str) and value.strip() in _OUTCOMES:
        return value.strip()
    try:
        return parse_day(_text(20)(value)).isoformat()
    except _Bad:
        raise
    except ValueError:
        raise _Bad("no_end") from None


def _plain(value: object) -> str | int:
    if isinstance(value, date):
        return (
            value.isoformat(timespec="minutes")
            if isinstance(value, datetime)
            else value.isoformat()
        )
    return value if isinstance(value, int) else str(value)


_READERS: Mapping[str, Callable[[object], Any]] = {
    "ma_bn": _text(100),
    "ma_lk": _text(100),
    "ma_dich_vu": _text(50),
    "ten_dich_vu": _text(1024),
    "ma_thuoc": _text(255),
    "ten_thuoc": _text(1024),
    "ma_vat_tu": _text(255),
    "ten_vat_tu": _text(1024),
    "ngay_yl": _moment,
    "ngay_vao": _moment,
    "ngay_vao_noi_tru": _moment,
    "ly_do_vnt": _text(4000),
    "ma_ly_do_vnt": _text(5),
    "ma_loai_kcb": _text(2),
    "ma_doituong_kcb": _text(4),
    "ma_benh": _disease,
    "ma_benh_kt": _diseases,
    "so_ngay_thuoc": _days,
    "ngay_ra": _moment,
    "ket_thuc": _end,
}
