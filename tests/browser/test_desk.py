"""The desk by hand and by scanner: a real page without a camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.strangers import boxed
from tests.browser.running import Server, Watched, browser, present, wait_for, word
from tests.browser.scanner import Scanner
from tests.support import FIXTURES, SCAN_KINDS, as_typed, payload, slugs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

GREEN_NUMBER = "DN4797900000201"
AMBER_SLUG = "patient-3"
# One payload of each kind; together they hold every character that any payload holds.
TYPED = (
    "s5",
    "same-en-dash",
    "year-only",
    "case-child-ended",
    "case-unknown-code",
    "bad-truncated",
    "citizen-7",
    "citizen-11",
    "citizen-unknown",
    "citizen-year",
    "number-10",
    "number-12",
    "number-15",
    "number-legacy",
    "foreign-1",
    "foreign-json",
    "foreign-text",
    "foreign-vietqr",
    "foreign-wifi",
)


@pytest.fixture(scope="module")
def desk_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return one server for the whole module; each test has a page of its own."""
    running = Server(tmp_path_factory.mktemp("desk"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def watched(desk_server: Server) -> Iterator[Watched]:
    with browser() as context:
        found = Watched(context, desk_server)
        yield found
        assert found.errors == []
        assert found.outside == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.open()


@pytest.fixture(scope="module")
def row(watched: Watched) -> Page:
    """Return one page for a row of scans: what was on it stays, as at a desk."""
    return watched.open()


def kinds(server: Server) -> list[str]:
    return [row[0] for row in server.asked("SELECT kind FROM log ORDER BY seq")]


def wait_for_kind(server: Server, kind: str, count: int) -> None:
    wait_for(lambda: kinds(server).count(kind) == count)


def text(page: Page) -> str:
    return str(page.locator(".card").inner_text())


def test_the_payloads_typed_here_hold_every_character_of_all() -> None:
    every = set("".join(map(as_typed, slugs())))
    assert set("".join(map(as_typed, TYPED))) == every


@pytest.mark.parametrize("slug", TYPED)
def test_a_scanner_types_unfocused_with_a_question_open_and_only_scans(
    row: Page, desk_server: Server, slug: str
) -> None:
    page = row
    page.keyboard.press("Escape")  # what was asked about the last code
    page.locator(".menu").wait_for(state="hidden")
    page.keyboard.press("F9")
    page.get_by_text("Báo vướng mắc").wait_for()
    page.evaluate("document.activeElement?.shadowRoot?.activeElement?.blur()")
    before = kinds(desk_server)
    Scanner(page).scan(as_typed(slug))
    wait_for_kind(desk_server, "presented", before.count("presented") + 1)
    assert set(kinds(desk_server)[len(before) :]) <= SCAN_KINDS
    assert page.locator("input[type=text]").first.input_value() == ""


def test_a_scan_bent_by_an_input_method_is_explained(page: Page) -> None:
    telex = payload("patient-1").decode().replace("dd", "đ").replace("af", "à").replace("aa", "â")
    Scanner(page).scan(telex.replace("e1", "é", 1))  # what VNI makes of it
    wait_for(lambda: "Bộ gõ tiếng Việt" in text(page))
    assert "tắt bộ gõ" in text(page)


def test_a_number_gets_exact_help_while_it_is_typed(page: Page) -> None:
    page.keyboard.type("DN8", delay=90)
    page.get_by_text("Ký tự thứ 3 phải là 1-5, đang là 8").wait_for()
    page.keyboard.press("Backspace")
    page.keyboard.type("479", delay=90)
    page.get_by_text("còn thiếu 10 ký tự").wait_for()
    page.keyboard.press("Escape")


def test_amber_waits_for_f2_and_then_stands_in_the_list(page: Page, desk_server: Server) -> None:
    Scanner(page).scan(payload("bad-html-name").decode())
    wait_for(lambda: "CHƯA XÁC ĐỊNH" in word(page))
    assert "<IMG SRC=X ONERROR=ALERT(1)>" in text(page)  # shown as text, nothing ran
    before = kinds(desk_server).count("received")
    page.keyboard.press("F2")
    wait_for_kind(desk_server, "received", before + 1)
    page.get_by_text("Đã tiếp nhận").first.wait_for()


def test_the_whole_number_is_shown_by_f7_and_the_look_is_logged(
    page: Page, desk_server: Server
) -> None:
    present(page, GREEN_NUMBER)
    wait_for(lambda: "ĐỦ ĐIỀU KIỆN" in word(page))
    assert "790 000 0201" not in text(page)
    before = kinds(desk_server).count("viewed")
    page.keyboard.press("F7")
    wait_for(lambda: "DN 4 79 790 000 0201" in text(page))
    assert kinds(desk_server).count("viewed") == before + 1
    wait_for(lambda: "790 000 0201" not in text(page))  # hidden again by itself


def test_a_visit_is_undone_with_a_reason_and_struck_in_the_list(
    page: Page, desk_server: Server
) -> None:
    present(page, "DN4797900000277")
    wait_for(lambda: "NGUYỄN THỊ MẪU" in text(page))
    page.keyboard.press("F4")
    page.get_by_text("Hủy lượt nào?").wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("Vì sao hủy?").wait_for()
    page.keyboard.press("Alt+2")
    wait_for_kind(desk_server, "cancelled", 1)
    page.get_by_text("Đã hủy lượt").wait_for()
    page.get_by_text("đã hủy", exact=True).first.wait_for()


def test_the_photo_is_compared_and_the_presentation_corrected_by_key(
    page: Page, desk_server: Server
) -> None:
    present(page, GREEN_NUMBER)
    wait_for(lambda: "ĐỦ ĐIỀU KIỆN" in word(page))
    page.keyboard.press("F8")
    page.get_by_text("Đã đối chiếu ảnh với giấy tờ nào?").wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("ảnh: CCCD").wait_for()
    page.keyboard.press("F6")
    page.get_by_text("Thẻ được trình thế nào").wait_for()
    page.keyboard.press("Alt+2")
    wait_for_kind(desk_server, "corrected", 1)
    page.locator(".fact", has_text="Hình thức xuất trình").get_by_text("VNeID").wait_for()
    assert kinds(desk_server).count("id_checked") == 1


def test_the_same_card_again_asks_what_the_new_visit_is_for(
    page: Page, desk_server: Server
) -> None:
    present(page, GREEN_NUMBER)
    page.get_by_text("Đã tiếp nhận").first.wait_for()
    before = kinds(desk_server).count("received")
    page.keyboard.press("F2")
    page.get_by_text("Lượt mới trong ngày để làm gì?").wait_for()
    page.keyboard.press("Alt+1")
    wait_for_kind(desk_server, "received", before + 1)


def test_look_up_mode_makes_no_visit(page: Page, desk_server: Server) -> None:
    page.keyboard.press("F9")
    page.get_by_text("Báo vướng mắc").wait_for()
    page.keyboard.press("Alt+1")
    page.get_by_text("Chỉ tra cứu, không tạo lượt").wait_for()
    before = kinds(desk_server).count("received")
    present(page, "DN4797900000011")
    wait_for(lambda: "TRA CỨU" in word(page))
    assert kinds(desk_server).count("received") == before


def test_a_picture_is_read_when_it_is_chosen(page: Page, desk_server: Server) -> None:
    before = kinds(desk_server).count("presented")
    page.locator("input[type=file]").set_input_files(FIXTURES / "qr" / f"{AMBER_SLUG}.png")
    wait_for_kind(desk_server, "presented", before + 1)
    wait_for(lambda: "TRƯƠNG NGƯỜI LẠ MẪU" in text(page))


def test_a_phones_own_picture_is_told_what_to_send_instead(
    page: Page, desk_server: Server, shots: Path
) -> None:
    before = kinds(desk_server).count("presented")
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": boxed(b"heic", b"mif1")}
    page.locator("input[type=file]").set_input_files(photo)
    wait_for(lambda: "Ảnh HEIC của điện thoại" in page.locator(".toast").inner_text())
    page.screenshot(path=shots / "heic.png")
    assert kinds(desk_server).count("presented") == before


def test_the_page_speaks_english_and_fits_a_phone(
    page: Page, watched: Watched, shots: Path
) -> None:
    page.keyboard.press("F9")
    page.get_by_text("English").wait_for()
    page.keyboard.press("Alt+5")
    page.get_by_text("BHYT check-in").wait_for()
    present(page, GREEN_NUMBER)
    wait_for(lambda: "ELIGIBLE" in word(page))
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.screenshot(path=shots / "phone.png")
    watched.page.set_viewport_size({"width": 1366, "height": 768})
    assert wide <= 390


def test_a_flag_is_a_quiet_note_that_one_key_answers(
    page: Page, desk_server: Server, shots: Path
) -> None:
    before = kinds(desk_server).count("flag_answered")
    Scanner(page).scan(payload("case-withdrawn").decode())
    wait_for(lambda: "THU HỒI" in word(page))
    page.keyboard.press("F2")  # a red card is flagged when its holder is received all the same
    wait_for(lambda: page.locator(".note button").count() > 1)
    assert "không chặn" in text(page)
    page.screenshot(path=shots / "flag-note.png")
    page.keyboard.press("Alt+Digit1")
    wait_for_kind(desk_server, "flag_answered", before + 1)
