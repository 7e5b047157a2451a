"""The contract of the `Visits` port: visits by day, person and officer, and lots."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING, TODAY, payload
from verification.log.events import EventKind
from verification.log.finding import Wanted, place_of
from verification.log.visit import CancelReason
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

ONE, TWO = (
    Actor(name, frozenset({Role.RECEPTIONIST}), desk) for name, desk in (("a", "1"), ("b", "2"))
)
ALL = Wanted(TODAY, TODAY + timedelta(days=9))


@pytest.fixture
def visits(kiosk: Kiosk, clock: Clock) -> list[Visit]:
    """Return four visits of two people at two desks on two days, newest first."""
    made: list[Visit] = []
    for by, who in ((ONE, "patient-1"), (TWO, "patient-2"), (ONE, "patient-2"), (TWO, "patient-1")):
        visit = checkin.check_in(by, kiosk, Scan((payload(who),)), again="khac").visit
        assert visit
        made.append(visit)
        clock.forward(hours=13)
    return made[::-1]


def test_visits_come_newest_first_and_in_pieces(kiosk: Kiosk, visits: list[Visit]) -> None:
    port = kiosk.written.visits
    assert port.newest(ALL, 9) == visits
    first = port.newest(ALL, 3)
    assert first == visits[:3]
    assert port.newest(replace(ALL, before=place_of(first[-1])), 3) == visits[3:]
    assert port.newest(replace(ALL, before=place_of(visits[-1])), 3) == []


def test_of_one_moment_none_is_left_out_or_told_twice(kiosk: Kiosk) -> None:
    for desk in "123":
        by = replace(ONE, desk=desk)
        checkin.check_in(by, kiosk, Scan((payload("patient-1"),)), again="khac")
    port, seen, wanted = kiosk.written.visits, [], ALL
    while found := port.newest(wanted, 1):
        seen += [visit.desk for visit in found]
        wanted = replace(wanted, before=place_of(found[-1]))
    assert seen == list("321")


def test_visits_are_asked_for_by_day_officer_and_person(kiosk: Kiosk, visits: list[Visit]) -> None:
    port = kiosk.written.visits
    later = TODAY + timedelta(days=1)
    assert port.newest(Wanted(TODAY, TODAY), 9) == [v for v in visits if v.day == TODAY]
    assert port.newest(Wanted(later, later), 9) == [v for v in visits if v.day == later]
    assert port.newest(replace(ALL, officer="b"), 9) == [v for v in visits if v.officer == "b"]
    person = visits[0].person_ref
    own = [visit for visit in visits if visit.person_ref == person]
    assert port.newest(replace(ALL, persons=(person,)), 9) == own
    assert port.newest(replace(ALL, persons=()), 9) == []
    assert (port.count(ALL), port.count(replace(ALL, officer="b"))) == (4, 2)
    assert (port.received("a"), port.received("nobody")) == (True, False)


def test_an_undone_visit_is_found_too(kiosk: Kiosk, visits: list[Visit]) -> None:
    corrections.undo(ONE, kiosk, visits[0].visit_id, CancelReason.KHAC)
    found = kiosk.written.visits.newest(ALL, 1)[0]
    assert (found.visit_id, found.cancelled) == (visits[0].visit_id, CancelReason.KHAC)


def test_numbers_name_people_and_nobody_else(kiosk: Kiosk, visits: list[Visit]) -> None:
    port = kiosk.written.visits
    record = (kiosk.written.content(visits[0].presented) or {})["ban_ghi"]
    assert port.persons_of([record["ma_the"]]) == (visits[0].person_ref,)
    assert port.persons_of([record["ma_so_bhxh"], record["ma_the"]]) == (visits[0].person_ref,)
    assert port.persons_of(["0000000000"]) == ()


def test_a_house_without_visits_knows_no_number(kiosk: Kiosk) -> None:
    assert kiosk.written.visits.persons_of(["0000000000"]) == ()
    assert kiosk.written.visits.newest(ALL, 9) == []


def test_what_happened_to_a_person_is_told_in_its_order(kiosk: Kiosk, visits: list[Visit]) -> None:
    corrections.undo(ONE, kiosk, visits[-1].visit_id, CancelReason.KHAC)
    kinds = (EventKind.RECEIVED, EventKind.CANCELLED)
    until = kiosk.clock()
    found = kiosk.written.visits.happened(visits[-1].person_ref, kinds, MORNING, until)
    told = [event.kind for event in found]
    assert told == [EventKind.RECEIVED, EventKind.RECEIVED, EventKind.CANCELLED]
    early = kiosk.written.visits.happened(visits[-1].person_ref, kinds, MORNING, MORNING)
    assert [event.event_id for event in early] == [visits[-1].visit_id]


def test_a_lot_is_the_same_for_everybody_and_another_one_for_other_fields(kiosk: Kiosk) -> None:
    port = kiosk.written.visits
    assert port.lot("2026-11", "1-2") == port.lot("2026-11", "1-2")
    assert (
        len(
            {port.lot(*one) for one in (("2026-11", "1-2"), ("2026-10", "1-2"), ("2026-11", "1-3"))}
        )
        == 3
    )
