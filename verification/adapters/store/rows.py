"""Events and visits as rows of the log and of its projection, whatever engine keeps them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from verification.log import chain
from verification.log.events import Event, EventKind
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit

LOG_COLUMNS = (
    "desk, seq, recorded_at, happened_at, kind, codes, person_ref, content_digest, prev_hash, hash"
)
VISIT_COLUMNS = (
    "visit_id, desk, happened_at, person_ref, presented, verdict, reason, rate, ma_doituong_kcb, "
    "officer, cach_trinh, doi_chieu, nguoi_trinh, corrected, cancelled"
)


def row_of(event: Event, content_digest: str | None, previous: str) -> dict[str, Any]:
    """Return an event as the row that joins the chain after another hash."""
    row = {
        "desk": event.desk,
        "seq": event.seq,
        "recorded_at": utc(event.recorded_at),
        "happened_at": utc(event.happened_at),
        "kind": event.kind.value,
        "codes": chain.canonical(event.codes).decode(),
        "person_ref": event.person_ref,
        "content_digest": content_digest,
        "prev_hash": previous,
    }
    return row | {"hash": chain.row_hash(row)}


def event_of(row: Sequence[Any]) -> Event:
    """Return the event of a row of `LOG_COLUMNS`."""
    desk, seq, recorded, happened, kind, codes, person = row[:7]
    return Event(
        desk,
        seq,
        datetime.fromisoformat(recorded),
        EventKind(kind),
        datetime.fromisoformat(happened),
        json.loads(codes),
        person,
    )


def utc(moment: datetime) -> str:
    """Return a moment as it is stored."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


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
