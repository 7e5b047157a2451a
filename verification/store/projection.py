"""Visits as rows of the projection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from verification.store.log_rows import utc
from verification.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit

VISIT_COLUMNS = (
    "visit_id, desk, happened_at, person_ref, presented, verdict, reason, rate, ma_doituong_kcb, "
    "officer, cach_trinh, doi_chieu, nguoi_trinh, corrected, cancelled"
)


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
        visit.day.isoformat(),
        int(visit.visit_id.rpartition("-")[2]),
    )


def visit_of(row: Sequence[Any]) -> Visit:
    """Return the visit of a row of `VISIT_COLUMNS`."""
    return Visit(
        visit_id=row[0],
        desk=row[1],
        happened_at=datetime.fromisoformat(row[2]),
        person_ref=row[3],
        presented=row[4],
        verdict=row[5],
        reason=row[6],
        rate=row[7],
        ma_doituong_kcb=row[8],
        officer=row[9],
        cach_trinh=CachTrinh(row[10]),
        doi_chieu=DoiChieu(row[11]),
        nguoi_trinh=NguoiTrinh(row[12]),
        corrected=tuple(row[13].split()),
        cancelled=CancelReason(row[14]) if row[14] else None,
    )
