"""The contract of the `History` port."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import DESK, MORNING, payload
from verification.log.visit import CancelReason, DoiChieu
from verification.reception import checkin
from verification.reception import corrections as visits
from verification.reception.answer import Scan
from verification.rights import Actor, Role
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.ports import Log
    from verification.reception.answer import Answer
    from verification.rules.misuse.facts import Occasion

NOW = int(MORNING.timestamp())
HOUR = 3_600
MANAGER = Actor("chi", frozenset(Role), "1")
CARD = {"ma_the": "DN4797900000201", "ma_so_bhxh": "7900000201", "ngay_sinh": "1955-07"}
STAY = PastVisit(
    NOW - 9 * HOUR,
    "01028",
    "khoa-2",
    "bac-si",
    typed=True,
    card=CARD | {"gioi_tinh": "1", "gt_the_tu": "2026-01-01", "gt_the_den": "2026-12-31"},
    beside={"so_cccd": "079194000099", "ma_benh": "I10", "ket_thuc": "2026-11-30"},
)


def put(log: Log, visit: PastVisit, person: str = "p") -> str:
    """Put a visit of elsewhere into the history."""
    return log.write(lambda t: t.history.put(visit, person))


def arrived(kiosk: Kiosk, slug: str = "patient-1", **how: Any) -> Answer:
    """Check a patient in."""
    return checkin.check_in(DESK, kiosk, Scan((payload(slug),)), **how)


def of(kiosk: Kiosk, answer: Answer) -> list[Occasion]:
    """Return the history of a person up to tomorrow."""
    person = answer.event.person_ref
    assert person is not None
    return list(kiosk.written.history.visits_of(person, 0, NOW + 30 * HOUR))


# ---- visits elsewhere


def test_a_visit_elsewhere_is_added_then_the_same_then_changed(port: Log) -> None:
    other = replace(STAY, beside=dict(STAY.beside) | {"ma_benh": "E11"})
    assert [put(port, visit) for visit in (STAY, STAY, other)] == ["added", "same", "changed"]
    (found,) = port.history.visits_of("p", 0, NOW)
    assert found.ma_benh == "E11"


def test_a_visit_elsewhere_keeps_what_rules_read_and_nothing_that_names_anybody(port: Log) -> None:
    put(port, STAY)
    (found,) = port.history.visits_of("p", 0, NOW)
    assert (found.ma_cskcb, found.desk, found.officer, found.typed) == ("01028", "", "", False)
    assert (found.code, found.sex, found.born) == ("DN4", "1", 1955)
    assert (found.gt_the_tu, found.gt_the_den) == ("2026-01-01", "2026-12-31")
    assert (found.ma_benh, found.end_day, found.outcome) == ("I10", 20_787, "")
    assert (found.received, found.reason, found.shown, found.ma_bn) == (True, "", None, None)
    assert found.cccd is not None
    assert not any(number in str(found) for number in ("079194000099", "7900000201"))


def test_an_outcome_is_no_end_of_a_stay(port: Log) -> None:
    put(port, replace(STAY, beside={"ket_thuc": "tu_vong"}))
    (found,) = port.history.visits_of("p", 0, NOW)
    assert (found.end_day, found.outcome) == (None, "tu_vong")


def test_visits_come_newest_first_from_the_first_moment_until_before_the_last(port: Log) -> None:
    for hours in (5, 1, 3):
        put(port, replace(STAY, at=NOW - hours * HOUR))
    put(port, replace(STAY, at=NOW - 2 * HOUR), "another")
    found = port.history.visits_of("p", NOW - 5 * HOUR, NOW)
    assert [(NOW - one.at) // HOUR for one in found] == [1, 3, 5]
    assert len(port.history.visits_of("p", NOW - 5 * HOUR + 1, NOW - HOUR)) == 1
    assert list(port.history.visits_of("nobody", 0, NOW)) == []


def test_of_very_many_visits_the_newest_160_are_told(port: Log) -> None:
    def work(log: Any) -> None:
        for hours in range(170):
            log.history.put(replace(STAY, at=NOW - hours * HOUR), "p")

    port.write(work)
    found = port.history.visits_of("p", 0, NOW + 1)
    assert (len(found), found[0].at, found[-1].at) == (160, NOW, NOW - 159 * HOUR)


def test_a_citizen_number_is_found_by_its_mark_whoever_showed_it(port: Log) -> None:
    put(port, STAY)
    put(port, replace(STAY, ma_cskcb="04021", card=CARD), "another")
    put(port, replace(STAY, ma_cskcb="79014", beside={}), "third")
    mark = port.history.visits_of("p", 0, NOW)[0].cccd
    assert mark is not None
    assert {o.person_ref for o in port.history.with_citizen(mark, 0, NOW)} == {"p", "another"}
    assert list(port.history.with_citizen(mark, 0, STAY.at)) == []


def test_a_piece_of_work_sees_what_it_put_and_one_that_fails_leaves_nothing(port: Log) -> None:
    def work(log: Any) -> None:
        log.history.put(STAY, "p")
        assert len(log.history.visits_of("p", 0, NOW)) == 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        port.write(work)
    assert list(port.history.visits_of("p", 0, NOW)) == []


def test_a_visit_of_which_the_day_alone_is_known_says_so(port: Log) -> None:
    put(port, replace(STAY, timed=False))
    put(port, replace(STAY, at=NOW - HOUR))
    assert [one.timed for one in port.history.visits_of("p", 0, NOW)] == [True, False]


# ---- visits here


def test_a_check_in_is_an_occasion_and_a_visit(kiosk: Kiosk) -> None:
    answer = arrived(kiosk)
    assert answer.visit is not None
    (found,) = of(kiosk, answer)
    assert (found.id, found.at, found.desk) == (answer.visit.visit_id, NOW, "1")
    assert (found.received, found.reason, found.ma_cskcb) == (True, answer.visit.reason, "79014")
    assert found.shown is not None
    assert kiosk.written.history.occasion(answer.event.event_id) == found


def test_what_an_officer_typed_on_evenings_is_found_and_what_was_erased_is_not(
    kiosk: Kiosk, port: AnyLog, clock: Clock
) -> None:
    made = {}
    for name, hour, typed, beside in (
        ("by day", 15.9, True, {}),
        ("alone", 16.1, True, {}),
        ("shown", 17, True, {"so_cccd": "079194000099"}),
        ("scanned", 18, False, {}),
        ("erased", 19, True, {}),
        ("looked up", 20, True, {}),
    ):
        clock.now = MORNING.replace(hour=0, minute=0) + timedelta(hours=hour)
        scan = Scan((b"DN4797900000201",), quet=not typed, beside=beside)
        if name == "looked up":
            checkin.present(DESK, kiosk, scan, lookup=True)
        else:
            made[name] = checkin.check_in(DESK, kiosk, scan, again="khac").visit
    erased = made["erased"]
    assert erased is not None
    visits.erase(MANAGER, kiosk, erased.visit_id)
    now = int(clock.now.timestamp())
    for _ in range(2):
        found = kiosk.written.history.typed_on_evenings(DESK.officer, 0, now)
        ids = [visit.visit_id for name in ("shown", "alone") if (visit := made[name])]
        assert [one.id for one in found] == ids
        assert list(kiosk.written.history.typed_on_evenings("somebody", 0, now)) == []
        assert list(kiosk.written.history.typed_on_evenings(DESK.officer, now, now)) == []
        port.rebuild()


def test_a_presentation_of_which_the_day_alone_is_known_says_so(kiosk: Kiosk, port: AnyLog) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),), day_only=True))
    assert [one.timed for one in of(kiosk, answer)] == [False]
    port.rebuild()
    assert [one.timed for one in of(kiosk, answer)] == [False]


def test_what_was_only_presented_is_seen_at_its_desk_alone(kiosk: Kiosk, clock: Clock) -> None:
    answer = checkin.present(DESK, kiosk, Scan((payload("patient-1"),)), lookup=True)
    assert of(kiosk, answer) == []
    history = kiosk.written.history
    (found,) = history.at_desk("1", NOW, NOW)  # the last moment too
    assert (found.id, found.received) == (answer.event.event_id, False)
    assert history.occasion(answer.event.event_id) == found
    assert history.occasion("1-99") is None
    assert list(history.at_desk("2", 0, NOW)) == []
    clock.forward(minutes=1)
    later = arrived(kiosk, "patient-2")
    assert later.visit is not None
    ids = [one.id for one in history.at_desk("1", 0, NOW + 60)]
    assert ids == [later.visit.visit_id, answer.event.event_id]


def test_a_visit_that_was_undone_is_no_history(kiosk: Kiosk) -> None:
    answer = arrived(kiosk)
    assert answer.visit is not None
    visits.undo(DESK, kiosk, answer.visit.visit_id, CancelReason.KHAC)
    assert of(kiosk, answer) == []
    assert kiosk.written.history.occasion(answer.event.event_id) is None
    assert list(kiosk.written.history.at_desk("1", 0, NOW)) == []


def test_a_second_visit_of_one_presentation_is_an_occasion_of_its_own(kiosk: Kiosk) -> None:
    first = checkin.present(DESK, kiosk, Scan((payload("patient-1"),)))
    answers = [
        checkin.receive(DESK, kiosk, first),
        checkin.receive(DESK, kiosk, first, "tái khám"),
    ]
    made = {answer.visit.visit_id for answer in answers if answer.visit}
    assert len(made) == 2
    assert {one.id for one in of(kiosk, first)} == made


def test_a_compared_photo_is_noted_with_the_occasion(kiosk: Kiosk) -> None:
    answer = arrived(kiosk)
    assert answer.visit is not None
    visits.compare_id(DESK, kiosk, answer.visit.visit_id, DoiChieu.CCCD)
    assert [one.doi_chieu for one in of(kiosk, answer)] == ["cccd"]


def test_erasing_the_content_empties_what_came_from_it(kiosk: Kiosk, port: AnyLog) -> None:
    answer = arrived(kiosk)
    assert answer.visit is not None
    (before,) = of(kiosk, answer)
    visits.erase(MANAGER, kiosk, answer.visit.visit_id)
    (after,) = of(kiosk, answer)
    kept = ("id", "at", "person_ref", "desk", "officer", "reason")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    gone = ("shown", "cccd", "code", "sex", "born", "gt_the_tu")
    assert not any(getattr(after, name) for name in gone)
    assert all(getattr(before, name) for name in ("shown", "code", "sex", "born"))
    port.rebuild()
    assert of(kiosk, answer) == [after]


def test_rebuilding_makes_the_same_history_and_keeps_what_came_from_elsewhere(
    kiosk: Kiosk, port: AnyLog, clock: Clock
) -> None:
    put(port, STAY)
    answers = []
    for slug in ("patient-1", "patient-2", "patient-1"):
        clock.forward(minutes=7)
        answers.append(arrived(kiosk, slug, again="khác"))
    before = [of(kiosk, answer) for answer in answers]
    port.rebuild()
    assert [of(kiosk, answer) for answer in answers] == before
    assert len(port.history.visits_of("p", 0, NOW)) == 1
