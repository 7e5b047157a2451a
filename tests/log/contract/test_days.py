"""What any engine tells of a day: its visits, and presentations that became none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.log.contract.test_log import presented, received
from tests.support import MORNING, TODAY
from verification.log.events import EventKind, NewEvent
from verification.log.portal_events import PortalAnswered

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.log.ports import Log

EARLY = MORNING - timedelta(hours=8)


def test_visits_of_a_day_are_newest_first_with_the_undone(port: Log, clock: Clock) -> None:
    def day(clock: Clock) -> list[str]:
        made = []
        for desk in ("1", "2", "1"):
            clock.forward(minutes=1)
            made.append(port.write(lambda t, d=desk: t.append(received("p", d))).event_id)
        return made

    first = day(clock)
    undone = NewEvent("1", EventKind.CANCELLED, None, {"visit": first[0], "why": "khac"}, "p")
    port.write(lambda t: t.append(undone))
    clock.forward(hours=24)
    second = day(clock)
    tomorrow = TODAY + timedelta(days=1)
    assert [v.visit_id for v in port.visits_on(TODAY, None)] == first[::-1]
    assert [v.visit_id for v in port.visits_on(TODAY, "1")] == [first[2], first[0]]
    assert [bool(v.cancelled) for v in port.visits_on(TODAY, "1")] == [False, True]
    assert [v.visit_id for v in port.visits_on(tomorrow, None, 2)] == second[:0:-1]
    assert list(port.visits_on(tomorrow, "9")) == []


def test_what_the_portal_has_not_confirmed_is_found_by_day_and_desk(port: Log) -> None:
    def visit(desk: str, word: str | None) -> str:
        event = received("p", desk)
        codes = {**event.codes, "portal": word} if word else event.codes
        return port.write(lambda t: t.append(replace(event, codes=codes))).event_id

    words = (None, "waiting", "answered", "rejected", "unknown_code")
    first = [visit("1", word) for word in words]
    other = visit("2", "waiting")
    open_ones = [first[4], first[3], first[1]]
    assert [v.visit_id for v in port.unconfirmed(TODAY, "1")] == open_ones
    assert {v.visit_id for v in port.unconfirmed(TODAY, None)} == {*open_ones, other}
    assert list(port.unconfirmed(TODAY + timedelta(days=1), None)) == []
    told = PortalAnswered("1-1", "answered", 5, "outbox", (first[1],), "000")
    port.write(lambda t: t.append(NewEvent("1", told.kind, None, told.codes(), "p")))
    assert [v.visit_id for v in port.unconfirmed(TODAY, "1")] == open_ones[:2]


def test_a_presentation_counts_until_a_visit_was_made_of_it(port: Log, clock: Clock) -> None:
    shown = [
        port.write(lambda t, d=desk: t.append(presented(desk=d, person_ref="p"))).event_id
        for desk in ("1", "1", "2")
    ]
    port.write(lambda t: t.append(presented()))  # nobody: no card
    assert [e.event_id for e in port.unreceived(EARLY, None)] == shown[::-1]
    assert [e.event_id for e in port.unreceived(EARLY, "1")] == shown[1::-1]
    made = port.write(lambda t: t.append(received("p", of=shown[1])))
    assert [e.event_id for e in port.unreceived(EARLY, "1")] == shown[:1]
    undone = NewEvent("1", EventKind.CANCELLED, None, {"visit": made.event_id, "why": "khac"}, "p")
    port.write(lambda t: t.append(undone))
    assert [e.event_id for e in port.unreceived(EARLY, "1")] == shown[:1]
    assert list(port.unreceived(clock() + timedelta(seconds=1), None)) == []


def test_who_was_known_to_be_here_counts_again_once_that_was_undone(port: Log) -> None:
    made = port.write(lambda t: t.append(received("p"))).event_id
    codes = {"officer": "an", "already": made, "kind": "bhyt_qr", "verdict": "eligible"}
    codes |= {"reasons": ["valid"], "cach_trinh": "vssid"}
    again = port.write(lambda t: t.append(presented(person_ref="p", codes=codes))).event_id
    assert list(port.unreceived(EARLY, "1")) == []
    undone = NewEvent("1", EventKind.CANCELLED, None, {"visit": made, "why": "khac"}, "p")
    port.write(lambda t: t.append(undone))
    assert [e.event_id for e in port.unreceived(EARLY, "1")] == [again]


def test_one_event_is_found_by_its_name(port: Log) -> None:
    event = port.write(lambda t: t.append(presented(person_ref="p")))
    assert port.event(event.event_id) == event
    assert port.event("1-99") is None
    assert port.event("rubbish") is None


def test_what_a_day_was_is_the_same_after_a_rebuild(port: Log) -> None:
    shown = port.write(lambda t: t.append(presented(person_ref="p"))).event_id
    port.write(lambda t: t.append(received("p", of=shown)))
    waits = port.write(lambda t: t.append(presented(person_ref="q"))).event_id
    before = port.visits_on(TODAY, None)
    port.rebuild()
    assert list(port.visits_on(TODAY, None)) == list(before)
    assert [e.event_id for e in port.unreceived(EARLY, None)] == [waits]
