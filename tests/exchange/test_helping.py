from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MORNING
from verification.basics.errors import RequestError
from verification.exchange.helping import (
    BEGUN,
    DECLINED,
    DONE,
    Helped,
    help_given,
    helped_between,
    own_today,
    withdraw,
)
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

LAN = Actor("lan.nt", frozenset({Role.RECEPTIONIST}), "1")
MINH = Actor("minh.tv", frozenset({Role.RECEPTIONIST}), "1")
LONG_AGO = MORNING - timedelta(days=400)


def test_help_is_counted_by_how_it_ended_and_by_guide(kiosk: Kiosk) -> None:
    help_given(LAN, kiosk)
    help_given(LAN, kiosk, "adult", ("open", "otp"), BEGUN)
    help_given(MINH, kiosk, "adult", (), DECLINED)
    help_given(MINH, kiosk, "child", ("open",), DONE)
    counted = helped_between(kiosk.written, LONG_AGO)
    assert counted == Helped(2, 1, 1, {"": 1, "adult": 2, "child": 1})
    assert counted.offered == 4


def test_what_was_taken_back_counts_no_more(kiosk: Kiosk) -> None:
    first, second = help_given(LAN, kiosk), help_given(LAN, kiosk, "adult")
    withdraw(LAN, kiosk, second.event_id)
    assert helped_between(kiosk.written, LONG_AGO) == Helped(1, 0, 0, {"": 1})
    assert [one.event_id for one in own_today(LAN, kiosk)] == [first.event_id]
    with pytest.raises(RequestError):
        withdraw(LAN, kiosk, second.event_id)


def test_only_the_own_counts_of_today_are_taken_back(kiosk: Kiosk, clock: Clock) -> None:
    given = help_given(LAN, kiosk)
    with pytest.raises(RequestError):
        withdraw(MINH, kiosk, given.event_id)
    clock.forward(days=1)
    assert own_today(LAN, kiosk) == []
    with pytest.raises(RequestError):
        withdraw(LAN, kiosk, given.event_id)
    assert helped_between(kiosk.written, LONG_AGO).done == 1


def test_what_was_taken_back_with_a_clock_set_back_counts_no_more(
    kiosk: Kiosk, clock: Clock
) -> None:
    given = help_given(LAN, kiosk)
    clock.jump(hours=-3)
    withdraw(LAN, kiosk, given.event_id)
    assert helped_between(kiosk.written, MORNING).offered == 0


def test_a_time_has_an_end(kiosk: Kiosk, clock: Clock) -> None:
    help_given(LAN, kiosk)
    clock.forward(hours=2)
    help_given(LAN, kiosk)
    assert helped_between(kiosk.written, MORNING, MORNING + timedelta(hours=1)).done == 1


def test_help_ends_in_one_of_three_ways(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError):
        help_given(DESK, kiosk, ended="maybe")
