"""The `Cases` port: which events belong to which case; `verification.log.case` folds them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from verification.adapters.store.rows import LOG_COLUMNS, visit_of
from verification.adapters.store.sql.db import Db, place_of
from verification.adapters.store.sql.reading import SELECT_VISIT
from verification.log.case import Case, CaseState, in_queue_order
from verification.log.case_events import (
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseUndone,
    case_event,
)
from verification.log.case_folding import fold_case
from verification.log.chained import UNKNOWN_TIME, event_of, moment, utc
from verification.log.events import Event
from verification.log.unreadable import Cause, Noticed
from verification.log.visit import Visit

_OF_LOG = ", ".join(f"log.{name}" for name in LOG_COLUMNS.split(", ")[2:])
# of a damaged row of `case_event` there is no event; the case is there all the same
_EVENTS = f"""
SELECT review_case.number, review_case.subject, review_case.closed, review_case.opened_at,
  case_event.desk, case_event.seq, {_OF_LOG}
FROM review_case LEFT JOIN case_event ON case_event.number = review_case.number
LEFT JOIN log ON log.desk = case_event.desk AND log.seq = case_event.seq
WHERE {{}} ORDER BY case_event.id
"""
_ODD = "review_case.closed < 0 OR review_case.closed > 1 OR review_case.closed IS NULL"
_EVENT = f"SELECT {LOG_COLUMNS} FROM log WHERE desk = ? AND seq = ?"
_VISITS = f"""
{SELECT_VISIT} WHERE person_ref = ? AND day >= ?
ORDER BY day DESC, happened_at DESC, rowid DESC LIMIT ?
"""
_ALL_OF_LOG = ", ".join(f"log.{name}" for name in LOG_COLUMNS.split(", "))
_RECEIVED = f"""
SELECT {_ALL_OF_LOG} FROM visit JOIN log ON log.desk = visit.desk AND log.seq = visit.seq
WHERE visit.presented = ? ORDER BY log.rowid
"""


class SqlCases:
    """Cases on one db.

    Args:
        db: Of a reader, or of the piece of work.
        noticed: Keeps what could not be read.
    """

    def __init__(self, db: Db, noticed: Noticed) -> None:
        self._db = db
        self._noticed = noticed

    def case(self, number: str) -> Case | None:
        """Return one case."""
        return next(iter(self._fold("review_case.number = ?", number)), None)

    def about(self, subject: str) -> Sequence[Case]:
        """Return all cases of a person or desk, oldest first."""
        return self._fold("review_case.subject = ?", subject)

    def queue(self) -> Sequence[Case]:
        """Return the open cases, highest score first, of equal ones the oldest."""
        found = self._fold(f"review_case.closed = 0 OR {_ODD}")
        return in_queue_order([case for case in found if case.is_open])

    def closed(self, since: datetime) -> Sequence[Case]:
        """Return the closed cases opened since a moment, oldest first."""
        which = f"(review_case.closed = 1 OR {_ODD}) AND review_case.opened_at >= ?"
        return [case for case in self._fold(which, utc(since)) if not case.is_open]

    def next_number(self, year: int) -> str:
        """Return the number of the next case of a year."""
        query = "SELECT max(CAST(substr(number, 6) AS INTEGER)) FROM review_case"
        last = self._rows(f"{query} WHERE number >= ? AND number < ?", f"{year}-", f"{year}.")[0][0]
        return f"{year}-{(last or 0) + 1:04d}"

    def visits_of(self, person_ref: str, since: date, most: int) -> Sequence[Visit]:
        """Return the newest visits of a person since a local day, newest first."""
        rows = self._rows(_VISITS, person_ref, since.isoformat(), most)
        return [visit_of(row) for row in rows]

    def event(self, event_id: str) -> Event | None:
        """Return one event that a case rests on."""
        rows = self._rows(_EVENT, *place_of(event_id))
        return event_of(rows[0]) if rows else None

    def received_from(self, presented: str) -> Sequence[Event]:
        """Return what received a patient from a presentation, at once or later, oldest first."""
        return [event_of(row) for row in self._rows(_RECEIVED, presented)]

    def _rows(self, query: str, *values: str | int) -> list[Any]:
        return self._db.rows(query, values)

    def _fold(self, which: str, *values: str) -> list[Case]:
        bare: dict[str, Case] = {}
        events: dict[str, list[Event]] = {}
        for number, subject, closed, opened, *row in self._rows(_EVENTS.format(which), *values):
            state = CaseState.CLOSED if closed else CaseState.PENDING
            bare[number] = Case(str(number), str(subject), moment(opened) or UNKNOWN_TIME, state)
            events.setdefault(number, []).append(event_of(row))
        return [self._folded(case, events[number]) for number, case in bare.items()]

    def _folded(self, bare: Case, events: Sequence[Event]) -> Case:
        case = fold_case(bare, events)
        if case.unreadable:
            self._noticed.note(case.unreadable, Cause.BYTES)
        return case


def project_case(db: Db, event: Event) -> None:
    """Note an event of a case."""
    done = case_event(event)
    number = done.case
    if isinstance(done, CaseOpened):
        opened = (number, done.about, 0, utc(event.happened_at))
        db.rows("INSERT INTO review_case VALUES (?, ?, ?, ?)", opened)
    elif isinstance(done, CaseClosed | CaseReopened) or (
        isinstance(done, CaseUndone) and done.closed
    ):
        closed = int(isinstance(done, CaseClosed))
        db.rows("UPDATE review_case SET closed = ? WHERE number = ?", (closed, number))
    db.rows(
        "INSERT INTO case_event (number, desk, seq) VALUES (?, ?, ?)",
        (number, event.desk, event.seq),
    )
