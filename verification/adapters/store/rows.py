"""Rows and the values that they hold, whatever engine keeps them: no SQL but names of columns."""

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from verification.basics.dates import PartialDate
from verification.card.facts import LISTS, Card, Facility, Office, Record, Refusal, Status
from verification.log.chained import NOT_READ, UNKNOWN_TIME, event_of, moment, row_of, utc
from verification.log.numbering import is_number
from verification.log.visit import (
    CachTrinh,
    CancelReason,
    DoiChieu,
    NguoiTrinh,
    PortalWord,
    RecordWord,
    Visit,
)
from verification.rules.law.verdict import Outcome
from verification.rules.misuse.facts import Occasion

__all__ = ["event_of", "row_of", "utc"]  # an engine finds all that it needs here

LOG_COLUMNS = (
    "desk, seq, recorded_at, happened_at, kind, codes, person_ref, content_digest, prev_hash, hash"
)
VISIT_COLUMNS = (
    "visit_id, desk, happened_at, person_ref, presented, verdict, reason, rate, ma_doituong_kcb, "
    "officer, cach_trinh, doi_chieu, nguoi_trinh, corrected, cancelled, reappointment, so_thu_tu, "
    "ngay_so, phong, portal, portal_code, handed, his, record, record_code"
)
_CARD_FIELDS = tuple(f.name for f in fields(Card))
RECORD_COLUMNS = (*_CARD_FIELDS, "trang_thai", "the_moi", "as_of", "origin", "copy")
FACILITY_COLUMNS = tuple(f.name for f in fields(Facility))
OFFICE_COLUMNS = tuple(f.name for f in fields(Office))
OCCASION_COLUMNS = ", ".join(f.name for f in fields(Occasion))
_FLAGS = tuple(OCCASION_COLUMNS.split(", ").index(n) for n in ("typed", "received", "timed"))
_TYPED, _RECEIVED, _TIMED = _FLAGS
_OCCASION_TYPES: tuple[Any, ...] = tuple(
    int if f.type is bool else f.type for f in fields(Occasion)
)
_CARD_LENGTH = 15
_VERDICTS = frozenset(outcome.value for outcome in Outcome)
_RATE = re.compile(r"\d+/[1-9]\d*")
_STATUSES = {status.value: status for status in Status} | {None: Status.HIEU_LUC}
_ORIGINS = {origin.value: origin for origin in LISTS}


def stored_visit(visit: Visit) -> tuple[Any, ...]:
    """Return a visit as the values of `VISIT_COLUMNS`, then its local day and its place."""
    return (
        visit.visit_id,
        visit.desk,
        utc(visit.happened_at),
        visit.person_ref,
        visit.presented,
        visit.verdict,
        visit.reason,
        visit.rate,
        visit.ma_doituong_kcb,
        visit.officer,
        visit.cach_trinh.value,
        visit.doi_chieu.value,
        visit.nguoi_trinh.value,
        " ".join(visit.corrected),
        visit.cancelled.value if visit.cancelled else None,
        visit.reappointment.isoformat() if visit.reappointment else None,
        visit.so_thu_tu,
        visit.ngay_so.isoformat() if visit.ngay_so else None,
        visit.phong,
        visit.portal.value if visit.portal else None,
        visit.portal_code,
        visit.handed,
        " ".join(visit.his) or None,
        visit.record.value if visit.record else None,
        visit.record_code,
        visit.day.isoformat(),
        int(visit.visit_id.rpartition("-")[2]),
    )


def visit_of(row: Sequence[Any]) -> Visit:
    """Return the visit of a row of `VISIT_COLUMNS`; of a damaged one only what is sure.

    The last value tells whether the event that began it names the same presentation.
    """
    try:
        return _visit(row)
    except NOT_READ:
        visit_id, desk, happened, person = row[:4]
        return Visit(
            visit_id=str(visit_id),
            desk=str(desk),
            happened_at=moment(happened) or UNKNOWN_TIME,
            person_ref=person if isinstance(person, str) else "",
            presented="",
            verdict=Outcome.UNDETERMINED,
            reason="",
            rate=None,
            ma_doituong_kcb=None,
            officer="",
            cach_trinh=CachTrinh.GO,
            unreadable=True,
        )


def _visit(row: Sequence[Any]) -> Visit:
    happened, rate = moment(row[2]), row[7]
    if row[5] not in _VERDICTS or not (rate is None or _RATE.fullmatch(rate)):
        raise ValueError(row[0])
    if not all(isinstance(one, str) for one in (*row[:7], row[9], row[13])) or happened is None:
        raise TypeError(row[0])
    if not (all(isinstance(row[at], str | None) for at in (8, 18, 20, 22, 24)) and row[-1]):
        raise TypeError(row[0])
    if type(row[21]) is not int or not (row[16] is None or is_number(row[16])):
        raise ValueError(row[0])
    return Visit(
        visit_id=row[0],
        desk=row[1],
        happened_at=happened,
        person_ref=row[3],
        presented=row[4],
        verdict=row[5],
        reason=row[6],
        rate=rate,
        ma_doituong_kcb=row[8],
        officer=row[9],
        cach_trinh=CachTrinh(row[10]),
        doi_chieu=DoiChieu(row[11]),
        nguoi_trinh=NguoiTrinh(row[12]),
        corrected=tuple(row[13].split()),
        cancelled=CancelReason(row[14]) if row[14] else None,
        reappointment=_day(row[15]),
        so_thu_tu=row[16],
        ngay_so=_day(row[17]),
        phong=row[18],
        portal=PortalWord(row[19]) if row[19] else None,
        portal_code=row[20],
        handed=row[21],
        his=tuple((row[22] or "").split()),
        record=RecordWord(row[23]) if row[23] else None,
        record_code=row[24],
    )


def stored_occasion(occasion: Occasion) -> tuple[Any, ...]:
    """Return an occasion as the values of `OCCASION_COLUMNS`."""
    values = list(vars(occasion).values())
    for at in _FLAGS:
        values[at] = int(values[at])
    return tuple(values)


def occasion_of(row: Sequence[Any]) -> Occasion | None:
    """Return the occasion of a row of `OCCASION_COLUMNS`, None where that is damaged."""
    values = list(row)
    if not all(isinstance(*one) for one in zip(values, _OCCASION_TYPES, strict=True)):
        return None
    # written out: a check-in reads many of them
    values[_TYPED], values[_RECEIVED] = bool(values[_TYPED]), bool(values[_RECEIVED])
    values[_TIMED] = bool(values[_TIMED])
    return Occasion(*values)


def record_of(row: Sequence[Any]) -> Record:
    """Return the record of a row of `RECORD_COLUMNS`; written out: every scan comes by here."""
    ma_the, ma_so_bhxh, so_cccd, ho_ten, birth, sex, dia_chi, ma_dkbd, begin, end, area, five = row[
        :12
    ]
    card = Card(
        ma_the if len(ma_the) == _CARD_LENGTH else None,  # of some only the 10 digits are known
        ma_so_bhxh,
        so_cccd,
        ho_ten,
        _partial(birth),
        sex,
        dia_chi,
        ma_dkbd,
        _day(begin),
        _day(end),
        area,
        _day(five),
    )
    status, the_moi, as_of, origin, copy = row[12:]
    return Record(
        card, _STATUSES[status], the_moi, date.fromisoformat(as_of), _ORIGINS[origin], copy
    )


def refusal_of(row: Sequence[Any]) -> Refusal:
    """Return the refusal of its number, day, origin and copy."""
    number, as_of, origin, copy = row
    return Refusal(number, date.fromisoformat(as_of), _ORIGINS[origin], copy)


def facility_of(row: Sequence[Any]) -> Facility:
    """Return the facility of a row of `FACILITY_COLUMNS`."""
    values = dict(zip(FACILITY_COLUMNS, row, strict=True))
    return Facility(**values | {"loai_12": bool(values["loai_12"])})


def office_of(row: Sequence[Any]) -> Office:
    """Return the office of a row of `OFFICE_COLUMNS`."""
    return Office(*row)


@lru_cache(maxsize=4096)
def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


@lru_cache(maxsize=4096)
def _partial(iso: str | None) -> PartialDate | None:
    return PartialDate(*map(int, iso.split("-"))) if iso else None
