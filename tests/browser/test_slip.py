"""The number, the room and the slip, as a printer gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from tests.browser.running import Server, Watched, browser, present, see, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

GREEN, RED = "DN4797900000201", "DN4797900000202"
PRINTED = "window.printed = 0; window.print = () => { window.printed += 1; }"


def on_paper(page: Page, shots: Path, name: str) -> tuple[str, tuple[int, int]]:
    """Return what a printer gets of the page: the text of its one sheet, and its size in mm."""
    sheet = shots / f"{name}.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    pdf = pypdfium2.PdfDocument(sheet)
    try:
        assert len(pdf) == 1
        pdf[0].render(scale=2).to_pil().save(shots / f"{name}.png")
        width, height = (round(points / 72 * 25.4) for points in pdf[0].get_size())
        return pdf[0].get_textpage().get_text_bounded(), (width, height)
    finally:
        pdf.close()


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
    text, size = on_paper(page, shots, "slip-80mm")
    for part in ("PHIẾU TIẾP NHẬN", "Số thứ tự", "ĐẶNG THỊ THẲNG MẪU", "P07 · Nhi", "80 %", "0201"):
        assert part in text
    assert GREEN not in "".join(text.split())
    assert "Tiếp đón BHYT" not in text  # nothing of the page around it
    assert size[0] == 80
    assert size[1] > 60
    wait_for(lambda: page.locator(".kiosk-slip").count() == 0)  # it has been printed
    page.reload()
    wait_for(lambda: page.locator(".queue b").all_inner_texts() == ["1"])
    assert page.evaluate("printed") == 0  # of the page after the reload

    present(page, RED)
    see(page, "KHÔNG CÒN GIÁ TRỊ")
    assert page.locator(".queue").count() == 0
    page.keyboard.press("Shift+F3")
    wait_for(lambda: page.evaluate("printed") == 1)
    text, _ = on_paper(page, shots, "slip-red")
    for part in ("CHƯA TIẾP NHẬN", "đã hết giá trị", "Hỏi ở đâu", "1900"):
        assert part in text
    looks = server.asked("SELECT count(*) FROM log WHERE kind = 'viewed' AND instr(codes, 'slip')")
    assert looks == [(2,)]
