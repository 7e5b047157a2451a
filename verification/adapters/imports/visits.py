"""Import of visits of other facilities into the history."""

import time
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from verification.adapters.imports.importing import ImportReport
from verification.adapters.imports.refused import Refused, why
from verification.adapters.imports.rejects import Rejects
from verification.adapters.imports.tables import read_table
from verification.basics.errors import ImportFileError
from verification.log.ports import Log, LogTransaction
from verification.rules.misuse.facts import day_of
from verification.rules.misuse.moments import tells_hours
from verification.rules.misuse.past_visit import REQUIRED, PastVisit, past_visit
from verification.rules.misuse.places import same_house

_BATCH = 500  # a check-in waits for one batch at the most


class _Tried(Exception):
    """A batch was tried; raised, so that nothing of it stays."""

    def __init__(self, what: list[str]) -> None:
        super().__init__()
        self.what = what


def import_visits(  # what a log, a file and a house are
    log: Log,
    source: Path,
    folder: Path,
    facility: str | None,
    now: datetime,
    *,
    preview: bool = False,
) -> ImportReport:
    """Import a visits file; the same file again changes nothing.

    Args:
        log: The store.
        source: CSV or XLSX.
        folder: Where refused rows are written.
        facility: This facility, whose visits the log has already.
        now: No visit is later than tomorrow.
        preview: Change nothing, tell what would change.

    Raises:
        ImportFileError: The file is none, or its heading is wrong; nothing was changed.
        StoreError: The store cannot be written.
    """
    begun = time.perf_counter()
    with read_table(source) as table:
        hours = tells_hours(row.named for row in table.rows if not row.why)
    counts = {"read": 0, "added": 0, "changed": 0, "same": 0}
    with read_table(source) as table:
        missing = [name for name in REQUIRED if name not in table.heading]
        if missing:
            names = ", ".join(missing)
            raise ImportFileError(
                f"Tệp {source.name} thiếu cột {names}; không có gì bị thay đổi",
                f"{source.name} lacks the column {names}; nothing was changed",
            )
        rejects = Rejects(folder, source, table.heading, now)
        rows = iter(table.rows)
        while batch := list(islice(rows, _BATCH)):
            counts["read"] += len(batch)
            visits = []
            for row in batch:
                try:
                    if row.why:
                        raise row.why
                    visits.append(_plausible(past_visit(row.named, hours=hours), facility, now))
                except ValueError as error:
                    rejects.add(row, why(error))
            for what in _tried(log, visits) if preview else _taken(log, visits):
                counts[what] += 1
    rejects_file, _ = rejects.close()
    return ImportReport(
        read=counts["read"],
        added=counts["added"],
        changed=counts["changed"],
        same=counts["same"],
        removed=0,
        lifted=0,
        rejected=rejects.count,
        rejects_file=rejects_file,
        seconds=round(time.perf_counter() - begun, 3),
    )


def _plausible(visit: PastVisit, facility: str | None, now: datetime) -> PastVisit:
    if facility and same_house(visit.ma_cskcb, facility):
        raise Refused("own_house")
    if visit.at > (now + timedelta(days=1)).timestamp():
        raise Refused("visit_ahead", column="thoi_diem")
    end = visit.beside.get("ket_thuc", "")
    if end[:4].isdigit() and visit.end_day(end) < day_of(visit.at):
        raise Refused("end_before")
    return visit


def _taken(log: Log, visits: list[PastVisit]) -> list[str]:
    return log.write(lambda written: _put(written, visits))


def _tried(log: Log, visits: list[PastVisit]) -> list[str]:
    def trying(written: LogTransaction) -> None:
        raise _Tried(_put(written, visits))

    try:
        log.write(trying)
    except _Tried as tried:
        return tried.what
    return []


def _put(log: LogTransaction, visits: list[PastVisit]) -> list[str]:
    return [
        log.history.put(
            visit, log.person(visit.card.get("ma_so_bhxh"), [str(visit.card["ma_the"])])
        )
        for visit in visits
    ]
