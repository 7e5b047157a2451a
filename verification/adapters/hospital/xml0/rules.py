"""What the fields of a check-in record say of each other, beyond the form of each.

Sources: QĐ 3176/QĐ-BYT, check-in table; CV 3190 and CV 1245 of BHXH; QĐ 3276 and QĐ 1804 for the
codes, of which the law's own tables know the dates. A rule that no source states as an order is
doubtful, never wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from verification.basics.texts import Texts
from verification.card import numbers
from verification.card.numbers import NumberKind
from verification.exchange.record.building import NEWBORN
from verification.exchange.record.fields import (
    CARD,
    EMERGENCY,
    ITEMS,
    NOT_INSURED,
    CheckIn,
    Flaw,
    Level,
    words_of,
)
from verification.rules.law.tables import Law

_TEXTS = Texts("verification.adapters.hospital.xml0")
_DAY, _MOMENT = "%Y%m%d", "%Y%m%d%H%M"
_SURE_LENGTH = 1024  # of a drug's or a supply's name
_NO_CARD_YET = frozenset({"1.6", "1.7", NOT_INSURED})
_TEMPORARY = ("TE", "HG")  # children and organ donors get temporary numbers
_DAYS = len("yyyyMMdd")
Found = tuple[str, str, Level]  # field, code, weight
Rule = Callable[[CheckIn, Law], Iterator[Found]]


def flaws_of(records: Sequence[CheckIn], law: Law) -> list[Flaw]:
    """Return what is wrong between the fields of records, in their order.

    Args:
        records: As they stand in one file.
        law: Knows which codes hold on a day.
    """
    found = [
        _flaw(nth, *one)
        for nth, record in enumerate(records, 1)
        for rule in _RULES
        for one in rule(record, law)
    ]
    return sorted([*found, *_in_the_file(records)], key=lambda flaw: flaw.nth or 0)


def _flaw(nth: int, name: str, code: str, level: Level) -> Flaw:
    words = _TEXTS(f"rule.{code}", field=words_of(name))
    return Flaw(code, level, words, nth, name)


def _in_the_file(records: Sequence[CheckIn]) -> Iterator[Flaw]:
    seen: set[str] = set()
    for nth, record in enumerate(records, 1):
        if record.stt != str(nth):
            yield _flaw(nth, "stt", "stt", Level.WRONG)
        if record.ma_lk and record.ma_lk in seen:
            yield _flaw(nth, "ma_lk", "twice", Level.WRONG)
        seen.add(record.ma_lk)


def _first_item(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Require one of 19, 21 and 23, each with its name; no name without its code."""
    if not any(getattr(one, code) for code in ITEMS):
        yield "ma_dich_vu", "no_item", Level.WRONG
    for code, name in ITEMS.items():
        if getattr(one, code) and not getattr(one, name):
            yield name, "no_name", Level.WRONG
        if getattr(one, name) and not getattr(one, code):
            yield code, "no_code", Level.WRONG
    for name in ("ten_thuoc", "ten_vat_tu"):
        if len(getattr(one, name)) > _SURE_LENGTH:
            yield name, "maybe_long", Level.DOUBTFUL


def _admitted(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Require 15 where 14 is set, and 14 not before 13; 15 and 16 speak of 14."""
    begun, inside = moment(one.ngay_vao), moment(one.ngay_vao_noi_tru)
    if one.ngay_vao_noi_tru and not one.ly_do_vnt:
        yield "ly_do_vnt", "no_reason", Level.WRONG
    if begun and inside and inside < begun:
        yield "ngay_vao_noi_tru", "before_visit", Level.WRONG
    for name in ("ly_do_vnt", "ma_ly_do_vnt"):
        if getattr(one, name) and not one.ngay_vao_noi_tru:
            yield name, "not_admitted", Level.DOUBTFUL


def _ordered(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Doubt an order before the visit: no source forbids it."""
    begun, ordered = moment(one.ngay_vao), moment(one.ngay_yl)
    if begun and ordered and ordered < begun:
        yield "ngay_yl", "before_visit", Level.DOUBTFUL


def _real(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Require that each date is one of the calendar; its digits the schema has looked at."""
    for name in ("ngay_vao", "ngay_vao_noi_tru", "ngay_yl"):
        text = getattr(one, name)
        if len(text) == len("yyyyMMddHHmm") and text.isdigit() and moment(text) is None:
            yield name, "no_date", Level.WRONG
    for name in ("gt_the_tu", "gt_the_den"):
        parts = getattr(one, name).split(";")
        if any(len(part) == _DAYS and part.isdigit() and day(part) is None for part in parts):
            yield name, "no_date", Level.WRONG


def _birth(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Look at the birth: of the calendar, not after the visit, of a newborn with its hour."""
    text, begun = one.ngay_sinh, moment(one.ngay_vao)
    if len(text) != len("yyyyMMddHHmm") or not text.isdigit():
        return
    if text[4:8] != "0000" and text[6:8] == "00":
        yield "ngay_sinh", "month_alone", Level.DOUBTFUL
        return
    born = moment(text) if text[4:8] != "0000" else moment(f"{text[:4]}01010000")
    if born is None:
        yield "ngay_sinh", "no_date", Level.WRONG
    elif begun and born > begun:
        yield "ngay_sinh", "after_visit", Level.WRONG
    elif begun and text.endswith("0000") and begun - born <= NEWBORN + timedelta(days=1):
        yield "ngay_sinh", "newborn", Level.DOUBTFUL


def _codes(one: CheckIn, law: Law) -> Iterator[Found]:
    """Require codes 12 and 17 to be in the lists of the day of the visit."""
    begun = moment(one.ngay_vao)
    if begun is None:
        return
    for name in ("ma_doituong_kcb", "ma_loai_kcb"):
        code = getattr(one, name)
        if code and all(row[name] != code for row in law.rows(name, begun.date())):
            yield name, "not_in_list", Level.WRONG
    if one.ma_doituong_kcb == EMERGENCY:
        yield "ma_doituong_kcb", "emergency", Level.DOUBTFUL


def _cards(one: CheckIn, _law: Law) -> Iterator[Found]:
    """Require as many values in 8 to 11 as there are cards, each with its begin before its end."""
    count = len(one.ma_the_bhyt.split(";"))
    for name in CARD[1:]:
        text = getattr(one, name)
        if text and text.count(";") + 1 != count:
            yield name, "not_aligned", Level.WRONG
    for begin, end in zip(one.gt_the_tu.split(";"), one.gt_the_den.split(";"), strict=False):
        if begin and end and begin > end:
            yield "gt_the_den", "ends_before", Level.WRONG
    if one.ma_the_bhyt and not all(one.gt_the_tu.split(";")):
        yield "gt_the_tu", "no_begin", Level.DOUBTFUL
    if not one.ma_the_bhyt and one.ma_doituong_kcb not in _NO_CARD_YET:
        yield "ma_the_bhyt", "no_card", Level.DOUBTFUL
    yield from _each_card(one)


def _each_card(one: CheckIn) -> Iterator[Found]:
    cards = [card for card in one.ma_the_bhyt.split(";") if card]
    if any(numbers.kind_of(card) is NumberKind.LEGACY for card in cards):
        yield "ma_the_bhyt", "old_number", Level.DOUBTFUL
    if len(set(cards)) < len(cards) and not one.gt_the_tu:
        yield "ma_the_bhyt", "same_card", Level.DOUBTFUL
    for card, place in zip(cards, one.ma_dkbd.split(";"), strict=False):
        if place.endswith("000") and not card.startswith(_TEMPORARY):
            yield "ma_dkbd", "temporary", Level.DOUBTFUL


_RULES: tuple[Rule, ...] = (
    _birth,
    _cards,
    _codes,
    _real,
    _admitted,
    _first_item,
    _ordered,
)


def moment(text: str) -> datetime | None:
    """Return a moment as the record writes it, None where it is none."""
    try:
        return datetime.strptime(text, _MOMENT) if len(text) == _DAYS + 4 else None  # noqa: DTZ007  # only compared with its like
    except ValueError:
        return None


def day(text: str) -> date | None:
    """Return a day as the record writes it, None where it is none."""
    try:
        return datetime.strptime(text, _DAY).date() if len(text) == _DAYS else None  # noqa: DTZ007  # a day
    except ValueError:
        return None
