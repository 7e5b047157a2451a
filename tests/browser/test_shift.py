"""A shift is closed at the desk by key: asked first, its sheet opens beside, the head leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from tests.browser.running import Server, Watched, browser, present, see, wait_for
from tests.support import payload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("away") / "heads.txt"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory, sink: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("shift")
    running = Server(folder, KIOSK_CAMERA="none", KIOSK_HEAD_SINK=str(sink)).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def watched(kiosk: Server) -> Iterator[Watched]:
    with browser() as context:
        found = Watched(context, kiosk)
        yield found
        assert found.errors == []
        assert found.outside == []


def undo_newest(page: Page, kiosk: Server) -> None:
    """Undo the newest visit, as scanned twice."""
    page.get_by_text("Đã tiếp nhận", exact=False).first.wait_for()
    page.keyboard.press("F4")
    page.get_by_text("Hủy lượt nào?").wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("Vì sao hủy?").wait_for()
    page.keyboard.press("Alt+2")
    wait_for(lambda: kiosk.asked("SELECT 1 FROM log WHERE kind = 'cancelled'"))
    page.get_by_text("Đã hủy lượt").wait_for()


def close_shift(page: Page) -> None:
    """Open the menu of the end of a shift: F9, second page, its sixth entry."""
    page.keyboard.press("F9")
    page.keyboard.press("Alt+0")
    page.keyboard.press("Alt+6")
    page.get_by_text("Kết ca quầy 1?").wait_for()


def drawn(made: bytes, shots: Path) -> str:
    """Return the words of a sheet, and keep its picture."""
    document = pypdfium2.PdfDocument(made)
    try:
        assert len(document) == 1
        sheet = document[0]
        sheet.render(scale=1.3).to_pil().save(shots / "shift.png")
        words = sheet.get_textpage().get_text_range()
    finally:
        document.close()
    return str(words)


@pytest.mark.long
def test_a_shift_is_closed_by_key_and_its_sheet_opens_beside_the_desk(
    watched: Watched, kiosk: Server, sink: Path, shots: Path
) -> None:
    page = watched.open()
    present(page, payload("patient-1").decode().split("|")[0])
    wait_for(lambda: received(kiosk) == 1)
    present(page, payload("case-withdrawn").decode().split("|")[0])
    see(page, "THU HỒI")
    page.keyboard.press("F2")
    wait_for(lambda: received(kiosk) == 2)
    undo_newest(page, kiosk)
    close_shift(page)
    menu = page.locator(".menu").inner_text()
    assert "Đã tiếp nhận 2 lượt, trong đó hủy 1" in menu
    assert not kiosk.asked("SELECT 1 FROM log WHERE kind = 'shift_closed'")
    page.screenshot(path=shots / "shift-menu.png")
    page.locator(".menu .field input").fill("Giấy in sắp hết")
    with page.context.expect_event("request", lambda r: "/kiosk/ca.pdf" in r.url) as asked:
        page.keyboard.press("Enter")
    [(place, head)] = kiosk.asked("SELECT seq, prev_hash FROM log WHERE kind = 'shift_closed'")
    wait_for(lambda: place <= sent_of(sink))  # long before its minute
    page.get_by_text("Sẵn sàng").wait_for()  # nobody is left on the screen for who takes over
    words = drawn(page.context.request.get(asked.value.url).body(), shots)
    assert "PHIẾU CA" in words
    assert "Giấy in sắp hết" in words
    assert "Quét trùng" in words
    assert head[:40] in words.replace("\r\n", "")
    page.bring_to_front()
    close_shift(page)
    page.keyboard.press("Alt+1")
    page.get_by_text("từ đó chưa có gì mới").wait_for()
    assert len(kiosk.asked("SELECT 1 FROM log WHERE kind = 'shift_closed'")) == 1
    page.screenshot(path=shots / "shift-again.png")


def sent_of(sink: Path) -> int:
    """Return how far the chain of desk 1 was when its end left the machine."""
    lines = sink.read_text("utf-8").splitlines() if sink.exists() else []
    return max((int(line.split(":")[1]) for line in lines if line.startswith("1:")), default=0)


def received(kiosk: Server) -> int:
    return int(kiosk.asked("SELECT count(*) FROM log WHERE kind = 'received'")[0][0])
