"""Which content is older than a moment, in every engine, whatever the clock did meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.log.contract.test_log import presented
from tests.support import MORNING
from verification.log.events import EventKind

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog
    from tests.support import Clock

KINDS = (EventKind.PRESENTED,)


def say(port: AnyLog, desk: str = "1", *, content: bool = True) -> str:
    words = {"ghi_chu": "x"} if content else None
    return port.write(lambda t: t.append(presented(desk=desk, content=words))).event_id


def older(port: AnyLog, clock: Clock, **ago: float) -> list[str]:
    found = port.aged.older(KINDS, clock() - timedelta(**ago), clock())
    return [event.event_id for event in found]


def test_only_old_events_whose_content_is_there_are_found(port: AnyLog, clock: Clock) -> None:
    first, bare, gone = say(port), say(port, content=False), say(port)
    port.write(lambda t: t.erase(gone))
    other = say(port, "2")
    clock.forward(days=400)
    say(port)
    assert older(port, clock, days=300) == [first, other]
    assert older(port, clock, days=500) == []
    assert port.aged.older((EventKind.NOTED,), clock() - timedelta(days=1), clock()) == []
    assert bare not in older(port, clock, days=300)
    assert port.aged.count(KINDS) == 3
    assert port.aged.count((EventKind.NOTED,)) == 0


def test_what_was_recorded_with_a_clock_set_back_is_as_young_as_what_stands_before_it(
    port: AnyLog, clock: Clock
) -> None:
    say(port)
    clock.forward(days=4000)
    say(port)
    clock.jump(days=-3990)
    young = say(port)  # recorded ten days after the first, by a clock that was wrong
    clock.jump(days=3990)
    assert older(port, clock, days=3650) == ["1-1"]
    assert young not in older(port, clock, days=3650)
    assert older(port, clock, days=-1) == ["1-1", "1-2", young]


def test_one_event_of_the_future_keeps_nothing_that_stands_behind_it(
    port: AnyLog, clock: Clock
) -> None:
    clock.jump(days=9000)
    say(port)
    clock.jump(days=-9000)
    old = say(port)
    clock.forward(days=4000)
    assert clock() < MORNING + timedelta(days=9000)
    assert older(port, clock, days=3650) == [old]
