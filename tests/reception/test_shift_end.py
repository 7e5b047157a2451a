"""F9, Alt+0, Alt+6: what a shift adds up to is shown, then it is closed, its sheet opens once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reception.test_today_list import AMBER, GREEN, Desk
from verification.log.events import EventKind

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk


def closings(kiosk: Kiosk, clock: Clock) -> int:
    return len(kiosk.written.events((EventKind.SHIFT_CLOSED,), clock.now.replace(year=2000)))


def test_a_shift_is_asked_about_and_then_closed_by_one_key(kiosk: Kiosk, clock: Clock) -> None:
    desk = Desk(kiosk)
    desk.scan(GREEN)
    desk.scan(AMBER)
    desk.key("F9")
    menu = desk.choose(15).menu
    assert menu
    told = [line.text.vi for line in menu.lines]
    assert "Đã tiếp nhận 1 lượt, trong đó hủy 0" in told
    assert "Chưa tiếp nhận: 1" in told
    assert closings(kiosk, clock) == 0
    screen = desk.choose(1, "Hết giấy")
    assert (screen.menu, screen.answer, desk.toast) == (None, None, "Đã kết ca, phiếu ca đang mở")
    assert screen.shift
    assert kiosk.written.content(screen.shift) == {"ghi_chu": "Hết giấy"}
    first = screen.shift
    assert desk.key("F9").shift is None
    desk.choose(15)
    again = desk.choose(1)
    assert (again.shift, closings(kiosk, clock)) == (first, 1)
    assert "từ đó chưa có gì mới" in desk.toast
