"""A desk whose camera is attached to the server: the same page, no camera of the browser."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from fixtures.clip import write_clip
from fixtures.make import CLIP_SLUGS
from tests.browser.running import Server, Watched, browser, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def test_a_queue_before_the_servers_camera_is_answered_in_the_page(
    tmp_path: Path, shots: Path
) -> None:
    clip = tmp_path / "queue.mjpeg"
    write_clip(clip, CLIP_SLUGS[:2], seconds=5)
    server = Server(tmp_path, KIOSK_CAMERA=str(clip)).start()
    with browser() as context:
        watched = Watched(context, server)
        page = watched.open()
        for word in ("ĐỦ ĐIỀU KIỆN", "KHÔNG CÒN GIÁ TRỊ"):
            page.locator(".band").get_by_text(word).first.wait_for()
        page.screenshot(path=shots / "server-camera.png")
        assert watched.errors == []
        assert watched.outside == []
        page.close()
    received = server.asked("SELECT count(*) FROM visit")
    server.stop()
    assert received == [(1,)]


def code_of(desk: Page) -> str:
    """Return what the desk says of the code; the next answer of the camera closes its menu."""
    told: list[str] = []

    def asked() -> bool:
        with suppress(Error):
            desk.keyboard.press("F9")
            desk.get_by_text("Màn hình cho bệnh nhân (/khach)").click(timeout=5_000)
            told.append(desk.get_by_text("nhập mã:").inner_text(timeout=5_000))
        return bool(told)

    wait_for(asked)
    return told[-1]


def test_the_patients_window_works_with_the_servers_camera(tmp_path: Path) -> None:
    clip = tmp_path / "one.mjpeg"
    write_clip(clip, CLIP_SLUGS[:1], seconds=2.5)
    server = Server(tmp_path, KIOSK_CAMERA=str(clip)).start()
    with browser() as context:
        desk = Watched(context, server).open()
        shown = code_of(desk)
        page = context.new_page()
        page.goto(f"{server.url}/khach")
        page.get_by_label("Gõ mã 6 số").fill("".join(re.findall(r"\d", shown.split("mã:")[1]))[:6])
        page.get_by_role("button").click()
        page.locator('body[data-sign="read"]').wait_for()
        page.locator("img#picture:not([hidden])").wait_for()
    server.stop()
