"""A desk whose machine's clock is wrong, in a real browser: what it says fits on the screen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.browser.running import Server, Watched, browser
from tests.support import DESK, as_typed
from verification.log.officer_events import SignedOut
from verification.log.writing import write_alone
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk

if TYPE_CHECKING:
    from pathlib import Path

LAPTOP = {"width": 1366, "height": 657}


def record_ahead(server: Server, **by: float) -> None:
    """Log an event as a clock did that stood so far ahead."""
    at = local_now() + timedelta(**by)
    with logging_kiosk(read_settings(server.environ), lambda: at) as kiosk:
        write_alone(kiosk.written, DESK, SignedOut())


def test_a_wrong_clock_is_told_on_a_small_screen_and_an_administrator_ends_it(
    without_camera: Server, shots: Path
) -> None:
    server = without_camera
    server.account("quan.ly", "administrator")
    with browser(viewport=LAPTOP) as context:
        watched = Watched(context, server)
        page = watched.open()
        record_ahead(server, hours=3)
        page.keyboard.type(as_typed("patient-2"))
        page.keyboard.press("Enter")
        page.locator(".band.wait").wait_for()
        assert page.locator(".word").inner_text() == "ĐỒNG HỒ MÁY SAI"
        chip = page.locator(".chip.bad").inner_text()
        assert "Đồng hồ sai" in chip
        assert "ghi nhận quãng sai" in chip
        page.screenshot(path=shots / "wrong-clock.png")
        last, foot = (page.locator(of).bounding_box() for of in (".todo li >> nth=-1", "footer"))
        assert last
        assert foot
        assert last["y"] + last["height"] <= foot["y"] + 1  # every step is in sight
        page.keyboard.press("F2")
        page.locator(".recent .dot.wait").wait_for()
        admin = watched.sign_in("quan.ly")
        admin.get_by_role("tab", name="Đồng hồ").click()
        admin.get_by_role("tabpanel", name="Đồng hồ").get_by_label("Lý do").fill("nhanh 3 giờ")
        admin.get_by_role("button", name="Ghi nhận").click()
        admin.get_by_text("không có gì trái với giờ này").wait_for()
        page = watched.open()
        page.keyboard.type(as_typed("patient-1"))
        page.keyboard.press("Enter")
        page.locator(".band.ok").wait_for()
        assert page.locator(".chip.bad").count() == 0
