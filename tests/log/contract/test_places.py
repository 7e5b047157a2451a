"""What any engine tells of the desks' chains by their places, whatever the clock said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.log.contract.test_log import presented, received
from tests.support import MORNING
from verification.log.events import EventKind, NewEvent

if TYPE_CHECKING:
    from tests.log.contract.engines import Engine
    from tests.support import Clock
    from verification.log.chain import Head
    from verification.log.events import Event
    from verification.log.ports import Log, LogTransaction


def cancelled(desk: str, visit: str) -> NewEvent:
    return NewEvent(desk, EventKind.CANCELLED, None, {"visit": visit, "why": "khac"}, "p")


def put(port: Log, event: NewEvent) -> str:
    return port.write(lambda t: t.append(event)).event_id


def names(events: object) -> list[str]:
    return [event.event_id for event in events]  # type: ignore[attr-defined]  # of events


def test_heads_are_those_of_every_chain_inside_the_same_piece_of_work(engine: Engine) -> None:
    port = engine.log
    assert list(port.places.heads()) == []
    put(port, presented())

    def work(log: LogTransaction) -> tuple[list[Head], Event, list[Head]]:
        before = list(log.places.heads())
        made = log.append(presented(desk="0"))
        return before, made, list(log.places.heads())

    before, made, after = port.write(work)
    assert [(head.desk, head.count) for head in before] == [("1", 1)]
    assert [(head.desk, head.count) for head in after] == [("0", 1), ("1", 1)]
    assert after[1] == before[0]
    assert {head.desk: head for head in after} == engine.heads()
    assert port.exchanged.hash_of(made.event_id) == after[0].hash


def test_a_part_of_a_chain_is_in_its_order_whatever_the_clock_said(port: Log, clock: Clock) -> None:
    made = []
    for back in (0, -60, 30):
        clock.jump(minutes=back)
        made.append(put(port, presented()))
        put(port, presented(desk="2"))
    put(port, received("p"))
    kinds = [EventKind.PRESENTED]
    assert names(port.places.part("1", kinds, 1, 9)) == made
    assert names(port.places.part("1", kinds, 2, 2)) == made[1:2]
    assert names(port.places.part("1", [EventKind.RECEIVED], 1, 9)) == ["1-4"]
    assert names(port.places.part("9", kinds, 1, 9)) == []


def test_what_names_an_event_is_found_in_any_chain_in_the_order_of_writing(
    port: Log, clock: Clock
) -> None:
    shown = put(port, presented())
    visit, other = (put(port, received("p", of=shown)) for _ in range(2))
    clock.jump(hours=-2)
    undone = put(port, cancelled("2", visit))
    put(port, cancelled("1", f"{visit}0"))
    put(port, cancelled("2", other))
    again = put(port, cancelled("1", visit))
    kinds = [EventKind.CANCELLED, EventKind.RECEIVED]
    found = port.places.naming({visit, shown}, kinds, shown)
    assert names(found) == [visit, other, undone, again]
    assert names(port.places.naming({visit}, kinds, undone)) == [again]
    assert names(port.places.naming({visit}, [EventKind.RECEIVED], visit)) == []
    assert list(port.places.naming((), kinds, visit)) == []


def test_the_newest_of_a_kind_stands_below_a_place(port: Log, clock: Clock) -> None:
    first = put(port, received("p"))
    clock.jump(hours=-1)
    put(port, received("p", "2"))
    second = put(port, received("p"))
    newest = port.places.newest_of
    assert [e and e.event_id for e in (newest("1", EventKind.RECEIVED, n) for n in (9, 2, 1))] == [
        second,
        first,
        None,
    ]
    assert newest("1", EventKind.SHIFT_CLOSED, 9) is None


def test_the_last_place_before_a_moment_is_looked_for_from_the_end(port: Log, clock: Clock) -> None:
    for _ in range(3):
        put(port, presented())
        clock.forward(hours=1)
    before = port.places.place_before
    assert before("1", MORNING + timedelta(minutes=90), 0) == 2
    assert before("1", MORNING, 0) == 0
    assert before("1", clock(), 2) == 3
    assert before("1", MORNING, 2) == 2
    assert before("9", clock(), 0) == 0


def test_visits_between_two_places_are_counted(port: Log) -> None:
    put(port, presented())
    visits = [put(port, received("p")) for _ in range(3)]
    put(port, cancelled("1", visits[1]))
    assert [port.places.visits_between("1", *at) for at in ((1, 9), (3, 4), (5, 9))] == [3, 2, 0]


@pytest.mark.parametrize("changed", [{"codes": '{"officer":"binh"}'}, {"prev_hash": "0" * 64}])
def test_a_row_that_somebody_changed_joins_nothing(engine: Engine, changed: dict[str, str]) -> None:
    port = engine.log
    for _ in range(4):
        put(port, presented())
    assert port.places.is_linked("1", 2, 4)
    assert not port.places.is_linked("1", 2, 5)
    engine.rewrite("1-3", changed)
    assert [port.places.is_linked("1", *at) for at in ((1, 2), (2, 4), (4, 4))] == [
        True,
        False,
        True,
    ]


def test_a_row_that_cannot_be_read_is_part_of_its_chain(engine: Engine) -> None:
    port = engine.log
    put(port, received("p"))
    put(port, replace(presented(), kind=EventKind.NOTED, codes={"visit": "1-1"}))
    engine.rewrite("1-1", {"codes": "{"})
    part = port.places.part("1", [EventKind.RECEIVED], 1, 2)
    assert [(e.event_id, e.is_readable) for e in part] == [("1-1", False)]
