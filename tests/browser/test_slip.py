"""The number, the room and the slip, as a printer gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.browser.running import Server, Watched, browser, present, see, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

GREEN, RED = "DN4797900000201", "DN4797900000202"
PRINTED = "window.printed = 0; window.print = () => { window.printed += 1; }"


def on_paper(page: Page, shots: Path, name: str) -> list[tuple[str, tuple[int, int]]]:
    """Return what a printer gets of the page: the text of each sheet, and its size in mm."""
    sheet = shots / f"{name}.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(sheet)
    sheets = []
    try:
        for at, one in enumerate(pdf):
            one.render(scale=2).to_pil().save(shots / f"{name}{'-back' * at}.png")
            width, height = (round(points / 72 * 25.4) for points in one.get_size())
            text = " ".join(one.get_textpage().get_text_bounded().split())
            sheets.append((text, (width, height)))
    finally:
        pdf.close()
    return sheets


def test_a_slip_is_printed_once_by_one_key_and_nothing_else_is_on_it(
    tmp_path: Path, shots: Path
) -> None:
    rooms = tmp_path / "rooms.csv"
    rooms.write_text("ma,ten\nP12,Nội tổng quát\nP07,Nhi\n", encoding="utf-8")
    server = Server(tmp_path, KIOSK_CAMERA="none", KIOSK_ROOMS=str(rooms)).start()
    try:
        with browser(viewport={"width": 1366, "height": 657}) as context:
            context.add_init_script(PRINTED)
            watched = Watched(context, server)
            _prints(watched.open(), server, shots)
            assert watched.errors == []
            assert watched.outside == []
    finally:
        server.stop()


def _prints(page: Page, server: Server, shots: Path) -> None:
    present(page, GREEN)
    wait_for(lambda: page.locator(".queue b").all_inner_texts() == ["1"])
    page.screenshot(path=shots / "number-and-room.png")
    page.keyboard.press("Alt+Digit2")
    wait_for(lambda: "P07 · Nhi" in page.locator(".facts").inner_text())
    assert "P07" in page.locator(".recent li").inner_text()

    page.keyboard.press("Shift+F3")
    wait_for(lambda: page.evaluate("printed") == 1)
    assert page.locator(".kiosk-slip").is_hidden()
    (text, size), (back, back_size) = on_paper(page, shots, "slip-80mm")
    for part in ("PHIẾU TIẾP NHẬN", "Số thứ tự", "ĐẶNG THỊ THẲNG MẪU", "P07 · Nhi", "80 %", "0201"):
        assert part in text
    assert GREEN not in "".join(text.split())
    assert "Tiếp đón BHYT" not in text  # nothing of the page around it
    assert size[0] == 80
    assert size[1] > 60
    # the second piece of the roll, as long as what stands on it: this patient typed the number
    for part in ("VssID: thẻ BHYT trên điện thoại", "CH Play", "OTP", "079 ·", "1900"):
        assert part in back
    assert "THẲNG" not in back  # it names nobody
    assert back_size[0] == 80
    assert 60 < back_size[1] < 180
    wait_for(lambda: page.locator(".kiosk-slip").count() == 0)  # it has been printed
    page.reload()
    wait_for(lambda: page.locator(".queue b").all_inner_texts() == ["1"])
    assert page.evaluate("printed") == 0  # of the page after the reload

    present(page, RED)
    see(page, "KHÔNG CÒN GIÁ TRỊ")
    assert page.locator(".queue").count() == 0
    page.keyboard.press("Shift+F3")
    wait_for(lambda: page.evaluate("printed") == 1)
    (text, _), (back, _) = on_paper(page, shots, "slip-red")
    assert "CH Play" in back
    for part in ("CHƯA TIẾP NHẬN", "đã hết giá trị", "Hỏi ở đâu", "1900"):
        assert part in text
    looks = server.asked("SELECT count(*) FROM log WHERE kind = 'viewed' AND instr(codes, 'slip')")
    assert looks == [(2,)]


@pytest.mark.long
def test_on_a5_the_back_is_the_second_side_and_who_has_vssid_gets_none(
    tmp_path: Path, shots: Path
) -> None:
    server = Server(tmp_path, KIOSK_CAMERA="none", KIOSK_SLIP="a5").start()
    try:
        with browser(viewport={"width": 1366, "height": 657}) as context:
            context.add_init_script(PRINTED)
            watched = Watched(context, server)
            page = watched.open()
            present(page, GREEN)
            wait_for(lambda: page.locator(".queue b").all_inner_texts() == ["1"])
            page.keyboard.press("Shift+F3")
            wait_for(lambda: page.evaluate("printed") == 1)
            front, back = on_paper(page, shots, "slip-a5")
            assert (front[1], back[1]) == ((148, 210), (148, 210))
            assert "Số thứ tự" in front[0]
            assert "VssID: thẻ BHYT trên điện thoại" in back[0]
            page.keyboard.press("F6")  # the patient showed VssID after all
            page.get_by_text("VssID", exact=True).wait_for()
            page.keyboard.press("Alt+Digit1")
            corrected = "SELECT count(*) FROM log WHERE kind = 'corrected'"
            wait_for(lambda: server.asked(corrected) == [(1,)])
            page.keyboard.press("Shift+F3")
            wait_for(lambda: page.evaluate("printed") == 2)
            assert len(on_paper(page, shots, "slip-a5-vssid")) == 1
            assert watched.errors == []
    finally:
        server.stop()
