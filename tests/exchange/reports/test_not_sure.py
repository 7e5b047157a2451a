"""What is damaged, erased, dated wrongly or to come is counted apart and told, never hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING
from verification.exchange.reports.counts.span import month_of
from verification.exchange.reports.counts.visits import count_visits
from verification.exchange.reports.counts.words import TEXTS
from verification.exchange.reports.making import making
from verification.exchange.reports.report import ReportKind
from verification.log.officer_events import ClockNoted
from verification.log.visit import CachTrinh
from verification.log.writing import write_alone
from verification.reception import corrections, no_card
from verification.reception.answer import Scan
from verification.reception.checkin import check_in, receive
from verification.rights import command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk

OFFICER = command_line("1")
NUMBERS = (b"DN4797900000011", b"DT2040400000022", b"TE1010100000033", b"DN4797900000044")


@pytest.fixture
def visits(kiosk: Kiosk, clock: Clock) -> list[str]:
    """Return four visits, one a minute, each by VssID."""
    found = []
    for number in NUMBERS:
        clock.forward(minutes=1)
        answer = check_in(OFFICER, kiosk, Scan((number,), cach_trinh=CachTrinh.VSSID))
        assert answer.visit
        found.append(answer.visit.visit_id)
    return found


def test_each_is_in_its_own_row_of_the_report(
    kiosk: Kiosk, log: SqliteLog, clock: Clock, visits: list[str]
) -> None:
    erased, damaged, wrong, _ = visits
    corrections.erase(OFFICER, kiosk, erased)
    connection = log._writer._connection
    with connection:
        connection.execute("UPDATE visit SET verdict = 'x' WHERE visit_id = ?", (damaged,))
    visit = log.visit(wrong)
    assert visit
    at = visit.happened_at
    noted = ClockNoted(at - timedelta(seconds=5), at + timedelta(seconds=5))
    write_alone(log, OFFICER, noted)
    later = clock() + timedelta(days=3)
    with connection:
        row = "UPDATE visit SET day = ?, happened_at = ? WHERE visit_id = ?"
        day = later.date().isoformat()
        connection.execute(row, (day, f"{later:%Y-%m-%dT%H:%M:%S.000}+00:00", visits[3]))
    found = count_visits(kiosk, month_of(kiosk.today()))
    assert (found.received, found.persons, found.unreadable) == (2, 2, 1)
    assert (found.erased, found.wrong_clock, found.later) == (1, 1, 1)
    report = making(ReportKind.WEEK)(OFFICER, kiosk, kiosk.today(), None)
    data = next(one for one in report.tables if one.key == "data")
    told = {row[0]: row[1] for row in data.rows}
    assert told[TEXTS("row.unreadable")] == told[TEXTS("row.erased")] == 1
    assert told[TEXTS("row.wrong_clock")] == 1


def test_a_person_who_came_by_vssid_before_is_no_new_user_though_the_visit_before_was_undone(
    kiosk: Kiosk, clock: Clock
) -> None:
    how = {"cach_trinh": CachTrinh.VSSID}
    first = check_in(OFFICER, kiosk, Scan((NUMBERS[0],), **how))  # type: ignore[arg-type]
    undone = check_in(OFFICER, kiosk, Scan((NUMBERS[3],), **how))  # type: ignore[arg-type]
    assert first.visit
    assert undone.visit
    corrections.undo(OFFICER, kiosk, undone.visit.visit_id, corrections.CancelReason.KHAC)
    clock.jump(days=40)
    for number in (NUMBERS[0], NUMBERS[3]):
        check_in(OFFICER, kiosk, Scan((number,), **how))  # type: ignore[arg-type]
    assert count_visits(kiosk, month_of(MORNING.date())).first_vssid == 1
    assert count_visits(kiosk, month_of(kiosk.today())).first_vssid == 1


def test_who_showed_no_card_is_counted_and_said_apart(kiosk: Kiosk) -> None:
    for _ in range(2):
        answer = no_card.present_without_card(OFFICER, kiosk, "lost", "Nguyễn Thị Mẫu")
        receive(OFFICER, kiosk, answer)
    check_in(OFFICER, kiosk, Scan((NUMBERS[0],)))
    found = count_visits(kiosk, month_of(kiosk.today()))
    assert (found.received, found.persons, found.no_card) == (3, 3, 2)
    report = making(ReportKind.WEEK)(OFFICER, kiosk, kiosk.today(), None)
    data = next(one for one in report.tables if one.key == "data")
    assert (TEXTS("row.no_card"), 2) in data.rows
