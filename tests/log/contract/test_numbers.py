"""The day's numbers, whatever the engine: from 1 each day, none twice, the same after a rebuild."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.log.contract.test_log import received
from tests.support import DESK, TODAY, payload
from verification.basics.errors import RequestError
from verification.log.events import EventKind, NewEvent
from verification.log.visit import CancelReason, Visit
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog, Engine
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.ports import LogTransaction


def arrives(port: AnyLog, desk: str = "1") -> Visit:
    """Receive somebody and return the visit."""
    event = port.write(lambda t: t.append(received(f"p{desk}", desk)))
    visit = port.visit(event.event_id)
    assert visit is not None
    return visit


def numbers(port: AnyLog, *visits: Visit) -> list[int | None]:
    """Return the numbers of visits as the log has them now."""
    now = [port.visit(visit.visit_id) for visit in visits]
    return [visit.so_thu_tu if visit else None for visit in now]


def test_all_desks_share_one_row_of_numbers(port: AnyLog) -> None:
    assert [arrives(port, desk).so_thu_tu for desk in ("1", "2", "quay-3", "1")] == [1, 2, 3, 4]


def test_the_row_begins_anew_at_midnight_in_vietnam(port: AnyLog, clock: Clock) -> None:
    clock.jump(hours=15, minutes=47)  # 23:59
    late = arrives(port)
    clock.forward(minutes=1)
    early = arrives(port)
    assert (late.so_thu_tu, late.ngay_so) == (1, TODAY)
    assert (early.so_thu_tu, early.ngay_so) == (1, TODAY + timedelta(days=1))


def test_a_clock_that_goes_back_over_midnight_goes_on_in_the_row_of_that_day(
    port: AnyLog, clock: Clock
) -> None:
    first = [arrives(port).so_thu_tu for _ in range(3)]
    clock.jump(days=1)
    ahead = arrives(port).so_thu_tu
    clock.jump(days=-1, hours=-2)
    assert [*first, ahead, arrives(port).so_thu_tu] == [1, 2, 3, 1, 4]


def test_an_undone_number_stays_with_its_visit_and_is_not_given_again(
    port: AnyLog, kiosk: Kiosk
) -> None:
    first, second = arrives(port), arrives(port)
    corrections.undo(DESK, kiosk, second.visit_id, CancelReason.NHAM_NGUOI)
    third = arrives(port)
    now = [port.visit(visit.visit_id) for visit in (first, second, third)]
    assert [(v.so_thu_tu, v.cancelled is not None) for v in now if v] == [
        (1, False),
        (2, True),
        (3, False),
    ]


def test_work_that_failed_leaves_no_gap(port: AnyLog) -> None:
    def fails(log: LogTransaction) -> None:
        log.append(received("p"))
        raise RequestError("không", "no")

    arrives(port)
    with pytest.raises(RequestError):
        port.write(fails)
    assert arrives(port).so_thu_tu == 2


def test_two_in_one_piece_of_work_are_two_numbers(port: AnyLog) -> None:
    names = port.write(lambda t: [t.append(received("p")).event_id for _ in range(2)])
    assert [v.so_thu_tu for name in names if (v := port.visit(name))] == [1, 2]


def test_a_rebuild_gives_the_same_numbers_days_and_rooms(engine: Engine, clock: Clock) -> None:
    port = engine.log
    made = [arrives(port, desk) for desk in ("1", "2")]
    clock.forward(days=1)
    made.append(arrives(port))
    room = NewEvent("1", EventKind.CORRECTED, None, {"visit": "1-1", "phong": "P12"}, "p1")
    port.write(lambda t: t.append(room))
    before = [port.visit(visit.visit_id) for visit in made]
    port.rebuild()
    assert [port.visit(visit.visit_id) for visit in made] == before
    assert before[0] is not None
    assert before[0].phong == "P12"
    assert arrives(port).so_thu_tu == 2


def test_who_says_a_number_is_not_believed(port: AnyLog) -> None:
    event = port.write(lambda t: t.append(received("p", so_thu_tu=99)))
    assert event.codes["so_thu_tu"] == 1
    assert arrives(port).so_thu_tu == 2


# ---- at the desk


def test_the_same_patient_keeps_the_number_and_a_new_visit_gets_its_own(kiosk: Kiosk) -> None:
    scan = Scan((payload("patient-1"),))
    first = checkin.check_in(DESK, kiosk, scan)
    again = checkin.check_in(desk_officer("2"), kiosk, scan)
    new = checkin.check_in(DESK, kiosk, scan, again="khoa khác")
    found = [answer.visit.so_thu_tu for answer in (first, again, new) if answer.visit]
    assert found == [1, 1, 2]
    assert [visit.so_thu_tu for visit in again.already] == [1]


def test_a_backdated_visit_joins_the_row_of_the_day_on_which_it_was_written(
    kiosk: Kiosk, clock: Clock
) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    yesterday = Scan((payload("s2"),), happened_at=clock() - timedelta(days=1))
    visit = checkin.check_in(DESK, kiosk, yesterday).visit
    assert visit is not None
    assert (visit.so_thu_tu, visit.ngay_so) == (2, TODAY)
    assert visit.day == TODAY - timedelta(days=1)


def test_who_was_only_presented_has_no_number(kiosk: Kiosk) -> None:
    assert checkin.present(DESK, kiosk, Scan((payload("patient-2"),))).visit is None
    assert checkin.check_in(DESK, kiosk, Scan((payload("foreign-1"),))).visit is None
    received_ = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),))).visit
    assert received_ is not None
    assert received_.so_thu_tu == 1
