"""What a hospital system is told of a visit: its state now, never what staff wrote as notes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from tests.exchange_support import receive, waiting_kiosk
from tests.support import DESK, ROOT, Clock, make_demo_store, open_kiosk, payload
from verification.exchange.again import shipped
from verification.exchange.handover.day import handed_over_on
from verification.exchange.handover.errand import HandoverErrand, HisCause
from verification.exchange.handover.message import ErasedVisit, message_of
from verification.exchange.outbox import Outbox
from verification.exchange.sending import Sent
from verification.exchange.waiting import queue
from verification.log.events import EventKind
from verification.log.outbox import Errand
from verification.log.portal_events import PortalAnswered
from verification.log.visit import CachTrinh, CancelReason, DoiChieu
from verification.log.writing import write_alone
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.corrections import (
    compare_id,
    correct_field,
    correct_presentation,
    erase,
    note,
    undo,
)
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from verification.exchange.handover.message import Message
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

ROOM = command_line("1")
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/examples/message.schema.json").read_text()))


class Told:
    """A carrier that keeps what it brings, and says what a test wants."""

    to = "folder"

    def __init__(self, *causes: HisCause | None) -> None:
        self.causes = list(causes)
        self.taken: list[tuple[str, dict[str, Any]]] = []

    def carry(self, message: Message, headers: Mapping[str, str]) -> Sent:
        cause = self.causes.pop(0) if self.causes else None
        if cause:
            return Sent(ok=False, to=self.to, cause=cause, detail="HTTP 500")
        self.taken.append((headers["webhook-id"], json.loads(message.body)))
        return Sent(ok=True, to=self.to)


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[Kiosk]:
    make_demo_store(tmp_path)
    with open_kiosk(tmp_path, clock) as (kiosk, _):
        yield replace(kiosk, hands_over=True)


def received(house: Kiosk, slug: str = "patient-1") -> Visit:
    visit = check_in(DESK, house, Scan((payload(slug),))).visit
    assert visit
    return visit


def outbox(house: Kiosk, carrier: Told) -> Outbox[Sent]:
    return Outbox(house, HandoverErrand(house, carrier, [b"x" * 24]), shipped(), Random(1))


def is_as_described(told: dict[str, Any]) -> bool:
    """Check a message against the schema that vendors read, which names every field of it."""
    SCHEMA.validate(told)
    described = SCHEMA.schema["properties"]
    parts = ("event", "visit", "check", "portal", "patient")
    inner = [
        told[part].keys() == described[part]["properties"].keys() for part in parts if told[part]
    ]
    return told.keys() == described.keys() and all(inner)


def settle(house: Kiosk, carrier: Told) -> Told:
    while outbox(house, carrier).settle().settled:
        pass
    return carrier


def test_each_change_of_a_visit_is_a_message_and_they_come_in_order(house: Kiosk) -> None:
    visit = received(house)
    correct_presentation(DESK, house, visit.visit_id, CachTrinh.GIAY)
    note(DESK, house, visit.visit_id, "chuyện riêng của người bệnh")
    compare_id(DESK, house, visit.visit_id, DoiChieu.CCCD)
    correct_field(DESK, house, visit.visit_id, "ho_ten", "Đặng Thị Sửa Mẫu")
    undo(DESK, house, visit.visit_id, CancelReason.NHAM_NGUOI, "ghi chú riêng")
    taken = settle(house, Told()).taken
    assert [name for name, _ in taken] == [f"handover:{visit.visit_id}:{n}" for n in range(1, 6)]
    assert [told["event"]["kind"] for _, told in taken] == [
        *("received", "corrected", "id_checked", "corrected", "cancelled")
    ]
    assert [told["nth"] for _, told in taken] == [1, 2, 3, 4, 5]
    assert all(is_as_described(told) for _, told in taken)
    last = taken[-1][1]
    assert (last["version"], last["facility"]) == (1, "79014")
    assert last["visit"]["cancelled"] == "nham_nguoi"
    assert (last["visit"]["cach_trinh"], last["visit"]["doi_chieu"]) == ("giay", "cccd")
    assert last["patient"]["ho_ten"] == "Đặng Thị Sửa Mẫu"
    assert last["patient"]["ma_the"] == "DN4797900000201"
    assert (last["check"]["rate"], last["check"]["reasons"][0]) == ("4/5", "valid")
    assert "riêng" not in json.dumps([told for _, told in taken], ensure_ascii=False)
    assert not house.written.exchanged.count()


def test_what_the_portal_says_later_is_told_with_its_verdict(house: Kiosk) -> None:
    visit = received(replace(house, asks_portal=True))
    said = (visit.presented, "rejected", 5, "desk", (visit.visit_id,), "110")
    answered = PortalAnswered(*said, verdict="not_eligible", reasons=("withdrawn",))
    write_alone(house.written, DESK, answered)
    (_, first), (_, second) = settle(house, Told()).taken
    told = {"state": "rejected", "code": "110", "verdict": "not_eligible", "reasons": ["withdrawn"]}
    assert (first["event"]["kind"], second["event"]["kind"]) == ("received", "portal_answered")
    assert is_as_described(second)
    assert first["portal"] == second["portal"] == told  # the state as it is when it is sent


def test_a_message_that_is_not_taken_holds_back_those_of_its_visit_and_no_other(
    house: Kiosk, clock: Clock
) -> None:
    visit, other = received(house), received(house, "s2")
    undo(DESK, house, visit.visit_id, CancelReason.QUET_TRUNG)
    told = Told(HisCause.REFUSED)
    outbox(house, told).settle()
    outbox(house, told).settle()
    assert [name for name, _ in told.taken] == [f"handover:{other.visit_id}:1"]
    clock.forward(minutes=2)
    settle(house, told)
    assert [name.rpartition(":")[2] for name, _ in told.taken] == ["1", "1", "2"]


def test_while_a_hospital_system_is_down_one_message_tries_and_the_others_rest(
    house: Kiosk,
) -> None:
    for slug in ("patient-1", "s2", "same-old15"):
        received(house, slug)
    told = Told(HisCause.DOWN, HisCause.DOWN)
    done = outbox(house, told).settle()
    assert (done.failed, done.held, done.pause) == (1, "his_down", 15)
    assert len(told.causes) == 1
    kinds = house.written.events((EventKind.NOT_DELIVERED,), house.clock())
    assert [event.codes["detail"] for event in kinds] == ["HTTP 500"]


def test_a_receiver_that_asks_for_time_is_given_it(house: Kiosk) -> None:
    received(house)

    class Busy(Told):
        def carry(self, message: Message, headers: Mapping[str, str]) -> Sent:
            return Sent(ok=False, to=self.to, cause=HisCause.BUSY, after=1800.0)

    done = outbox(house, Busy()).settle()
    [waits] = house.written.exchanged.waiting(Errand.HANDOVER)
    assert waits.due
    assert (done.pause, (waits.due - house.clock()).total_seconds()) == (1800.0, 1800.0)


def test_of_an_erased_visit_nothing_more_is_sent(house: Kiosk) -> None:
    visit = received(house)
    undo(DESK, house, visit.visit_id, CancelReason.KHAC)
    [item, _] = house.written.exchanged.waiting(Errand.HANDOVER)
    erase(ROOM, house, visit.visit_id)
    assert not settle(house, Told()).taken
    with pytest.raises(ErasedVisit):
        message_of(house, item)  # one that was taken just before


def test_what_becomes_of_a_visit_after_its_data_were_erased_is_not_sent(house: Kiosk) -> None:
    visit = received(house)
    told = settle(house, Told())
    erase(ROOM, house, visit.visit_id)
    compare_id(DESK, house, visit.visit_id, DoiChieu.CCCD)
    undo(DESK, house, visit.visit_id, CancelReason.KHAC)
    settle(house, told)  # they go one after the other
    settle(house, told)
    assert [name for name, _ in told.taken] == [f"handover:{visit.visit_id}:1"]
    assert not house.written.exchanged.count()


def test_a_house_that_hands_nothing_over_makes_no_messages(house: Kiosk) -> None:
    received(replace(house, hands_over=False))
    assert not house.written.exchanged.count()


def test_the_days_list_says_what_a_hospital_system_should_have_and_what_it_lacks(
    house: Kiosk,
) -> None:
    visit, other = received(house), received(replace(house, hands_over=False), "s2")
    undo(DESK, house, visit.visit_id, CancelReason.KHAC)
    first, second = handed_over_on(ROOM, house, house.today())
    assert first.state
    assert (first.visit.visit_id, first.waiting, first.visit.handed) == (visit.visit_id, 2, 2)
    assert first.state["visit"]["cancelled"] == "khac"
    assert (second.visit.visit_id, second.visit.handed, second.waiting) == (other.visit_id, 0, 0)
    [logged] = house.written.events((EventKind.EXPORTED,), house.clock())
    assert (logged.codes["what"], logged.codes["rows"]) == ("handover_day", 2)


def test_a_day_of_500_loses_nothing_and_gives_nothing_up(clock: Clock) -> None:
    house = replace(waiting_kiosk(clock), hands_over=True)
    visits = [receive(house, portal=None, handover=True) for _ in range(40)]
    undo(DESK, house, visits[1].visit_id, CancelReason.KHAC)
    told = Told(*[HisCause.DOWN] * 10_000)
    morning, tries = clock.now, 0
    while clock.now - morning < timedelta(days=1):  # as the worker goes: a pause after a failure
        done = outbox(house, told).settle()
        tries += done.failed
        clock.forward(seconds=done.pause * 40 or 2.0)  # of forty rounds alike one
    waits = queue(house)
    assert (waits.count, waits.dead) == (41, 0)
    assert tries > 100
    told.causes = []
    clock.forward(minutes=6)  # the longest wait, and its jitter
    settle(house, told)
    names = [f"handover:{visit.visit_id}:1" for visit in visits]
    names.append(f"handover:{visits[1].visit_id}:2")
    assert sorted(name for name, _ in told.taken) == sorted(names)
    assert not house.written.exchanged.count()


def test_what_no_message_of_a_visit_gets_through_waits_for_a_person_and_is_counted(
    house: Kiosk, clock: Clock
) -> None:
    received(house)
    told = Told(*[HisCause.REFUSED] * 5)
    for _ in range(5):
        outbox(house, told).settle()
        clock.forward(hours=2)
    waits = queue(house)
    assert (waits.count, waits.dead, waits.listed[0].item.last_error) == (1, 1, "his_refused")
