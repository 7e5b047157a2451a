"""What F3 gives to the hospital system: the card as it counts, and the visit opened there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.portal_desk_support import PortalDesk, an_answer, of_qr, stored
from tests.stepped_support import SteppedDesk
from tests.support import DESK
from verification.basics.errors import RequestError
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.log.visit_events import Viewed
from verification.reception import corrections
from verification.reception.copying import copied, opened

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.screen import Screen

GREEN, RED, AMBER, RUBBISH = "patient-1", "patient-2", "patient-3", "foreign-1"


class Desk(SteppedDesk):
    """A browser session at a desk."""

    def __init__(self, kiosk: Kiosk, **settings: object) -> None:
        super().__init__(replace(kiosk, **settings))  # type: ignore[arg-type]  # a test's own words

    def f3(self) -> Screen:
        return self.give("key", key="F3", answer_id=self.screen.answer_id)

    def looks(self) -> list[str]:
        log = self.kiosk.written
        events = log.events([EventKind.VIEWED], self.kiosk.clock().replace(hour=0))
        return [Viewed.of(event.codes).what for event in events]


def said(screen: Screen) -> str:
    assert screen.toast is not None
    return screen.toast.text.vi


def test_the_usual_line_is_copied_and_the_look_is_logged(kiosk: Kiosk) -> None:
    desk = Desk(kiosk)
    desk.scan(GREEN)
    screen = desk.f3()
    assert screen.copied is not None
    fields = screen.copied.split("\t")
    assert len(fields) == 7
    assert fields[:4] == ["DN4797900000201", "Đặng Thị Thẳng Mẫu", "18/06/1987", "2"]
    assert (screen.opens, said(screen)) == (None, "Đã chép, dán vào HIS")
    assert desk.looks() == ["copy"]


def test_a_house_sets_what_is_copied(kiosk: Kiosk) -> None:
    template = "{so_thu_tu}|{rate_percent}|{ma_doituong_kcb}|{verdict}|{visit_id}"
    desk = Desk(kiosk, template=template)
    answer = desk.scan(GREEN)
    assert answer.visit is not None
    code = answer.visit.ma_doituong_kcb or ""
    rate = "80" if answer.visit.rate == "4/5" else ""
    assert desk.f3().copied == f"1|{rate}|{code}|eligible|{answer.visit.visit_id}"


@pytest.mark.parametrize(
    ("links", "told"), [(False, "Bệnh nhân chưa tiếp nhận"), (True, "bấm F2 trước")]
)
def test_of_who_is_not_received_the_card_is_copied_and_the_desk_is_told(
    kiosk: Kiosk, links: bool, told: str
) -> None:
    desk = Desk(kiosk, links=links, template="{ma_the}|{visit_id}")
    for shown in (desk.scan(RED), desk.scan(AMBER), desk.scan(GREEN, look=True)):
        screen = desk.f3()
        assert shown.verdict.card is not None
        assert told in said(screen)
        assert screen.opens is None
    assert screen.copied == "DN4797900000201|"


def test_of_rubbish_nothing_is_copied(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True)
    desk.scan(RUBBISH)
    screen = desk.f3()
    assert (screen.copied, screen.opens, desk.looks()) == (None, None, [])


def test_a_received_visit_is_opened_once_where_the_house_has_an_address(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True)
    answer = desk.scan(GREEN)
    assert answer.visit is not None
    assert desk.f3().opens == answer.visit.visit_id
    assert desk.give("lang").opens is None


def test_who_is_here_again_today_is_opened_as_the_visit_of_today(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True, template="{visit_id}")
    first = desk.scan(GREEN).visit
    assert first is not None
    for look in (False, True):
        desk.scan(GREEN, look=look)
        screen = desk.f3()
        assert (screen.opens, screen.copied) == (first.visit_id, first.visit_id)


def test_a_visit_that_was_undone_elsewhere_is_not_opened(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True)
    visit = desk.scan(GREEN).visit
    assert visit is not None
    corrections.undo(DESK, kiosk, visit.visit_id, CancelReason.NHAM_NGUOI)
    screen = desk.f3()
    assert screen.opens is None
    assert "Chưa tiếp nhận" in said(screen)


def test_what_was_corrected_counts(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, template="{ho_ten}|{ngay_sinh}")
    answer = desk.scan(GREEN)
    assert answer.visit is not None
    card = corrections.correct_field(DESK, kiosk, answer.visit.visit_id, "ngay_sinh", "07/1955")
    now = corrections.as_corrected(answer, answer.visit.visit_id, card)
    assert now.verdict.card is not None
    line = copied(desk.kiosk, now, now.verdict.card).line
    assert line == "Đặng Thị Thẳng Mẫu|07/1955"


def test_the_portal_counts_over_the_store_and_the_store_over_the_qr() -> None:
    until = {day: date(2026, 12, day) for day in (30, 31)}
    desk = PortalDesk([stored(gt_the_den=until[30], ma_dkbd="79001")])
    answer = desk.present()
    assert answer.verdict.card is not None
    desk.kiosk = replace(desk.kiosk, template="{ma_dkbd} {gt_the_den}")
    assert copied(desk.kiosk, answer, answer.verdict.card).line.startswith("79001 30/12/2026\t")
    told = an_answer("000", at=desk.clock, card=of_qr(gt_the_den=until[31], ma_dkbd="79014"))
    answer = desk.ask(answer, told)
    assert answer.verdict.card is not None
    assert copied(desk.kiosk, answer, answer.verdict.card).line == "79014 31/12/2026"


def test_what_the_portal_spoke_against_is_never_copied_as_if_it_had_not() -> None:
    desk = PortalDesk([stored()])
    answer = desk.ask(desk.present(), an_answer("110", at=desk.clock))
    assert answer.verdict.card is not None
    given = copied(desk.kiosk, answer, answer.verdict.card)
    assert given.line.endswith("\tCổng không nhận thẻ")
    assert (given.told, given.tone) == ("toast_copied_doubtful", "wait")


def test_a_visit_is_opened_with_a_look_in_the_log(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True)
    visit = desk.scan(GREEN).visit
    assert visit is not None
    assert opened(DESK, desk.kiosk, visit.visit_id) == visit
    assert desk.looks() == ["link"]


def test_nobody_is_opened_without_an_address_or_a_visit_that_stands(kiosk: Kiosk) -> None:
    desk = Desk(kiosk, links=True)
    visit = desk.scan(GREEN).visit
    assert visit is not None
    corrections.undo(DESK, kiosk, visit.visit_id, CancelReason.KHAC)
    for of, visit_id in ((desk.kiosk, visit.visit_id), (desk.kiosk, "1-999"), (kiosk, "1-1")):
        with pytest.raises(RequestError, match="không mở được trong HIS"):
            opened(DESK, of, visit_id)
    assert desk.looks() == []
