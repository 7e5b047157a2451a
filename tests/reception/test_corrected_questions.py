"""What a question to the portal is made of was corrected: it is asked again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.log.events import EventKind
from verification.log.outbox import portal_item
from verification.log.portal_events import PortalAnswered
from verification.log.visit import CachTrinh, CancelReason
from verification.log.writing import write_alone
from verification.reception import corrections, no_card
from verification.reception.answer import Scan
from verification.reception.checkin import check_in, receive

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit


@pytest.fixture
def house(kiosk: Kiosk) -> Kiosk:
    return replace(kiosk, asks_portal=True)


def answered(house: Kiosk) -> Visit:
    """Receive somebody about whom the portal answered."""
    visit = check_in(DESK, house, Scan((payload("same-old15"),))).visit
    assert visit
    said = PortalAnswered(visit.presented, "rejected", 5, "desk", (visit.visit_id,), "060")
    write_alone(house.written, DESK, said)
    assert not house.written.exchanged.one(portal_item(visit.visit_id))
    return visit


@pytest.mark.parametrize(
    ("name", "typed", "asked"),
    [
        ("ho_ten", "Nguyễn Thị Mẩu", True),
        ("ngay_sinh", "06/03/1994", True),
        ("dia_chi", "12 Đường Mẫu", False),
        ("gioi_tinh", "1", False),
    ],
)
def test_a_name_or_birth_date_that_is_corrected_is_asked_about_again(
    house: Kiosk, clock: Clock, name: str, typed: str, *, asked: bool
) -> None:
    visit = answered(house)
    corrections.correct_field(DESK, house, visit.visit_id, name, typed)
    item = house.written.exchanged.one(portal_item(visit.visit_id))
    assert (item is not None) is asked
    if item and item.due:
        assert (item.due - clock.now).total_seconds() == 15


def test_nothing_is_asked_about_an_undone_visit_nor_where_no_portal_is_set(
    house: Kiosk, kiosk: Kiosk
) -> None:
    visit = answered(house)
    corrections.correct_field(DESK, kiosk, visit.visit_id, "ho_ten", "Ai")
    corrections.correct_presentation(DESK, house, visit.visit_id, CachTrinh.GIAY)
    corrections.undo(DESK, house, visit.visit_id, CancelReason.KHAC)
    corrections.correct_field(DESK, house, visit.visit_id, "ho_ten", "Ai")
    since = visit.happened_at
    assert not house.written.events([EventKind.PORTAL_ASKED_AGAIN], since)


def test_a_card_that_comes_later_is_asked_about(house: Kiosk) -> None:
    shown = no_card.present_without_card(DESK, house, "lost", "Nguyễn Thị Mẫu")
    done = no_card.complete(DESK, house, receive(DESK, house, shown), "DN4797900000011", why="x")
    assert done.visit
    item = house.written.exchanged.one(portal_item(done.visit.visit_id))
    assert item
    assert item.due
