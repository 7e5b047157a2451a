"""Visits as rows of the projection."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from verification.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit

VISIT_COLUMNS = (
    "visit_id, desk, happened_at, person_ref, presented, verdict, reason, rate, officer, "
    "cach_trinh, doi_chieu, nguoi_trinh, corrected, cancelled"
)


def stored_visit(visit: Visit) -> tuple[Any, ...]:
    """Return a visit as the values of `VISIT_COLUMNS`, then its local day."""
    return (
        visit.visit_id,
        visit.desk,
        visit.happened_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        visit.person_ref,
        visit.presented,
        visit.verdict,
        visit.reason,
        visit.rate,
        visit.officer,
        visit.cach_trinh.value,
        visit.doi_chieu.value,
        visit.nguoi_trinh.value,
        " ".join(visit.corrected),
        visit.cancelled.value if visit.cancelled else None,
        visit.day.isoformat(),
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
        officer=row[8],
        cach_trinh=CachTrinh(row[9]),
        doi_chieu=DoiChieu(row[10]),
        nguoi_trinh=NguoiTrinh(row[11]),
        corrected=tuple(row[12].split()),
        cancelled=CancelReason(row[13]) if row[13] else None,
    )
