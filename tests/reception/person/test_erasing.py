"""A person's data is erased but for what law has kept; chain, verify-log and rebuild hold."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MASTER_KEY, payload
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.basics.errors import RequestError
from verification.exchange.difficulties import report_difficulty, seen_at
from verification.log.case_events import CaseOpened
from verification.log.events import EventKind
from verification.log.forgetting_events import Forgotten
from verification.log.terms import Terms
from verification.log.visit import CancelReason
from verification.log.visit_events import KeptFlag
from verification.log.writing import write_alone
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in, present
from verification.reception.person.correcting import correct
from verification.reception.person.dossier import as_json, export
from verification.reception.person.erasing import Plan, erase_person, kept_words, plan
from verification.reception.person.held import find, known
from verification.rights import command_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

ROOM = command_line("1")
NUMBER, NAME, STREET = "7900000201", "Đặng Thị Thẳng Mẫu", "12 phố Không Có Thật"
WHY = "đơn số 16 ngày 20/11, đã xem CCCD"


def received(kiosk: Kiosk, slug: str = "patient-1") -> Visit:
    """Receive a fixture."""
    visit = check_in(DESK, kiosk, Scan((payload(slug),))).visit
    assert visit
    return visit


def planned(kiosk: Kiosk, number: str = NUMBER, *, visits_too: bool = False) -> Plan:
    """Return what an erasure of a person would do."""
    found = plan(ROOM, kiosk, find(ROOM, kiosk, number), visits_too=visits_too)
    assert found
    return found


def findings(folder: Path) -> list[object]:
    """Return what verify-log finds, with the key."""
    with copied(folder / "kiosk.db", MASTER_KEY) as copy:
        return list(prove(copy).findings)


def test_a_person_is_exported_corrected_and_erased_and_the_log_stays_sound(
    kiosk: Kiosk, store_folder: Path
) -> None:
    visit, other = received(kiosk), received(kiosk, "s2")
    seen = seen_at(kiosk.written, visit.presented)  # type: ignore[arg-type]
    report_difficulty(DESK, kiosk, "khac", "máy quét mờ", seen)
    found = find(ROOM, kiosk, NUMBER)
    assert correct(ROOM, kiosk, found, "dia_chi", STREET, WHY) == (visit.visit_id,)
    assert correct(ROOM, kiosk, found, "dia_chi", STREET, WHY) == ()
    taken = as_json(export(ROOM, kiosk, find(ROOM, kiosk, NUMBER), "json")).decode()
    assert NAME in taken
    assert STREET in taken
    assert WHY in taken
    assert DESK.officer not in taken

    whole = kiosk.written.content(other.presented)
    made = erase_person(ROOM, kiosk, planned(kiosk, visits_too=True), WHY)
    assert [event.kind for event in made] == [EventKind.FORGOTTEN]
    assert kiosk.written.content(made[0].event_id) == {"ghi_chu": WHY}
    erased = Forgotten.of(made[0].codes).erased
    assert {visit.visit_id, visit.presented} <= set(erased)
    assert [kiosk.written.content(name) for name in erased] == [None] * len(erased)
    assert kiosk.written.content(other.presented) == whole
    assert find(ROOM, kiosk, NUMBER).persons == ()
    assert kiosk.written.unreadable() == ()
    assert findings(store_folder) == []
    before = kiosk.written.visit(visit.visit_id)
    kiosk.written.rebuild()
    assert kiosk.written.visit(visit.visit_id) == before
    assert findings(store_folder) == []
    again = check_in(DESK, kiosk, Scan((payload("patient-1"),)))  # on the same day
    assert again.visit
    assert again.visit.person_ref != visit.person_ref
    assert again.visit.visit_id != visit.visit_id
    assert again.flags == ()
    held = as_json(export(ROOM, kiosk, find(ROOM, kiosk, NUMBER), "json")).decode()
    assert f'"{again.visit.visit_id}"' in held
    assert STREET not in held
    assert f'"{visit.visit_id}"' not in held


def test_what_law_has_kept_stays_until_its_day_and_the_rest_goes(
    kiosk: Kiosk, clock: Clock, store_folder: Path
) -> None:
    visit = received(kiosk)
    clock.forward(minutes=5)
    looked = present(DESK, kiosk, Scan((payload("patient-1"),))).event
    seen = planned(kiosk)
    assert [kept.visit_id for kept in seen.kept] == [visit.visit_id]
    assert seen.kept_until == visit.day.replace(year=visit.day.year + 10)
    assert not seen.all_of_it
    erase_person(ROOM, kiosk, seen, WHY)
    assert kiosk.written.content(looked.event_id) is None
    assert kiosk.written.content(visit.presented)
    assert find(ROOM, kiosk, NUMBER).persons
    with pytest.raises(RequestError, match="luật buộc giữ"):
        erase_person(ROOM, kiosk, planned(kiosk), WHY)
    assert findings(store_folder) == []
    clock.forward(days=3653)
    assert planned(kiosk).all_of_it
    longer = planned(replace(kiosk, terms=Terms(15, 2, 5)))  # what the house has said for itself
    assert (longer.all_of_it, longer.kept_until) == (False, visit.day.replace(year=2041))
    assert "15 năm" in kept_words(longer).vi


def test_an_erasure_that_was_stopped_in_the_middle_goes_on_at_the_next_call(
    kiosk: Kiosk, clock: Clock, store_folder: Path
) -> None:
    visits = []
    for _ in range(12):
        visits.append(received(kiosk))
        clock.forward(days=60)  # oftener opens a case
    seen = planned(kiosk, visits_too=True)

    def stops() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erase_person(ROOM, kiosk, seen, WHY, stops)
    left = planned(kiosk, visits_too=True)
    assert 0 < left.contents < seen.contents
    for visit in visits:  # a presentation goes with all of its own
        gone = [kiosk.written.content(name) is None for name in visit.corrected]
        gone += [kiosk.written.content(visit.presented) is None]
        assert len(set(gone)) == 1
    assert findings(store_folder) == []
    kiosk.written.rebuild()
    erase_person(ROOM, kiosk, left, WHY)
    assert find(ROOM, kiosk, NUMBER).persons == ()
    assert findings(store_folder) == []


def test_an_undone_visit_was_no_examination_and_goes(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    corrections.undo(DESK, kiosk, visit.visit_id, CancelReason.NHAM_NGUOI)
    assert planned(kiosk).visits[0].visit_id == visit.visit_id


def test_an_erasure_is_refused_for_an_open_case_and_for_what_was_not_shown(
    kiosk: Kiosk, clock: Clock
) -> None:
    visit = received(kiosk)
    seen = planned(kiosk, visits_too=True)
    with pytest.raises(RequestError, match="lý do"):
        erase_person(ROOM, kiosk, seen, " ")
    clock.forward(days=1)
    again = received(kiosk)
    with pytest.raises(RequestError, match="xem lại"):
        erase_person(ROOM, kiosk, seen, WHY)
    assert kiosk.written.content(visit.presented)
    flag = KeptFlag("M01", "review", 50, "hit", 1)
    opened = CaseOpened(
        "2026-0001",
        presented=again.presented,
        flags=(flag,),
        visit=again.visit_id,
        about=again.person_ref,
        due=kiosk.today() + timedelta(days=7),
    )
    write_alone(kiosk.written, DESK, opened, person_ref=again.person_ref)
    with pytest.raises(RequestError, match="2026-0001"):
        erase_person(ROOM, kiosk, planned(kiosk, visits_too=True), WHY)


def test_no_file_holds_the_sealed_bytes_of_what_was_erased(
    kiosk: Kiosk, store_folder: Path
) -> None:
    visit = received(kiosk)
    with closing(sqlite3.connect(store_folder / "kiosk.db")) as db:
        query = "SELECT sealed FROM content WHERE event_id = ?"
        [[sealed]] = db.execute(query, (visit.presented,)).fetchall()

    def held() -> bool:
        return any(sealed in path.read_bytes() for path in store_folder.glob("kiosk.db*"))

    assert held()
    erase_person(ROOM, kiosk, planned(kiosk, visits_too=True), WHY)
    assert not held()


def test_a_person_found_before_is_found_as_they_are_now(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    found = known(kiosk, visit.person_ref)
    assert found.persons[0].masked == "DN479••••••0201"
