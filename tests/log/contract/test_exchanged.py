"""The contract of the `Exchanged` port: what is still to be sent, and what the portal answered."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.log.portal_support import again, answered, cancelled, failed, presented, received, say
from tests.support import MORNING
from verification.log.events import EventKind
from verification.log.outbox import FIRST_WAIT, Errand, Waiting, portal_item
from verification.log.visit import PortalWord
from verification.log.visit_events import ContentErased

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.log.contract.engines import AnyLog, Engine
    from tests.support import Clock
    from verification.log.ports import Log

MINUTE = timedelta(minutes=1)
DUE = MORNING + FIRST_WAIT


def lease(log: Log, now: datetime, most: int = 9, lasts: timedelta = MINUTE) -> list[str]:
    """Take what is due at a moment; return the visits."""

    def work(inside: Any) -> Sequence[Waiting]:
        found: Sequence[Waiting] = inside.exchanged.lease(Errand.PORTAL, now, now + lasts, most)
        return found

    return [item.visit for item in log.write(work)]


def waiting(log: Log) -> list[str]:
    """Return the visits whose question waits."""
    return [item.visit for item in log.exchanged.waiting()]


# ---- the outbox


def test_a_visit_that_waits_for_the_portal_waits_in_the_outbox_from_its_own_event(
    port: AnyLog,
) -> None:
    visit = received(port, presented(port))
    (item,) = port.exchanged.waiting()
    assert item == Waiting(portal_item(visit), Errand.PORTAL, visit, MORNING, DUE)
    assert port.exchanged.count() == port.exchanged.count(Errand.PORTAL) == 1
    found = port.visit(visit)
    assert found is not None
    assert (found.portal, found.portal_code) == (PortalWord.WAITING, None)


@pytest.mark.parametrize("portal", [None, "answered", "rejected", "unknown_code"])
def test_what_nobody_asks_for_or_what_was_answered_before_does_not_wait(
    port: AnyLog, portal: str | None
) -> None:
    visit = received(port, presented(port), portal, portal_code="000" if portal else None)
    assert waiting(port) == []
    found = port.visit(visit)
    assert found is not None
    assert found.portal == portal


def test_nothing_is_due_before_the_first_fifteen_seconds(port: AnyLog) -> None:
    visit = received(port, presented(port))
    assert lease(port, DUE - timedelta(milliseconds=1)) == []
    assert lease(port, DUE) == [visit]


def test_what_was_undone_in_time_is_never_leased(port: AnyLog, clock: Clock) -> None:
    visit = received(port, presented(port))
    clock.forward(seconds=14)
    cancelled(port, visit)
    assert lease(port, DUE + 9 * MINUTE) == []
    assert port.exchanged.count() == 0


def test_two_takers_never_get_the_same(port: AnyLog) -> None:
    made = [received(port, presented(port)) for _ in range(5)]
    first, second = lease(port, DUE, 3), lease(port, DUE, 3)
    assert (len(first), sorted([*first, *second])) == (3, sorted(made))
    assert lease(port, DUE) == []


def test_a_lease_ends_by_itself_and_one_given_back_ends_at_once(port: AnyLog) -> None:
    visit = received(port, presented(port))
    assert lease(port, DUE) == [visit]
    assert lease(port, DUE + MINUTE - timedelta(seconds=1)) == []
    assert lease(port, DUE + MINUTE) == [visit]  # who took it was ended
    port.write(lambda log: log.exchanged.release(portal_item(visit)))
    assert lease(port, DUE + MINUTE) == [visit]


def test_no_lease_lasts_longer_than_an_hour_and_none_outlives_a_clock_set_back(
    port: AnyLog,
) -> None:
    visit = received(port, presented(port))
    assert lease(port, DUE + timedelta(hours=9), lasts=timedelta(days=99)) == [visit]
    assert lease(port, DUE + timedelta(hours=9, minutes=59)) == []
    assert lease(port, DUE + timedelta(hours=10)) == [visit]
    assert lease(port, DUE) == [visit]  # the clock was set back


def test_a_lease_of_a_piece_of_work_that_fails_was_never_taken(port: AnyLog) -> None:
    visit = received(port, presented(port))

    def work(log: Any) -> None:
        assert log.exchanged.lease(Errand.PORTAL, DUE, DUE + MINUTE, 9)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        port.write(work)
    assert lease(port, DUE) == [visit]


def test_leases_are_taken_inside_a_piece_of_work_alone(port: AnyLog) -> None:
    with pytest.raises(RuntimeError):
        port.exchanged.lease(Errand.PORTAL, DUE, DUE, 1)
    with pytest.raises(RuntimeError):
        port.exchanged.release("portal:1-1")


def test_what_is_due_longest_is_taken_first_and_what_waits_longest_is_shown_first(
    port: AnyLog, clock: Clock
) -> None:
    made = []
    for _ in range(3):
        made.append(received(port, presented(port)))
        clock.forward(minutes=1)
    failed(port, (made[0],), clock.now + MINUTE)
    assert waiting(port) == made
    assert [item.visit for item in port.exchanged.waiting(most=2)] == made[:2]
    assert lease(port, clock.now + MINUTE) == [made[1], made[2], made[0]]


def test_a_failure_counts_tells_why_and_puts_it_off_as_the_event_says(
    port: AnyLog, clock: Clock
) -> None:
    visit = received(port, presented(port))
    lease(port, DUE)
    clock.forward(minutes=1)
    failed(port, (visit,), clock.now + 2 * MINUTE)
    (item,) = port.exchanged.waiting()
    assert (item.attempts, item.last_error, item.last_at) == (1, "timeout", clock.now)
    assert (item.since, item.due, item.is_dead) == (MORNING, clock.now + 2 * MINUTE, False)
    assert lease(port, clock.now + MINUTE) == []
    assert lease(port, clock.now + 2 * MINUTE) == [visit]  # the lease before is over with it


def test_a_dead_letter_is_shown_and_not_taken_until_somebody_says_so(
    port: AnyLog, clock: Clock
) -> None:
    visit = received(port, presented(port))
    failed(port, (visit,), None, cause="officer")
    (item,) = port.exchanged.waiting()
    assert item.is_dead
    assert port.exchanged.count() == 1
    assert lease(port, DUE + timedelta(days=99)) == []
    clock.forward(hours=1)
    again(port, visit)
    (item,) = port.exchanged.waiting()
    assert (item.due, item.attempts, item.since) == (clock.now, 0, MORNING)
    assert (item.last_error, item.is_dead) == ("officer", False)
    assert lease(port, clock.now) == [visit]


def test_heaps_tell_how_much_waits_and_what_needs_a_person_is_listed_by_itself(
    port: AnyLog, clock: Clock
) -> None:
    assert list(port.exchanged.heaps()) == []
    dead = received(port, presented(port))
    failed(port, (dead,), None, cause="officer")
    clock.forward(minutes=1)
    alive = [received(port, presented(port)) for _ in range(2)]
    [heap] = port.exchanged.heaps()
    assert (heap.errand, heap.count, heap.dead, heap.oldest) == (Errand.PORTAL, 3, 1, MORNING)
    assert [item.visit for item in port.exchanged.waiting(dead=True)] == [dead]
    assert [item.visit for item in port.exchanged.waiting(dead=False)] == alive
    assert [item.visit for item in port.exchanged.waiting(most=1, dead=False)] == alive[:1]


def test_an_answer_settles_all_visits_of_its_presentation(port: AnyLog) -> None:
    of = presented(port)
    made = (received(port, of), received(port, of, again=True))
    answered(port, of, made, code="110", outcome="rejected")
    assert waiting(port) == []
    found = [port.visit(visit) for visit in made]
    assert {(one.portal, one.portal_code) for one in found if one} == {(PortalWord.REJECTED, "110")}


def test_a_failure_brings_nothing_back_that_was_settled_or_undone(port: AnyLog) -> None:
    settled, undone = received(port, presented(port)), received(port, presented(port))
    answered(port, visits=(settled,))
    cancelled(port, undone)
    failed(port, (settled, undone), DUE)
    assert waiting(port) == []
    assert lease(port, DUE + MINUTE) == []


def test_what_is_asked_again_waits_once_more_though_it_was_settled(
    port: AnyLog, clock: Clock
) -> None:
    visit = received(port, presented(port))
    answered(port, visits=(visit,))
    clock.forward(hours=8)
    again(port, visit, "closing")
    (item,) = port.exchanged.waiting()
    assert (item.since, item.due) == (clock.now, clock.now)
    assert lease(port, clock.now) == [visit]


def test_an_erased_visit_asks_nobody_and_waits_no_more(port: AnyLog) -> None:
    visit = received(port, presented(port))
    say(port, ContentErased(visit, (visit,)))
    assert waiting(port) == []
    found = port.visit(visit)
    assert found is not None
    assert found.portal is None


def test_a_rebuild_makes_the_same_outbox_and_answers(port: AnyLog, clock: Clock) -> None:
    one, two, three = (received(port, presented(port)) for _ in range(3))
    failed(port, (one,), clock.forward(seconds=20) + MINUTE)
    answered(port, of="1-1", visits=(two,))
    again(port, two)
    failed(port, (three,), None)
    before = list(port.exchanged.waiting()), list(port.exchanged.about("1-1"))
    assert [len(part) for part in before] == [3, 3]
    port.rebuild()
    assert (list(port.exchanged.waiting()), list(port.exchanged.about("1-1"))) == before


# ---- the portal's answers


def test_how_the_questions_about_a_presentation_ended_is_told_oldest_first(port: AnyLog) -> None:
    of, other = presented(port), presented(port)
    visit = received(port, of)
    ended = [failed(port, (visit,), DUE, of=of), answered(port, of, (visit,))]
    answered(port, other)
    assert list(port.exchanged.about(of)) == ended
    assert [event.kind for event in port.exchanged.about(other)] == [EventKind.PORTAL_ANSWERED]
    assert list(port.exchanged.about("1-99")) == []


def test_answers_are_found_by_the_numbers_of_a_person_the_newest_first(port: AnyLog) -> None:
    numbers = {"an": "DN4797900000201", "ba": "DN4797900000202"}
    people = {
        name: port.write(lambda log, number=number: log.person(number[-10:], [number]))  # type: ignore[misc]
        for name, number in numbers.items()
    }
    made = [answered(port, person=people["an"], code=code) for code in ("000", "003", "010")]
    answered(port, person=people["ba"])
    failed(port, (), DUE)
    found = port.exchanged.answers([numbers["an"]], 2)
    assert list(found) == [made[2], made[1]]
    by_bhxh = port.exchanged.answers([numbers["an"][-10:], "unknown"], 9)
    assert list(by_bhxh) == made[::-1]
    assert list(port.exchanged.answers(["unknown"], 9)) == []
    assert list(port.exchanged.answers([], 9)) == []


def test_an_answer_whose_content_was_erased_is_none_and_hides_no_other(port: AnyLog) -> None:
    number = "DN4797900000201"
    person = port.write(lambda log: log.person(number[-10:], [number]))
    kept = answered(port, person=person, content={"the": {"ho_ten": "Người Mẫu"}})
    gone = answered(port, person=person, content={"the": {"ho_ten": "Người Mẫu"}})
    bare = answered(port, person=person, code="050")
    port.write(lambda log: log.erase(gone.event_id))
    say(port, ContentErased("1-9", (gone.event_id,)), person)
    assert list(port.exchanged.answers([number], 2)) == [bare, kept]
    assert port.content(gone.event_id) is None


def test_a_row_of_the_log_that_cannot_be_read_hides_no_other_answer(
    port: AnyLog, engine: Engine
) -> None:
    of = presented(port)
    broken, sound = answered(port, of), answered(port, of)
    engine.rewrite(broken.event_id, {"codes": "{"})
    assert list(port.exchanged.about(of)) == [sound]


def test_times_are_told_in_utc_as_they_were_written(port: AnyLog, clock: Clock) -> None:
    received(port, presented(port))
    (item,) = port.exchanged.waiting()
    assert item.due is not None
    assert item.due.astimezone(UTC) == clock.now + FIRST_WAIT
