"""A desk that works through a shift, on the log in memory or another one."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.support import DESK, payload
from verification.exchange.reports.shift import closed_sheet, closing_report
from verification.exchange.shifts import closing
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.rights import Actor, Role, desk_officer

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.exchange.reports.report import Report, Sheet, Table
    from verification.kiosk import Kiosk
    from verification.log.events import Event
    from verification.log.visit import CancelReason

GREEN, RED, AMBER = "patient-1", "patient-2", "patient-3"
OTHER = desk_officer("2")
AUDITOR = Actor("lan.gd", frozenset({Role.AUDITOR}), "9")


class Working:
    """Desks at work."""

    def __init__(self, kiosk: Kiosk, clock: Clock) -> None:
        self.kiosk = kiosk
        self.clock = clock
        self._scans = count(1)

    def receive(self, slug: str = GREEN, actor: Actor = DESK) -> str:
        """Receive somebody, whoever was here already, and return the visit."""
        self.clock.forward(minutes=3)
        scan = Scan((payload(slug),), f"{actor.desk}:{next(self._scans)}")
        answer = checkin.check_in(actor, self.kiosk, scan, again="khác")
        assert answer.visit
        return answer.visit.visit_id

    def show(self, slug: str, actor: Actor = DESK) -> str:
        """Present somebody and receive nobody; return the presentation."""
        scan = Scan((payload(slug),), f"{actor.desk}:{next(self._scans)}")
        return checkin.present(actor, self.kiosk, scan).event.event_id

    def undo(self, visit: str, why: CancelReason, actor: Actor = DESK) -> Event:
        """Undo a visit."""
        return corrections.undo(actor, self.kiosk, visit, why)

    def close(self, actor: Actor = DESK, note: str = "") -> Event:
        """Close the shift."""
        return closing.close_shift(actor, self.kiosk, note).event

    def sheet(self, event: Event) -> Sheet:
        """Return the sheet of a closing."""
        return closed_sheet(self.kiosk, event)

    def report(self, event: Event, actor: Actor = AUDITOR) -> Report:
        """Return the report of a closing."""
        return closing_report(actor, self.kiosk, event.event_id)


def table(sheet: Sheet, key: str) -> Table:
    """Return a table of a sheet."""
    return next(one for one in (*sheet.tables, *sheet.below) if one.key == f"shift_{key}")


def rows(sheet: Sheet, key: str) -> list[list[Any]]:
    """Return the rows of a table, its words in Vietnamese; none where there is no such table."""
    found = [one for one in (*sheet.tables, *sheet.below) if one.key == f"shift_{key}"]
    return [[getattr(cell, "vi", cell) for cell in row] for one in found for row in one.rows]


def open_of(sheet: Sheet) -> dict[str, tuple[int, str]]:
    """Return what is open, by its words."""
    [note] = table(sheet, "open").notes
    none = note.vi.removeprefix("Không có lượt nào: ").removesuffix(".").split(", ")
    told = {what: (number, which) for what, number, which in rows(sheet, "open")}
    return dict.fromkeys(none, (0, "")) | told
