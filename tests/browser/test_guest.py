"""The patient's window in a real Chromium: beside a desk with a webcam, and sign by sign."""

from __future__ import annotations

import re
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Self

import cv2
import pytest

from app_pages.guest.routes import TEXTS
from app_pages.server.window import Guest
from fixtures.clip import timeline, write_clip
from fixtures.hard import dark_phones
from tests.app_pages.guest.test_routes import FOREIGN, serving
from tests.browser.accessible import findings
from tests.browser.running import Server, Watched, browser, code_of
from tests.support import TODAY
from verification.adapters.scanning.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from verification.kiosk import Kiosk

CLIP_SECONDS = 4
TABLET = {"width": 800, "height": 1280}
SECRETS = ("ĐẶNG", "THẲNG", "MẪU", "DN4", "4797900000201", "7900000201", "ĐỦ ĐIỀU KIỆN")
HINTS = (
    "too_small", "blurred", "too_soft", "too_dark", "overexposed", "glare", "cut_off", "unread",
)  # fmt: skip


def frames(clip: Path) -> list[bytes]:
    return [b"\xff\xd8\xff" + part for part in clip.read_bytes().split(b"\xff\xd8\xff")[1:]]


def dark_jpegs(frames: int) -> list[bytes]:
    """Return a phone turned down to where the camera's noise eats its code; the desk stays lit."""
    shown = dark_phones(3, 0.07, frames, grain=7.5)
    return [cv2.imencode(".jpg", frame.picture)[1].tobytes() for frame in shown]


def rests(clip: Path) -> list[bytes]:
    """Return the frames on which the phone of the clip is held still."""
    shots = timeline(("patient-1",), seconds=CLIP_SECONDS)
    return [f for f, shot in zip(frames(clip), shots, strict=True) if shot.phase == "rest"]


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip of a readable phone that comes and goes."""
    path = tmp_path_factory.mktemp("clip") / "phone.mjpeg"
    write_clip(path, ("patient-1",), seconds=CLIP_SECONDS)
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return one kiosk for all: who pairs has a code of one's own."""
    running = Server(tmp_path_factory.mktemp("house")).start()
    yield running
    running.stop()


def pair(page: Page, url: str, code: str) -> None:
    page.goto(f"{url}/khach")
    page.get_by_label("Gõ mã 6 số").fill(code)
    page.get_by_role("button").click()
    page.locator("#vi").wait_for()


def wait_for_sign(page: Page, *signs: str) -> str:
    """Wait until one of the signs is shown; return it."""
    wanted = ", ".join(f'body[data-sign="{sign}"]' for sign in signs)
    return str(page.locator(wanted).first.get_attribute("data-sign"))


def fits(page: Page) -> bool:
    """Tell whether nothing is cut off at the edge."""
    return bool(
        page.evaluate("""() => {
        const words = document.querySelector(".words") ?? document.body;
        const box = words.getBoundingClientRect();
        const drawn = [...words.children].filter((child) => child.getClientRects().length);
        return drawn.every((child) => {
            const own = child.getBoundingClientRect();
            return own.top >= box.top && own.bottom <= box.bottom && own.right <= box.right;
        });
    }""")
    )


def shoot(page: Page, shots: Path, name: str) -> None:
    for size, viewport in (("wide", {"width": 1366, "height": 768}), ("tablet", TABLET)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]  # plain numbers
        page.wait_for_timeout(150)
        page.screenshot(path=shots / f"khach-{name}-{size}.png")
        assert fits(page), (name, size)


@contextmanager
def side_by_side(context: BrowserContext, server: Server) -> Iterator[tuple[Watched, Watched]]:
    """Open a desk and the window that it asked a code for; a page in the background posts nothing.

    A window follows the browser that asked for its code, and no other one of the same desk.
    """
    desk, window = Watched(context, server), Watched(context, server)
    pair(window.page, server.url, code_of(desk.open()))
    yield desk, window
    for watched in (window, desk):
        watched.page.close()
        assert watched.errors == []
        assert watched.outside == []


def said(page: Page, seconds: float) -> set[str]:
    """Return every text that the page has for a while, markup and titles included."""
    texts: set[str] = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        texts.add(page.content())
        page.wait_for_timeout(100)
    return texts


def test_a_card_at_the_desk_shows_the_picture_and_the_tick_and_nothing_of_the_card(
    server: Server, phone: Path, shots: Path
) -> None:
    with browser(phone) as context, side_by_side(context, server) as (desk, window):
        page = window.page
        wait_for_sign(page, "read")
        page.locator("img#picture:not([hidden])").wait_for()
        assert findings(page, "read") == []
        shoot(page, shots, "card")
        desk.page.get_by_text("ĐẶNG THỊ THẲNG MẪU").first.wait_for()  # the desk knows who it is
        texts = said(page, 5)
        words = " ".join(page.locator(".words").all_inner_texts())
    assert not [secret for secret in SECRETS for text in texts if secret in text]
    assert not re.search(r"\d", words)


@pytest.mark.long
def test_the_window_is_idle_again_and_without_a_picture_when_the_desk_is_gone(
    server: Server, phone: Path
) -> None:
    with browser(phone) as context, side_by_side(context, server) as (desk, window):
        window.page.locator("img#picture:not([hidden])").wait_for()
        desk.page.goto("about:blank")
        window.page.locator("img#picture").wait_for(state="hidden")
        wait_for_sign(window.page, "idle")


def test_a_restarted_server_asks_for_a_new_code(server: Server) -> None:
    with browser() as context:
        code = code_of(Watched(context, server).open())
        page = context.new_page()
        pair(page, server.url, code)
        server.kill()
        page.get_by_text("Đang kết nối lại").wait_for()
        server.start()
        page.get_by_label("Gõ mã 6 số").wait_for()


@pytest.mark.long
def test_a_phone_too_dark_to_be_read_is_asked_for_more_light(
    server: Server, tmp_path: Path, shots: Path
) -> None:
    clip = tmp_path / "dark.mjpeg"
    clip.write_bytes(b"".join(dark_jpegs(6)))
    with browser(clip) as context, side_by_side(context, server) as (desk, window):
        expect_sign(window.page, "too_dark")
        window.page.locator("img#picture:not([hidden])").wait_for()
        window.page.screenshot(path=shots / "khach_too_dark.png")
        assert wait_for_sign(window.page, "too_dark", "read") == "too_dark"
        desk.page.get_by_text("Tối quá: tăng độ sáng màn hình điện thoại").wait_for()


class Frames:
    """Posts one frame and its reading ten times a second, as a desk does."""

    def __init__(self, window: Guest) -> None:
        self._window = window
        self._now: tuple[bytes, object] = (b"", Reading())
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._over.wait(0.1):
            jpeg, reading = self._now
            self._window.note_frame(jpeg, reading)  # type: ignore[arg-type]  # a hint of the test's

    def show(self, jpeg: bytes, reading: object) -> None:
        self._now = (jpeg, reading)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


@pytest.mark.long
def test_each_sign_is_drawn_with_its_words_on_a_monitor_and_on_a_tablet(
    phone: Path, shots: Path, kiosk: Kiosk
) -> None:
    held = rests(phone)[0]
    dim = dark_jpegs(1)[0]
    window = Guest(time.monotonic, lambda: TODAY)
    with serving(window, kiosk) as site, browser() as context, Frames(window) as desk:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{site.port}/khach")
        shoot(page, shots, "pair")
        pair(page, f"http://127.0.0.1:{site.port}", site.new_code())
        shoot(page, shots, "idle")
        for hint in HINTS:
            cause = None if hint == "unread" else hint
            reading = SimpleNamespace(payloads=(), unread=True, hint=cause)
            desk.show(dim if hint == "too_dark" else held, reading)
            expect_sign(page, hint)
            assert findings(page, hint) == []
            shoot(page, shots, hint)
        desk.show(held, FOREIGN)
        expect_sign(page, "desk")
        assert findings(page, "desk") == []
        shoot(page, shots, "desk")


def expect_sign(page: Page, sign: str) -> None:
    wait_for_sign(page, sign)
    page.locator("#vi", has_text=TEXTS(f"sign.{sign}").vi).wait_for()
    page.locator("#en", has_text=TEXTS(f"sign.{sign}").en).wait_for()
    drawn = page.locator("#sign").bounding_box()
    assert drawn
    assert drawn["width"] > 20
