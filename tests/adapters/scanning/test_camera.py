"""A camera of the server: a file plays as one; each card is told once while it is in view."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from fixtures.clip import FOR_THE_SERVER, write_clip
from fixtures.make import CLIP_SLUGS
from tests.browser.running import wait_for
from tests.support import payload
from verification.adapters.scanning import camera
from verification.adapters.scanning.camera import ServerCamera, Sight, Watch

if TYPE_CHECKING:
    from pathlib import Path


def test_a_card_is_told_once_while_it_stays_and_again_when_it_comes_back() -> None:
    sight = Sight()
    news = [sight.is_news((b"a",), at / 10) for at in range(5)]
    assert news == [True, False, False, False, False]
    assert not sight.is_news((), 0.6)  # a single missed frame is no absence
    assert not sight.is_news((b"a",), 0.7)
    for at in range(20):
        sight.is_news((), 0.8 + at / 10)
    assert sight.is_news((b"a",), 3.0)


def test_another_card_is_told_at_once() -> None:
    sight = Sight()
    assert sight.is_news((b"a",), 0.0)
    assert sight.is_news((b"b",), 0.1)


def test_a_picture_that_does_not_change_is_not_read() -> None:
    watch, still = Watch(), np.full((720, 1280, 3), 90, np.uint8)
    assert watch.due(still, 0.0, pending=False)
    assert watch.due(still, 0.5, pending=False)  # the sharp frame that follows a change
    assert not watch.due(still, 1.5, pending=False)
    assert watch.due(still, 1.6, pending=True)
    moved = still.copy()
    moved[200:400, 300:600] = 200
    assert watch.due(moved, 2.0, pending=False)


def test_a_clip_is_read_as_a_camera_and_starts_over_at_its_end(tmp_path: Path) -> None:
    clip = tmp_path / "queue.mjpeg"
    write_clip(clip, CLIP_SLUGS, seconds=10, every=FOR_THE_SERVER)
    found: list[bytes] = []
    playing = ServerCamera(str(clip)).start()
    try:

        def both() -> bool:
            seen = playing.seen()
            if seen.payloads and seen.payloads[0] not in found:
                found.append(seen.payloads[0])
            return len(found) >= 2

        wait_for(both)
        assert set(found) <= {payload(slug) for slug in CLIP_SLUGS}
        assert playing.seen().state == "live"
        assert playing.seen().preview.startswith(b"\xff\xd8")
    finally:
        playing.stop()
    assert not any(thread.name == "kiosk-camera" for thread in threading.enumerate())


def test_a_camera_that_cannot_be_opened_is_failed_and_tried_again(
    tmp_path: Path,
) -> None:
    missing = tmp_path / "later.mjpeg"
    playing = ServerCamera(str(missing)).start()
    try:
        wait_for(lambda: playing.seen().state == "failed")
        write_clip(missing, CLIP_SLUGS[:1], seconds=2.5)
        wait_for(lambda: playing.seen().state == "live")
        assert camera.LOOK_SECONDS > 0
    finally:
        playing.stop()
