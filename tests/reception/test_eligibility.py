"""What a system is told of somebody is what the desk would say, by the place and days it names."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK
from verification.basics.errors import Forbidden
from verification.card.facts import Card
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.eligibility import Person, told_of
from verification.rights import Actor, Role
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

MAU = "DN4797900000011"


def test_the_entitlement_is_that_of_the_desk(kiosk: Kiosk) -> None:
    for number in (MAU, "DN4797900000044", "TE1010100000033", "DT2040400000022"):
        answer = check_in(DESK, kiosk, Scan((number.encode(),)))
        told = told_of(DESK, kiosk, Person(number))
        assert told.entitlement == answer.entitlement
        assert told.verdict.rate == answer.verdict.rate
        assert told.verdict.outcome is answer.verdict.outcome


def test_of_several_days_the_worst_counts(kiosk: Kiosk) -> None:
    ends = Person("DN4797900000077")
    one, both = date(2026, 11, 22), (date(2026, 11, 22), date(2027, 2, 1))
    assert told_of(DESK, kiosk, ends, (one,)).verdict.outcome is Outcome.ELIGIBLE
    assert told_of(DESK, kiosk, ends, both).verdict.outcome is not Outcome.ELIGIBLE


def test_nothing_is_written_down(kiosk: Kiosk) -> None:
    before = len(kiosk.written.recent("1", 10))
    told_of(DESK, kiosk, Person(MAU, Card(ho_ten="Trần Văn Thử")))
    assert len(kiosk.written.recent("1", 10)) == before


def test_an_unknown_place_is_said_to_be_unknown(kiosk: Kiosk) -> None:
    told = told_of(DESK, kiosk, Person(MAU), facility="99999")
    assert not told.known_place
    assert told.entitlement
    assert told.entitlement.rate_low is None


def test_who_may_not_check_is_told_nothing(kiosk: Kiosk) -> None:
    with pytest.raises(Forbidden):
        told_of(Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1"), kiosk, Person(MAU))
