"""The card store with the portal's answers over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from tests.portal_desk_support import NEW, PortalDesk, an_answer, of_qr, reasons, stored
from tests.support import MORNING, TODAY
from verification.card.facts import LISTS, Origin, Status
from verification.card.memory import MemoryCards
from verification.exchange.observed import Observed
from verification.log.officer_events import ClockNoted
from verification.log.writing import Stranger, write_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.card.portal import PortalAnswer

BHXH, CARD = "7900000011", "DN4797900000011"


def over(*answers: PortalAnswer, store: MemoryCards | None = None) -> Observed:
    """Return a store, usually one that has the card of the QR, with answers over it."""
    cards = store or MemoryCards([stored(so_cccd="079194000011")])
    return Observed(cards, lambda _: answers)


def test_without_an_answer_the_store_answers_as_it_is() -> None:
    store = MemoryCards([stored()])
    seen = over(store=store)
    assert seen.by_card(CARD) == store.by_card(CARD)
    assert seen.by_bhxh(BHXH) == store.by_bhxh(BHXH)
    assert seen.by_name("Nguyễn Thị Mẫu") == store.by_name("Nguyễn Thị Mẫu")
    assert seen.status() == store.status()


def test_an_answer_is_a_trusted_copy_of_its_day() -> None:
    seen = over(an_answer("000", card=of_qr()))
    for found in (seen.by_card(CARD), seen.by_bhxh(BHXH), seen.by_citizen("079194000011")):
        [_, record] = found
        assert (record.origin, record.as_of, record.trang_thai) == (
            *(Origin.PORTAL, TODAY),
            Status.HIEU_LUC,
        )
        assert record.origin.trusted
        assert record.card.so_cccd == "079194000011"  # which the portal does not tell


def test_no_list_is_the_portals() -> None:
    assert Origin.PORTAL not in LISTS
    assert len(LISTS) == len(Origin) - 1


def test_what_is_no_fact_of_a_card_is_no_record() -> None:
    for code in ("001", "050", "051", "060", "070", "054", "500", "777"):
        assert len(over(an_answer(code)).by_card(CARD)) == 1, code


def test_the_newest_of_a_day_counts() -> None:
    early = an_answer("110")
    late = replace(an_answer("000", card=of_qr()), at=early.at + timedelta(hours=1))
    for answers in ((early, late), (late, early)):
        assert [r.trang_thai for r in over(*answers).by_card(CARD)][1:] == [Status.HIEU_LUC]
    before = replace(early, at=early.at - timedelta(days=1))
    assert len(over(late, before).by_card(CARD)) == 3


def test_a_new_card_is_found_by_its_own_number() -> None:
    new = of_qr(ma_the="CK2797900000011", ma_so_bhxh=None, gt_the_tu=TODAY)
    seen = over(an_answer("003", new=new))
    [record] = seen.by_card("CK2797900000011")
    assert (record.trang_thai, record.card.gt_the_tu) == (Status.HIEU_LUC, TODAY)
    assert {r.the_moi for r in seen.by_card(CARD)} == {None, "CK2797900000011"}
    assert seen.by_card(NEW) == []


def test_one_look_at_a_card_looks_the_portal_up_once() -> None:
    asked: list[Sequence[str]] = []

    def answers(numbers: Sequence[str]) -> Sequence[PortalAnswer]:
        asked.append(numbers)
        return [an_answer("000", card=of_qr())]

    once = Observed(MemoryCards([stored()]), answers).of_one([CARD, BHXH])
    assert once.said([CARD, BHXH])
    assert len(once.by_bhxh(BHXH)) == len(once.by_card(CARD)) == 2
    assert asked == [[CARD, BHXH]]


def test_what_a_wrong_clock_recorded_does_not_count() -> None:
    desk = PortalDesk([stored()])
    desk.note(desk.present(), an_answer("110"))
    assert "withdrawn" in reasons(desk.present())
    noted = ClockNoted(MORNING.astimezone(UTC), (MORNING + timedelta(minutes=5)).astimezone(UTC))
    desk.clock.forward(hours=1)
    write_alone(desk.log, Stranger("1"), noted, content={"ghi_chu": "sai giờ"})
    assert "withdrawn" not in reasons(desk.present())
