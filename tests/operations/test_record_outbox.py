"""A check-in record from the hospital's word to the portal's receipt, whatever fails between."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.his_support import SYSTEM
from tests.record_support import SIGNS, signer, told
from tests.support import DESK, MORNING, ROOT, payload
from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace, Practice
from verification.adapters.portal.worker import PortalWorker
from verification.exchange.his import tell
from verification.exchange.hospital import Hospital
from verification.log.events import EventKind
from verification.log.outbox import record_item
from verification.log.sending_events import Delivered, NotDelivered
from verification.log.visit import CancelReason, RecordWord
from verification.operations.commands.practice import wrong_record
from verification.operations.outboxes import outboxes
from verification.operations.settings import read_settings
from verification.reception import corrections
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import Clock
    from verification.exchange.outbox import Outbox
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

HARMLESS = {
    Fault.SLOW,
    Fault.ONCE_401,
    Fault.TOKEN_EXPIRED,
    Fault.NULL_HISTORY,
    Fault.UPPER_KEYS,
    Fault.CLOCK_SKEW,
}
STOPS = {Fault.UNSIGNED: "record_refused", Fault.UNKNOWN_CODE: "record_code"}


@pytest.fixture(scope="module")
def portal() -> Iterator[Practice]:
    pace = Pace(slow=0.05)
    with Practice(ROOT / "fixtures", clock=lambda: MORNING, pace=pace, look=wrong_record) as made:
        yield made


@pytest.fixture
def house(kiosk: Kiosk) -> Kiosk:
    return replace(kiosk, sends_records=True)


@contextmanager
def sending(
    house: Kiosk, portal: Practice, setting: str, budget: float = 30.0
) -> Iterator[Outbox[Any]]:
    account = PortalAccount(portal.url, **people()["account"], rate=6_000)
    seconds = replace(LIMITS.seconds, answer=budget, login=budget, refused=0.0)
    worker = PortalWorker(account, house.clock, time.monotonic, replace(LIMITS, seconds=seconds))
    settings = replace(read_settings({}), hospital=Hospital(signer=setting))
    try:
        found = outboxes(house, settings, worker)
        yield next(one for one in found if one.handler.errand == "record")
    finally:
        worker.stop()


def received(house: Kiosk, slug: str = "number-15") -> Visit:
    scan = scan_of((payload(slug),), house.today(), quet=True)
    visit = check_in(DESK, house, scan).visit
    assert visit
    return visit


def newest(house: Kiosk, visit: Visit) -> Visit:
    found = house.written.visit(visit.visit_id)
    assert found
    return found


def ends(house: Kiosk) -> list[Delivered | NotDelivered]:
    """Return how sendings ended, oldest first."""
    since = MORNING.replace(year=2000)
    events = house.written.events((EventKind.DELIVERED, EventKind.NOT_DELIVERED), since)
    kinds = {EventKind.DELIVERED: Delivered, EventKind.NOT_DELIVERED: NotDelivered}
    return [kinds[event.kind].of(event.codes) for event in events]


@pytest.mark.parametrize("fault", Fault)
def test_a_record_is_sent_signed_and_its_receipt_kept_whatever_fails_before(
    house: Kiosk, clock: Clock, portal: Practice, tmp_path: Path, fault: Fault
) -> None:
    visit, setting = received(house), signer(tmp_path)
    tell(SYSTEM, house, visit.visit_id, told(ma_lk=f"LK-{fault}"))
    assert newest(house, visit).record is RecordWord.WAITING
    before = portal.calls.records
    portal.set({fault}, {Call.CHECK_IN} if fault in STOPS else None)
    with sending(house, portal, setting, 0.2 if fault is Fault.HANG else 30.0) as outbox:
        assert outbox.settle().settled == (fault in HARMLESS)
    portal.set(())
    item = house.written.exchanged.one(record_item(visit.visit_id))
    if cause := STOPS.get(fault):
        assert item
        assert item.last_error == cause
        again = told(ma_lk=f"LK-{fault}-2")
        tell(SYSTEM, house, visit.visit_id, again)  # the hospital mends it
        item = house.written.exchanged.one(record_item(visit.visit_id))
    with sending(house, portal, setting) as outbox:  # the server was started anew meanwhile
        while item:
            assert item.due
            clock.now = max(clock.now, item.due)
            assert outbox.settle().settled == 1
            item = house.written.exchanged.one(record_item(visit.visit_id))
        clock.forward(hours=1)
        assert not outbox.settle().some
    after = newest(house, visit)
    assert (after.record, (after.record_code or "")[:2]) == (RecordWord.SENT, "LT")
    delivered = ends(house)[-1]
    assert isinstance(delivered, Delivered)
    assert (delivered.receipt, delivered.to) == (after.record_code, "portal")
    assert len(delivered.received_at or "") == len("yyyyMMddHHmmss")
    # where the answer alone was lost the portal has it already: the same bytes are one to it
    other_bytes = (
        fault is Fault.UNKNOWN_CODE
    )  # taken, with an answer that nobody knows; mended then
    assert portal.calls.records == before + 1 + other_bytes


def test_what_lacks_something_waits_for_it_and_is_not_sent_in_vain(
    house: Kiosk, portal: Practice, tmp_path: Path
) -> None:
    visit = received(house)
    tell(SYSTEM, house, visit.visit_id, told(ma_bn=None, ma_lk="LK-thieu"))
    asked = portal.asked.times(Call.CHECK_IN)
    with sending(house, portal, signer(tmp_path)) as outbox:
        outbox.settle()
        failed = ends(house)[-1]
        assert isinstance(failed, NotDelivered)
        assert (failed.cause, failed.detail, failed.again_at) == (
            "record_incomplete",
            "3 MA_BN",
            None,
        )
        assert not outbox.settle().some
        assert portal.asked.times(Call.CHECK_IN) == asked
        tell(SYSTEM, house, visit.visit_id, told(ma_lk="LK-thieu"))
        assert outbox.settle().settled == 1
    assert newest(house, visit).record is RecordWord.SENT


def test_what_the_desk_corrects_is_tried_again(
    house: Kiosk, portal: Practice, tmp_path: Path
) -> None:
    visit = received(house)
    corrections.correct_field(DESK, house, visit.visit_id, "ho_ten", "x" * 300)
    tell(SYSTEM, house, visit.visit_id, told(ma_lk="LK-ten"))
    with sending(house, portal, signer(tmp_path)) as outbox:
        outbox.settle()
        failed = ends(house)[-1]
        assert isinstance(failed, NotDelivered)
        assert (failed.cause, failed.detail) == ("record_wrong", "4 HO_TEN")
        corrections.correct_field(DESK, house, visit.visit_id, "ho_ten", "Nguyễn Thị Mẫu")
        assert outbox.settle().settled == 1


def test_nothing_is_sent_of_an_emergency_or_of_what_was_undone(
    house: Kiosk, portal: Practice, tmp_path: Path
) -> None:
    emergency = received(house)
    tell(SYSTEM, house, emergency.visit_id, told(ma_lk="LK-cc"))
    undone = received(house, "dash-fields")
    tell(SYSTEM, house, undone.visit_id, told(ma_lk="LK-huy"))
    asked = portal.asked.times(Call.CHECK_IN)
    tell(SYSTEM, house, emergency.visit_id, told(ma_lk="LK-cc", ma_doituong_kcb="2"))
    corrections.undo(DESK, house, undone.visit_id, CancelReason.NHAM_NGUOI)
    with sending(house, portal, signer(tmp_path)) as outbox:
        outbox.settle()
        assert not house.written.exchanged.count(outbox.handler.errand)
    assert portal.asked.times(Call.CHECK_IN) == asked
    assert newest(house, emergency).record is None


@pytest.mark.parametrize(
    ("makes", "cause"),
    [("data", "signer_unsigned"), (f"{SIGNS}.replace(b'LK-', b'KL-')", "signer_changed")],
)
def test_what_a_signer_did_not_sign_or_changed_never_leaves_and_waits_for_it(
    house: Kiosk, clock: Clock, portal: Practice, tmp_path: Path, makes: str, cause: str
) -> None:
    visit, asked = received(house), portal.asked.times(Call.CHECK_IN)
    tell(SYSTEM, house, visit.visit_id, told(ma_lk=f"LK-{cause}"))
    with sending(house, portal, signer(tmp_path, makes)) as outbox:
        assert outbox.settle().held == cause
    assert portal.asked.times(Call.CHECK_IN) == asked
    item = house.written.exchanged.one(record_item(visit.visit_id))
    assert item
    assert item.due
    clock.now = item.due
    with sending(house, portal, signer(tmp_path)) as outbox:
        assert outbox.settle().settled == 1


def test_the_portal_refuses_what_is_unsigned_or_breaks_the_form(
    house: Kiosk, portal: Practice, tmp_path: Path
) -> None:
    plain = (ROOT / "tests/adapters/hospital/xml0/right-one-service.xml").read_bytes()
    signed = plain.replace(b"<CHUKYDONVI/>", b"<CHUKYDONVI>x</CHUKYDONVI>")
    account = PortalAccount(portal.url, **people()["account"], rate=6_000)
    worker = PortalWorker(account, house.clock, time.monotonic)
    try:
        found = [
            worker.records.send(record, "79014")
            for record in (plain, signed.replace(b"<GIOI_TINH>2", b"<GIOI_TINH>9"), signed)
        ]
    finally:
        worker.stop()
    assert tmp_path
    assert [(one.ok, one.cause, one.detail) for one in found] == [
        (False, "record_refused", "205"),
        (False, "record_refused", "205"),
        (True, None, None),
    ]


def test_nobody_sends_where_no_signer_is_set(house: Kiosk, portal: Practice) -> None:
    account = PortalAccount(portal.url, **people()["account"])
    worker = PortalWorker(account, house.clock, time.monotonic)
    try:
        found = outboxes(replace(house, sends_records=False), read_settings({}), worker)
    finally:
        worker.stop()
    assert [one.handler.errand for one in found] == ["portal"]
