"""A desk whose camera is attached to the server: the same page, no camera of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.clip import FOR_THE_SERVER, write_clip
from fixtures.make import CLIP_SLUGS
from tests.browser.running import Server, Watched, browser, code_of, see

if TYPE_CHECKING:
    from pathlib import Path


def filmed(clip: Path, count: int, seconds: float) -> str:
    """Film phones; return the setting that has the server look at them."""
    write_clip(clip, CLIP_SLUGS[:count], seconds=seconds, every=FOR_THE_SERVER)
    return str(clip)


def test_a_queue_before_the_servers_camera_is_answered_in_the_page(
    tmp_path: Path, shots: Path
) -> None:
    server = Server(tmp_path, KIOSK_CAMERA=filmed(tmp_path / "queue.mjpeg", 2, 5)).start()
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


@pytest.mark.long
def test_the_patients_window_works_with_the_servers_camera(tmp_path: Path) -> None:
    server = Server(tmp_path, KIOSK_CAMERA=filmed(tmp_path / "one.mjpeg", 1, 2.5)).start()
    with browser() as context:
        desk = Watched(context, server).open()
        see(desk, "ĐỦ ĐIỀU KIỆN")  # the phone stays: no further answer closes the menu
        code = code_of(desk)
        page = context.new_page()
        page.goto(f"{server.url}/khach")
        page.get_by_label("Gõ mã 6 số").fill(code)
        page.get_by_role("button").click()
        page.locator('body[data-sign="read"]').wait_for()
        page.locator("img#picture:not([hidden])").wait_for()
    server.stop()
